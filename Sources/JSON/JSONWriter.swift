extension JSON {
  /// The value on one line, without spaces.
  package var text: String {
    var output: [UInt8] = []
    write(to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  /// The value for people to read: a member a line, but what holds only plain values on one. `indent` is that of the
  /// line on which it begins.
  package func laidOut(indent: String = "", unit: String = "  ") -> String {
    let inner = indent + unit
    switch value {
    case .array(let elements) where !elements.isEmpty:
      let texts = elements.map { $0.laidOut(indent: inner, unit: unit) }
      let line = "[" + texts.joined(separator: ", ") + "]"
      if elements.allSatisfy(\.isPlain), line.utf8.count <= 100 { return line }
      return "[\n" + texts.map { inner + $0 }.joined(separator: ",\n") + "\n" + indent + "]"
    case .object(let members) where !members.isEmpty:
      let texts = members.map { "\(JSON.string($0.name).text): \($0.value.laidOut(indent: inner, unit: unit))" }
      let isFlat = members.allSatisfy(\.value.isPlain) && members.count <= 3
      if isFlat { return "{" + texts.joined(separator: ", ") + "}" }
      return "{\n" + texts.map { inner + $0 }.joined(separator: ",\n") + "\n" + indent + "}"
    default: return text
    }
  }

  /// The value with a member or an element a line, each level one space deep.
  package var spacedOut: String { spacedOut(indent: "") }

  private func spacedOut(indent: String) -> String {
    let inner = indent + " "
    switch value {
    case .array(let elements) where !elements.isEmpty:
      let lines = elements.map { inner + $0.spacedOut(indent: inner) }
      return "[\n" + lines.joined(separator: ",\n") + "\n\(indent)]"
    case .object(let members) where !members.isEmpty:
      let lines = members.map { "\(inner)\(JSON.string($0.name).text): \($0.value.spacedOut(indent: inner))" }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
    default: return text
    }
  }

  private var isPlain: Bool {
    switch value {
    case .array(let elements): elements.isEmpty
    case .object(let members): members.isEmpty
    default: true
    }
  }

  private func write(to output: inout [UInt8]) {
    switch value {
    case .null: output += "null".utf8
    case .bool(let flag): output += (flag ? "true" : "false").utf8
    case .number(let text): output += text.utf8
    case .string(let text): Self.write(text, to: &output)
    case .array(let elements):
      output.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        element.write(to: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let members):
      output.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        Self.write(member.name, to: &output)
        output.append(UInt8(ascii: ":"))
        member.value.write(to: &output)
      }
      output.append(UInt8(ascii: "}"))
    }
  }

  /// Escapes DEL and the C1 controls too, which JSON would allow, because the line may be shown on a terminal.
  private static func write(_ text: String, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    defer { output.append(UInt8(ascii: "\"")) }
    guard text.utf8.contains(where: mayNeedEscape) else {
      output += text.utf8
      return
    }
    let hex = Array("0123456789abcdef".utf8)
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22: output += "\\\"".utf8
      case 0x5c: output += "\\\\".utf8
      case 0x0a: output += "\\n".utf8
      case 0x0d: output += "\\r".utf8
      case 0x09: output += "\\t".utf8
      case 0..<0x20, 0x7f..<0xa0:
        let code = Int(scalar.value)
        output += "\\u00".utf8
        output += [hex[code >> 4], hex[code & 15]]
      default: output += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
      }
    }
  }

  /// `0xc2` begins the C1 controls, among others.
  private static func mayNeedEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == 0x22 || byte == 0x5c || byte == 0x7f || byte == 0xc2
  }
}
