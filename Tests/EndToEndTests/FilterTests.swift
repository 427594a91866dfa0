import Fixtures
import Foundation
import Testing

/// Git with lfsfetch's filter does what git with git-lfs's filter does.
@Suite struct FilterTests {
  @Test func `a clone is the same as with git-lfs, and one checkout is one download`() async throws {
    let model = try ServedModel()
    let reference = try await GitMachine(.gitLFS)
    let expected = try await FileTree.of(reference.clone(model.url()))
    let before = try await model.requests()
    let machine = try await GitMachine()
    let clone = try await machine.clone(model.url())
    let requests = try await model.requests().dropFirst(before.count)
    #expect(try await FileTree.of(clone) == expected)
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
    #expect(try await machine.git("lfs", "fsck", in: clone) == "Git LFS fsck OK")
    // 129 objects: two requests are the fewest that servers take.
    #expect(Array(requests).batches.count == 2)
    #expect(Set(Array(requests).objects.map(\.uri)).count == 129)
  }

  @Test func `git does not wait for a sync, which a later command makes`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine()
    let runs = machine.sandbox.cache + "/runs"
    func marks() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: runs) }
    _ = try await machine.clone(model.url())
    let debt = try #require(try marks().first)
    #expect(try marks().count == 1 && debt.contains(".owed."))
    // Nothing is fetched, so nothing is synced.
    try await machine.git("clone", "--quiet", model.url(), "again")
    #expect(try marks() == [debt])
    // What stands there for longer is synced by the filter itself.
    let longAgo = Date.now.addingTimeInterval(-61)
    try FileManager.default.setAttributes([.modificationDate: longAgo], ofItemAtPath: runs + "/" + debt)
    try await machine.git("checkout", "--quiet", "feature/other", in: machine.work + "/again")
    #expect(try marks() == [])
    try await machine.git("checkout", "--quiet", "v1", in: machine.work + "/again")
    #expect(try marks().count == 1)
    try await machine.git("clone", "--quiet", "--no-checkout", model.url(), "third")
    try await machine.lfsfetch("fetch", in: machine.work + "/third")
    #expect(try marks() == [])
  }

  @Test(.timeLimit(.minutes(3)))
  func `objects are fetched while git still tells of further files`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine()
    let clone = try await machine.clone(model.url(), environment: ["GIT_LFS_SKIP_SMUDGE": "1"])
    let pipe = machine.work + "/pipe"
    try #require(mkfifo(pipe, 0o600) == 0)
    let git = try FileHandle(forUpdating: URL(filePath: pipe))
    let filter = try Launch(
      Sandbox.program, ["filter-process"], environment: machine.environment, in: clone, input: pipe)
    func tell(_ packets: String?...) throws {
      let text = packets.map { $0.map { String(format: "%04x", $0.utf8.count + 4) + $0 } ?? "0000" }.joined()
      try git.write(contentsOf: Data(text.utf8))
    }
    try tell("git-filter-client\n", "version=2\n", nil, "capability=smudge\n", "capability=delay\n", nil)
    var oids: [String] = []
    for path in GitMachine.pointers(in: clone).sorted() {
      let pointer = try String(contentsOfFile: clone + "/" + path, encoding: .utf8)
      try tell("command=smudge\n", "pathname=\(path)\n", "can-delay=1\n", nil, pointer, nil)
      oids.append(pointer.split(separator: "\n")[1].split(separator: ":").last.map(String.init) ?? "")
    }
    // Git has not asked for any of them yet.
    try #require(Set(oids).count > 100)
    var there = 0
    while there < 100 {
      there = Set(oids).filter { fileStatus(machine.stored($0)) != nil }.count
      try await Task.sleep(for: .milliseconds(10))
    }
    // The rest is too little for a request of its own, and is asked for when git has no more to tell.
    #expect(there == 100)
    filter.send(SIGTERM)
    _ = try await filter.outcome()
  }

  @Test func `a cache that cannot be used is told, and nobody waits for it`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine()
    try? FileManager.default.removeItem(atPath: machine.sandbox.cache)
    try Data().write(to: URL(filePath: machine.sandbox.cache))
    let failed = try await machine.run("git", ["clone", "--quiet", model.url(), "clone"])
    #expect(failed.status == 128)
    #expect(failed.errors.contains("cannot use the cache `\(machine.sandbox.cache)`"), "\(failed.errors)")
  }

  @Test func `branches are switched and nothing is fetched twice`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine()
    let clone = try await machine.clone(model.url())
    let before = try await model.requests().objects.count
    for branch in ["feature/other", "main", "v1", "feature/other", "main"] {
      try await machine.git("checkout", "--quiet", branch, in: clone)
      #expect(try await machine.git("status", "--porcelain", in: clone) == "", "\(branch)")
      #expect(GitMachine.pointers(in: clone) == [], "\(branch)")
    }
    // weights/model.bin of two more commits, and weights/other.bin.
    #expect(try await model.requests().objects.count == before + 3)
    // Another clone finds everything in the store.
    try await machine.git("clone", "--quiet", model.url(), "again")
    #expect(try await model.requests().objects.count == before + 3)
    let both = try await (FileTree.of(clone), FileTree.of(machine.work + "/again"))
    #expect(both.0 == both.1)
  }

  @Test func `objects are one file on the disk, and an edit does not reach them`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine()
    let clone = try await machine.clone(model.url())
    let pointer = try await model.pointer("weights/model.bin")
    let media = GitMachine.media(pointer.oid, in: clone)
    #expect(try await sha256(media) == pointer.oid)
    let (one, other) = try (#require(fileStatus(media)), #require(fileStatus(machine.stored(pointer.oid))))
    // A reflink has an inode of its own, a hard link has not.
    #expect(one.st_ino == other.st_ino || one.st_nlink == 1)
    let file = try FileHandle(forUpdating: URL(filePath: clone + "/weights/model.bin"))
    try file.write(contentsOf: Data("edited".utf8))
    try file.close()
    #expect(try await sha256(media) == pointer.oid)
    #expect(try await sha256(machine.stored(pointer.oid)) == pointer.oid)
  }

  @Test func `what is added is the same for git as with git-lfs`() async throws {
    func indexAfterAdding(_ machine: GitMachine) async throws -> String {
      let folder = machine.work + "/new"
      try await machine.git("init", "--quiet", folder)
      try machine.sandbox.write("*.bin filter=lfs diff=lfs merge=lfs -text\n", to: "work/new/.gitattributes")
      for (name, size) in [("large", 3_000_000), ("1023", 1023), ("1024", 1024), ("one", 1), ("empty", 0)] {
        try noise(size).write(to: URL(filePath: folder + "/\(name).bin"))
      }
      let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "a", count: 64))\n"
      try machine.sandbox.write(pointer + "size 12\n", to: "work/new/pointer.bin")
      try machine.sandbox.write(pointer + "no size\n", to: "work/new/almost.bin")
      try await machine.git("add", ".", in: folder)
      return try await machine.git("ls-files", "--stage", in: folder)
    }
    let reference = try await GitMachine(.gitLFS)
    let machine = try await GitMachine()
    let index = try await indexAfterAdding(machine)
    #expect(try await index == indexAfterAdding(reference))
    let folder = machine.work + "/new"
    #expect(
      FileTree.paths(in: folder + "/.git/lfs/objects") == FileTree.paths(in: reference.work + "/new/.git/lfs/objects"))
    #expect(FileTree.paths(in: folder + "/.git/lfs/tmp") == [])
    for path in FileTree.paths(in: folder + "/.git/lfs/objects") {
      #expect(try await sha256("\(folder)/.git/lfs/objects/\(path)") == (path as NSString).lastPathComponent)
    }
  }

  struct Skipping: Sendable, CustomStringConvertible {
    let description: String
    var environment: [String: String] = [:]
    var install: [String] = ["install"]
    var clone: [String] = []
    let content: Set<String>
  }

  static let skipping = [
    Skipping(description: "by the environment", environment: ["GIT_LFS_SKIP_SMUDGE": "1"], content: []),
    Skipping(description: "by the installation", install: ["install", "--skip-smudge"], content: []),
    Skipping(
      description: "all but what is included",
      clone: ["-c", "lfs.fetchinclude=weights/one-byte.bin,nested"],
      content: ["weights/one-byte.bin", "nested/a/b/c/deep.bin"]),
    Skipping(
      description: "what is excluded", clone: ["-c", "lfs.fetchexclude=shards, weights/*, nested/**"], content: []),
  ]

  @Test(arguments: skipping) func `pointers stay where content is not wanted`(_ skipping: Skipping) async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.none)
    _ = try await machine.run(Sandbox.program, skipping.install)
    let outcome = try await machine.run(
      "git", ["clone", "--quiet"] + skipping.clone + [model.url(), "clone"], environment: skipping.environment)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let clone = machine.work + "/clone"
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
    let all = try await machine.git("lfs", "ls-files", "--name-only", in: clone).split(separator: "\n").map(String.init)
    let pointers = Set(GitMachine.pointers(in: clone))
    let empty = Set(["weights/empty.bin"])
    let tracked = Set(all.map { $0 == "\"weights/gr\\303\\266\\303\\237e.bin\"" ? "weights/größe.bin" : $0 })
    #expect(tracked.subtracting(pointers).subtracting(empty) == skipping.content, "\(skipping)")
    #expect(try await model.requests().objects.count == skipping.content.count)
  }

  @Test func `an object that cannot be had stops git and is named`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine()
    let arguments = ["clone", "--quiet", "--branch", "broken", model.url(), "clone"]
    let failed = try await machine.run("git", arguments)
    #expect(failed.status == 128)
    #expect(failed.errors.contains("error: cannot download `broken/missing.bin`"))
    #expect(failed.errors.contains("(404)"))
    let passed = try await machine.run("git", ["-c", "lfs.skipdownloaderrors=true"] + arguments.dropLast() + ["other"])
    #expect(passed.status == 0, "\(passed.errors)")
    #expect(passed.errors.contains("error: cannot download `broken/missing.bin`"))
    #expect(
      GitMachine.pointers(in: machine.work + "/other").sorted() == ["broken/malformed.bin", "broken/missing.bin"])
  }

  @Test func `what should have been pointers is left as it is, and named`() async throws {
    let machine = try await GitMachine(.none)
    try await machine.git("init", "--quiet", "source")
    let source = machine.work + "/source"
    try machine.sandbox.write("*.bin filter=lfs diff=lfs merge=lfs -text\n", to: "work/source/.gitattributes")
    let contents = [
      "small.bin": "no pointer", "large.bin": String(repeating: "no pointer\n", count: 300), "empty.bin": "",
    ]
    for (name, content) in contents { try machine.sandbox.write(content, to: "work/source/" + name) }
    try await machine.git("add", ".", in: source)
    try await machine.git("commit", "--quiet", "--message", "One", in: source)
    try await machine.lfsfetch("install")
    let outcome = try await machine.run("git", ["clone", "--quiet", source, "clone"])
    #expect(outcome.status == 0)
    #expect(
      outcome.errors
        == "warning: LFS files whose content is no pointer were left as they are: `large.bin`, `small.bin`\n")
    for (name, content) in contents { #expect(bytes(machine.work + "/clone/" + name) == Data(content.utf8)) }
  }

  @Test func `errors are skipped where that is wanted`() async throws {
    let machine = try await GitMachine()
    try await machine.git("init", "--quiet", "repository")
    let folder = machine.work + "/repository"
    try await machine.git("config", "lfs.url", "nonsense://host/path", in: folder)
    let pointer =
      "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "a", count: 64))\nsize 9\n"
    let input = try machine.sandbox.write(pointer, to: "pointer")
    let refused = try await machine.run(Sandbox.program, ["smudge", "a.bin"], in: folder, input: input)
    #expect(refused.status == 2)
    let skipped = try await machine.run(
      Sandbox.program, ["smudge", "a.bin"], in: folder, environment: ["GIT_LFS_SKIP_DOWNLOAD_ERRORS": "1"], input: input
    )
    #expect(skipped.status == 0)
    #expect(skipped.output == pointer)
  }

  @Test func `a filter of single files does the same`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine()
    try await machine.git("config", "--global", "--unset", "filter.lfs.process")
    let clone = try await machine.clone(model.url(), "-c", "lfs.fetchexclude=shards")
    let reference = try await GitMachine(.gitLFS)
    let expected = try await reference.clone(model.url(), "-c", "lfs.fetchexclude=shards")
    #expect(try await FileTree.of(clone) == FileTree.of(expected))
    try noise(5000).write(to: URL(filePath: clone + "/weights/new.bin"))
    try noise(5000).write(to: URL(filePath: expected + "/weights/new.bin"))
    try await machine.git("add", ".", in: clone)
    try await reference.git("add", ".", in: expected)
    #expect(try await machine.git("write-tree", in: clone) == reference.git("write-tree", in: expected))
  }

  @Test func `objects that git-lfs has fetched are used`() async throws {
    let model = try ServedModel()
    let reference = try await GitMachine(.gitLFS)
    let clone = try await reference.clone(model.url())
    let before = try await model.requests().objects.count
    try await reference.lfsfetch("install", "--force")
    // From its own media folder, and, in a clone that borrows from it, from there.
    try await reference.git("rm", "--quiet", "--cached", "-r", ".", in: clone)
    try await reference.git("reset", "--quiet", "--hard", in: clone)
    let borrowing = try await reference.clone(model.url(), "--reference", clone, name: "borrowing")
    #expect(try await FileTree.of(borrowing) == FileTree.of(clone))
    #expect(GitMachine.pointers(in: borrowing) == [])
    #expect(try await model.requests().objects.count == before)
  }

  @Test func `work trees share the objects`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine()
    let clone = try await machine.clone(model.url())
    try await machine.git("worktree", "add", "--quiet", "../tree", "v1", in: clone)
    let tree = machine.work + "/tree"
    #expect(try await sha256(tree + "/weights/model.bin") == model.pointer("weights/model.bin", at: "v1").oid)
    #expect(try await machine.git("status", "--porcelain", in: tree) == "")
    let oid = try await model.pointer("weights/model.bin", at: "v1").oid
    #expect(fileStatus(GitMachine.media(oid, in: clone)) != nil)
  }
}
