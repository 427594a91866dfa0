import Testing

@testable import LFSFetch

private let mebibyte: Int64 = 1 << 20

@Suite struct ChunkLayoutTests {
  @Test(
    arguments: [
      (0, 4, 0), (1, 4, 1), (4 * mebibyte - 1, 4, 1), (4 * mebibyte, 4, 1), (4 * mebibyte + 1, 4, 2),
      (20 * mebibyte, 4, 5), (512 * mebibyte - 1, 4, 128), (512 * mebibyte, 8, 64), (1024 * mebibyte, 8, 128),
      (16_384 * 8 * mebibyte, 8, 16_384), (16_384 * 8 * mebibyte + 16_384, 9, 14_564),
      (1 << 50, 65_536, 16_384), (.max, 536_870_912, 16_384),
    ] as [(Int64, Int64, Int)])
  func `how an object is cut`(size: Int64, mebibytes: Int64, count: Int) {
    let layout = ChunkLayout(size: size)
    #expect(layout.chunkSize == mebibytes * mebibyte)
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
