import Foundation
import Testing

/// What `lfsfetch clone` makes is a working copy to the real git and the real git-lfs.
@Suite struct CloneTests {
  /// Everything that git and git-lfs can find fault with, as they find it in a fresh clone.
  static func check(_ clone: String, of model: ServedModel) async throws {
    // A filter that cannot be run: git must not need to read a file to know that it is unchanged.
    let status = try await model.git(
      "-c", "filter.lfs.process=false", "-c", "filter.lfs.clean=false", "status", "--porcelain", in: clone)
    #expect(status == "")
    #expect(try await model.git("fsck", "--no-progress", in: clone) == "")
    // What is asked of the LFS server from here on would be asked by git-lfs.
    let before = try await model.requests().batches.count
    // Git-lfs reads small blobs past git, and finds them only where a server can leave out the large ones alone.
    if try await model.git("config", "--default", "", "remote.origin.partialclonefilter", in: clone) != "blob:none" {
      #expect(try await model.git("lfs", "fsck", in: clone) == "Git LFS fsck OK")
      try await model.git("lfs", "pull", in: clone)
    }
    #expect(try await model.requests().batches.count == before)
    #expect(try await model.git("status", "--porcelain", in: clone) == "")
  }

  private func reference(_ model: ServedModel, _ sandbox: Sandbox, _ options: String...) async throws -> String {
    let folder = sandbox.folder + "/reference"
    try await Tool.run("rm", ["-rf", folder])
    try await model.git("clone", "--quiet", model.url(), folder, in: sandbox.folder)
    try await model.git("lfs", "pull", in: folder)
    return folder
  }

  @Test func `all files, as git and git-lfs would write them`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url())
    #expect(clone == sandbox.work + "/" + model.name.split(separator: "/")[1])
    try await Self.check(clone, of: model)
    #expect(try await FileTree.of(clone) == FileTree.of(reference(model, sandbox)))
    #expect(try await model.git("status", "--branch", "--short", in: clone) == "## main...origin/main")
    #expect(try await model.git("rev-parse", "HEAD", in: clone) == model.commitID())
    #expect(try await model.git("log", "--format=%s", in: clone) == "One of everything")
    #expect(try await model.git("remote", "get-url", "origin", in: clone) == model.url())
    #expect(try await model.git("rev-parse", "--abbrev-ref", "origin/HEAD", in: clone) == "origin/main")
    #expect(try await model.git("rev-parse", "--is-shallow-repository", in: clone) == "true")
  }

  struct Choice: Sendable, CustomStringConvertible {
    let description: String
    let options: [String]
    /// As `git sparse-checkout list` shows it.
    let patterns: [String]
  }

  static let choices = [
    Choice(description: "a path", options: ["--include", "weights/model.bin"], patterns: ["/weights/model.bin"]),
    Choice(
      description: "a folder and a glob", options: ["--include", "nested/", "--include", "*.txt"],
      patterns: ["nested", "*.txt"]),
    Choice(
      description: "a folder without a part of it", options: ["--include", "shards", "--exclude", "part-0*.bin"],
      patterns: ["shards", "!part-0*.bin", "!**/part-0*.bin/**"]),
    Choice(
      description: "all but two", options: ["--exclude", "shards", "--exclude", "small/2*"],
      patterns: ["/*", "!shards", "!**/shards/**", "!/small/2*", "!/small/2*/**"]),
    Choice(
      description: "signs", options: ["--include", "weights/100% #1.bin", "--include", "weights/with space.bin"],
      patterns: ["/weights/100% #1.bin", "/weights/with space.bin"]),
    Choice(description: "a link", options: ["--include", "current.bin"], patterns: ["current.bin"]),
    Choice(description: "line ends", options: ["--include", "dos/*"], patterns: ["/dos/*"]),
  ]

  @Test(arguments: choices) func `a part of the files is a sparse checkout to git`(_ choice: Choice) async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let outcome = try await sandbox.start(["clone", model.url(), "part"] + choice.options).outcome()
    try #require(outcome.status == 0, "\(outcome.errors)")
    let clone = outcome.path
    let files = try await FileTree.of(clone)
    try await Self.check(clone, of: model)
    #expect(try await model.git("sparse-checkout", "list", in: clone) == choice.patterns.joined(separator: "\n"))
    // Git, doing what the patterns say, changes nothing.
    try await model.git("sparse-checkout", "reapply", in: clone)
    #expect(try await FileTree.of(clone) == files)
    let all = try await FileTree.of(reference(model, sandbox))
    for (path, file) in files { #expect(all[path] == file, "\(path)") }
    #expect(!files.isEmpty && files.count < all.count)
  }

  @Test func `git widens it, changes branches, fetches what it lacks, and collects garbage`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "weights/model.bin")
    #expect(FileTree.paths(in: clone) == ["weights/model.bin"])
    try await model.git("sparse-checkout", "add", "/texts", in: clone)
    #expect(try await sha256(clone + "/texts/3000.txt").count == 64)
    #expect(try await model.git("status", "--porcelain", in: clone) == "")
    #expect(try await model.git("cat-file", "-s", "HEAD:dos/.gitattributes", in: clone) != "0")
    try await model.git("checkout", "--quiet", "feature/other", in: clone)
    #expect(
      try await model.git("status", "--branch", "--short", in: clone) == "## feature/other...origin/feature/other")
    #expect(
      try await sha256(clone + "/weights/model.bin") == model.pointer("weights/model.bin", at: "feature/other").oid)
    try await model.git("checkout", "--quiet", "main", in: clone)
    try await model.git("fetch", "--quiet", in: clone)
    try await model.git("gc", "--quiet", in: clone)
    #expect(try await model.git("fsck", "--no-progress", in: clone) == "")
    try await model.git("fetch", "--quiet", "--unshallow", in: clone)
    #expect(
      try await model.git("rev-list", "--count", "HEAD", in: clone) == model.git("rev-list", "--count", "main"))
    #expect(try await model.git("fsck", "--no-progress", in: clone) == "")
    try await model.git("sparse-checkout", "disable", in: clone)
    #expect(try await model.git("status", "--porcelain", in: clone) == "")
  }

  @Test func `commits can be made and pushed`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "texts")
    try Data("changed\n".utf8).write(to: URL(filePath: clone + "/texts/1023.txt"))
    try noise(5000).write(to: URL(filePath: clone + "/texts/new.bin"))
    try await model.git("add", "--sparse", "texts", in: clone)
    try await model.git("commit", "--quiet", "--message", "Change", in: clone)
    try await model.git("push", "--quiet", model.folder, "HEAD:refs/heads/pushed", in: clone)
    #expect(try await model.git("diff", "--name-only", "main", "pushed") == "texts/1023.txt\ntexts/new.bin")
    #expect(try await model.pointer("texts/new.bin", at: "pushed").size == 5000)
  }

  @Test func `so much of the history as is asked for`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    for (options, count) in [([], "1"), (["--depth", "2"], "2"), (["--full"], "4")] {
      let outcome = try await sandbox.start(["clone", model.url(), "c" + count] + options).outcome()
      try #require(outcome.status == 0, "\(outcome.errors)")
      #expect(try await model.git("rev-list", "--count", "HEAD", in: outcome.path) == count)
      try await Self.check(outcome.path, of: model)
    }
    let full = sandbox.work + "/c4"
    #expect(try await model.git("rev-parse", "--is-shallow-repository", in: full) == "false")
    #expect(try await model.git("tag", in: full) == "v1\nv2\nv2-again")
    #expect(try await model.git("diff", "--stat", "v1", "v2", "--", "weights/model.bin", in: full) != "")
  }

  @Test func `a branch, a tag and commits`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let commit = try await model.commitID("v2~1")
    for revision in ["feature/other", "v1", "v2-again", commit, String(commit.prefix(9))] {
      let name = "at-" + revision.replacingOccurrences(of: "/", with: "-")
      let clone = try await sandbox.path("clone", "\(model.url())@\(revision)", name)
      #expect(try await model.git("rev-parse", "HEAD", in: clone) == model.commitID(revision))
      // Looking for an abbreviated id brings commits that nothing names.
      #expect(try await model.git("fsck", "--no-progress", "--no-dangling", in: clone) == "")
      #expect(try await model.git("status", "--porcelain", in: clone) == "")
      let branch = try await model.git("rev-parse", "--abbrev-ref", "HEAD", in: clone)
      #expect(branch == (revision == "feature/other" ? revision : "HEAD"))
      #expect(
        try await sha256(clone + "/weights/model.bin") == model.pointer("weights/model.bin", at: revision).oid)
    }
  }

  @Test func `objects are links of the store, and files of the work tree are not`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "weights/model.bin")
    let oid = try await model.pointer("weights/model.bin").oid
    let stored = try #require(fileStatus("\(sandbox.cache)/objects/\(oid.prefix(2))/\(oid.dropFirst(2))"))
    let object = "\(clone)/.git/lfs/objects/\(oid.prefix(2))/\(oid.dropFirst(2).prefix(2))/\(oid)"
    #expect(fileStatus(object)?.st_ino == stored.st_ino)
    let file = clone + "/weights/model.bin"
    #expect(fileStatus(file)?.st_ino != stored.st_ino)
    #expect(mode(file) == 0o644)
    try Data("edited".utf8).write(to: URL(filePath: file))
    #expect(try await sha256(object) == oid)
    #expect(try await model.git("status", "--porcelain", in: clone) == " M weights/model.bin")
    // A second clone downloads nothing.
    let before = try await model.requests().count
    try await sandbox.path("clone", model.url(), "again", "--include", "weights/model.bin")
    #expect(try await model.requests().dropFirst(before).allSatisfy { !$0.uri.contains("/objects/batch") })
  }

  @Test func `pointers stay where they are asked to`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--no-lfs")
    #expect(bytes(clone + "/weights/model.bin") == Data(try await model.pointer("weights/model.bin").text.utf8))
    #expect(try await model.requests().batches.isEmpty)
    #expect(try await model.git("status", "--porcelain", in: clone) == "")
    try await model.git("lfs", "pull", in: clone)
    #expect(try await FileTree.of(clone) == FileTree.of(reference(model, sandbox)))
  }

  @Test func `a bare one has the objects and no files`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "--bare", "--include", "weights/model.bin")
    #expect(clone.hasSuffix(".git"))
    #expect(try await model.git("rev-parse", "--is-bare-repository", in: clone) == "true")
    #expect(try await model.git("branch", "--format=%(refname)", in: clone).contains("refs/heads/main"))
    #expect(try await model.git("fsck", "--no-progress", in: clone) == "")
    let oid = try await model.pointer("weights/model.bin").oid
    #expect(try await sha256("\(clone)/lfs/objects/\(oid.prefix(2))/\(oid.dropFirst(2).prefix(2))/\(oid)") == oid)
    #expect(fileStatus(clone + "/index") == nil)
  }

  @Test func `of very many files only trees come along, and what is wanted`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let (text, attributes) = try await (model.blob("small\n"), model.blob("*.bin filter=lfs -text\n"))
    let pointer = try await model.addObject(noise(5000))
    let blob = try await model.blob(pointer.text)
    let small = (0..<5100).map { "100644 blob \(text)\tfile-\($0)" }
    let entries = small + ["100644 blob \(attributes)\t.gitattributes", "100644 blob \(blob)\tmodel.bin"]
    try await model.branch("main", withTree: entries)
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "model.bin")
    #expect(try await model.git("config", "remote.origin.partialclonefilter", in: clone) == "blob:none")
    #expect(try await sha256(clone + "/model.bin") == pointer.oid)
    #expect(try await model.git("status", "--porcelain", in: clone) == "")
    #expect(try await model.git("fsck", "--no-progress", in: clone) == "")
    #expect(try await model.git("show", "HEAD:file-7", in: clone) == "small")
    try await model.git("checkout", "--quiet", "broken", in: clone)
    #expect(try await model.git("status", "--porcelain", in: clone) == "")
  }

  @Test func `a model of the registry, with the files that the registry lists`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let registry = try sandbox.registry(
      "\"mine\": {\"source\": \"\(model.url())\", \"files\": [\"weights/tool.bin\", \"scripts/*\"]}")
    let clone = try await sandbox.path("clone", "mine", "c", "--registry", registry)
    #expect(FileTree.paths(in: clone) == ["scripts/README", "scripts/run.sh", "weights/tool.bin"])
    #expect(mode(clone + "/scripts/run.sh") == 0o755)
    try await Self.check(clone, of: model)
  }
}
