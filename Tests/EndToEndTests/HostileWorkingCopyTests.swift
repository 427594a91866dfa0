import Fixtures
import Foundation
import Testing

/// Repositories and surroundings that mean harm, or are merely odd, do none.
@Suite struct HostileWorkingCopyTests {
  private func pointers(of model: ServedModel, _ branch: String) async throws -> (GitMachine, String) {
    let machine = try await GitMachine()
    let clone = try await machine.clone(
      model.url(), "--branch", branch, environment: ["GIT_LFS_SKIP_SMUDGE": "1"])
    return (machine, clone)
  }

  @Test func `programs that are planted in the PATH and the working directory are never run`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await pointers(of: model, "main")
    let mark = machine.sandbox.folder + "/mark"
    for folder in ["planted", "work/clone"] {
      for name in ["git", "git-lfs", "ssh", "sh", "curl"] {
        let path = try machine.sandbox.write("#!/bin/sh\necho \(name) >>\(mark)\n", to: folder + "/" + name)
        chmod(path, 0o755)
      }
    }
    try await machine.git("config", "core.fsmonitor", "./git", in: clone)
    try await machine.git("config", "core.sshCommand", "./ssh", in: clone)
    try await machine.git("config", "credential.helper", "!./git", in: clone)
    try machine.sandbox.write(
      "[lfs]\n  standalonetransferagent = planted\n[lfs \"customtransfer.planted\"]\n  path = \(clone)/sh\n"
        + "[core]\n  sshCommand = \(clone)/ssh\n", to: "work/clone/.lfsconfig")
    let environment = ["PATH": machine.sandbox.folder + "/planted:.:", "GIT_SSH": "./ssh", "GIT_ASKPASS": "./git"]
    for words in [["pull"], ["ls-files"], ["fsck"], ["status"], ["env"], ["prune"], ["fetch", "--all"]] {
      _ = try await machine.run(Sandbox.program, words, in: clone, environment: environment)
    }
    #expect(try await sha256(clone + "/weights/model.bin") == model.pointer("weights/model.bin").oid)
    #expect(!FileManager.default.fileExists(atPath: mark))
  }

  @Test func `control characters in names do not reach a terminal through errors`() async throws {
    let model = try ServedModel()
    let missing =
      "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "0", count: 64))\nsize 12\n"
    let blob = try await model.blob(missing)
    let attributes = try await model.blob("* filter=lfs\n")
    try await model.branch(
      "escapes", withTree: ["100644 blob \(attributes)\t.gitattributes", "100644 blob \(blob)\t\u{1B}[2Jx\u{7}\ny"])
    let (machine, clone) = try await pointers(of: model, "escapes")
    for words in [["fetch"], ["pull"], ["checkout"]] {
      let outcome = try await machine.run(Sandbox.program, words, in: clone)
      #expect(!outcome.errors.contains("\u{1B}") && !outcome.errors.contains("\u{7}"))
      if words != ["checkout"] { #expect(outcome.errors.contains("\\u{1b}[2Jx")) }
    }
    try await Tool.run("sh", ["-c", "rm -f *x*"], in: clone)
    let checkout = try await machine.run("git", ["checkout", "--quiet", "--force", "."], in: clone)
    #expect(checkout.errors.contains("cannot download `\\u{1b}[2Jx"))
  }

  // Other systems do not take such names.
  #if os(Linux)
    @Test func `names that are not text`() async throws {
      let model = try ServedModel()
      let machine = try await GitMachine()
      let pointer = try await model.blob(model.pointer("weights/one-byte.bin").text)
      let attributes = try await model.blob("*.bin filter=lfs\n")
      let listing = machine.sandbox.folder + "/listing"
      let lines = "100644 blob \(attributes)\\t.gitattributes\\000100644 blob \(pointer)\\t\\337\\n.bin\\000"
      try await Tool.run("sh", ["-c", "printf '\(lines)' >\(listing)"])
      try await model.git("update-ref", "refs/heads/raw", model.commitTree(listedIn: listing))
      let check = ["-c", "test x = \"$(cat \"$(printf '\\337\\n.bin')\")\""]
      let clone = try await machine.clone(model.url(), "--branch", "raw")
      try await Tool.run("sh", check, in: clone)
      let other = try await machine.clone(
        model.url(), "--branch", "raw", name: "other", environment: ["GIT_LFS_SKIP_SMUDGE": "1"])
      try await machine.lfsfetch("pull", in: other)
      try await Tool.run("sh", check, in: other)
      #expect(try await machine.git("status", "--porcelain", in: other) == "")
    }

    @Test func `a cache on another file system`() async throws {
      let model = try ServedModel()
      let (machine, clone) = try await pointers(of: model, "main")
      let cache = "/dev/shm/lfsfetch-test-\(UUID().uuidString)"
      defer { try? FileManager.default.removeItem(atPath: cache) }
      try await machine.lfsfetch("pull", in: clone, environment: ["LFSFETCH_CACHE": cache])
      #expect(try await machine.git("lfs", "fsck", in: clone) == "Git LFS fsck OK")
      // And back: what the repository has is taken over into an empty cache.
      try FileManager.default.removeItem(atPath: cache)
      let before = try await model.requests().objects.count
      try await machine.lfsfetch("pull", in: clone, environment: ["LFSFETCH_CACHE": cache])
      #expect(try await model.requests().objects.count == before)
      let oid = try await model.pointer("weights/model.bin").oid
      #expect(try await sha256("\(cache)/objects/\(oid.prefix(2))/\(oid.dropFirst(2))") == oid)
    }
  #endif

  @Test func `archives, submodules and stashes`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine()
    let clone = try await machine.clone(model.url(), environment: ["GIT_LFS_SKIP_SMUDGE": "1"])
    try await machine.git("archive", "--output=../archive.tar", "HEAD", "nested", "weights/tool.bin", in: clone)
    try await Tool.run("tar", ["-xf", "archive.tar"], in: machine.work)
    #expect(try await sha256(machine.work + "/weights/tool.bin") == model.pointer("weights/tool.bin").oid)
    try await machine.git("init", "--quiet", "outer")
    let outer = machine.work + "/outer"
    try await machine.git("submodule", "--quiet", "add", model.url(), "inner", in: outer)
    #expect(GitMachine.pointers(in: outer + "/inner") == [])
    try machine.sandbox.write("stashed", to: "work/outer/inner/weights/tool.bin")
    try await machine.git("stash", "--quiet", in: outer + "/inner")
    try await machine.git("stash", "pop", "--quiet", in: outer + "/inner")
    #expect(bytes(outer + "/inner/weights/tool.bin") == Data("stashed".utf8))
    try await machine.lfsfetch("pull", in: outer + "/inner")
    #expect(try await machine.lfsfetch("env", in: outer + "/inner").contains("LocalGitDir=\(outer)/.git/modules/inner"))
  }

  @Test func `a filter that is killed leaves nothing half done`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine()
    let url = model.url("/slow")
    let clone = try Launch(
      "git", ["clone", "--quiet", url, "clone"], environment: machine.environment, in: machine.work)
    let oid = try await model.pointer("weights/model.bin").oid
    let start = ContinuousClock.now
    while machine.sandbox.journalledBytes(of: oid) < 500_000 {
      try await Task.sleep(for: .milliseconds(2))
      try #require(ContinuousClock.now - start < .seconds(50), "the journal does not grow")
    }
    clone.send(SIGKILL)
    _ = try await clone.outcome()
    // The filter notices within half a second that nobody waits for it any more, and ends: of its run there is only
    // the sync that it owes.
    while !machine.sandbox.cachedFiles("runs").allSatisfy({ $0.contains(".owed.") }) {
      try await Task.sleep(for: .milliseconds(10))
      try #require(ContinuousClock.now - start < .seconds(50), "the filter goes on without git")
    }
    let before = try await model.requests().objects.filter { $0.uri.contains(oid) }.bodyBytes
    try FileManager.default.removeItem(atPath: machine.work + "/clone")
    let again = try await machine.clone(url)
    #expect(try await sha256(again + "/weights/model.bin") == oid)
    let total = try await model.requests().objects.filter { $0.uri.contains(oid) }.bodyBytes
    #expect(total - before < 3 << 20, "what was there is not fetched again")
  }
}
