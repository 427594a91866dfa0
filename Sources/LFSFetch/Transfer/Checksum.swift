/// A fast 64-bit checksum (XXH64) of a chunk, kept in the journal to tell after a crash which chunks really reached
/// the disk. It guards against accidents only; what proves an object is its SHA-256.
///
/// https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
package struct Checksum: Sendable {
  private var accumulators: (UInt64, UInt64, UInt64, UInt64) = (
    prime1 &+ prime2, prime2, 0, 0 &- prime1
  )
  private var length: UInt64 = 0
  /// What is left of the last 32-byte stripe.
  private var rest: [UInt8] = []

  private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

  package init() {}

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    length &+= UInt64(bytes.count)
    var bytes = bytes[...]
    if !rest.isEmpty {
      let missing = min(32 - rest.count, bytes.count)
      rest += bytes.prefix(missing)
      bytes = bytes.dropFirst(missing)
      guard rest.count == 32 else { return }
      rest.withUnsafeBytes { consumeStripes($0) }
      rest.removeAll(keepingCapacity: true)
    }
    let whole = bytes.count & ~31
    consumeStripes(UnsafeRawBufferPointer(rebasing: bytes.prefix(whole)))
    rest += bytes.dropFirst(whole)
  }

  private mutating func consumeStripes(_ bytes: UnsafeRawBufferPointer) {
    var (a, b, c, d) = accumulators
    for offset in stride(from: 0, to: bytes.count, by: 32) {
      a = Self.round(a, UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      b = Self.round(b, UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)))
      c = Self.round(c, UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self)))
      d = Self.round(d, UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 24, as: UInt64.self)))
    }
    accumulators = (a, b, c, d)
  }

  package var value: UInt64 {
    var hash: UInt64
    if length >= 32 {
      let (a, b, c, d) = accumulators
      hash = a.rotated(1) &+ b.rotated(7) &+ c.rotated(12) &+ d.rotated(18)
      for accumulator in [a, b, c, d] {
        hash = (hash ^ Self.round(0, accumulator)) &* Self.prime1 &+ Self.prime4
      }
    } else {
      hash = Self.prime5
    }
    hash &+= length
    rest.withUnsafeBytes { rest in
      var offset = 0
      while offset + 8 <= rest.count {
        hash ^= Self.round(0, UInt64(littleEndian: rest.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        hash = hash.rotated(27) &* Self.prime1 &+ Self.prime4
        offset += 8
      }
      if offset + 4 <= rest.count {
        let word = UInt32(littleEndian: rest.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        hash = (hash ^ UInt64(word) &* Self.prime1).rotated(23) &* Self.prime2 &+ Self.prime3
        offset += 4
      }
      for byte in rest[offset...] { hash = (hash ^ UInt64(byte) &* Self.prime5).rotated(11) &* Self.prime1 }
    }
    hash = (hash ^ hash >> 33) &* Self.prime2
    hash = (hash ^ hash >> 29) &* Self.prime3
    return hash ^ hash >> 32
  }

  private static func round(_ accumulator: UInt64, _ input: UInt64) -> UInt64 {
    (accumulator &+ input &* prime2).rotated(31) &* prime1
  }
}

extension UInt64 {
  fileprivate func rotated(_ bits: UInt64) -> UInt64 { self << bits | self >> (64 - bits) }
}
