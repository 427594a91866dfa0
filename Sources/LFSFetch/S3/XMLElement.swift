import Text

/// The small part of XML in which S3 answers: elements with text or with elements in them.
///
/// Attributes, comments and processing instructions are passed over, prefixes of names are dropped. A document type is
/// refused, and so is what is deeper or has more elements than any answer of S3: it comes from another machine.
/// https://www.w3.org/TR/xml/
struct XMLElement: Sendable, Equatable {
  let name: String
  private(set) var text = ""
  private(set) var children: [XMLElement] = []

  /// Of the first child of that name.
  func text(of name: String) -> String? { children.first { $0.name == name }?.text }

  struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
    let description: String
  }

  static func parse(_ bytes: [UInt8]) throws(Fault) -> XMLElement {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw Fault(description: "it is not UTF-8") }
    var parser = XMLParser(text.rest(after: "\u{feff}") ?? text[...])
    return try parser.document()
  }

  fileprivate init(_ name: String) { self.name = name }

  fileprivate mutating func add(_ text: String) { self.text += text }
  fileprivate mutating func add(_ child: XMLElement) { children.append(child) }
}

/// Walks over the text once.
private struct XMLParser {
  private var rest: Substring.UTF8View
  private var elements = 0

  private static let deepest = 16
  /// A page of a listing has a thousand keys of some ten elements.
  private static let mostElements = 100_000

  init(_ text: Substring) { rest = text.utf8 }

  mutating func document() throws(XMLElement.Fault) -> XMLElement {
    try skipMisc()
    guard take("<") else { throw XMLElement.Fault(description: "it does not begin with an element") }
    let root = try element(depth: 1)
    try skipMisc()
    guard rest.isEmpty else { throw XMLElement.Fault(description: "something follows the last element") }
    return root
  }

  /// What may stand outside of the elements.
  private mutating func skipMisc() throws(XMLElement.Fault) {
    while true {
      rest = rest.drop { $0.isXMLSpace }
      if take("<?") {
        _ = try text(until: "?>")
      } else if take("<!--") {
        _ = try text(until: "-->")
      } else if rest.starts(with: "<!".utf8) {
        throw XMLElement.Fault(description: "it has a document type")
      } else {
        return
      }
    }
  }

  /// The `<` has been taken.
  private mutating func element(depth: Int) throws(XMLElement.Fault) -> XMLElement {
    elements += 1
    guard depth <= Self.deepest, elements <= Self.mostElements else {
      throw XMLElement.Fault(description: "it has too many elements")
    }
    let fullName = name()
    guard !fullName.isEmpty else { throw XMLElement.Fault(description: "an element has no name") }
    var element = XMLElement(fullName.words(at: ":").last.map(String.init) ?? fullName)
    if try endOfStartTag() { return element }
    while true {
      element.add(try Self.decoded(textBeforeMarkup()))
      if take("</") {
        guard name() == fullName else { throw XMLElement.Fault(description: "`\(element.name)` is not closed") }
        rest = rest.drop { $0.isXMLSpace }
        guard take(">") else { throw XMLElement.Fault(description: "`\(element.name)` is not closed") }
        return element
      } else if take("<!--") {
        _ = try text(until: "-->")
      } else if take("<![CDATA[") {
        element.add(try text(until: "]]>"))
      } else if take("<?") {
        _ = try text(until: "?>")
      } else if take("<") {
        element.add(try self.element(depth: depth + 1))
      } else {
        throw XMLElement.Fault(description: "it ends within `\(element.name)`")
      }
    }
  }

  /// Passes over the attributes; returns whether the element ends with its start tag.
  private mutating func endOfStartTag() throws(XMLElement.Fault) -> Bool {
    while let byte = rest.first {
      if take("/>") { return true }
      if take(">") { return false }
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        rest = rest.dropFirst()
        _ = try text(until: byte == UInt8(ascii: "'") ? "'" : "\"")
      } else if byte == UInt8(ascii: "<") {
        break
      } else {
        rest = rest.dropFirst()
      }
    }
    throw XMLElement.Fault(description: "a tag is not closed")
  }

  private mutating func name() -> String {
    let name = rest.prefix { !$0.isXMLSpace && !"<>/=\"'&".utf8.contains($0) }
    rest = rest.dropFirst(name.count)
    return String(Substring(name))
  }

  private mutating func textBeforeMarkup() -> Substring {
    let text = rest.prefix { $0 != UInt8(ascii: "<") }
    rest = rest[text.endIndex...]
    return Substring(text)
  }

  private mutating func text(until end: StaticString) throws(XMLElement.Fault) -> String {
    let mark = Array("\(end)".utf8)
    var index = rest.startIndex
    while let next = rest[index...].firstIndex(of: mark[0]) {
      if rest[next...].starts(with: mark) {
        defer { rest = rest[next...].dropFirst(mark.count) }
        return String(Substring(rest[..<next]))
      }
      index = rest.index(after: next)
    }
    throw XMLElement.Fault(description: "`\(end)` is missing")
  }

  private mutating func take(_ text: StaticString) -> Bool {
    guard rest.starts(with: "\(text)".utf8) else { return false }
    rest = rest.dropFirst(text.utf8CodeUnitCount)
    return true
  }

  private static func decoded(_ text: Substring) throws(XMLElement.Fault) -> String {
    guard text.utf8.contains(UInt8(ascii: "&")) else { return String(text) }
    var result = ""
    var rest = text
    while let (before, after) = rest.cut(at: "&") {
      result += before
      guard let (entity, behind) = after.cut(at: ";"), entity.utf8.count < 10, let scalar = scalar(of: entity) else {
        throw XMLElement.Fault(description: "it has an entity that is not known")
      }
      result.unicodeScalars.append(scalar)
      rest = behind
    }
    return result + rest
  }

  private static func scalar(of entity: Substring) -> Unicode.Scalar? {
    switch entity {
    case "amp": "&"
    case "lt": "<"
    case "gt": ">"
    case "quot": "\""
    case "apos": "'"
    case _ where entity.begins(with: "#x"): UInt32(entity.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
    case _ where entity.begins(with: "#"): UInt32(entity.dropFirst()).flatMap(Unicode.Scalar.init)
    default: nil
    }
  }
}

extension UInt8 {
  fileprivate var isXMLSpace: Bool { self == 0x20 || (0x09...0x0d).contains(self) }
}
