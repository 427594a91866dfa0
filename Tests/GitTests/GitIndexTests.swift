import Files
import Foundation
import Testing

@testable import Git

/// The index, as the real git writes and reads it.
@Suite struct GitIndexTests {
  private func repository() throws -> LocalGit {
    let git = try LocalGit()
    try git.write("one\n", to: "a.txt")
    try git.write("two\n", to: "folder/with space/b.txt")
    try git.write("three\n", to: "folder/with space/bc.txt")
    try git.write("four\n", to: "größe\tund\n.txt")
    for length in 1...9 { try git.write("\(length)", to: "n/" + String(repeating: "x", count: length)) }
    chmod(git.path + "/a.txt", 0o755)
    try git("add", ".")
    try git("commit", "--quiet", "--message", "One")
    return git
  }

  private func listing(_ index: GitIndex) -> [String] {
    index.entries.map { entry in
      let mode = entry.mode == .executable ? "100755" : "100644"
      return "\(mode) \(entry.id) \(entry.stage)\t" + String(decoding: entry.path, as: UTF8.self)
    }
  }

  @Test(arguments: [2, 3, 4]) func `every version`(_ version: Int) throws {
    let git = try repository()
    try git("update-index", "--index-version", "\(version)")
    // A flag that only entries of version 3 and later have.
    if version > 2 { try git("update-index", "--skip-worktree", "folder/with space/b.txt") }
    let index = try GitIndex(file: git.path + "/.git/index")
    let expected = try git("ls-files", "--stage", "-z").split(separator: "\0").map(String.init)
    #expect(listing(index) == expected)
    #expect(
      index.entries.filter(\.isSkipped).map { String(decoding: $0.path, as: UTF8.self) }
        == (version > 2 ? ["folder/with space/b.txt"] : []))
  }

  @Test func `the sides of a conflict`() throws {
    let git = try repository()
    try git("checkout", "--quiet", "-b", "other")
    try git.write("other\n", to: "a.txt")
    try git("commit", "--quiet", "--all", "--message", "Other")
    try git("checkout", "--quiet", "main")
    try git.write("main\n", to: "a.txt")
    try git("commit", "--quiet", "--all", "--message", "Main")
    try git("merge", "--quiet", "other", status: 1)
    let index = try GitIndex(file: git.path + "/.git/index")
    #expect(index.entries.filter { $0.path.elementsEqual("a.txt".utf8) }.map(\.stage) == [1, 2, 3])
  }

  @Test(arguments: [2, 4]) func `git believes what is written into it`(_ version: Int) throws {
    let git = try repository()
    try git("update-index", "--index-version", "\(version)", "--untracked-cache")
    let path = git.path + "/.git/index"
    let index = try GitIndex(file: path)
    let entry = try #require(index.entries.first { $0.path.elementsEqual("n/x".utf8) })
    // Other content of another length and time: git would see it, were it not told that the file is as it should be.
    try git.write("no longer one\n", to: "n/x")
    let file = git.path + "/n/x"
    try #require(utimes(file, [timeval(tv_sec: 1_000_000, tv_usec: 0), timeval(tv_sec: 1_000_000, tv_usec: 0)]) == 0)
    #expect(try git("diff-files", "--name-only") == "n/x")
    let status = try #require(try FileStatus.of(file))
    try index.refresh([(entry, status)], in: path)
    #expect(try git("diff-files", "--name-only") == "")
    #expect(try git("fsck") == "")
    #expect(try GitIndex(file: path).size(of: entry) == 14)
    #expect(try listing(GitIndex(file: path)) == listing(index))
  }

  @Test func `an index that has changed meanwhile, or is being changed, is left alone`() throws {
    let git = try repository()
    let path = git.path + "/.git/index"
    let index = try GitIndex(file: path)
    let status = try #require(try FileStatus.of(git.path + "/a.txt"))
    try git.write("x", to: "new.txt")
    try git("add", "new.txt")
    let changed = try Data(contentsOf: URL(filePath: path))
    try index.refresh([(index.entries[0], status)], in: path)
    #expect(try Data(contentsOf: URL(filePath: path)) == changed)
    #expect(try FileStatus.of(path + ".lock") == nil)
    let fresh = try GitIndex(file: path)
    try git.folder.write("", to: "repository/.git/index.lock")
    try fresh.refresh([(fresh.entries[0], status)], in: path)
    #expect(try Data(contentsOf: URL(filePath: path)) == changed)
    #expect(try FileStatus.of(path + ".lock") != nil)
  }

  @Test func `no index has no files`() throws {
    #expect(try GitIndex(file: "/nonexistent/index").entries.isEmpty)
  }

  @Test func `what is damaged is no crash`() throws {
    let git = try repository()
    let bytes = try [UInt8](Data(contentsOf: URL(filePath: git.path + "/.git/index")))
    let whole = try GitIndex(bytes).entries.count
    for length in 1..<bytes.count {
      // What is cut off may have been no entry.
      if let index = try? GitIndex(Array(bytes[..<length])) { #expect(index.entries.count == whole, "\(length)") }
    }
    #expect(throws: GitError.self) { try GitIndex(Array(bytes[..<200])) }
  }
}
