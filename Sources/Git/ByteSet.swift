/// A set of bytes: what stands between `[` and `]` in a glob.
struct ByteSet: Sendable, Equatable {
  private var bits = [UInt64](repeating: 0, count: 4)

  init() {}

  /// `digit` and the other classes of POSIX, of ASCII only, as git has them; nil for an unknown one. Where case is
  /// ignored, so that paths are compared in lower case, capitals are small letters, too.
  init?(className: some Sequence<UInt8>, ignoresCase: Bool) {
    let fits: (UInt8) -> Bool
    switch String(decoding: Array(className), as: UTF8.self) {
    case "alnum": fits = { Self.isLetter($0) || Self.isDigit($0) }
    case "alpha": fits = Self.isLetter
    case "blank": fits = { $0 == 0x20 || $0 == 0x09 }
    case "cntrl": fits = { $0 < 0x20 || $0 == 0x7f }
    case "digit": fits = Self.isDigit
    case "graph": fits = { 0x21...0x7e ~= $0 }
    case "lower": fits = { 0x61...0x7a ~= $0 }
    case "print": fits = { 0x20...0x7e ~= $0 }
    case "punct": fits = { 0x21...0x7e ~= $0 && !Self.isLetter($0) && !Self.isDigit($0) }
    case "space": fits = { $0 == 0x20 || 0x09...0x0d ~= $0 }
    case "upper": fits = { 0x41...0x5a ~= $0 || (ignoresCase && 0x61...0x7a ~= $0) }
    case "xdigit": fits = { Self.isDigit($0) || 0x61...0x66 ~= $0 | 0x20 }
    default: return nil
    }
    for byte in UInt8.min...UInt8.max where fits(byte) { insert(byte) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { 0x61...0x7a ~= byte | 0x20 }
  private static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }

  func contains(_ byte: UInt8) -> Bool { bits[Int(byte >> 6)] & 1 << UInt64(byte & 63) != 0 }
  mutating func insert(_ byte: UInt8) { bits[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
  mutating func formUnion(_ other: ByteSet) { for index in bits.indices { bits[index] |= other.bits[index] } }
  mutating func negate() { for index in bits.indices { bits[index] = ~bits[index] } }
}
