import Foundation
import Testing

/// `ls-files`, `env`, `fsck` and `prune` tell and do what those of git-lfs tell and do.
@Suite struct RepositoryQueryTests {
  /// A clone with some content, a staged file, a changed one and a missing one.
  private func clone(_ model: ServedModel, _ machine: GitMachine, name: String = "clone") async throws -> String {
    let clone = try await machine.clone(model.url(), "-c", "lfs.fetchexclude=shards", name: name)
    try machine.sandbox.write("new", to: "work/\(name)/weights/new.bin")
    try await machine.git("add", "weights/new.bin", in: clone)
    try machine.sandbox.write("changed", to: "work/\(name)/weights/tool.bin")
    try FileManager.default.removeItem(atPath: clone + "/weights/copy-a.bin")
    return clone
  }

  static let listings: [[String]] = [
    [], ["--long"], ["-l", "-s"], ["-n"], ["--name-only", "--size"], ["--debug"], ["v1"], ["v1", "v2"],
    ["origin/feature/other"], ["--all"], ["-a", "-l"], ["--deleted"], ["--deleted", "origin/feature/other"],
    ["-I", "weights"], ["--include=*.bin", "--exclude=shards,weights/m*"], ["-X", "shards"],
  ]

  @Test(arguments: listings) func `ls-files`(_ words: [String]) async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.gitLFS)
    let clone = try await clone(model, machine)
    let expected = try await machine.run("git", ["lfs", "ls-files"] + words, in: clone)
    let answer = try await machine.run(Sandbox.program, ["ls-files"] + words, in: clone)
    #expect(expected.status == 0 && answer.status == 0, "\(answer.errors)")
    #expect(answer.outputLines.sorted() == expected.outputLines.sorted())
    #expect(answer.outputLines.count > 0)
  }

  @Test func `ls-files for programs`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.gitLFS)
    let clone = try await clone(model, machine)
    func parse(_ text: String) throws -> NSDictionary {
      try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
    }
    let answer = try await parse(machine.lfsfetch("ls-files", "--json", in: clone))
    #expect(try await answer == parse(machine.git("lfs", "ls-files", "--json", in: clone)))
    let unknown = try await machine.run(Sandbox.program, ["ls-files", "nothing"], in: clone)
    #expect(unknown.status == 3)
    #expect(unknown.errors.contains("error: `nothing` is no commit of this repository"))
  }

  @Test func `env`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.gitLFS)
    let clone = try await clone(model, machine)
    try await machine.git("remote", "add", "other", "https://example.com/org/name", in: clone)
    try await machine.git("config", "lfs.concurrenttransfers", "3", in: clone)
    try await machine.git("worktree", "add", "--quiet", "../tree", "v1", in: clone)
    let borrowing = try await machine.clone(model.url(), "--reference", clone, name: "borrowing")
    let different = ["git-lfs/", "git version ", "DownloadTransfers=", "UploadTransfers=", "GIT_"]
    func lines(_ text: String) -> [Substring] {
      text.split(separator: "\n").filter { line in !different.contains { line.hasPrefix($0) } }
    }
    for folder in [clone, machine.work + "/tree", borrowing, clone + "/weights"] {
      let expected = try await machine.git("lfs", "env", in: folder)
      #expect(try await lines(machine.lfsfetch("env", in: folder)) == lines(expected), "\(folder)")
    }
    try await machine.git("config", "lfs.tustransfers", "true", in: clone)
    for (name, direction) in [("depot", "both"), ("up", "upload"), ("down", "download")] {
      try await machine.git("config", "lfs.customtransfer.\(name).path", "/bin/false", in: clone)
      try await machine.git("config", "lfs.customtransfer.\(name).direction", direction, in: clone)
    }
    try machine.sandbox.write(
      "[lfs]\n\turl = http://named.example\n[lfs \"http://named.example\"]\n\taccess = basic\n[core]\n\taskpass = no\n",
      to: "work/clone/.lfsconfig")
    let expected = try await machine.run(
      "git", ["lfs", "env"], in: clone, environment: ["GIT_LFS_SKIP_DOWNLOAD_ERRORS": "1"])
    let answer = try await machine.run(
      Sandbox.program, ["env"], in: clone, environment: ["GIT_LFS_SKIP_DOWNLOAD_ERRORS": "1"])
    #expect(lines(answer.output) == lines(expected.output))
    // LFS over ssh alone is what git-lfs has and lfsfetch has not.
    for name in ["DownloadTransfers=", "UploadTransfers="] {
      let line = try #require(expected.output.split(separator: "\n").first { $0.hasPrefix(name) })
      #expect(answer.output.contains(line.replacingOccurrences(of: ",ssh", with: "") + "\n"), "\(answer.output)")
    }
    #expect(answer.errors == expected.errors)
    let outside = try await machine.lfsfetch("env", environment: ["GIT_CEILING_DIRECTORIES": machine.sandbox.folder])
    #expect(outside.contains("LocalWorkingDir=\n"))
    #expect(try await machine.lfsfetch("version").hasPrefix("git-lfs/3.3.0 (lfsfetch "))
  }

  @Test(arguments: [
    [], ["--objects"], ["--pointers"], ["--dry-run"], ["v1"], ["origin/broken"], ["v1..v2"], ["v1..origin/broken"],
    ["--pointers", "origin/broken~1..origin/broken"],
  ])
  func `fsck finds what git lfs fsck finds`(_ words: [String]) async throws {
    let model = try ServedModel()
    let (machine, reference) = try await (GitMachine(.gitLFS), GitMachine(.gitLFS))
    var answers: [(status: Int32, lines: [String], bad: [String])] = []
    for (machine, program) in [(reference, ["git", "lfs"]), (machine, [Sandbox.program])] {
      let clone = try await machine.clone(model.url(), "-c", "lfs.fetchexclude=shards")
      let oid = try await model.pointer("nested/a/b/c/deep.bin").oid
      let media = GitMachine.media(oid, in: clone)
      try #require(truncate(media, 100) == 0)
      try FileManager.default.removeItem(
        atPath: GitMachine.media(try await model.pointer("weights/one-byte.bin").oid, in: clone))
      // Of a file as young as the index git is not sure: git-lfs would have it looked at, and so make its object again.
      _ = try await machine.run("touch", [clone + "/.git/index"])
      let outcome = try await machine.run(program[0], program.dropFirst() + ["fsck"] + words, in: clone)
      let lines = outcome.output.replacingOccurrences(of: clone, with: "CLONE").split(separator: "\n").map(String.init)
      answers.append((outcome.status, lines.sorted(), FileTree.paths(in: clone + "/.git/lfs/bad")))
    }
    #expect(answers[0].status == answers[1].status)
    #expect(answers[0].lines == answers[1].lines)
    #expect(answers[0].bad == answers[1].bad)
  }

  @Test func `fsck --repair brings back what is damaged, in the store, too`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine()
    let clone = try await machine.clone(model.url())
    let pointer = try await model.pointer("weights/model.bin")
    let media = GitMachine.media(pointer.oid, in: clone)
    chmod(media, 0o644)
    let file = try FileHandle(forUpdating: URL(filePath: media))
    try file.write(contentsOf: Data("damaged".utf8))
    try file.close()
    try FileManager.default.removeItem(
      atPath: GitMachine.media(try await model.pointer("weights/tool.bin").oid, in: clone))
    let repaired = try await machine.run(Sandbox.program, ["fsck", "--repair"], in: clone)
    #expect(repaired.status == 0, "\(repaired.errors)")
    #expect(repaired.outputLines.filter { $0.hasPrefix("objects: repaired: weights/") }.count == 2)
    #expect(try await sha256(media) == pointer.oid)
    #expect(try await sha256(machine.stored(pointer.oid)) == pointer.oid)
    #expect(try await machine.git("lfs", "fsck", in: clone) == "Git LFS fsck OK")
  }

  static let prunings: [[String]] = [
    [], ["--recent"], ["--force"], ["--dry-run"], ["--force", "--dry-run"],
    ["--recent", "--verify-remote"],
  ]

  @Test(arguments: prunings) func `prune removes what git lfs prune removes`(_ words: [String]) async throws {
    let model = try ServedModel()
    var answers: [(lines: [String], left: [String])] = []
    for program in [["git", "lfs"], [Sandbox.program]] {
      let machine = try await GitMachine(.gitLFS)
      let clone = try await machine.clone(model.url(), "-c", "lfs.fetchrecentcommitsdays=1")
      for revision in ["v1", "origin/feature/other"] {
        try await machine.git("checkout", "--quiet", revision, in: clone)
      }
      // A commit that is not pushed, a stash, and another work tree.
      try await machine.git("checkout", "--quiet", "main", in: clone)
      try machine.sandbox.write("not pushed", to: "work/clone/weights/mine.bin")
      try await machine.git("add", ".", in: clone)
      try await machine.git(
        "commit", "--quiet", "--message", "Mine", in: clone,
        environment: ["GIT_COMMITTER_DATE": "1700000000 +0000", "GIT_AUTHOR_DATE": "1700000000 +0000"])
      try machine.sandbox.write("stashed", to: "work/clone/weights/model.bin")
      try await machine.git(
        "stash", "--quiet", in: clone,
        environment: ["GIT_COMMITTER_DATE": "1700000000 +0000", "GIT_AUTHOR_DATE": "1700000000 +0000"])
      try await machine.git("worktree", "add", "--quiet", "../tree", "v1", in: clone)
      let outcome = try await machine.run(program[0], program.dropFirst() + ["prune"] + words, in: clone)
      #expect(outcome.status == 0, "\(program): \(outcome.errors)")
      let lines = outcome.output.split(separator: "\n").filter { $0.contains("would be") || $0.hasPrefix(" * ") }
        .map { $0.hasSuffix(", done.") ? String($0.dropLast(7)) : String($0) }
      answers.append((lines.sorted(), FileTree.paths(in: clone + "/.git/lfs/objects")))
    }
    #expect(answers[0].left == answers[1].left)
    #expect(answers[0].lines == answers[1].lines)
  }

  @Test(arguments: [["git", "lfs"], [Sandbox.program]])
  func `prune keeps what is recent, whichever remote is asked for it`(_ program: [String]) async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.gitLFS)
    let clone = try await machine.clone(
      model.url(), "-c", "lfs.pruneremotetocheck=elsewhere", "-c", "lfs.fetchrecentrefsdays=36500")
    try await machine.git("checkout", "--quiet", "origin/feature/other", in: clone)
    try await machine.git("checkout", "--quiet", "main", in: clone)
    let before = FileTree.paths(in: clone + "/.git/lfs/objects")
    let outcome = try await machine.run(program[0], program.dropFirst() + ["prune"], in: clone)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(FileTree.paths(in: clone + "/.git/lfs/objects") == before)
  }

  @Test func `prune does not remove what the remote lacks`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine()
    let clone = try await machine.clone(model.url())
    let oid = try await model.pointer("weights/model.bin", at: "v1").oid
    try await machine.git("checkout", "--quiet", "v1", in: clone)
    try await machine.git("checkout", "--quiet", "main", in: clone)
    try FileManager.default.removeItem(atPath: model.objects + "/" + oid)
    let refused = try await machine.run(Sandbox.program, ["prune", "--verify-remote"], in: clone)
    #expect(refused.status == 3)
    #expect(refused.errors.contains("caused by: \(oid)"))
    #expect(refused.output == "prune: 130 local objects, 129 retained, 0 verified with remote, done.\n")
    #expect(fileStatus(GitMachine.media(oid, in: clone)) != nil)
    try await machine.lfsfetch("prune", in: clone)
    #expect(fileStatus(GitMachine.media(oid, in: clone)) == nil)
  }

  /// git-lfs takes everything to be in such a remote, and removes what may be the only copy.
  @Test func `prune looks into a remote of this machine`() async throws {
    let model = try ServedModel()
    let oid = try await model.pointer("weights/model.bin", at: "v1").oid
    let machine = try await GitMachine()
    let clone = try await machine.clone(model.url())
    try await machine.git("checkout", "--quiet", "v1", in: clone)
    try await machine.git("checkout", "--quiet", "main", in: clone)
    try await machine.git("clone", "--quiet", "--bare", clone, "shared.git")
    let shared = machine.work + "/shared.git"
    try FileManager.default.copyItem(atPath: clone + "/.git/lfs", toPath: shared + "/lfs")
    try await machine.git("remote", "set-url", "origin", "file://" + shared, in: clone)
    let object = "\(shared)/lfs/objects/\(oid.prefix(2))/\(oid.dropFirst(2).prefix(2))/\(oid)"
    try FileManager.default.moveItem(atPath: object, toPath: shared + "/aside")
    let refused = try await machine.run(Sandbox.program, ["prune", "--verify-remote"], in: clone)
    #expect(refused.status == 3)
    #expect(refused.errors.contains("caused by: \(oid)"), "\(refused.errors)")
    #expect(fileStatus(GitMachine.media(oid, in: clone)) != nil)
    try FileManager.default.moveItem(atPath: shared + "/aside", toPath: object)
    try await machine.lfsfetch("prune", "--verify-remote", in: clone)
    #expect(fileStatus(GitMachine.media(oid, in: clone)) == nil)
  }
}
