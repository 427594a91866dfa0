import Files
import Fixtures
import Testing

@testable import LFSFetch

struct ArrivalsTests {
  /// 9 MiB: three chunks of 4 MiB, 36 parts of 256 KiB.
  private func make() throws -> (arrivals: Arrivals, partial: PartialObject, folder: TemporaryFolder) {
    let folder = try TemporaryFolder()
    let size: Int64 = 9 << 20
    let partial = try PartialObject.open(SHA256.hash([]), size: size, in: Cache(root: folder.path))
    let layout = try #require(ChunkHashes.layout(size: size))
    let hashes = try #require(
      ChunkHashes(layout: layout, hashes: (0..<3).map { ChunkHash(SHA256.hash([$0])) }))
    return (try #require(Arrivals(hashes, of: partial)), partial, folder)
  }

  @Test func `a chunk is looked at once, when all of its parts have come`() throws {
    var (arrivals, _, _) = try make()
    #expect((0..<3).map { arrivals.parts(of: $0) } == [0..<16, 16..<32, 32..<36])
    arrivals.notice(0..<16) { $0 != 3 }
    #expect(arrivals.next() == nil)
    arrivals.notice(3..<4) { _ in true }
    arrivals.notice(3..<4) { _ in true }
    #expect(arrivals.next() == 0)
    #expect(arrivals.next() == nil)
    arrivals.notice(15..<33) { $0 >= 16 }
    #expect([arrivals.next(), arrivals.next(), arrivals.next()] == [1, 2, nil])
  }

  @Test func `the proven beginning grows over chunks that were proven before`() throws {
    var (arrivals, _, _) = try make()
    arrivals.prove(1)
    #expect(arrivals.provenBytes == 0)
    arrivals.prove(0)
    #expect(arrivals.provenBytes == 8 << 20)
    #expect(!arrivals.isProven)
    arrivals.prove(2)
    #expect(arrivals.provenBytes == 9 << 20)
    #expect(arrivals.isProven)
  }

  @Test func `a wrong chunk is looked at again when it has come again`() throws {
    var (arrivals, _, _) = try make()
    arrivals.notice(0..<16) { _ in true }
    _ = arrivals.next()
    #expect(arrivals.refute(0) == (1, false))
    arrivals.notice(0..<1) { _ in true }
    #expect(arrivals.next() == 0)
    #expect(arrivals.refute(0) == (2, false))
  }

  @Test func `chunks that do not fit onto those of the journal are not used`() throws {
    let (_, partial, _) = try make()
    let layout = try #require(ChunkLayout(size: 9 << 20, chunkSize: 320 << 10))
    let hashes = try #require(
      ChunkHashes(layout: layout, hashes: (0..<layout.count).map { _ in ChunkHash(SHA256.hash([])) }))
    #expect(Arrivals(hashes, of: partial) == nil)
  }

  @Test func `a part that is forgotten is missing, and the final beginning ends before it`() throws {
    let (_, partial, _) = try make()
    var progress = PartialObject.Progress()
    progress.length = 256 << 10
    for part in 0..<3 { try partial.advance(part, to: progress) }
    #expect(partial.finishedPrefix == 768 << 10)
    partial.hold(at: 256 << 10)
    #expect(partial.finishedPrefix == 256 << 10)
    partial.hold(at: nil)
    partial.forget(1)
    #expect(partial.finishedPrefix == 256 << 10)
    #expect(partial.missingChunks.first == 1)
  }
}
