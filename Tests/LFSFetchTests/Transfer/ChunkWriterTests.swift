import Files
import Fixtures
import Synchronization
import Testing

@testable import LFSFetch

/// Bodies as they are delivered, into chunks of a file.
@Suite struct ChunkWriterTests {
  private let folder: TemporaryFolder
  private let partial: PartialObject
  private let progress = ObjectProgress()
  /// Three chunks, the last one short.
  private let content = bytes(count: (512 << 10) + 1000)

  init() throws {
    folder = try TemporaryFolder()
    partial = try PartialObject.open(digest("x"), size: Int64(content.count), in: Cache(root: folder.path))
  }

  private func writer(_ range: ClosedRange<Int>, onWrite: @escaping @Sendable () -> Void = {}) -> ChunkWriter {
    ChunkWriter(
      range: Int64(range.lowerBound)...Int64(range.upperBound), of: partial, progress: progress, onWrite: onWrite)
  }

  private func deliver(_ range: Range<Int>, to writer: ChunkWriter, by step: Int) throws {
    for start in stride(from: range.lowerBound, to: range.upperBound, by: step) {
      try content[start..<min(start + step, range.upperBound)].withUnsafeBytes { try writer.write($0) }
    }
  }

  private func expectWhole() throws {
    #expect(partial.missingChunks.isEmpty)
    #expect(try readFile(partial.file.path) == content)
    // Another process believes it, so the checksums are right.
    let cache = Cache(root: folder.path)
    #expect(try PartialObject.open(digest("x"), size: Int64(content.count), in: cache).missingChunks.isEmpty)
    #expect(progress.advance(limit: .max) == Int64(content.count))
  }

  @Test(arguments: [16_384, 1_000_003, 262_144, 262_145, 9_999, 1 << 20])
  func `however it is delivered`(step: Int) throws {
    let writer = writer(0...(content.count - 1))
    try deliver(0..<content.count, to: writer, by: step)
    #expect(writer.isComplete)
    try expectWhole()
    #expect(progress.downloaded == content.count)
  }

  @Test func `a byte at a time at the edges of chunks`() throws {
    let edge = (256 << 10) - 3
    let writer = writer(0...(content.count - 1))
    try deliver(0..<edge, to: writer, by: 100_000)
    try deliver(edge..<(edge + 6), to: writer, by: 1)
    #expect(partial.isDone(0))
    try deliver((edge + 6)..<content.count, to: writer, by: 100_000)
    try expectWhole()
  }

  @Test func `chunks in any order`() throws {
    for chunk in [2, 0, 1] {
      let range = partial.layout.range(of: chunk)
      let writer = writer(Int(range.lowerBound)...Int(range.upperBound))
      try deliver(Int(range.lowerBound)..<Int(range.upperBound + 1), to: writer, by: 77_777)
      #expect(writer.isComplete)
      #expect(partial.isDone(chunk))
    }
    try expectWhole()
  }

  @Test func `what came before a fault is kept, and gone on from`() throws {
    let first = writer(0...((256 << 10) - 1))
    try deliver(0..<100_000, to: first, by: 16_384)
    #expect(!first.isComplete)
    try first.finish()
    try first.finish()
    #expect(partial.progress(of: 0).length == 100_000)
    let second = writer(100_000...((256 << 10) - 1))
    try deliver(100_000..<(256 << 10), to: second, by: 16_384)
    #expect(second.isComplete)
    #expect(partial.isDone(0))
    #expect(progress.advance(limit: .max) == 256 << 10)
  }

  @Test func `an answer that carries more than was missing`() throws {
    let part = writer(0...((256 << 10) - 1))
    try deliver(0..<100_000, to: part, by: 16_384)
    try part.finish()
    let middle = writer((256 << 10)...((512 << 10) - 1))
    try deliver((256 << 10)..<(512 << 10), to: middle, by: 16_384)
    let whole = writer(0...(content.count - 1))
    try deliver(0..<content.count, to: whole, by: 100_001)
    #expect(whole.isComplete)
    try expectWhole()
    #expect(progress.downloaded == content.count + 100_000 + (256 << 10))
  }

  @Test func `a byte too many is refused`() throws {
    let writer = writer(0...((256 << 10) - 1))
    try deliver(0..<(256 << 10), to: writer, by: 1 << 20)
    let error = #expect(throws: TransferFault.self) { try deliver((256 << 10)..<((256 << 10) + 1), to: writer, by: 1) }
    #expect(error?.reason == "the host sent more bytes than the object has")
    #expect(try partial.file.status().size == Int64(content.count))
    #expect(partial.missingChunks == [1, 2])
  }

  @Test func `each write is told`() throws {
    let prefixes = Mutex<[Int64]>([])
    let writer = writer(0...(content.count - 1)) { [partial] in
      prefixes.withLock { $0.append(partial.finishedPrefix) }
    }
    try deliver(0..<content.count, to: writer, by: 16_384)
    let told = prefixes.withLock { $0 }
    #expect(told == told.sorted())
    #expect(told.last == Int64(content.count))
    #expect(told.count == 5)
  }
}
