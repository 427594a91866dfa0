import Files
import Fixtures
import Git
import HTTP
import Testing

@testable import LFSFetch

@Suite struct ResolutionStoreTests {
  private let folder: TemporaryFolder
  private let store: ResolutionStore
  private let commit = String(repeating: "1", count: 40)
  private let selection = Selection(include: ["a"], exclude: [])

  init() throws {
    folder = try TemporaryFolder()
    store = ResolutionStore(Cache(root: folder.path), sourceName: "source")
  }

  private func resolution() throws -> Resolution {
    let blob = try #require(ObjectID(hex: String(repeating: "2", count: 40)))
    return Resolution(
      sourceName: "source", commit: commit, reference: "refs/heads/main",
      files: [
        SelectedFile(
          path: try RepositoryPath(validating: "a/ü \"\u{1}.bin"), mode: .regular, oid: digest("1"), size: .max),
        SelectedFile(
          path: try RepositoryPath(validating: [0x61, 0xff, 0x80, 0xc3]), mode: .executable, blob: blob, size: 0,
          digest: digest("3")),
        SelectedFile(path: try RepositoryPath(validating: "link"), mode: .symlink, blob: blob, size: 3, digest: nil),
      ], configuredLFS: "https://lfs.example/x")
  }

  /// The one file that was written.
  private func path() throws -> String {
    let names = try Directory.list(folder("resolved/source"))
    return folder("resolved/source/" + (try #require(names.first)))
  }

  @Test func `comes back as it went`() throws {
    let resolution = try resolution()
    try store.remember(resolution, selection)
    #expect(store.resolution(of: commit, selection, sourceName: "source") == resolution)
  }

  @Test func `another selection or commit is another memory`() throws {
    try store.remember(try resolution(), selection)
    #expect(store.resolution(of: commit, Selection(include: ["b"], exclude: []), sourceName: "source") == nil)
    #expect(store.resolution(of: String(repeating: "3", count: 40), selection, sourceName: "source") == nil)
  }

  @Test func `a listing comes back with the addresses that hold no secret`() throws {
    let wanted = Wanted(
      model: "m", source: "https://h/x#unverified", revision: nil, selection: selection, main: nil, pinned: [:],
      isFromRegistry: false)
    let urls = ["https://h/a", "https://h/b?key=secret", "https://u:secret@h/c"]
    var files: [SelectedFile] = []
    var listed = Resolution(sourceName: "source", commit: nil, reference: "v1", files: [])
    for (index, url) in urls.enumerated() {
      let oid = digest(Character("\(index)"))
      var file = SelectedFile(path: try RepositoryPath(validating: "\(index)"), mode: .regular, oid: oid, size: 1)
      file.isLearned = index == 1
      files.append(file)
      listed.direct[oid] = [.url(try HTTPURL(url), isNamedByUser: true)]
    }
    var resolution = Resolution(sourceName: "source", commit: nil, reference: "v1", files: files)
    resolution.direct = listed.direct
    try store.remember(listed: resolution, wanted)
    let found = try #require(store.listed(wanted, sourceName: "source"))
    #expect(found.files == files)
    #expect(found.reference == "v1")
    #expect(found.direct == [digest("0"): [.url(try HTTPURL("https://h/a"), isNamedByUser: true)]])
    #expect(try !String(decoding: readFile(path()), as: UTF8.self).contains("secret"))
  }

  @Test func `references`() throws {
    #expect(store.commit(of: "main") == nil)
    try store.remember(commit, reference: "refs/heads/main", of: "main")
    try store.remember("other", reference: nil, of: nil)
    #expect(store.commit(of: "main")?.commit == commit)
    #expect(store.commit(of: "main")?.reference == "refs/heads/main")
    #expect(store.commit(of: nil)?.commit == "other")
    #expect(store.commit(of: nil)?.reference == nil)
    #expect(store.commit(of: "dev") == nil)
  }

  @Test func `what has no commit is not remembered`() throws {
    let pinned = Resolution(sourceName: "source", commit: nil, reference: nil, files: [])
    try store.remember(pinned, selection)
    #expect(try Directory.list(folder("resolved/source")).isEmpty)
  }

  @Test(arguments: [
    ("form\":1", "form\":2"), ("\"size\":3", "\"size\":\"3\""), ("symlink", "device"), ("\"link\"", "\"../link\""),
    ("\"sha256\":\"", "\"sha256\":\"x"), ("\"files\"", "\"fields\""), ("}", ""), ("{", "["),
  ])
  func `a damaged file is no memory`(text: String, damage: String) throws {
    try store.remember(try resolution(), selection)
    let path = try path()
    let sound = String(decoding: try readFile(path), as: UTF8.self)
    let damaged = sound.replacing(text, with: damage, maxReplacements: 1)
    #expect(damaged != sound)
    try replaceFile(path, with: Array(damaged.utf8))
    #expect(store.resolution(of: commit, selection, sourceName: "source") == nil)
  }

  @Test func `an empty file is no memory`() throws {
    try store.remember(commit, reference: nil, of: "main")
    try replaceFile(try path(), with: [])
    #expect(store.commit(of: "main") == nil)
  }
}
