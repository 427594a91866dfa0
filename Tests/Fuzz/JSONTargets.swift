import JSON
import Text

/// JSON from servers, and from files that people write.
enum JSONTargets {
  static func json(_ input: [UInt8]) {
    let strict = parse(input, allowingComments: false)
    let lenient = parse(input, allowingComments: true)
    if let strict { check(lenient?.text == strict.text, "comments change nothing where there are none") }
    if let lenient {
      let again = parse(Array(lenient.text.utf8), allowingComments: false)
      check(again?.text == lenient.text, "what is written reads the same")
      check(parse(Array(lenient.laidOut().utf8), allowingComments: false)?.text == lenient.text, "and laid out, too")
      change(input, lenient)
    }
  }

  /// Takes every other member of the outermost object away, and adds one.
  private static func change(_ input: [UInt8], _ json: JSON) {
    guard case .object(let members) = json.value, var text = try? JSONText(input) else { return }
    let names = members.map { ExactText($0.name) }
    guard Set(names).count == names.count, !names.contains("new") else { return }
    let removed = Set(names.enumerated().filter { $0.offset % 2 == 1 }.map(\.element))
    let kept = members.filter { !removed.contains(ExactText($0.name)) }.map { ($0.name, Optional($0.value)) }
    do throws(JSONError) {
      try text.apply(text.changing(json, removing: removed, adding: [("new", .null)]))
    } catch {
      return check(false, "a changed text reads: \(error)")
    }
    check(text.root.text == JSON.object(kept + [("new", .null)]).text, "the rest is what it was")
  }

  private static func parse(_ bytes: [UInt8], allowingComments: Bool) -> JSON? {
    do throws(JSONError) {
      let json = try JSON.parse(bytes, allowingComments: allowingComments)
      visit(json, in: bytes)
      return json
    } catch {
      check(isInside(error.position, of: bytes), "the place of an error is in the text: \(error)")
      return nil
    }
  }

  private static func visit(_ json: JSON, in bytes: [UInt8]) {
    check(isInside(json.position, of: bytes), "the place of a value is in the text")
    switch json.value {
    case .array(let elements): for element in elements { visit(element, in: bytes) }
    case .object(let members): for member in members { visit(member.value, in: bytes) }
    case .number: _ = try? json.integer()
    case .null, .bool, .string: break
    }
  }

  /// Whether there are so many lines and columns; the place behind the end counts.
  private static func isInside(_ position: JSON.Position, of bytes: [UInt8]) -> Bool {
    guard position.line >= 1, position.column >= 1 else { return false }
    return position.line + position.column <= bytes.count + 3
  }
}
