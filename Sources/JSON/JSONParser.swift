extension JSON {
  /// Reads one JSON text (RFC 8259). `allowingComments` also takes `// …`, `/* … */` and a comma after the last
  /// element, as people write them into files by hand.
  package static func parse(_ bytes: [UInt8], allowingComments: Bool = false) throws(JSONError) -> JSON {
    var parser = JSONParser(bytes: bytes, allowsComments: allowingComments)
    return try parser.document()
  }
}

/// A recursive-descent parser over bytes.
private struct JSONParser {
  let bytes: [UInt8]
  let allowsComments: Bool
  private var offset = 0
  private var line = 1
  /// The column of `columnOffset`, from which the next position is counted on: a text may be one long line.
  private var column = 1
  private var columnOffset = 0

  /// Deeper nesting is no data of ours, and would overflow the stack.
  private static let depthLimit = 64

  init(bytes: [UInt8], allowsComments: Bool) {
    self.bytes = bytes
    self.allowsComments = allowsComments
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { (offset, columnOffset) = (3, 3) }  // a byte order mark
  }

  mutating func document() throws(JSONError) -> JSON {
    try skipSpace()
    let value = try value(depth: 0)
    try skipSpace()
    guard offset == bytes.count else { throw unexpected("nothing more") }
    return value
  }

  private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private var position: JSON.Position {
    mutating get {
      while columnOffset < offset {
        if bytes[columnOffset] & 0xc0 != 0x80 { column += 1 }
        columnOffset += 1
      }
      return JSON.Position(line: line, column: column)
    }
  }

  private mutating func unexpected(_ wanted: String) -> JSONError {
    guard peek != nil else { return JSONError("expected \(wanted), found the end of the text", at: position) }
    let scalar = String(decoding: bytes[offset...].prefix(4), as: UTF8.self).unicodeScalars.first ?? "?"
    let isControl = scalar.value < 0x20 || 0x7f..<0xa0 ~= scalar.value
    let found = isControl ? "a control character" : "`\(scalar)`"
    return JSONError("expected \(wanted), found \(found)", at: position)
  }

  // MARK: Values

  private mutating func value(depth: Int) throws(JSONError) -> JSON {
    guard depth < Self.depthLimit else { throw JSONError("nested too deeply", at: position) }
    let start = position
    let begin = offset
    let value: JSON.Value
    switch peek {
    case UInt8(ascii: "{"): value = .object(try members(depth: depth))
    case UInt8(ascii: "["): value = .array(try elements(depth: depth))
    case UInt8(ascii: "\""): value = .string(try string())
    case UInt8(ascii: "t"): value = try word("true", .bool(true))
    case UInt8(ascii: "f"): value = try word("false", .bool(false))
    case UInt8(ascii: "n"): value = try word("null", .null)
    case .some(UInt8(ascii: "0")...UInt8(ascii: "9")), UInt8(ascii: "-"):
      value = .number(try number(from: start))
    default: throw unexpected("a value")
    }
    return JSON(value, at: start, range: begin..<offset)
  }

  private mutating func members(depth: Int) throws(JSONError) -> [JSON.Member] {
    var members: [JSON.Member] = []
    offset += 1
    try skipSpace()
    while peek != UInt8(ascii: "}") {
      guard peek == UInt8(ascii: "\"") else { throw unexpected("a name in quotes or `}`") }
      let start = position
      let begin = offset
      let name = try string()
      try skipSpace()
      guard peek == UInt8(ascii: ":") else { throw unexpected("`:`") }
      offset += 1
      try skipSpace()
      members.append(
        JSON.Member(name: name, position: start, value: try value(depth: depth + 1), start: begin))
      try separator(before: UInt8(ascii: "}"), named: "`,` or `}`")
    }
    offset += 1
    return members
  }

  private mutating func elements(depth: Int) throws(JSONError) -> [JSON] {
    var elements: [JSON] = []
    offset += 1
    try skipSpace()
    while peek != UInt8(ascii: "]") {
      elements.append(try value(depth: depth + 1))
      try separator(before: UInt8(ascii: "]"), named: "`,` or `]`")
    }
    offset += 1
    return elements
  }

  private mutating func separator(before end: UInt8, named wanted: String) throws(JSONError) {
    try skipSpace()
    if peek == end { return }
    guard peek == UInt8(ascii: ",") else { throw unexpected(wanted) }
    offset += 1
    try skipSpace()
    if peek == end && !allowsComments { throw unexpected("another value after `,`") }
  }

  private mutating func word(_ text: StaticString, _ value: JSON.Value) throws(JSONError) -> JSON.Value {
    let length = text.utf8CodeUnitCount
    let matches = text.withUTF8Buffer { bytes[offset...].prefix(length).elementsEqual($0) }
    guard matches else { throw unexpected("a value") }
    offset += length
    return value
  }

  private mutating func number(from position: JSON.Position) throws(JSONError) -> String {
    let start = offset
    if peek == UInt8(ascii: "-") { offset += 1 }
    let first = peek
    let digits = try skipDigits()
    if first == UInt8(ascii: "0") && digits > 1 {
      throw JSONError("a number must not begin with 0", at: position)
    }
    if peek == UInt8(ascii: ".") {
      offset += 1
      _ = try skipDigits()
    }
    if let byte = peek, byte | 0x20 == UInt8(ascii: "e") {
      offset += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { offset += 1 }
      _ = try skipDigits()
    }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  private mutating func skipDigits() throws(JSONError) -> Int {
    let start = offset
    while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { offset += 1 }
    guard offset > start else { throw unexpected("a digit") }
    return offset - start
  }

  // MARK: Strings

  private mutating func string() throws(JSONError) -> String {
    let opening = position
    offset += 1
    var text: [UInt8] = []
    var runStart = offset
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        text += bytes[runStart..<offset]
        offset += 1
        guard let string = String(validating: text, as: UTF8.self) else {
          throw JSONError("the string is not valid UTF-8", at: opening)
        }
        return string
      case UInt8(ascii: "\\"):
        text += bytes[runStart..<offset]
        offset += 1
        text += try escape().utf8
        runStart = offset
      case 0..<0x20:
        throw JSONError("a control character in a string must be escaped", at: position)
      default:
        offset += 1
      }
    }
    throw JSONError("the string is never closed", at: opening)
  }

  private mutating func escape() throws(JSONError) -> String {
    guard let byte = peek else { throw unexpected("an escaped character") }
    let plain: String? =
      switch byte {
      case UInt8(ascii: "\""): "\""
      case UInt8(ascii: "\\"): "\\"
      case UInt8(ascii: "/"): "/"
      case UInt8(ascii: "b"): "\u{8}"
      case UInt8(ascii: "f"): "\u{c}"
      case UInt8(ascii: "n"): "\n"
      case UInt8(ascii: "r"): "\r"
      case UInt8(ascii: "t"): "\t"
      default: nil
      }
    if let plain {
      offset += 1
      return plain
    }
    guard byte == UInt8(ascii: "u") else { throw unexpected("one of the escapes of JSON") }
    offset += 1
    let first = try codeUnit()
    guard first & 0xfc00 == 0xd800, bytes[offset...].starts(with: "\\u".utf8) else {
      return String(decoding: [first], as: UTF16.self)
    }
    offset += 2
    return String(decoding: [first, try codeUnit()], as: UTF16.self)
  }

  private mutating func codeUnit() throws(JSONError) -> UInt16 {
    let digits = bytes[offset...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw unexpected("four hexadecimal digits") }
    offset += 4
    return unit
  }

  // MARK: Space and comments

  private mutating func skipSpace() throws(JSONError) {
    while let byte = peek {
      switch byte {
      case 0x20, 0x09, 0x0d: offset += 1
      case 0x0a: newLine()
      case UInt8(ascii: "/") where allowsComments: try skipComment()
      default: return
      }
    }
  }

  private mutating func newLine() {
    offset += 1
    line += 1
    column = 1
    columnOffset = offset
  }

  private mutating func skipComment() throws(JSONError) {
    let start = position
    if bytes[offset...].starts(with: "//".utf8) {
      while let byte = peek, byte != 0x0a { offset += 1 }
    } else if bytes[offset...].starts(with: "/*".utf8) {
      offset += 2
      while !bytes[offset...].starts(with: "*/".utf8) {
        guard let byte = peek else { throw JSONError("the comment is never closed", at: start) }
        if byte == 0x0a { newLine() } else { offset += 1 }
      }
      offset += 2
    } else {
      throw unexpected("a value or a comment")
    }
  }
}
