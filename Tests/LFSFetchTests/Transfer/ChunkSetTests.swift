import Testing

@testable import LFSFetch

@Suite struct ChunkSetTests {
  @Test(
    arguments: [
      ([], []), ([3], [3..<4]), ([3, 4, 5], [3..<6]), ([5, 4, 3], [3..<6]), ([1, 3, 2], [1..<4]),
      ([9, 0, 4, 1, 8], [0..<2, 4..<5, 8..<10]), ([2, 2, 2], [2..<3]),
    ] as [([Int], [Range<Int>])])
  func `neighbours join, and rows stay in order`(chunks: [Int], rows: [Range<Int>]) {
    let set = ChunkSet(chunks)
    #expect(set.rows == rows)
    #expect(set.count == Set(chunks).count)
    #expect(set.isEmpty == chunks.isEmpty)
  }

  @Test(
    arguments: [
      (0..<0, [2..<4, 6..<8]), (4..<6, [2..<8]), (3..<7, [2..<8]), (0..<10, [0..<10]), (4..<5, [2..<5, 6..<8]),
      (8..<9, [2..<4, 6..<9]), (0..<1, [0..<1, 2..<4, 6..<8]), (0..<2, [0..<4, 6..<8]),
    ] as [(Range<Int>, [Range<Int>])])
  func `a row joins what it touches`(row: Range<Int>, rows: [Range<Int>]) {
    var set = ChunkSet([2, 3, 6, 7])
    set.insert(row)
    #expect(set.rows == rows)
  }

  @Test func `the first are taken, of one row`() {
    var set = ChunkSet([2, 3, 4, 7])
    #expect(set.takeFirst(2) { _ in false } == 2..<4)
    #expect(set.rows == [4..<5, 7..<8])
    #expect(set.takeFirst(9) { _ in false } == 4..<5)
    #expect(set.takeFirst(9) { _ in false } == 7..<8)
    #expect(set.takeFirst(9) { _ in false } == nil)
  }

  /// Its bytes would come again.
  @Test func `a row ends before a chunk of which something is there`() {
    var set = ChunkSet([1, 2, 3, 4])
    #expect(set.takeFirst(9) { $0 == 1 || $0 == 3 } == 1..<3)
    #expect(set.takeFirst(9) { $0 == 1 || $0 == 3 } == 3..<5)
  }
}
