/// How an object is cut into chunks: the unit that the journal speaks of, and the smallest that is fetched again when
/// it is bad. A pure function of the size, so that every run cuts alike; a journal that cuts otherwise, of another
/// version, is gone on with as it is.
package struct ChunkLayout: Hashable, Sendable {
  package let size: Int64
  package let chunkSize: Int64

  /// Below this an object is one request that is not resumed; a kill costs at most this much.
  package static let threshold: Int64 = 1 << 20

  /// Journals of more chunks are not believed.
  private static let mostChunks: Int64 = 1 << 18

  package init(size: Int64) {
    self.size = size
    // Short chunks let many slow connections work on a small object, and let others help the slowest at its end. They
    // cost little: a request is for several.
    let fitting = size < 256 << 20 ? Int64(256 << 10) : 1 << 20
    // At most about 16,000 chunks, whatever the size.
    let mebibyte: Int64 = 1 << 20
    let needed = (size / 16_384 + mebibyte - 1) / mebibyte * mebibyte
    chunkSize = size < 256 << 20 ? fitting : max(fitting, needed)
  }

  /// As a journal says; nil for what no version has ever cut.
  package init?(size: Int64, chunkSize: Int64) {
    guard size > 0, chunkSize >= 64 << 10, chunkSize % (64 << 10) == 0, size / chunkSize < Self.mostChunks else {
      return nil
    }
    self.size = size
    self.chunkSize = chunkSize
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

  /// The bytes of a row of chunks.
  package func range(of chunks: Range<Int>) -> ClosedRange<Int64> {
    range(of: chunks.lowerBound).lowerBound...range(of: chunks.upperBound - 1).upperBound
  }
}
