import Testing

@testable import JSON

struct JSONWriterTests {
  @Test func `spaced out, each level is a space deeper`() {
    let json: JSON = .object([
      ("files", .array([.object([("name", .string("a")), ("size", .integer(3))])])), ("none", .array([])),
    ])
    #expect(
      json.spacedOut == """
        {
         "files": [
          {
           "name": "a",
           "size": 3
          }
         ],
         "none": []
        }
        """)
  }

  @Test(
    arguments: [
      ("plain", #""plain""#), ("\"\\/", #""\"\\/""#), ("\n\r\t", #""\n\r\t""#),
      ("\0\u{1b}\u{1f}", #""\u0000\u001b\u001f""#),
      ("\u{7f}\u{85}\u{9f}\u{a0}", "\"\\u007f\\u0085\\u009f\u{a0}\""), ("é😀\u{2028}", "\"é😀\u{2028}\""), ("", #""""#),
    ])
  func stringsAreEscapedForTheTerminalToo(text: String, written: String) {
    #expect(JSON.string(text).text == written)
  }

  @Test func valuesAreWrittenWithoutSpaces() {
    let json: JSON = .object([
      ("a", .array([.null, .bool(true), .bool(false), .integer(-5)])), ("left out", nil), ("b\n", .object([])),
      ("c", .array([])), ("null", .null),
    ])
    #expect(json.text == #"{"a":[null,true,false,-5],"b\n":{},"c":[],"null":null}"#)
  }

  @Test(
    arguments: [
      (0, "0.000"), (1.5, "1.500"), (0.0004, "0.000"), (0.0005, "0.001"), (12.3456, "12.346"), (59.9996, "60.000"),
      (0.05, "0.050"),
    ])
  func secondsHaveThreeDecimals(seconds: Double, written: String) {
    #expect(JSON.seconds(seconds).text == written)
  }

  @Test(
    arguments: [
      #"{"a":[1,2.50,-3e7,"x\ny"],"b":{"c":null},"a":true}"#, "[]", "123456789012345678901234567890",
      #"["\u001b[31m","😀"]"#,
    ])
  func whatIsReadIsWrittenAgain(text: String) throws {
    #expect(try JSON.parse(Array(text.utf8)).text == text)
  }

  @Test func anyStringSurvivesTheRoundTrip() throws {
    let scalars = (0...0x2ff).compactMap(Unicode.Scalar.init) + ["\u{fffd}", "\u{10ffff}", "\u{d7ff}", "\u{e000}"]
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars)
    let read = try JSON.parse(Array(JSON.string(text).text.utf8)).string()
    #expect(Array(read.unicodeScalars) == scalars)
  }
}
