/// A path in the quotes that git puts around one with special bytes in it, as C has them: `"a b"`, `"\303\266"`.
///
/// https://git-scm.com/docs/git-config#Documentation/git-config.txt-corequotePath
package struct QuotedPath: Sendable {
  let bytes: [UInt8]
  /// What follows the closing quote.
  let rest: ArraySlice<UInt8>

  /// nil for what does not begin with a quote, or is not well formed.
  init?(_ text: ArraySlice<UInt8>) {
    var rest = text
    guard rest.popFirst() == UInt8(ascii: "\"") else { return nil }
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""):
        self.bytes = bytes
        self.rest = rest
        return
      case UInt8(ascii: "\\"):
        guard let escaped = Self.escaped(&rest) else { return nil }
        bytes.append(escaped)
      default: bytes.append(byte)
      }
    }
    return nil
  }

  private static func escaped(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
    guard let mark = rest.popFirst() else { return nil }
    if let byte = meanings[mark] { return byte }
    guard 0x30...0x33 ~= mark, let second = rest.popFirst(), let third = rest.popFirst(), 0x30...0x37 ~= second,
      0x30...0x37 ~= third
    else { return nil }
    return (mark - 0x30) << 6 | (second - 0x30) << 3 | (third - 0x30)
  }

  private static let meanings: [UInt8: UInt8] = [
    UInt8(ascii: "a"): 0x07, UInt8(ascii: "b"): 0x08, UInt8(ascii: "t"): 0x09, UInt8(ascii: "n"): 0x0a,
    UInt8(ascii: "v"): 0x0b, UInt8(ascii: "f"): 0x0c, UInt8(ascii: "r"): 0x0d, UInt8(ascii: "\\"): 0x5c,
    UInt8(ascii: "\""): 0x22,
  ]
}

extension QuotedPath {
  /// What git would write between the quotes; where it is as long as the path, it would write none.
  package static func escaped(_ path: [UInt8], beyondASCII: Bool) -> String {
    let marks = Dictionary(meanings.map { ($0.value, $0.key) }) { first, _ in first }
    var text: [UInt8] = []
    for byte in path {
      if let mark = marks[byte] {
        text += [UInt8(ascii: "\\"), mark]
      } else if byte < 0x20 || byte == 0x7f || byte >= 0x80 && beyondASCII {
        text += [UInt8(ascii: "\\"), 0x30 + (byte >> 6), 0x30 + (byte >> 3 & 7), 0x30 + (byte & 7)]
      } else {
        text.append(byte)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
