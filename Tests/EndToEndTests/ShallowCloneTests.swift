import Foundation
import Testing

/// The commands that look through history do in a shallow clone what those of git-lfs do, whoever has made it.
@Suite struct ShallowCloneTests {
  /// How the clone is made.
  static let clones: [[String]] = [
    ["git", "clone", "--quiet", "--depth", "1"], ["git", "clone", "--quiet", "--depth", "2", "--no-single-branch"],
    ["git", "clone", "--quiet", "--depth", "1", "--filter=blob:none"], ["lfsfetch", "clone"],
    ["lfsfetch", "clone", "--include", "weights/**"],
  ]
  private static let old = [
    "GIT_COMMITTER_DATE": "1577836800 +0000", "GIT_AUTHOR_DATE": "1577836800 +0000", "GIT_LFS_SKIP_PUSH": "1",
  ]

  private func clone(_ words: [String], _ model: ServedModel) async throws -> (GitMachine, String) {
    let machine = try await GitMachine(.gitLFS)
    // Of at least two commits, of which a shallow clone gets one.
    try await model.commit(["README.md": "changed\n"])
    // The branch with what nobody has would make both fail.
    try await model.git("update-ref", "-d", "refs/heads/broken")
    var arguments = words.dropFirst() + [model.url(), "clone"]
    if words[0] == "lfsfetch" { arguments = [words[1], model.url(), "clone"] + words.dropFirst(2) }
    let outcome = try await machine.run(words[0] == "git" ? "git" : Sandbox.program, Array(arguments))
    try #require(outcome.status == 0, "\(outcome.errors)")
    let clone = machine.work + "/clone"
    #expect(bytes(clone + "/.git/shallow")?.isEmpty == false)
    return (machine, clone)
  }

  /// Two versions of a file, committed long ago and not pushed; returns the older one.
  private func commit(_ machine: GitMachine, in clone: String) async throws -> String {
    for text in ["first", "second"] {
      try machine.sandbox.write(text, to: "work/clone/weights/mine.bin")
      try await machine.git("add", "weights/mine.bin", in: clone)
      try await machine.git("commit", "--quiet", "--message", text, in: clone, environment: Self.old)
    }
    let pointer = try await machine.git("cat-file", "blob", "HEAD~1:weights/mine.bin", in: clone)
    return String(pointer.split(separator: "\n")[1].suffix(64))
  }

  @Test(arguments: clones) func `prune keeps what is not pushed`(_ words: [String]) async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(words, model)
    let oid = try await commit(machine, in: clone)
    for program in [["git", "lfs"], [Sandbox.program]] {
      let words = program.dropFirst() + ["prune", "--dry-run", "--force", "--verbose"]
      let outcome = try await machine.run(program[0], Array(words), in: clone)
      #expect(outcome.status == 0 && !outcome.output.contains(oid), "\(program)")
    }
    try await machine.lfsfetch("prune", in: clone)
    #expect(fileStatus(GitMachine.media(oid, in: clone)) != nil)
    try await machine.git("checkout", "--quiet", "HEAD~1", in: clone)
    #expect(bytes(clone + "/weights/mine.bin") == Data("first".utf8))
  }

  @Test(arguments: clones) func `listings and status`(_ words: [String]) async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(words, model)
    _ = try await commit(machine, in: clone)
    let tip = try await machine.git("rev-parse", "origin/main", in: clone)
    for question in [
      ["ls-files", "--all"], ["ls-files", tip, "HEAD"], ["status"], ["fsck", "--pointers", "\(tip)..HEAD"],
    ] {
      let expected = try await machine.run("git", ["lfs"] + question, in: clone)
      let answer = try await machine.run(Sandbox.program, question, in: clone)
      #expect(answer.status == expected.status, "\(question): \(answer.errors)")
      #expect(answer.outputLines.sorted() == expected.outputLines.sorted(), "\(question)")
      if question[0] != "fsck" { #expect(answer.output.contains("weights/mine.bin"), "\(question)") }
    }
  }

  @Test(arguments: clones) func `fetch --all`(_ words: [String]) async throws {
    let model = try ServedModel()
    var left: [[String]] = []
    for program in [["git", "lfs"], [Sandbox.program]] {
      let (machine, clone) = try await clone(words, model)
      _ = try await machine.run("git", ["config", "--unset-all", "lfs.fetchexclude"], in: clone)
      try? FileManager.default.removeItem(atPath: clone + "/.git/lfs/objects")
      let outcome = try await machine.run(program[0], program.dropFirst() + ["fetch", "--all"], in: clone)
      #expect(outcome.status == 0, "\(outcome.errors)")
      left.append(FileTree.paths(in: clone + "/.git/lfs/objects"))
    }
    #expect(left[0] == left[1])
    #expect(left[1].count > 100)
  }

  @Test(arguments: clones) func `a push without content is stopped`(_ words: [String]) async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(words, model)
    _ = try await commit(machine, in: clone)
    try await machine.git("remote", "set-url", "--push", "origin", model.folder, in: clone)
    try await machine.git("config", "lfs.url", model.url() + "/info/lfs", in: clone)
    try await machine.lfsfetch("hooks", "uninstall", in: clone)
    try? FileManager.default.removeItem(atPath: clone + "/.git/hooks/pre-push")
    try await machine.lfsfetch("hooks", "install", "--only", "pre-push", in: clone)
    let stopped = try await machine.run("git", ["push", "--quiet", "origin", "HEAD:main"], in: clone)
    #expect(stopped.status == 1)
    #expect(stopped.errors.contains("does not have 2 objects\n"), "\(stopped.errors)")
  }

  @Test func `the remote that has a commit is found`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(Self.clones[0], model)
    try await machine.git("remote", "rename", "origin", "upstream", in: clone)
    try await machine.git("remote", "add", "origin", "http://127.0.0.1:1/nothing.git", in: clone)
    try await machine.git("config", "lfs.remote.autodetect", "true", in: clone)
    try await machine.git(
      "update-ref", "refs/remotes/origin/main", machine.git("commit-tree", "-m", "x", "HEAD^{tree}", in: clone),
      in: clone)
    try FileManager.default.removeItem(atPath: clone + "/.git/lfs/objects")
    try machine.sandbox.write(try await model.pointer("weights/model.bin").text, to: "pointer")
    let outcome = try await machine.run(
      Sandbox.program, ["smudge", "weights/model.bin"], in: clone, input: machine.sandbox.folder + "/pointer")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func `a mirror that is shallow`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(Self.clones[1], model)
    try await model.commit(["README.md": "changed again\n"])
    try await machine.git("clone", "--quiet", "--mirror", "--depth", "1", model.url(), "mirror.git")
    let mirror = machine.work + "/mirror.git"
    try await machine.lfsfetch("hooks", "install", in: mirror)
    try await machine.git("config", "receive.shallowUpdate", "true", in: mirror)
    try await machine.git("pull", "--quiet", in: clone)
    let pointer = try await model.pointer("weights/model.bin", at: "v1")
    try machine.sandbox.write(pointer.text, to: "pointer")
    let blob = try await machine.git("hash-object", "-w", machine.sandbox.folder + "/pointer", in: clone)
    try await machine.git("update-index", "--add", "--cacheinfo", "100644,\(blob),back.bin", in: clone)
    try await machine.git("commit", "--quiet", "--message", "Back", in: clone)
    let pushed = try await machine.run(
      "git", ["push", "--quiet", mirror, "HEAD:main"], in: clone, environment: ["GIT_LFS_SKIP_PUSH": "1"])
    #expect(pushed.status == 0, "\(pushed.errors)")
    #expect(
      fileStatus("\(mirror)/lfs/objects/\(pointer.oid.prefix(2))/\(pointer.oid.dropFirst(2).prefix(2))/\(pointer.oid)")
        != nil, "\(pushed.errors)")
  }
}
