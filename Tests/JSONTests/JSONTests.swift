import Testing

@testable import JSON

struct JSONTests {
  private func parse(_ text: String) throws -> JSON { try JSON.parse(Array(text.utf8)) }

  @Test func theLastOfTwoMembersCounts() throws {
    #expect(try parse(#"{"a":1,"b":0,"a":2}"#)["a"]?.integer() == 2)
    #expect(try parse(#"{"a":1,"a":null}"#)["a"] == nil)
  }

  @Test func aMissingOrNullMemberIsNil() throws {
    let json = try parse(#"{"a":null,"b":false}"#)
    #expect(json["a"] == nil)
    #expect(json["c"] == nil)
    #expect(try json["b"]?.bool() == false)
    #expect(try parse("[1]")["a"] == nil)
  }

  @Test(
    arguments: [
      ("0", 0), ("-0", 0), ("12", 12), ("9223372036854775807", .max), ("-9223372036854775808", .min), ("1e3", 1000),
      ("1.0", 1), ("-2.50e1", -25),
    ] as [(String, Int64)])
  func wholeNumbersAreRead(text: String, value: Int64) throws {
    #expect(try parse(text).integer() == value)
  }

  @Test(arguments: ["1.5", "1e-1", "9223372036854775808", "1e30", "1e999", "-1e999"])
  func otherNumbersAreNoWholeNumbers(text: String) throws {
    let error = #expect(throws: JSONError.self) { _ = try parse("[\(text)]").elements()[0].integer() }
    #expect(error?.description == "line 1, column 2: expected a whole number, found the number \(text)")
  }

  @Test(
    arguments: [
      ("null", "null"), ("true", "true"), ("1.5", "the number 1.5"), (#""secret""#, "a string"), ("[1]", "an array"),
      ("{}", "an object"),
    ])
  func anotherKindIsNamedInTheError(text: String, found: String) throws {
    let json = try parse(" \(text)")
    var messages: [String] = []
    func note(_ body: () throws(JSONError) -> Void) {
      do throws(JSONError) { try body() } catch { messages.append(error.description) }
    }
    note { () throws(JSONError) in _ = try json.string() }
    note { () throws(JSONError) in _ = try json.bool() }
    note { () throws(JSONError) in _ = try json.integer() }
    note { () throws(JSONError) in _ = try json.elements() }
    note { () throws(JSONError) in _ = try json.members() }
    let wanted = ["a string", "true or false", "a whole number", "an array", "an object"]
    #expect(
      messages
        == wanted.filter { $0 != found && !($0 == "true or false" && found == "true") }
        .map { "line 1, column 2: expected \($0), found \(found)" })
  }

  @Test func aRequiredMemberThatIsMissingIsNamed() throws {
    let error = #expect(throws: JSONError.self) { _ = try parse("\n {\"b\":1}").required("a") }
    #expect(error?.description == "line 2, column 2: `a` is missing")
    let other = #expect(throws: JSONError.self) { _ = try parse("[]").required("a") }
    #expect(other?.description == "line 1, column 1: expected an object, found an array")
  }
}
