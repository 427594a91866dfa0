import Files
import Fixtures
import Testing

@testable import LFSFetch

@Suite struct ObjectStoreTests {
  private let folder: TemporaryFolder
  private let store: ObjectStore
  private let content = bytes(count: 1000)

  init() throws {
    folder = try TemporaryFolder()
    store = ObjectStore(Cache(root: folder.path))
  }

  @Test func `an adopted file is read-only and under its name`() throws {
    let oid = try store.add(content)
    let path = folder("objects/\(oid.hex.prefix(2))/\(oid.hex.dropFirst(2))")
    #expect(store.path(of: oid) == path)
    #expect(try FileStatus.of(path)?.permissions == 0o444)
    #expect(try readFile(path) == content)
    #expect(try Directory.list(folder("objects/\(oid.hex.prefix(2))")) == [String(oid.hex.dropFirst(2))])
    #expect(try store.hash(oid) == oid)
  }

  @Test func `the size counts too`() throws {
    let oid = try store.add(content)
    #expect(try store.contains(oid, size: 1000))
    #expect(try store.contains(oid, size: nil))
    #expect(try !store.contains(oid, size: 999))
    #expect(try !store.contains(digest("x"), size: nil))
  }

  @Test func `a link or a folder is no object`() throws {
    let (one, two) = (digest("1"), digest("2"))
    try Directory.create(store.path(of: one))
    #expect(try !store.contains(one, size: nil))
    let link = store.path(of: two)
    try Directory.create(try #require(link.parentFolder))
    #expect(symlinkFile(folder.path, link))
    #expect(try !store.contains(two, size: nil))
  }

  @Test func `adopting twice is fine`() throws {
    let oid = try store.add(content)
    #expect(try store.add(content) == oid)
    #expect(try store.all().map(\.oid) == [oid])
  }

  @Test func `all objects, and nothing else`() throws {
    #expect(try store.all().isEmpty)
    let one = try store.add(content)
    let two = try store.add([1, 2, 3])
    try folder.write("x", to: "objects/ab/notes.txt")
    try folder.write("x", to: "objects/README")
    let all = try store.all().sorted { $0.oid < $1.oid }
    #expect(all.map(\.oid) == [one, two].sorted())
    #expect(all.map(\.size).sorted() == [3, 1000])
    try store.remove(one)
    try store.remove(one)
    #expect(try store.all().map(\.oid) == [two])
  }

  @Test(arguments: [0, 1, 256 << 10, (256 << 10) + 1]) func `files of any size are hashed`(_ size: Int) throws {
    let content = bytes(count: size)
    #expect(try hashFile(try folder.write(content, to: "file")) == SHA256.hash(content))
  }
}
