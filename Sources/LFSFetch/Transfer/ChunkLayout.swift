/// How an object is cut into chunks: the unit that is fetched, written to the journal and, when it is bad, fetched
/// again. A pure function of the size, so that every run and every version cuts alike.
package struct ChunkLayout: Hashable, Sendable {
  package let size: Int64
  package let chunkSize: Int64

  /// Below this an object is one request that is not resumed; a kill costs at most this much.
  package static let threshold: Int64 = 1 << 20

  package init(size: Int64) {
    self.size = size
    // Short chunks keep the hash close behind the download; long ones keep requests few on long links.
    let fitting = size < 512 << 20 ? Int64(4 << 20) : 8 << 20
    // At most about 16,000 chunks, whatever the size.
    let mebibyte: Int64 = 1 << 20
    let needed = (size / 16_384 + mebibyte - 1) / mebibyte * mebibyte
    chunkSize = max(fitting, needed)
  }

  package var count: Int { Int(size / chunkSize) + (size % chunkSize == 0 ? 0 : 1) }

  /// The bytes of the chunk, both ends included, as `Range` headers count.
  package func range(of chunk: Int) -> ClosedRange<Int64> {
    let start = Int64(chunk) * chunkSize
    return start...(start + min(chunkSize, size - start) - 1)
  }

  package func length(of chunk: Int) -> Int64 {
    let range = range(of: chunk)
    return range.upperBound - range.lowerBound + 1
  }
}
