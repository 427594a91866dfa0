import Testing

@testable import LFSFetch

private let kibibyte: Int64 = 1 << 10
private let mebibyte: Int64 = 1 << 20

@Suite struct ChunkLayoutTests {
  @Test(
    arguments: [
      (0, 256, 0), (1, 256, 1), (256 * kibibyte - 1, 256, 1), (256 * kibibyte, 256, 1), (256 * kibibyte + 1, 256, 2),
      (20 * mebibyte, 256, 80), (256 * mebibyte - 1, 256, 1024), (256 * mebibyte, 1024, 256),
      (1024 * mebibyte, 1024, 1024), (16_384 * mebibyte, 1024, 16_384), (16_384 * mebibyte + 16_384, 2048, 8193),
      (1 << 50, 65_536 * 1024, 16_384), (.max, 536_870_912 * 1024, 16_384),
    ] as [(Int64, Int64, Int)])
  func `how an object is cut`(size: Int64, kibibytes: Int64, count: Int) {
    let layout = ChunkLayout(size: size)
    #expect(layout.chunkSize == kibibytes * kibibyte)
    #expect(layout.count == count)
  }

  @Test(arguments: [1, 4 * mebibyte, 4 * mebibyte + 1, 20 * mebibyte + 12_345, 600 * mebibyte - 1])
  func `the chunks cover the object without gap or overlap`(size: Int64) {
    let layout = ChunkLayout(size: size)
    var next: Int64 = 0
    for chunk in 0..<layout.count {
      let range = layout.range(of: chunk)
      #expect(range.lowerBound == next)
      #expect(layout.length(of: chunk) == Int64(range.count))
      next = range.upperBound + 1
    }
    #expect(next == size)
  }
}
