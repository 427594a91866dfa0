import Files
import Fixtures
import Foundation
import Git
import Testing

@testable import LFSFetch

/// The folder of `--to`, in which the user may have things of his own.
@Suite struct UserFolderTests {
  private let base: TemporaryFolder
  private let store: ObjectStore

  init() throws {
    base = try TemporaryFolder()
    store = ObjectStore(Cache(root: base("cache")))
  }

  /// A snapshot with an LFS object, an executable and a file of git's, all of one version.
  private func snapshot(_ version: String, mode: FileMode = .regular) async throws -> Snapshot {
    let oid = try store.add(Array("model \(version)".utf8))
    let size = Int64("model \(version)".utf8.count)
    let blob = try #require(ObjectID(hex: String(repeating: version, count: 40)))
    func path(_ text: String) throws -> RepositoryPath { try RepositoryPath(validating: text) }
    let files = [
      SelectedFile(path: try path("model.bin"), mode: mode, oid: oid, size: size),
      SelectedFile(
        path: try path("a/config.json"), mode: .regular, blob: blob, size: Int64(version.utf8.count),
        digest: SHA256.hash(Array(version.utf8))),
    ]
    let resolution = Resolution(sourceName: "source", commit: version, reference: nil, files: files)
    let snapshot = Snapshot(resolution: resolution, store: store)
    try await snapshot.materialise { _ throws(FetchError) in Array(version.utf8) }
    return snapshot
  }

  private func fill(_ snapshot: Snapshot, link: LinkKind? = nil) throws {
    var folder = try UserFolder(base("to"), link: link, cache: store.cache)
    try folder.fill(from: snapshot)
  }

  private func text(_ name: String) throws -> String {
    String(decoding: try readFile(base("to/" + name)), as: UTF8.self)
  }

  private var storedText: String {
    get throws { String(decoding: try readFile(store.path(of: SHA256.hash(Array("model 1".utf8)))), as: UTF8.self) }
  }

  @Test func `files whose names look the same are each followed to the next version`() async throws {
    for version in ["1", "2"] {
      let names = ["\u{e9}", "e\u{301}"]
      let files = try names.map { name in
        let content = Array((name + version).utf8)
        return SelectedFile(
          path: try RepositoryPath(validating: name), mode: .regular, oid: try store.add(content),
          size: Int64(content.count))
      }
      let snapshot = Snapshot(
        resolution: Resolution(sourceName: "source", commit: version, reference: nil, files: files), store: store)
      try await snapshot.materialise { _ throws(FetchError) in [] }
      try fill(snapshot)
      for name in names { #expect(try readFile(base("to/" + name)) == Array((name + version).utf8)) }
    }
  }

  @Test func `a copy cannot reach the store`() async throws {
    try fill(try await snapshot("1"))
    #expect(try text("model.bin") == "model 1")
    #expect(try text("a/config.json") == "1")
    let status = try #require(try FileStatus.of(base("to/model.bin")))
    #expect(status.permissions == 0o644)
    #expect(status.links == 1)
    try File.open(base("to/model.bin"), .readWrite).write([0], at: 0)
    #expect(try storedText == "model 1")
  }

  @Test(arguments: [LinkKind.copy, .hardlink, .symlink]) func `links for those who ask`(_ kind: LinkKind) async throws {
    let snapshot = try await snapshot("1")
    try fill(snapshot, link: kind)
    try fill(snapshot, link: kind)
    #expect(try text("model.bin") == "model 1")
    let object = store.path(of: SHA256.hash(Array("model 1".utf8)))
    let status = try #require(try FileStatus.of(base("to/model.bin")))
    #expect((status.kind == .symlink) == (kind == .symlink))
    #expect((try FileStatus.of(object)?.inode == status.inode) == (kind == .hardlink))
    if kind == .symlink {
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: base("to/model.bin")) == object)
    }
    // What git keeps is in no store.
    #expect(try FileStatus.of(base("to/a/config.json"))?.links == 1)
    #expect(try Directory.list(base("to")) == ["a", "model.bin"])
  }

  @Test func `an executable has its mode, also as a link`() async throws {
    try fill(try await snapshot("1", mode: .executable), link: .hardlink)
    #expect(try FileStatus.of(base("to/model.bin"))?.permissions == 0o755)
    #expect(try FileStatus.of(store.path(of: SHA256.hash(Array("model 1".utf8))))?.permissions == 0o444)
  }

  @Test func `what lfsfetch put there may be replaced by another version`() async throws {
    try fill(try await snapshot("1"))
    try fill(try await snapshot("2"))
    #expect(try text("model.bin") == "model 2")
    #expect(try text("a/config.json") == "2")
  }

  @Test(arguments: [LinkKind.hardlink, .symlink]) func `who asks for copies after links gets copies`(_ kind: LinkKind)
    async throws
  {
    let snapshot = try await snapshot("1")
    try fill(snapshot, link: kind)
    try fill(snapshot, link: .copy)
    let status = try #require(try FileStatus.of(base("to/model.bin")))
    #expect(status.kind == .file)
    #expect(status.links == 1)
    #expect(try text("model.bin") == "model 1")
  }

  @Test func `what is there already is not written again`() async throws {
    let snapshot = try await snapshot("1")
    try fill(snapshot)
    let before = try FileStatus.of(base("to/model.bin"))
    try fill(snapshot)
    #expect(try FileStatus.of(base("to/model.bin")) == before)
  }

  @Test func `what a killed run has left unfinished is removed, and nothing else`() async throws {
    try fill(try await snapshot("1"))
    let record = try #require(try Directory.list(base("cache/folders")).first).split(separator: ".")[0]
    for (run, folder) in [("dead", "to"), ("dead", "to/a"), ("alive", "to"), ("unknown", "to")] {
      try base.write("half", to: "\(folder)/.x.\(run).5.tmp")
    }
    let list = base("to") + "\0" + base("to/a")
    try base.write(list, to: "cache/folders/\(record).dead.1")
    try base.write(list, to: "cache/folders/\(record).alive.1")
    let holder = try LockFile(base("cache/folders/\(record).alive.1"))
    #expect(try holder.tryLock(0))
    try fill(try await snapshot("2"))
    #expect(try Directory.list(base("to")) == [".x.alive.5.tmp", ".x.unknown.5.tmp", "a", "model.bin"])
    #expect(try Directory.list(base("to/a")) == ["config.json"])
    #expect(try Directory.list(base("cache/folders")) == ["\(record).alive.1", "\(record).json"])
  }

  @Test(arguments: ["model.bin", "a/config.json"]) func `a file of the user's stops all`(_ name: String) async throws {
    try base.write("precious", to: "to/" + name)
    let snapshot = try await snapshot("1")
    let error = fetchError { () throws(FetchError) in
      guard var folder = try? UserFolder(base("to"), link: nil, cache: store.cache) else { return }
      try folder.fill(from: snapshot)
    }
    #expect(
      error
        == FetchError(
          .disk, "`\(base("to/" + name))` is there already with other content",
          causes: ["it was not put there by lfsfetch, or was changed since"],
          hint: "move it away, or choose another folder with `--to`"))
    #expect(try text(name) == "precious")
    #expect(try FileStatus.of(base("to/" + (name == "model.bin" ? "a/config.json" : "model.bin"))) == nil)
  }

  @Test func `a file of ours that the user changed is the user's`() async throws {
    try fill(try await snapshot("1"))
    usleep(20_000)
    let file = try File.open(base("to/model.bin"), .readWrite)
    try file.write([0x4d], at: 0)
    let next = try await snapshot("2")
    #expect(throws: FetchError.self) { try fill(next) }
    #expect(try text("model.bin") == "Model 1")
  }

  @Test func `the same bytes by chance are no obstacle`() async throws {
    try base.write("model 1", to: "to/model.bin")
    try fill(try await snapshot("1"))
    #expect(try text("a/config.json") == "1")
  }

  @Test func `the pointer of the object is replaced by it`() async throws {
    let snapshot = try await snapshot("1")
    let pointer = Pointer(oid: SHA256.hash(Array("model 1".utf8)), size: 7).text
    try base.write(pointer, to: "to/model.bin")
    try fill(snapshot)
    #expect(try text("model.bin") == "model 1")
    // The pointer of something else is not.
    try base.write(Pointer(oid: digest("x"), size: 7).text, to: "to/model.bin")
    #expect(throws: FetchError.self) { try fill(snapshot) }
  }

  @Test func `a link in the way is neither followed nor replaced`() async throws {
    try base.write("model 1", to: "outside")
    try Directory.create(base("to"))
    #expect(symlinkFile(base("outside"), base("to/model.bin")))
    let snapshot = try await snapshot("1")
    #expect(throws: FetchError.self) { try fill(snapshot) }
    #expect(try FileStatus.of(base("to/model.bin"))?.kind == .symlink)
  }

  @Test func `a damaged record makes strangers of all, not holes`() async throws {
    try fill(try await snapshot("1"))
    let record = try #require(try Directory.list(base("cache/folders")).first)
    try base.write("{", to: "cache/folders/" + record)
    let next = try await snapshot("2")
    #expect(throws: FetchError.self) { try fill(next) }
    #expect(try text("model.bin") == "model 1")
    try fill(try await snapshot("1"))
  }
}
