/// Text from outside, taken by its bytes: as git, servers and the kernel take it.
///
/// A `Character` is what a reader sees as one letter. A slash with a combining mark after it is one, and no slash; CR
/// and LF together are one, and no LF; and two texts of different bytes are equal where they look the same. So what a
/// repository, a server or a file of the user's says is compared, searched and cut with what is here, or by its
/// `utf8`. What is sought is ASCII, and a cut at ASCII leaves both sides valid.
extension StringProtocol where SubSequence == Substring {
  @inlinable package func begins(with prefix: some StringProtocol) -> Bool { utf8.starts(with: prefix.utf8) }

  @inlinable package func ends(with suffix: some StringProtocol) -> Bool {
    self[...].utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
  }

  /// Whether the bytes are the same.
  @inlinable package func isSame(as other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }

  /// Whether the bytes of the other text are somewhere in this one.
  @inlinable package func has(_ other: String) -> Bool { index(behind: other) != nil }

  /// Where the text goes on after the first place where the other's bytes are.
  @inlinable package func index(behind other: String) -> Index? {
    guard let first = other.utf8.first else { return startIndex }
    var rest = self[...].utf8
    while let start = rest.firstIndex(of: first) {
      rest = rest[start...]
      if rest.starts(with: other.utf8) { return rest.index(start, offsetBy: other.utf8.count) }
      rest = rest.dropFirst()
    }
    return nil
  }

  /// Nil when the text does not begin with the prefix.
  @inlinable package func rest(after prefix: some StringProtocol) -> Substring? {
    begins(with: prefix) ? Substring(self[...].utf8.dropFirst(prefix.utf8.count)) : nil
  }

  /// Nil when the text does not end with the suffix.
  @inlinable package func rest(before suffix: some StringProtocol) -> Substring? {
    ends(with: suffix) ? Substring(self[...].utf8.dropLast(suffix.utf8.count)) : nil
  }

  /// What stands behind the folder and a slash; nil for what is not below the folder.
  @inlinable package func rest(below folder: some StringProtocol) -> Substring? {
    rest(after: folder)?.rest(after: "/")
  }

  /// What stands before and after the first such byte; nil when there is none.
  @inlinable package func cut(at byte: Unicode.Scalar) -> (before: Substring, after: Substring)? {
    utf8.firstIndex(of: UInt8(ascii: byte)).map { (self[..<$0], self[utf8.index(after: $0)...]) }
  }

  /// What stands before and after the last such byte; nil when there is none.
  @inlinable package func cut(atLast byte: Unicode.Scalar) -> (before: Substring, after: Substring)? {
    self[...].utf8.lastIndex(of: UInt8(ascii: byte)).map { (self[..<$0], self[utf8.index(after: $0)...]) }
  }

  /// What stands between such bytes, without what is empty.
  @inlinable package func words(at byte: Unicode.Scalar) -> [Substring] {
    self[...].utf8.split(separator: UInt8(ascii: byte)).map { Substring($0) }
  }

  /// What stands between such bytes, be it empty or not.
  @inlinable package func fields(at byte: Unicode.Scalar) -> [Substring] {
    self[...].utf8.split(separator: UInt8(ascii: byte), omittingEmptySubsequences: false).map { Substring($0) }
  }

  /// The lines, empty ones too, without the LF or CRLF at their ends; what follows the last end is one more only when
  /// it is not empty.
  package var lines: [Substring] {
    var lines = fields(at: "\n")
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { $0.rest(before: "\r") ?? $0 }
  }

  /// Without the bytes at both ends that are blanks, tabs, CR or LF.
  package var trimmed: Substring {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d || byte == 0x0a }
    var bytes = self[...].utf8.drop(while: isBlank)
    while let last = bytes.last, isBlank(last) { bytes = bytes.dropLast() }
    return Substring(bytes)
  }

  /// With another text wherever the bytes of the first are.
  package func replacingBytes(_ old: String, with new: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(utf8)[...]
    while let byte = rest.first {
      if !old.isEmpty, rest.starts(with: old.utf8) {
        bytes += new.utf8
        rest = rest.dropFirst(old.utf8.count)
      } else {
        bytes.append(byte)
        rest = rest.dropFirst()
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  package var withoutLastSlashes: Substring {
    var bytes = self[...].utf8
    while bytes.last == UInt8(ascii: "/") { bytes = bytes.dropLast() }
    return Substring(bytes)
  }

  /// The text with A to Z as a to z, and all else as it is: what names mean by the same in either case.
  package var inLowerCase: String {
    String(decoding: utf8.map { 0x41...0x5a ~= $0 ? $0 | 0x20 : $0 }, as: UTF8.self)
  }
}

/// A text that is a key: equal to another, and sorted among others, by its bytes.
package struct ExactText: Hashable, Comparable, Sendable {
  package let text: String

  package init(_ text: some StringProtocol) { self.text = String(text) }

  package static func == (left: ExactText, right: ExactText) -> Bool { left.text.isSame(as: right.text) }

  package static func < (left: ExactText, right: ExactText) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    hasher.combine(UInt8(0xff))
  }
}

extension ExactText: ExpressibleByStringLiteral, CustomStringConvertible {
  package init(stringLiteral text: String) { self.init(text) }
  package var description: String { text }
}

extension Dictionary where Key == ExactText {
  package subscript(_ text: String) -> Value? {
    get { self[ExactText(text)] }
    set { self[ExactText(text)] = newValue }
  }
}
