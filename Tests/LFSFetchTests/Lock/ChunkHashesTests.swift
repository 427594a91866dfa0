import Files
import Fixtures
import Testing

@testable import LFSFetch

struct ChunkHashesTests {
  @Test(
    arguments: [
      (Int64(1 << 20), nil, nil), (4 << 20, nil, nil), ((4 << 20) + 1, Int64(4 << 20), 2), (200 << 20, 4 << 20, 50),
      (10 << 30, 4 << 20, 2560), (40 << 30, 6 << 20, 6827),
    ] as [(Int64, Int64?, Int?)])
  func `chunks are multiples of those of downloads, and not many`(size: Int64, chunkSize: Int64?, count: Int?) {
    let layout = ChunkHashes.layout(size: size)
    #expect(layout?.chunkSize == chunkSize)
    #expect(layout?.count == count)
    if let layout { #expect(layout.chunkSize % ChunkLayout(size: size).chunkSize == 0) }
  }

  @Test func `each chunk is known by its own bytes`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/object"
    var bytes = (0..<(9 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    try replaceFile(path, with: bytes)
    let (whole, chunks) = try ChunkHashes.read(path, size: Int64(bytes.count))
    #expect(whole == SHA256.hash(bytes))
    let hashes = try #require(chunks)
    #expect(hashes.hashes.count == 3)
    #expect(hashes.hashes[2].hex == String(SHA256.hash(Array(bytes[(8 << 20)...])).hex.prefix(32)))
    bytes[5 << 20] ^= 1
    try replaceFile(path, with: bytes)
    let file = try File.open(path, .read)
    #expect(try (0..<3).map { chunk throws(FileError) in try hashes.fits(chunk, of: file) } == [true, false, true])
  }

  @Test func `a file that is too short does not fit`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/object"
    try replaceFile(path, with: [UInt8](repeating: 1, count: 9 << 20))
    let chunks = try ChunkHashes.read(path, size: 9 << 20).chunks
    try replaceFile(path, with: [UInt8](repeating: 1, count: 5 << 20))
    let file = try File.open(path, .read)
    #expect(try chunks?.fits(0, of: file) == true)
    #expect(try chunks?.fits(1, of: file) == false)
    #expect(try chunks?.fits(2, of: file) == false)
  }

  @Test(arguments: ["", "abc", String(repeating: "A", count: 32), String(repeating: "a", count: 33)])
  func `only 32 lowercase digits are a hash of a chunk`(text: String) {
    #expect(ChunkHash(hex: text) == nil)
  }
}
