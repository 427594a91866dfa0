import Text

/// One line of a `.gitattributes` as git understands it: a pattern or a macro, and what is said of it.
///
/// A line with any fault says nothing at all, as with git. https://git-scm.com/docs/gitattributes
package struct AttributeLine: Sendable, Equatable {
  package enum Subject: Sendable, Equatable {
    /// As it stands in the file, without quotes around it.
    case pattern([UInt8])
    /// The name behind `[attr]`.
    case macro(String)
  }

  package struct State: Sendable, Equatable {
    package let name: String
    package let value: AttributeValue

    package init(_ name: String, _ value: AttributeValue) {
      self.name = name
      self.value = value
    }
  }

  package let subject: Subject
  package let states: [State]

  package init(_ subject: Subject, _ states: [State]) {
    self.subject = subject
    self.states = states
  }

  /// nil for a comment, an empty line, and what git ignores.
  package init?(_ line: some Collection<UInt8>) {
    let line = Array(line.prefix { $0 != 0 })
    var rest = line.drop(while: Self.isBlank)
    guard let first = rest.first, first != UInt8(ascii: "#"), line.count < Self.longestLine else { return nil }
    var name: [UInt8]
    if let quoted = QuotedPath(rest) {
      name = quoted.bytes
      rest = quoted.rest
    } else {
      name = Array(rest.prefix { !Self.isBlank($0) })
      rest = rest.dropFirst(name.count)
    }
    var states: [State] = []
    for word in rest.split(whereSeparator: Self.isBlank) {
      guard let state = Self.state(word) else { return nil }
      states.append(state)
    }
    let mark = Array("[attr]".utf8)
    if name.count > mark.count, name.starts(with: mark) {
      let macro = name.dropFirst(mark.count).drop(while: Self.isBlank).prefix { !Self.isBlank($0) }
      guard Self.isName(macro) else { return nil }
      self.init(.macro(String(decoding: macro, as: UTF8.self)), states)
    } else {
      // Git forbids patterns that take others back.
      guard name.first != UInt8(ascii: "!") else { return nil }
      name = Array(name.prefix { $0 != 0 })
      self.init(.pattern(name), states)
    }
  }

  private static func state(_ word: ArraySlice<UInt8>) -> State? {
    let sign = word.first
    let isSigned = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "!")
    let equals = word.firstIndex(of: UInt8(ascii: "="))
    let name = word[..<(equals ?? word.endIndex)].dropFirst(isSigned ? 1 : 0)
    guard isName(name) else { return nil }
    let value: AttributeValue =
      switch (sign, equals) {
      case (UInt8(ascii: "-"), _): .unset
      case (UInt8(ascii: "!"), _): .unspecified
      case (_, nil): .set
      case (_, let equals?): .value(String(decoding: word[(equals + 1)...], as: UTF8.self))
      }
    return State(String(decoding: name, as: UTF8.self), value)
  }

  private static func isName(_ name: some Collection<UInt8>) -> Bool {
    guard let first = name.first, first != UInt8(ascii: "-") else { return false }
    return name.allSatisfy { byte in
      0x61...0x7a ~= byte | 0x20 || 0x30...0x39 ~= byte || "-._".utf8.contains(byte)
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { " \t\r\n".utf8.contains(byte) }

  private static let longestLine = 2048
}

extension AttributeLine {
  /// Larger files say nothing.
  package static let largestFile = 100 << 20

  /// The lines of a file of the work tree or of the machine. What some editors put at the beginning is no part of it, and
  /// a CR at the end of a line does not count for its length.
  package static func lines(ofFile bytes: [UInt8]) -> [AttributeLine] {
    lines(bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...]) { line in
      line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    }
  }

  /// The lines of a file that git keeps, of which it reads no further than to a NUL, and all from the first byte.
  package static func lines(ofBlob bytes: [UInt8]) -> [AttributeLine] { lines(bytes.prefix { $0 != 0 }) { $0 } }

  private static func lines(
    _ bytes: ArraySlice<UInt8>, _ content: (ArraySlice<UInt8>) -> ArraySlice<UInt8>
  ) -> [AttributeLine] {
    guard bytes.count < largestFile else { return [] }
    return bytes.split(separator: UInt8(ascii: "\n")).compactMap { AttributeLine(content($0)) }
  }
}
