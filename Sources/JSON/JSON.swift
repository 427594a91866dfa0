import Text

/// A JSON value that remembers where in its text it stood, so that whoever finds fault with it can say where.
///
/// Used instead of Foundation's decoder for its positions, for comments in registry files, and because the program
/// then needs no Foundation. Objects keep the order of their members.
package struct JSON: Sendable {
  package enum Value: Sendable {
    case null
    case bool(Bool)
    /// The number as it was written; `integer()` and the writer interpret it.
    case number(String)
    case string(String)
    case array([JSON])
    case object([Member])
  }

  package struct Member: Sendable {
    package let name: String
    package let position: Position
    package let value: JSON
    /// Where the name begins, in bytes of the text.
    let start: Int
  }

  /// Counted from 1; columns are Unicode scalars, as editors count them.
  package struct Position: Sendable, Equatable, CustomStringConvertible {
    package let line: Int
    package let column: Int
    package init(line: Int, column: Int) {
      self.line = line
      self.column = column
    }
    package var description: String { "\(line):\(column)" }
  }

  package let value: Value
  package let position: Position
  /// The bytes of the text that the value was read from; empty for one that was made.
  let range: Range<Int>

  init(_ value: Value, at position: Position = Position(line: 1, column: 1), range: Range<Int> = 0..<0) {
    self.value = value
    self.position = position
    self.range = range
  }
}

/// A text that is no JSON, or JSON that is not what was expected.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  package let position: JSON.Position
  package let message: String

  package init(_ message: String, at position: JSON.Position) {
    self.message = message
    self.position = position
  }

  package var description: String { "line \(position.line), column \(position.column): \(message)" }
}

// MARK: - Making

extension JSON {
  package static let null = JSON(.null)
  package static func bool(_ value: Bool) -> JSON { JSON(.bool(value)) }
  package static func integer(_ value: some BinaryInteger) -> JSON { JSON(.number(String(value))) }
  package static func string(_ value: String) -> JSON { JSON(.string(value)) }
  package static func array(_ values: [JSON]) -> JSON { JSON(.array(values)) }

  /// With three decimals, which is what is wanted of seconds.
  package static func seconds(_ value: Double) -> JSON {
    let thousandths = value.isFinite ? max(0, Int((min(value, 1e12) * 1000).rounded())) : 0
    let decimals = String(thousandths % 1000 + 1000).dropFirst()
    return JSON(.number("\(thousandths / 1000).\(decimals)"))
  }

  /// Members whose value is nil are left out.
  package static func object(_ members: [(String, JSON?)]) -> JSON {
    JSON(
      .object(
        members.compactMap { name, value in
          value.map { Member(name: name, position: Position(line: 1, column: 1), value: $0, start: 0) }
        }))
  }
}

// MARK: - Reading

extension JSON {
  /// The member of an object; nil when it is missing or null, or when this is no object.
  package subscript(_ name: String) -> JSON? {
    guard case .object(let members) = value, let member = members.last(where: { $0.name.isSame(as: name) }) else {
      return nil
    }
    if case .null = member.value.value { return nil }
    return member.value
  }

  package func members() throws(JSONError) -> [Member] {
    guard case .object(let members) = value else { throw expected("an object") }
    return members
  }

  package func elements() throws(JSONError) -> [JSON] {
    guard case .array(let elements) = value else { throw expected("an array") }
    return elements
  }

  package func string() throws(JSONError) -> String {
    guard case .string(let text) = value else { throw expected("a string") }
    return text
  }

  package func bool() throws(JSONError) -> Bool {
    guard case .bool(let flag) = value else { throw expected("true or false") }
    return flag
  }

  package func integer() throws(JSONError) -> Int64 {
    guard case .number(let text) = value, let number = Int64(text) ?? Double(text).flatMap(Int64.init(exactly:)) else {
      throw expected("a whole number")
    }
    return number
  }

  package func required(_ name: String) throws(JSONError) -> JSON {
    guard let member = self[name] else {
      _ = try members()
      throw JSONError("`\(name)` is missing", at: position)
    }
    return member
  }

  private func expected(_ what: String) -> JSONError {
    let found =
      switch value {
      case .null: "null"
      case .bool(let flag): "\(flag)"
      case .number(let text): "the number \(text)"
      case .string: "a string"
      case .array: "an array"
      case .object: "an object"
      }
    return JSONError("expected \(what), found \(found)", at: position)
  }
}
