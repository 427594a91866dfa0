/// A compressed bitmap as git writes it into its index, read into the positions of its bits.
///
/// The number of bits and the number of words, 32 bits each; then words of 64 bits: one that tells of a run of equal
/// words and of how many words follow as they are, those words, the next of the first kind, and so on; at last 32 bits
/// that are of use only to who adds to it. https://git-scm.com/docs/gitformat-bitmap#_appendix_a_serialization_format_for_an_ewah_bitmap
enum EWAHBitmap {
  /// Takes a bitmap from the front of `bytes`. nil where it is none, or has a bit at `limit` or beyond.
  static func positions(from bytes: inout ArraySlice<UInt8>, below limit: Int) -> [Int]? {
    guard bytes.popNumber(ofBytes: 4) != nil, let count = bytes.popNumber(ofBytes: 4), bytes.count >= count * 8 + 4
    else { return nil }
    var words = bytes.prefix(Int(count) * 8)
    bytes = bytes.dropFirst(words.count + 4)
    var positions: [Int] = []
    var next = 0
    while let run = words.popNumber(ofBytes: 8) {
      let length = Int(run >> 1 & 0xffff_ffff) * 64
      let isSet = run & 1 == 1
      // Checked before it is added: many long runs would overflow.
      guard next <= limit, !isSet || length <= limit - next + 63 else { return nil }
      if isSet { positions += next..<next + length }
      next += length
      for _ in 0..<run >> 33 {
        guard next <= limit, let word = words.popNumber(ofBytes: 8) else { return nil }
        for bit in 0..<64 where word >> UInt64(bit) & 1 == 1 { positions.append(next + bit) }
        next += 64
      }
    }
    if let last = positions.last, last >= limit { return nil }
    return positions
  }
}

extension ArraySlice<UInt8> {
  /// A number whose highest byte comes first; nil where there are not so many bytes.
  fileprivate mutating func popNumber(ofBytes size: Int) -> UInt64? {
    guard count >= size else { return nil }
    defer { self = dropFirst(size) }
    return prefix(size).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
