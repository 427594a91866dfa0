import LFSFetch

/// The same bytes for the same seed on every machine; without visible order, so that a mixed-up range shows
/// (xorshift64*).
package func bytes(count: Int, seed: UInt64 = 1) -> [UInt8] {
  var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
  return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
    var index = 0
    while index < count {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      var word = state &* 0x2545_f491_4f6c_dd1d
      for _ in 0..<min(8, count - index) {
        buffer[index] = UInt8(truncatingIfNeeded: word)
        word >>= 8
        index += 1
      }
    }
    initialized = count
  }
}

/// The name of the LFS object that has these bytes.
package func objectName(of bytes: [UInt8]) -> String { SHA256.hash(bytes).hex }
