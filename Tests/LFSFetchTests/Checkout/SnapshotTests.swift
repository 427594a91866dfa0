import Files
import Fixtures
import Foundation
import Git
import Testing

@testable import LFSFetch

/// The files of one commit in the cache.
@Suite struct SnapshotTests {
  private let base: TemporaryFolder
  private let store: ObjectStore
  private let content = bytes(count: 1000)
  private let oid: SHA256Digest
  private let blob: ObjectID

  init() throws {
    base = try TemporaryFolder()
    store = ObjectStore(Cache(root: base.path))
    oid = try store.add(content)
    blob = try #require(ObjectID(hex: String(repeating: "2", count: 40)))
  }

  private func file(
    _ path: String, _ mode: FileMode = .regular, object: Bool = false, size: Int = 0
  ) throws -> SelectedFile {
    let path = try RepositoryPath(validating: path)
    return object
      ? SelectedFile(path: path, mode: mode, oid: oid, size: Int64(size))
      : SelectedFile(path: path, mode: mode, blob: blob, size: Int64(size), digest: nil)
  }

  private func snapshot(_ files: [SelectedFile]) -> Snapshot {
    let commit = String(repeating: "1", count: 40)
    return Snapshot(
      resolution: Resolution(sourceName: "source", commit: commit, reference: nil, files: files), store: store)
  }

  @Test func `objects and git's own files, with git's modes`() async throws {
    let snapshot = snapshot([
      try file("model.bin", object: true, size: 1000), try file("a/tool", .executable, object: true, size: 1000),
      try file("a/config.json", size: 2), try file("run.sh", .executable, size: 2), try file("empty", object: true),
      try file("a/link", .symlink, size: 12),
    ])
    #expect(try !snapshot.isComplete())
    try await snapshot.materialise { file throws(FetchError) in
      Array((file.mode == .symlink ? "../model.bin" : "{}").utf8)
    }
    #expect(try snapshot.isComplete())
    #expect(snapshot.path == base("snapshots/source/" + String(repeating: "1", count: 40)))
    #expect(try readFile(snapshot.path(of: "model.bin")) == content)
    #expect(try readFile(snapshot.path(of: "a/tool")) == content)
    #expect(try readFile(snapshot.path(of: "a/link")) == content, "the link leads to the model")
    let executable = ["a/tool", "run.sh"]
    for name in executable + ["a/config.json", "empty", "model.bin"] {
      let status = try #require(try FileStatus.of(snapshot.path(of: name)))
      #expect((status.permissions & 0o111 != 0) == executable.contains(name), "\(name)")
    }
    #expect(try FileStatus.of(store.path(of: oid))?.permissions == 0o444)
  }

  @Test func `an object takes no room of its own`() async throws {
    let snapshot = snapshot([try file("model.bin", object: true, size: 1000)])
    try await snapshot.materialise { _ throws(FetchError) in [] }
    let status = try #require(try FileStatus.of(snapshot.path(of: "model.bin")))
    // A hard link, or where the file system can, a reflink: then it is writable.
    #expect(try status.inode == FileStatus.of(store.path(of: oid))?.inode || status.permissions == 0o644)
  }

  @Test func `what is missing, cut short or of another kind makes it incomplete`() async throws {
    let snapshot = snapshot([try file("a/x", object: true, size: 1000), try file("b", size: 2)])
    let path = snapshot.path(of: "b")
    for damage in 0..<4 {
      try await snapshot.materialise { _ throws(FetchError) in [1, 2] }
      #expect(try snapshot.isComplete())
      switch damage {
      case 0: try removeFile(path)
      case 1: try File.open(path, .readWrite).truncate(to: 1)
      case 2:
        try removeFile(path)
        #expect(symlinkFile("/x", path))
      default: try Directory.remove(snapshot.path(of: "a"))
      }
      #expect(try !snapshot.isComplete())
    }
  }

  @Test func `an object that the store lost makes it incomplete`() async throws {
    let snapshot = snapshot([try file("x", object: true, size: 1000)])
    try await snapshot.materialise { _ throws(FetchError) in [] }
    try store.remove(oid)
    #expect(try !snapshot.isComplete())
  }

  @Test(arguments: [
    ("link", "target"), ("link", "./b"), ("a/link", "../x"), ("a/b/link", "../.././/x"), ("link", "a//b/."),
    ("link", "..."), ("link", "a/..b/c"), ("link", "..\u{301}/x"),
  ])
  func `links within the repository`(path: String, target: String) async throws {
    let snapshot = snapshot([try file(path, .symlink, size: target.utf8.count)])
    try await snapshot.materialise { _ throws(FetchError) in Array(target.utf8) }
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: snapshot.path(of: path)) == target)
  }

  @Test(arguments: [
    ("link", "/etc/passwd"), ("link", ".."), ("link", "../x"), ("a/link", "../../x"), ("link", "a/../../x"),
    ("a/link", "../b/../../c"), ("link", "a\0b"), ("link", "./../a"), ("a/b/link", "../../../x"),
    // With the letter before it, a combining mark is one Character: no slash, and no `..`.
    ("link", "../\u{301}d/../../x"), ("link", "/\u{301}etc"), ("link", "a/../..\u{301}/../../x"),
    ("link", "a/../\u{fe0f}b/../../x"), ("a/link", "../../\u{200d}x"),
  ])
  func `links out of the repository are refused`(path: String, target: String) async throws {
    let snapshot = snapshot([try file(path, .symlink, size: target.utf8.count)])
    let error = await asyncFetchError { () async throws(FetchError) in
      try await snapshot.materialise { _ throws(FetchError) in Array(target.utf8) }
    }
    #expect(error?.code == .integrity)
    #expect(error?.message == "the symbolic link `\(path)` leads out of the repository")
    #expect(error?.causes == ["it points to `\(target.replacing("\0", with: "\\u{0}"))`"])
    #expect(error?.hint == "leave it out with `--exclude '\(path)'`")
    #expect(try FileStatus.of(snapshot.path(of: path)) == nil)
  }

  /// With `a/b -> ..` in the same repository, `a/b/..` is above it.
  @Test(arguments: ["./a/../b", "a//b/../..", "a/b/..", "a/../\u{301}x"])
  func `links that go down and up again are refused`(target: String) async throws {
    let snapshot = snapshot([try file("link", .symlink, size: target.utf8.count)])
    let error = await asyncFetchError { () async throws(FetchError) in
      try await snapshot.materialise { _ throws(FetchError) in Array(target.utf8) }
    }
    #expect(error?.code == .integrity)
    #expect(error?.message == "the symbolic link `link` may lead out of the repository")
    #expect(
      error?.causes == [
        "it points to `\(target)`", "there is a `..` behind a name, which may be that of another link",
      ])
    #expect(try FileStatus.of(snapshot.path(of: "link")) == nil)
  }

  @Test func `a link is never gone through`() async throws {
    try Directory.create(base("outside"))
    let snapshot = snapshot([try file("a/x", size: 1)])
    try Directory.create(snapshot.path)
    #expect(symlinkFile(base("outside"), snapshot.path(of: "a")))
    let error = await asyncFetchError { () async throws(FetchError) in
      try await snapshot.materialise { _ throws(FetchError) in [1] }
    }
    #expect(error?.code == .disk)
    #expect(error?.message == "cannot put `a/x` in place")
    #expect(try Directory.list(base("outside")).isEmpty)
  }
}
