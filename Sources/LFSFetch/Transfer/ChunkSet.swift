/// Chunks that wait to be fetched, as rows, in order.
struct ChunkSet: Equatable, Sendable {
  /// Ascending, apart from each other, none empty.
  private(set) var rows: [Range<Int>] = []

  init(_ chunks: some Sequence<Int> = []) {
    for chunk in chunks { insert(chunk..<(chunk + 1)) }
  }

  var isEmpty: Bool { rows.isEmpty }
  var count: Int { rows.reduce(0) { $0 + $1.count } }

  mutating func insert(_ row: Range<Int>) {
    guard !row.isEmpty else { return }
    // Nearly always it comes last, or near the beginning of few rows.
    var joined = row
    var index = rows.firstIndex { $0.upperBound >= row.lowerBound } ?? rows.count
    let first = index
    while index < rows.count, rows[index].lowerBound <= row.upperBound {
      joined = min(joined.lowerBound, rows[index].lowerBound)..<max(joined.upperBound, rows[index].upperBound)
      index += 1
    }
    rows.replaceSubrange(first..<index, with: [joined])
  }

  /// Takes the first chunks out, at most `count` of one row, and not beyond one for which `isStarted`: the bytes that
  /// are there of it need not come again.
  mutating func takeFirst(_ count: Int, isStarted: (Int) -> Bool) -> Range<Int>? {
    guard let row = rows.first else { return nil }
    var end = row.lowerBound + 1
    while end < row.upperBound, end - row.lowerBound < count, !isStarted(end) { end += 1 }
    if end == row.upperBound { rows.removeFirst() } else { rows[0] = end..<row.upperBound }
    return row.lowerBound..<end
  }

  mutating func removeAll() { rows = [] }
}
