import Files
import Foundation
import Testing

@testable import Git

/// Indexes of two files, as the real git splits them.
@Suite struct SplitIndexTests {
  /// 300 files; of those that the shared part has, some are deleted, some replaced, and others come besides.
  private func repository(version: Int = 2, _ settings: [(String, String)] = []) throws -> LocalGit {
    let git = try LocalGit()
    for (name, value) in settings + [("splitIndex.maxPercentChange", "100")] { try git("config", name, value) }
    for number in 100..<400 { try git.write("\(number)", to: "folder \(number / 10)/\(number).txt") }
    try git("add", ".")
    try git("commit", "--quiet", "--message", "One")
    try git("update-index", "--index-version", "\(version)")
    try git("update-index", "--split-index")
    for number in stride(from: 150, to: 350, by: 7) {
      try git.write("new \(number)", to: "folder \(number / 10)/\(number).txt")
    }
    try git("add", ".")
    try git("rm", "--quiet", "--cached", "folder 10/100.txt", "folder 20/20*.txt", "folder 39/399.txt")
    for name in ["a.txt", "folder 15/150.txt.x", "folder 22/new.txt", "z.txt"] { try git.write(name, to: name) }
    try git("add", "a.txt", "folder 15/150.txt.x", "folder 22/new.txt", "z.txt")
    try git("update-index", "--skip-worktree", "folder 30/301.txt", "z.txt")
    #expect(try link(git))
    return git
  }

  private func link(_ git: LocalGit) throws -> Bool {
    try IndexReader.contents(of: readFile(git.path + "/.git/index")).link != nil
  }

  private func listing(_ index: GitIndex) -> [String] {
    index.entries.map { entry in
      "\(entry.isSkipped ? "S" : entry.stage > 0 ? "M" : "H") 100644 \(entry.id) \(entry.stage)\t"
        + String(decoding: entry.path, as: UTF8.self)
    }
  }

  private func expected(_ git: LocalGit) throws -> [String] {
    try git("ls-files", "--stage", "-t", "-z").split(separator: "\0").map(String.init)
  }

  @Test(arguments: [2, 4]) func `it is read as if it were one file`(_ version: Int) throws {
    let git = try repository(version: version)
    let index = try GitIndex(file: git.path + "/.git/index")
    #expect(try listing(index) == expected(git))
    #expect(index.entries.count == 292)
    let entry = try #require(index.entries.first { $0.path.elementsEqual("folder 15/157.txt".utf8) })
    #expect(index.size(of: entry) == 7)
  }

  @Test func `right after the split, and with the sides of a conflict`() throws {
    let git = try LocalGit()
    try git.write("one\n", to: "a.txt")
    try git.write("one\n", to: "b.txt")
    try git("add", ".")
    try git("commit", "--quiet", "--message", "One")
    try git("config", "splitIndex.maxPercentChange", "100")
    try git("update-index", "--split-index")
    #expect(try listing(GitIndex(file: git.path + "/.git/index")) == expected(git))
    try git("checkout", "--quiet", "-b", "other")
    try git.write("other\n", to: "a.txt")
    try git("commit", "--quiet", "--all", "--message", "Other")
    try git("checkout", "--quiet", "main")
    try git.write("main\n", to: "a.txt")
    try git("commit", "--quiet", "--all", "--message", "Main")
    try git("merge", "--quiet", "other", status: 1)
    #expect(try link(git))
    let index = try GitIndex(file: git.path + "/.git/index")
    #expect(index.entries.map(\.stage) == [1, 2, 3, 0])
    try git("add", "a.txt")
    #expect(try link(git))
    #expect(try listing(GitIndex(file: git.path + "/.git/index")) == expected(git))
  }

  @Test func `an index elsewhere shares the file in the repository`() throws {
    let git = try repository()
    let path = git.folder("elsewhere")
    try git("read-tree", "HEAD", environment: ["GIT_INDEX_FILE": path])
    try git("update-index", "--split-index", environment: ["GIT_INDEX_FILE": path])
    let index = try GitIndex(file: path, sharedIn: git.path + "/.git")
    #expect(index.entries.count == 300)
    let error = #expect(throws: GitError.self) { try GitIndex(file: path) }
    #expect(error?.message == "cannot read the shared part of the repository's split index")
  }

  @Test(arguments: [2, 4]) func `what is told of files is written as one file, which git takes`(_ version: Int) throws {
    let git = try repository(version: version)
    let path = git.path + "/.git/index"
    let index = try GitIndex(file: path)
    let before = try expected(git)
    let changes = try ["folder 15/157.txt", "folder 11/110.txt", "a.txt"].map { name in
      // Other content of another length and time: git would see it, were it not told that the file is as it should be.
      try git.write("quite another", to: name)
      let file = git.path + "/" + name
      try #require(utimes(file, [timeval(tv_sec: 1_000_000, tv_usec: 0), timeval(tv_sec: 1_000_000, tv_usec: 0)]) == 0)
      let entry = try #require(index.entries.first { $0.path.elementsEqual(name.utf8) })
      return (entry: entry, status: try #require(try FileStatus.of(file)))
    }
    #expect(try git("diff-files", "--name-only").split(separator: "\n").count == 3)
    try index.refresh(changes, in: path)
    #expect(try !link(git))
    #expect(try git("diff-files", "--name-only") == "")
    #expect(try expected(git) == before)
    try git("fsck")
    // Where it is to be split, git splits it again.
    try git("config", "core.splitIndex", "true")
    try git.write("one more", to: "more.txt")
    try git("add", "more.txt")
    #expect(try link(git))
    #expect(try listing(GitIndex(file: path)) == expected(git))
  }

  @Test(arguments: [true, false]) func `entries are changed in it, and in one without a checksum`(_ isSplit: Bool)
    throws
  {
    let git = try repository()
    let path = git.path + "/.git/index"
    if !isSplit {
      try git("update-index", "--no-split-index")
      var bytes = try readFile(path)
      bytes.replaceSubrange((bytes.count - 20)..., with: [UInt8](repeating: 0, count: 20))
      try replaceFile(path, with: bytes)
    }
    let file = try GitIndex(file: path)
    let index = try WorkTreeIndex(file)
    #expect(index.entries.count == 292 && index.entries.filter(\.isSkipped).count == 2)
    let known = try #require(index.entries.first { $0.path.elementsEqual("folder 15/157.txt".utf8) })
    let status = try #require(try FileStatus.of(git.path + "/folder 15/157.txt"))
    #expect(known.status == WorkTreeIndex.KnownStatus(status))
    try WorkTreeIndex.change([.init(path: known.path, isSkipped: true, status: nil)], of: file, in: path)
    let now = try expected(git)
    #expect(now.filter { $0.hasPrefix("S") }.count == 3)
    #expect(now.contains { $0.hasPrefix("S 100644 \(known.id) 0\tfolder 15/157.txt") })
    try git("fsck")
  }

  @Test func `what is damaged is no crash`() throws {
    let git = try repository()
    let bytes = try readFile(git.path + "/.git/index")
    let contents = try IndexReader.contents(of: bytes)
    let link = try #require(contents.link)
    let name = try #require(try SplitIndex(link: bytes[link]).nameOfShared())
    let shared = try readFile(git.path + "/.git/sharedindex.\(name)")
    func read(_ bytes: [UInt8], _ shared: [UInt8]) throws -> GitIndex { try GitIndex(bytes) { _ in shared } }
    #expect(try read(bytes, shared).entries.count == 292)
    for position in link {
      var damaged = bytes
      for change in [0x01, 0x80, 0xff] as [UInt8] {
        damaged[position] = bytes[position] ^ change
        if let index = try? read(damaged, shared) { #expect(index.entries.count <= 600) }
      }
    }
    for length in stride(from: 0, to: shared.count, by: 97) {
      #expect(throws: GitError.self) { try read(bytes, Array(shared[..<length])) }
    }
    // A shared part that is itself split, or another one.
    #expect(throws: GitError.self) { try read(bytes, bytes) }
  }

  @Test func `an extension that git would not know either is named`() throws {
    let git = try repository()
    try git("update-index", "--no-split-index")
    var bytes = try readFile(git.path + "/.git/index")
    bytes.insert(contentsOf: Array("newx".utf8) + [0, 0, 0, 0], at: bytes.count - 20)
    let error = #expect(throws: GitError.self) { try GitIndex(bytes) }
    #expect(error?.message == "the index has an extension that is not known, `newx`")
  }
}
