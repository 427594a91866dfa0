import Files
import Fixtures
import Testing

@testable import LFSFetch

@Suite struct WholeObjectWriterTests {
  private let folder: TemporaryFolder
  private let store: ObjectStore
  private let progress = ObjectProgress()

  init() throws {
    folder = try TemporaryFolder()
    store = ObjectStore(Cache(root: folder.path))
  }

  private func writer(_ content: [UInt8], size: Int? = nil) -> WholeObjectWriter {
    let transfer = Transfer(
      oid: SHA256.hash(content), size: Int64(size ?? content.count), name: "x", sources: [])
    return WholeObjectWriter(transfer, store: store, progress: progress)
  }

  private func deliver(_ content: [UInt8], to writer: WholeObjectWriter, by step: Int = 16_384) throws {
    for start in stride(from: 0, to: content.count, by: step) {
      try content[start..<min(start + step, content.count)].withUnsafeBytes { try writer.write($0) }
    }
  }

  private var files: [String] {
    get throws {
      try Directory.list(store.cache.objects).flatMap { try Directory.list(store.cache.objects + "/" + $0) }
    }
  }

  @Test(arguments: [1, 16_384, 262_143, 262_144, 262_145, 1_000_000], [1000, 16_384, 1 << 20])
  func `however it is delivered`(size: Int, step: Int) throws {
    let content = bytes(count: size)
    let writer = writer(content)
    try deliver(content, to: writer, by: step)
    #expect(try writer.adopt() == nil)
    let oid = SHA256.hash(content)
    #expect(try readFile(store.path(of: oid)) == content)
    #expect(try FileStatus.of(store.path(of: oid))?.permissions == 0o444)
    #expect(try files == [String(oid.hex.dropFirst(2))])
    #expect(progress.downloaded == size)
    #expect(progress.advance(limit: .max) == Int64(size))
  }

  @Test(arguments: [1000, 300_000]) func `wrong bytes leave nothing`(size: Int) throws {
    let content = bytes(count: size)
    var wrong = content
    wrong[size / 2] ^= 1
    do {
      let writer = writer(content)
      try deliver(wrong, to: writer)
      let error = #expect(throws: WrongDigest.self) { try writer.adopt() }
      #expect(error?.found == SHA256.hash(wrong))
      writer.abandon()
    }
    #expect(try files.isEmpty)
    #expect(progress.advance(limit: .max) == nil)
    #expect(progress.downloaded == size)
  }

  @Test(arguments: [1000, 300_000]) func `too few bytes leave nothing`(size: Int) throws {
    let content = bytes(count: size)
    do {
      let writer = writer(content)
      try deliver(Array(content.dropLast()), to: writer)
      let error = #expect(throws: TransferFault.self) { try writer.adopt() }
      #expect(error?.reason == "the host sent fewer bytes than the object has")
    }
    #expect(try files.isEmpty)
  }

  @Test(arguments: [1000, 300_000]) func `a byte too many is refused`(size: Int) throws {
    let content = bytes(count: size)
    do {
      let writer = writer(content, size: size - 1)
      let error = #expect(throws: TransferFault.self) { try deliver(content, to: writer, by: 999) }
      #expect(error?.reason == "the host sent more bytes than the object has")
    }
    #expect(try files.isEmpty)
  }
}
