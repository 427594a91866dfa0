import Text

/// A JSON text that a person wrote and that is to be changed in places: whatever is not changed stays as it is to the
/// byte, comments, order and layout among it.
///
/// Changes are made as `Edit`s of one reading of the text, so that any number of them costs one reading more.
package struct JSONText: Sendable {
  package private(set) var bytes: [UInt8]
  package private(set) var root: JSON

  /// Some bytes of the text, and what is to stand in their place.
  package struct Edit: Sendable, Equatable {
    let range: Range<Int>
    let replacement: String
  }

  package init(_ bytes: [UInt8]) throws(JSONError) {
    self.bytes = bytes
    root = try JSON.parse(bytes, allowingComments: true)
  }

  /// No two of `edits` may be about the same bytes.
  package mutating func apply(_ edits: [Edit]) throws(JSONError) {
    var result: [UInt8] = []
    var offset = 0
    for edit in edits.sorted(by: {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }) {
      result += bytes[offset..<max(offset, edit.range.lowerBound)]
      result += (usesCarriageReturns ? edit.replacement.replacing("\n", with: "\r\n") : edit.replacement).utf8
      offset = max(offset, edit.range.upperBound)
    }
    self = try JSONText(result + bytes[offset...])
  }

  package func replacing(_ value: JSON, by other: JSON) -> [Edit] {
    [Edit(range: value.range, replacement: other.text)]
  }

  /// Takes members away and puts others at the end.
  package func changing(
    _ object: JSON, removing names: Set<ExactText> = [], adding members: [(String, JSON)] = []
  ) -> [Edit] {
    guard case .object(let present) = object.value else { return [] }
    let items = present.map {
      (range: $0.start..<$0.value.range.upperBound, isRemoved: names.contains(ExactText($0.name)))
    }
    return change(object, items) { indent in
      members.map { "\(JSON.string($0.0).text): \($0.1.laidOut(indent: indent, unit: unit))" }
    }
  }

  /// Takes elements away and puts others at the end.
  package func changing(
    _ array: JSON, removing isRemoved: (JSON) -> Bool = { _ in false }, adding elements: [JSON] = []
  ) -> [Edit] {
    guard case .array(let present) = array.value else { return [] }
    return change(array, present.map { (range: $0.range, isRemoved: isRemoved($0)) }) { indent in
      elements.map { $0.laidOut(indent: indent, unit: unit) }
    }
  }
}

extension JSONText {
  private typealias Item = (range: Range<Int>, isRemoved: Bool)

  /// What has to be changed of an object or array so that it has other items; `added` makes the texts of new ones for
  /// the indentation that they get.
  private func change(_ container: JSON, _ items: [Item], added: (String) -> [String]) -> [Edit] {
    let indent = items.first.flatMap { isFirstOnLine($0.range.lowerBound) ? self.indent(at: $0.range.lowerBound) : nil }
    let outer = self.indent(at: container.range.lowerBound)
    let texts = added(indent ?? (items.isEmpty ? outer + unit : outer))
    var edits: [Edit] = []
    for item in items where item.isRemoved { edits += removal(of: item.range) }
    guard let last = items.last else { return edits + filling(container, texts, indent: outer) }
    let hasTrailingComma = comma(after: last.range) != nil
    guard let kept = items.last(where: { !$0.isRemoved }) else {
      let start = container.range.lowerBound + 1
      return texts.isEmpty
        ? edits : edits + [insertion(texts, at: start, indent: indent, hasTrailingComma: hasTrailingComma)]
    }
    let comma = comma(after: kept.range)
    if texts.isEmpty {
      if last.isRemoved, !hasTrailingComma, let comma { edits.append(Edit(range: comma..<comma + 1, replacement: "")) }
      return edits
    }
    var place = comma.map { $0 + 1 } ?? kept.range.upperBound
    if indent != nil { place = endOfLine(from: place) }
    var insertion = insertion(texts, at: place, indent: indent, hasTrailingComma: hasTrailingComma)
    if comma == nil {
      if place == kept.range.upperBound {
        insertion = Edit(range: insertion.range, replacement: "," + insertion.replacement)
      } else {
        edits.append(Edit(range: kept.range.upperBound..<kept.range.upperBound, replacement: ","))
      }
    }
    return edits + [insertion]
  }

  /// Each on a line of its own where the others are, else on the line that is there.
  private func insertion(_ texts: [String], at place: Int, indent: String?, hasTrailingComma: Bool) -> Edit {
    let separator = indent.map { "\n" + $0 } ?? " "
    let text = separator + texts.joined(separator: "," + separator) + (hasTrailingComma ? "," : "")
    return Edit(range: place..<place, replacement: text)
  }

  /// The first items of an empty object or array; comments in it stay before them.
  private func filling(_ container: JSON, _ texts: [String], indent: String) -> [Edit] {
    guard !texts.isEmpty else { return [] }
    let end = container.range.upperBound - 1
    var start = end
    while start > container.range.lowerBound + 1, isSpace(bytes[start - 1]) { start -= 1 }
    let separator = "\n" + indent + unit
    let text = separator + texts.joined(separator: "," + separator) + "\n" + indent
    return [Edit(range: start..<end, replacement: text)]
  }

  /// Takes an item away with its comma, and with its line where nothing else stands there.
  private func removal(of item: Range<Int>) -> [Edit] {
    var ranges = [item]
    if let comma = comma(after: item) {
      if bytes[item.upperBound..<comma].allSatisfy(isSpace) {
        ranges = [item.lowerBound..<comma + 1]
      } else {
        ranges.append(comma..<comma + 1)
      }
    }
    var first = ranges[0]
    var start = first.lowerBound
    while start > 0, isBlank(bytes[start - 1]) { start -= 1 }
    var end = first.upperBound
    while end < bytes.count, isBlank(bytes[end]) || bytes[end] == carriageReturn { end += 1 }
    let beginsLine = start == 0 || bytes[start - 1] == newLine
    if !beginsLine {
      first = start..<first.upperBound
    } else if end < bytes.count, bytes[end] == newLine {
      first = start..<end + 1
    } else {
      // A comment behind it stays, indented as it was.
      first = first.lowerBound..<end
    }
    ranges[0] = first
    return ranges.map { Edit(range: $0, replacement: "") }
  }

  // MARK: The text around

  /// One step of indentation, as the text has it.
  private var unit: String {
    let first: Int? =
      switch root.value {
      case .object(let members): members.first?.start
      case .array(let elements): elements.first?.range.lowerBound
      default: nil
      }
    guard let first, isFirstOnLine(first) else { return "  " }
    let indent = indent(at: first)
    return indent.isEmpty ? "  " : indent
  }

  private var usesCarriageReturns: Bool {
    guard let end = bytes.firstIndex(of: newLine), end > 0 else { return false }
    return bytes[end - 1] == carriageReturn
  }

  /// Where the comma is that follows an item; nil when there is none.
  private func comma(after item: Range<Int>) -> Int? {
    var offset = item.upperBound
    while offset < bytes.count {
      if isSpace(bytes[offset]) {
        offset += 1
      } else if let end = endOfComment(at: offset) {
        offset = end
      } else {
        return bytes[offset] == UInt8(ascii: ",") ? offset : nil
      }
    }
    return nil
  }

  /// Past the spaces and comments that stand on the same line.
  private func endOfLine(from start: Int) -> Int {
    var offset = start
    var end = start
    while offset < bytes.count {
      if isBlank(bytes[offset]) {
        offset += 1
      } else if let comment = endOfComment(at: offset) {
        offset = comment
        end = comment
      } else {
        break
      }
    }
    return end
  }

  private func endOfComment(at offset: Int) -> Int? {
    if bytes[offset...].starts(with: "//".utf8) {
      let end = bytes[offset...].firstIndex(of: newLine) ?? bytes.count
      return end > offset && bytes[end - 1] == carriageReturn ? end - 1 : end
    }
    guard bytes[offset...].starts(with: "/*".utf8) else { return nil }
    var end = offset + 2
    while end < bytes.count, !bytes[end...].starts(with: "*/".utf8) { end += 1 }
    return min(end + 2, bytes.count)
  }

  private func lineStart(_ offset: Int) -> Int {
    bytes[..<offset].lastIndex(of: newLine).map { $0 + 1 } ?? 0
  }

  /// The blanks at the beginning of the line.
  private func indent(at offset: Int) -> String {
    String(decoding: bytes[lineStart(offset)...].prefix(while: isBlank), as: UTF8.self)
  }

  private func isFirstOnLine(_ offset: Int) -> Bool {
    let start = lineStart(offset)
    return start > 0 && bytes[start..<offset].allSatisfy(isBlank)
  }
}

private let newLine = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")

private func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
private func isSpace(_ byte: UInt8) -> Bool { isBlank(byte) || byte == newLine || byte == carriageReturn }
