import HTTP

extension FaultServer {
  /// A request as it came in.
  package struct Request: Sendable {
    package let method: String
    package let path: String
    /// Without the `?`.
    package let query: String?
    package var headers: HTTPHeaders
    package let body: [UInt8]
    /// Which connection it came over, counted from 1.
    package let connection: Int
    package let time: ContinuousClock.Instant
    /// The how-manieth request for its path, from 1.
    package var number = 0
    /// Its connection's place among those that have asked for the path, from 1.
    package var connectionRank = 0
    /// How many requests the server is answering, this one among them.
    package var simultaneous = 0

    /// The bytes asked for of a content of `size` bytes: nil without a usable `Range`, empty when it cannot be met.
    func range(of size: Int) -> Range<Int>? {
      guard let text = headers["Range"], text.hasPrefix("bytes="), !text.contains(",") else { return nil }
      let ends = text.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
      guard ends.count == 2 else { return nil }
      switch (Int(ends[0]), Int(ends[1])) {
      case (nil, let count?): return max(0, size - count)..<size
      case (let first?, _) where first >= size: return 0..<0
      case (let first?, nil): return first..<size
      case (let first?, let last?) where last >= first: return first..<min(last + 1, size)
      default: return nil
      }
    }
  }
}

extension Sequence<FaultServer.Request> {
  /// How many different bytes of a content of that size they ask for. What is asked for twice counts once: a client may
  /// take a part of a range away from a slow connection and give it to another.
  package func distinctBytes(of size: Int) -> Int {
    let ranges = map { $0.range(of: size) ?? 0..<size }.sorted { $0.lowerBound < $1.lowerBound }
    var (count, end) = (0, 0)
    for range in ranges where range.upperBound > end {
      count += range.upperBound - Swift.max(end, range.lowerBound)
      end = range.upperBound
    }
    return count
  }
}
