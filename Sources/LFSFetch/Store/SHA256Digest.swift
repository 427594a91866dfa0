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
    var words = InlineWords()
    let isValid = withUnsafeMutableBytes(of: &words) { bytes in
      var count = 0
      for digit in hex.utf8 {
        guard let value = Self.value(of: digit), count < 2 * Self.byteCount else { return false }
        bytes[count / 2] = bytes[count / 2] << 4 | value
        count += 1
      }
      return count == 2 * Self.byteCount
    }
    guard isValid else { return nil }
    self.words = words
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  private static func digit(of value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  /// The first eight bytes as a number.
  package var prefix: UInt64 { words.a }

  package var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

  package var hex: String {
    String(unsafeUninitializedCapacity: 2 * Self.byteCount) { output in
      withUnsafeBytes(of: words) { bytes in
        for (index, byte) in bytes.enumerated() {
          output[2 * index] = Self.digit(of: byte >> 4)
          output[2 * index + 1] = Self.digit(of: byte & 15)
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
