/// A SHA-256 value: what names an LFS object and proves its bytes.
package struct SHA256Digest: Hashable, Sendable, Comparable, CustomStringConvertible {
  private let words: InlineWords

  /// Four words instead of an array: digests are keys of large tables.
  private struct InlineWords: Hashable {
    var a: UInt64 = 0
    var b: UInt64 = 0
    var c: UInt64 = 0
    var d: UInt64 = 0
  }

  package static let byteCount = 32

  /// nil unless there are exactly 32 bytes.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    var words = InlineWords()
    withUnsafeMutableBytes(of: &words) { buffer in
      for (index, byte) in bytes.enumerated() { buffer[index] = byte }
    }
    self.words = words
  }

  /// nil unless the text is exactly 64 lowercase hexadecimal digits (CVE-2024-37032).
  package init?(hex: some StringProtocol) {
    let digits = Array(hex.utf8)
    guard digits.count == 2 * Self.byteCount else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.byteCount)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = Self.value(of: digits[index]), let low = Self.value(of: digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    self.init(bytes: bytes)
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  /// The first eight bytes as a number.
  package var prefix: UInt64 { words.a }

  package var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

  package var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: 2 * Self.byteCount) { output in
      withUnsafeBytes(of: words) { bytes in
        for (index, byte) in bytes.enumerated() {
          output[2 * index] = digits[Int(byte >> 4)]
          output[2 * index + 1] = digits[Int(byte & 15)]
        }
      }
      return 2 * Self.byteCount
    }
  }

  package var description: String { hex }

  package static func < (left: SHA256Digest, right: SHA256Digest) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}
