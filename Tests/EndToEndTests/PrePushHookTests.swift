import Foundation
import Testing

/// `pre-push`, run by the real git: no pointer is pushed without its content, and nobody is left in doubt.
@Suite struct PrePushHookTests {
  /// A clone with the hook, whose commits are pushed into the served repository's folder, and whose content is asked for
  /// at the real LFS server.
  private func clone(of model: ServedModel, _ prefix: String = "/git") async throws -> (GitMachine, String) {
    let machine = try await GitMachine()
    let clone = try await machine.clone(model.url(), environment: ["GIT_LFS_SKIP_SMUDGE": "1"])
    try await machine.git("remote", "set-url", "--push", "origin", model.folder, in: clone)
    try await machine.git("config", "lfs.url", model.url(prefix) + "/info/lfs", in: clone)
    try await machine.git("config", "lfs.locksverify", "false", in: clone)
    try await machine.lfsfetch("hooks", "install", "--only", "pre-push", in: clone)
    return (machine, clone)
  }

  private func commit(_ machine: GitMachine, _ files: [String: String], in clone: String) async throws {
    for (name, text) in files { try machine.sandbox.write(text, to: "work/clone/" + name) }
    try await machine.git("add", ".", in: clone)
    try await machine.git("commit", "--quiet", "--message", "Change", in: clone)
  }

  @Test func `a push without content is stopped, and goes on when the real git-lfs has uploaded it`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(of: model)
    // Two versions of a file, and one that is elsewhere in the repository already.
    try await commit(machine, ["weights/new.bin": "first"], in: clone)
    try await commit(machine, ["weights/new.bin": "second", "copy.bin": "x"], in: clone)
    let before = try await model.commitID()
    let stopped = try await machine.run("git", ["push", "--quiet"], in: clone)
    #expect(stopped.status == 1)
    #expect(
      stopped.errors.contains(
        "error: the push would leave LFS files without content: `weights/new.bin`, `weights/new.bin`\n"
          + "  caused by: `\(model.url())/info/lfs` does not have 2 objects\n"), "\(stopped.errors)")
    #expect(stopped.errors.contains("hint: upload it first with the real git-lfs, `git lfs push origin BRANCH`"))
    #expect(try await model.commitID() == before)

    try await machine.git("lfs", "push", "origin", "main", in: clone)
    let pushed = try await machine.run("git", ["push", "--quiet"], in: clone)
    #expect(pushed.status == 0, "\(pushed.errors)")
    #expect(try await model.commitID() == machine.git("rev-parse", "HEAD", in: clone))
  }

  @Test func `what is not here either is said`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(of: model)
    let text = "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "1", count: 64))\nsize 12\n"
    try await commit(machine, ["lost.bin": text], in: clone)
    let stopped = try await machine.run("git", ["push", "--quiet"], in: clone)
    #expect(stopped.status == 1)
    #expect(stopped.errors.contains("caused by: 1 of 1 are not on this machine either"))
    try await machine.git("push", "--quiet", "--no-verify", in: clone)
  }

  @Test func `what needs no question is not asked`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(of: model)
    try await machine.git("config", "lfs.url", "http://127.0.0.1:1/nothing", in: clone)
    try await commit(machine, ["README.md": "no LFS", "empty.bin": ""], in: clone)
    for words in [
      ["origin", "main"], ["origin", "main:refs/heads/new"], ["origin", "v2-again"], ["origin", ":new"],
    ] {
      let push = try await machine.run("git", ["push", "--quiet"] + words, in: clone)
      #expect(push.status == 0, "\(words): \(push.errors)")
      #expect(push.errors == "")
    }
    #expect(try await model.commitID() == machine.git("rev-parse", "HEAD", in: clone))
  }

  @Test func `a server that cannot be asked does not pass in silence`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(of: model)
    try await machine.git("config", "lfs.url", "http://127.0.0.1:1/nothing", in: clone)
    try await commit(machine, ["weights/new.bin": "new"], in: clone)
    let before = try await model.commitID()
    let start = ContinuousClock.now
    let stopped = try await machine.run("git", ["push", "--quiet"], in: clone)
    #expect(ContinuousClock.now - start < .seconds(20))
    #expect(stopped.status == 1)
    #expect(
      stopped.errors.contains(
        "error: cannot tell whether the LFS server has the content of what is to be pushed\n"
          + "  caused by: cannot ask the LFS server at `http://127.0.0.1:1/nothing`\n"), "\(stopped.errors)")
    #expect(stopped.errors.contains("hint: `git push --no-verify` pushes without asking\n"))
    #expect(try await model.commitID() == before)
    // Whoever has said that it does not matter hears of it all the same.
    let allowed = try await machine.run("git", ["-c", "lfs.allowincompletepush=true", "push", "--quiet"], in: clone)
    #expect(allowed.status == 0)
    #expect(allowed.errors.contains("warning: cannot tell whether"))
    #expect(try await model.commitID() != before)
  }

  @Test(arguments: ["/private", "/forbidden"]) func `credentials that are missing`(_ prefix: String) async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(of: model, prefix)
    try await commit(machine, ["weights/new.bin": "new"], in: clone)
    let stopped = try await machine.run("git", ["push", "--quiet"], in: clone)
    #expect(stopped.status == 1)
    #expect(stopped.errors.contains("caused by: 127.0.0.1") && stopped.errors.contains("`git push --no-verify`"))
    guard prefix == "/private" else { return }
    #expect(stopped.errors.contains("hint: give a token for 127.0.0.1"))
    let header = "Authorization: Basic " + Data("alice:secret".utf8).base64EncodedString()
    try await machine.git("config", "http.\(model.url(prefix)).extraHeader", header, in: clone)
    let asked = try await machine.run("git", ["push", "--quiet"], in: clone)
    #expect(asked.status == 1 && asked.errors.contains("does not have 1 object"), "\(asked.errors)")
    #expect(!asked.errors.contains(header))
  }

  @Test func `the hook of git-lfs runs first, uploads, and the push goes on`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(of: model)
    try await machine.lfsfetch("hooks", "uninstall", in: clone)
    try await machine.git("lfs", "install", "--local", in: clone)
    let theirs = bytes(clone + "/.git/hooks/pre-push")
    try await machine.lfsfetch("hooks", "install", in: clone)
    #expect(bytes(clone + "/.git/hooks/before-lfsfetch/pre-push") == theirs)
    try await commit(machine, ["weights/new.bin": "new"], in: clone)
    let pushed = try await machine.run("git", ["push", "--quiet"], in: clone)
    #expect(pushed.status == 0, "\(pushed.errors)")
    let oid = try await model.pointer("weights/new.bin").oid
    #expect(try await sha256(model.objects + "/" + oid) == oid)
    try await machine.lfsfetch("hooks", "uninstall", in: clone)
    #expect(bytes(clone + "/.git/hooks/pre-push") == theirs)
  }

  @Test func `a repository on this machine, and another server for pushes`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(of: model)
    try await machine.git("config", "--unset", "lfs.url", in: clone)
    try await machine.git("init", "--quiet", "--bare", "local.git")
    let local = machine.work + "/local.git"
    try await commit(machine, ["weights/new.bin": "new"], in: clone)
    // All of the history is new there.
    let stopped = try await machine.run("git", ["push", "--quiet", local, "main"], in: clone)
    #expect(stopped.status == 1)
    #expect(
      stopped.errors.contains("caused by: `\(local)/lfs/objects` does not have 132 objects\n"), "\(stopped.errors)")
    #expect(stopped.errors.contains(" and 122 more\n"))
    try await machine.git("lfs", "fetch", "--all", "origin", "main", in: clone)
    try await Tool.run("cp", ["-R", clone + "/.git/lfs", local + "/lfs"])
    let pushed = try await machine.run("git", ["push", "--quiet", local, "main"], in: clone)
    #expect(pushed.status == 0, "\(pushed.errors)")
    // The server for pushes is the one that is asked.
    try await machine.git("config", "lfs.pushurl", model.url() + "/info/lfs", in: clone)
    let other = try await machine.run("git", ["push", "--quiet", local, "main:other"], in: clone)
    #expect(other.status == 1 && other.errors.contains("`\(model.url())/info/lfs` does not have 1 object\n"))
  }

  @Test func `from another work tree`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(of: model)
    try await machine.git(
      "worktree", "add", "--quiet", "-b", "own", "../tree", in: clone, environment: ["GIT_LFS_SKIP_SMUDGE": "1"])
    let tree = machine.work + "/tree"
    try machine.sandbox.write("new", to: "work/tree/new.bin")
    try await machine.git("add", ".", in: tree)
    try await machine.git("commit", "--quiet", "--message", "New", in: tree)
    let stopped = try await machine.run("git", ["push", "--quiet", "origin", "own"], in: tree)
    #expect(stopped.status == 1 && stopped.errors.contains("`new.bin`"), "\(stopped.errors)")
  }
}
