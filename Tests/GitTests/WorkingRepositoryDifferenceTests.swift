import Foundation
import Testing

@testable import Git

/// What differs between two commits, and what attributes say by an index.
@Suite struct WorkingRepositoryDifferenceTests {
  private func open(_ git: LocalGit, _ variables: [String: String] = [:]) throws -> WorkingRepository {
    let all = [
      "GIT_DIR": git.path + "/.git", "GIT_WORK_TREE": git.path, "GIT_CONFIG_NOSYSTEM": "1",
      "GIT_CONFIG_GLOBAL": git.folder("gitconfig"),
    ].merging(variables) { $1 }
    return try WorkingRepository { all[$0] }
  }

  private func commit(_ git: LocalGit, _ message: String) throws {
    try git("add", "--all")
    try git("commit", "--quiet", "--message", message)
  }

  @Test func `files of the new commit that differ`() async throws {
    let git = try LocalGit()
    for name in ["same", "a/same", "a/changed", "a/b/deep", "b/removed", "becomes-folder", "folder/x", "mode"] {
      try git.write(name, to: name)
    }
    try commit(git, "One")
    for name in ["b/removed", "becomes-folder", "folder/x", "folder"] {
      try FileManager.default.removeItem(atPath: git.path + "/" + name)
    }
    for name in ["a/changed", "a/b/deep", "new", "becomes-folder/y", "folder"] { try git.write("new", to: name) }
    try FileManager.default.createSymbolicLink(atPath: git.path + "/link", withDestinationPath: "same")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: git.path + "/mode")
    try commit(git, "Two")
    let repository = try open(git)
    let (old, new) = try await (repository.commit(named: "HEAD^"), repository.commit(named: "HEAD"))
    func names(_ files: [BlobAtPath]) -> [String] { files.map { String(decoding: $0.path, as: UTF8.self) }.sorted() }
    let changed = try await repository.changedFiles(from: old, to: new)
    let expected = try git("diff-tree", "-r", "--no-renames", "--diff-filter=AMT", "--name-only", "HEAD^", "HEAD")
      .split(separator: "\n").map(String.init).filter { $0 != "link" }
    #expect(names(changed) == expected.sorted())
    #expect(names(changed).contains("mode") && names(changed).contains("becomes-folder/y"))
    #expect(try await repository.changedFiles(from: new, to: new) == [])
    let all = try git("ls-files").split(separator: "\n").map(String.init).filter { $0 != "link" }
    #expect(try await names(repository.changedFiles(from: nil, to: new)) == all.sorted())
    let unknown = ObjectID(hex: String(repeating: "1", count: 40))
    #expect(try await names(repository.changedFiles(from: unknown, to: new)) == all.sorted())
  }

  @Test func `sizes of blobs`() async throws {
    let git = try LocalGit()
    try git.write(String(repeating: "x", count: 5000), to: "large")
    try git.write("", to: "empty")
    try commit(git, "One")
    let ids = try ["large", "empty"].map { try #require(ObjectID(hex: git("rev-parse", "HEAD:" + $0))) }
    let missing = try #require(ObjectID(hex: String(repeating: "1", count: 40)))
    let commit = try #require(ObjectID(hex: git("rev-parse", "HEAD")))
    let sizes = try await open(git).sizes(of: Set(ids + [missing, commit]))
    #expect(sizes == [ids[0]: 5000, ids[1]: 0])
  }

  @Test func `attributes of the index that a hook is given`() async throws {
    let git = try LocalGit()
    try git.write("*.bin filter=lfs size=10m\nplain.bin -filter\nset.bin filter\n", to: ".gitattributes")
    try git.write("*.bin !filter\n", to: "folder/.gitattributes")
    try commit(git, "One")
    // The work tree says something else, and so does the repository's own index.
    try git.write("*.bin filter=other\n", to: ".gitattributes")
    try FileManager.default.copyItem(atPath: git.path + "/.git/index", toPath: git.folder("index"))
    try git("add", ".gitattributes")
    let repository = try open(git, ["GIT_INDEX_FILE": git.folder("index")])
    let index = AttributeSource.index(try GitIndex(file: repository.layout.indexFile))
    let paths = ["a.bin", "plain.bin", "set.bin", "folder/a.bin", "a.txt"].map { Array($0.utf8) }
    #expect(
      try await repository.attribute("filter", of: paths, index)
        == [.value("lfs"), .unset, .set, .unspecified, .unspecified])
    #expect(try await repository.attribute("size", of: paths, index).last == .unspecified)
    #expect(try await repository.attribute("size", of: [paths[0]], index) == [.value("10m")])
    #expect(try await repository.attribute("filter", of: [paths[0]], .workTree) == [.value("other")])
  }

  @Test func `what a merge under way brings`() async throws {
    let git = try LocalGit()
    try git.write("one", to: "file")
    try commit(git, "One")
    try git("checkout", "--quiet", "-b", "side")
    try git.write("side", to: "file")
    try commit(git, "Side")
    try git("checkout", "--quiet", "main")
    #expect(try await open(git).mergedHeads() == [])
    try git("merge", "--quiet", "--no-commit", "--no-ff", "side")
    #expect(try await open(git).mergedHeads() == [open(git).commit(named: "side")])
  }
}
