import Testing
import Text

@testable import JSON

/// Changes of a text that a person wrote: what they do not concern stays as it is, to the byte.
@Suite struct JSONTextTests {
  private func changed(_ text: String, _ edits: (JSONText) throws -> [JSONText.Edit]) throws -> String {
    var json = try JSONText(Array(text.utf8))
    try json.apply(try edits(json))
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private static let handWritten = """
    // Ours.
    {
        "b": 1, // one
        /* two
           lines */
        "a": {"x": [1,2 , 3],}, // inline

        "c": "ü"   // last
        // and what follows
    }

    """

  @Test func `a value is replaced where it stands`() throws {
    let text = try changed(Self.handWritten) { json in
      json.replacing(try json.root.required("b"), by: .integer(20))
        + json.replacing(try json.root.required("c"), by: .string("ö\n"))
    }
    let expected = Self.handWritten.replacing("\"b\": 1,", with: "\"b\": 20,")
      .replacing("\"ü\"", with: #""ö\n""#)
    #expect(text == expected)
  }

  @Test func `of two members that look the same the one that is meant is taken away`() throws {
    let text = try changed("{\"\u{e9}\": 1, \"e\u{301}\": 2}") { json in
      let (other, own) = (try json.root["e\u{301}"]?.integer(), try json.root["\u{e9}"]?.integer())
      #expect(other == 2 && own == 1)
      return json.changing(json.root, removing: ["\u{e9}"])
    }
    #expect(Array(text.utf8) == Array("{ \"e\u{301}\": 2}".utf8))
  }

  @Test func `a new member comes behind the last one and its comment, indented like it`() throws {
    let text = try changed(Self.handWritten) { json in
      json.changing(
        json.root, adding: [("d", .object([("e", .array([.integer(1)])), ("f", .object([("g", .null)]))]))])
    }
    #expect(
      text
        == Self.handWritten.replacing(
          "\"ü\"   // last\n",
          with: """
            "ü",   // last
                "d": {
                    "e": [1],
                    "f": {"g": null}
                }

            """))
  }

  @Test(arguments: [
    (["b"], "\"b\": 1, // one\n", "// one\n"),
    (["a"], "\"a\": {\"x\": [1,2 , 3],}, // inline\n", "// inline\n"),
    (["c"], "}, // inline\n\n    \"c\": \"ü\"   // last", "} // inline\n\n    // last"),
  ])
  func `a member goes with its comma, and comments stay`(names: [String], before: String, after: String) throws {
    let text = try changed(Self.handWritten) { json in
      json.changing(json.root, removing: Set(names.map { ExactText($0) }))
    }
    #expect(text == Self.handWritten.replacing(before, with: after))
    #expect(Set(text.split(separator: "/")).count > 3)
  }

  @Test(arguments: [
    (#"{"a": 1, "b": 2, "c": 3}"#, ["a"], [], #"{ "b": 2, "c": 3}"#),
    (#"{"a": 1, "b": 2, "c": 3}"#, ["b"], [], #"{"a": 1, "c": 3}"#),
    (#"{"a": 1, "b": 2, "c": 3}"#, ["b", "c"], [], #"{"a": 1}"#),
    (#"{"a": 1, "b": 2, "c": 3}"#, ["a", "b", "c"], [], "{}"),
    (#"{"a": 1, "b": 2}"#, ["b"], ["n"], #"{"a": 1, "n": 0}"#),
    (#"{"a": 1, "b": 2}"#, ["a"], ["n", "m"], #"{ "b": 2, "n": 0, "m": 0}"#),
    (#"{"a": 1, "b": 2,}"#, ["b"], [], #"{"a": 1,}"#),
    (#"{"a": 1, "b": 2,}"#, [], ["n"], #"{"a": 1, "b": 2, "n": 0,}"#),
    (#"{"a": 1 /* x */ , "b": 2}"#, ["a"], [], #"{ /* x */  "b": 2}"#),
    ("{}", [], ["n"], "{\n  \"n\": 0\n}"),
    ("{ /* none */ }", [], ["n"], "{ /* none */\n  \"n\": 0\n}"),
    ("{\n  // none\n}", [], ["n", "m"], "{\n  // none\n  \"n\": 0,\n  \"m\": 0\n}"),
    ("{\n\t\"a\": 1,\n\t\"b\": 2\n}", ["b"], ["n"], "{\n\t\"a\": 1,\n\t\"n\": 0\n}"),
    ("{\n  \"a\": 1,\n  \"b\": 2\n}", ["b"], [], "{\n  \"a\": 1\n}"),
    ("{\n  \"a\": 1\n}", ["a"], ["n"], "{\n  \"n\": 0\n}"),
    ("{\r\n  \"a\": 1\r\n}\r\n", [], ["n"], "{\r\n  \"a\": 1,\r\n  \"n\": 0\r\n}\r\n"),
  ])
  func `the text of small objects`(text: String, removed: [String], added: [String], expected: String) throws {
    let result = try changed(text) { json in
      json.changing(json.root, removing: Set(removed.map { ExactText($0) }), adding: added.map { ($0, .integer(0)) })
    }
    #expect(result == expected)
  }

  @Test(arguments: [
    (#"["a", "b"]"#, "b", #"["a", "n"]"#), (#"["a"]"#, "a", #"[ "n"]"#), ("[]", "a", "[\n  \"n\"\n]"),
    ("[\n  \"a\", // first\n  \"b\" // second\n]", "a", "[\n  // first\n  \"b\", // second\n  \"n\"\n]"),
  ])
  func `elements of arrays`(text: String, removed: String, expected: String) throws {
    let result = try changed(text) { json in
      json.changing(json.root, removing: { (try? $0.string()) == removed }, adding: [.string("n")])
    }
    #expect(result == expected)
  }

  @Test func `what is laid out reads as the same value`() throws {
    let json = JSON.object([
      ("flat", .object([("a", .integer(1)), ("b", .string("x"))])),
      ("deep", .object([("list", .array([.object([]), .array([.integer(1)])]))])),
      ("long", .array((0..<40).map { .integer($0 + 1000) })), ("none", .array([])),
    ])
    let text = json.laidOut()
    #expect(
      text.hasPrefix(
        "{\n  \"flat\": {\"a\": 1, \"b\": \"x\"},\n  \"deep\": {\n    \"list\": [\n      {},\n      [1]\n    ]\n  },\n")
    )
    #expect(try JSON.parse(Array(text.utf8)).text == json.text)
  }
}
