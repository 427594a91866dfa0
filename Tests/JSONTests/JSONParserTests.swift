import Testing

@testable import JSON

struct JSONParserTests {
  @Test(
    arguments: [
      "null", "true", "false", "0", "-0", "12", "-1.5", "1e5", "1E+5", "0.1e-2", "123456789012345678901234567890",
      #""""#, #""a""#, #""\"\\\/\b\f\n\r\t""#, #""\u0041\u00e9""#, "\"é😀\"", "\"\u{7f}\u{80}\u{2028}\"", "[]", "{}",
      "[ ]", "{ }", "[1,2,3]", "[[],{}]", #"{"":0}"#, #"{"a":{"b":[null]}}"#, " \t\r\n[\n1 ,\t2\r]\n ", #"["\u0000"]"#,
      "\u{feff}[1]", #"{"a":1,"a":2}"#,
    ])
  func validTextIsTaken(text: String) throws {
    _ = try JSON.parse(Array(text.utf8))
  }

  @Test(
    arguments: [
      ("", "line 1, column 1: expected a value, found the end of the text"),
      ("  \n ", "line 2, column 2: expected a value, found the end of the text"),
      ("nul", "line 1, column 1: expected a value, found `n`"),
      ("True", "line 1, column 1: expected a value, found `T`"),
      ("NaN", "line 1, column 1: expected a value, found `N`"),
      ("-Infinity", "line 1, column 2: expected a digit, found `I`"),
      ("+1", "line 1, column 1: expected a value, found `+`"),
      (".5", "line 1, column 1: expected a value, found `.`"),
      ("[1.]", "line 1, column 4: expected a digit, found `]`"),
      ("[1e]", "line 1, column 4: expected a digit, found `]`"),
      ("-", "line 1, column 2: expected a digit, found the end of the text"),
      ("[-01]", "line 1, column 2: a number must not begin with 0"),
      ("0x10", "line 1, column 2: expected nothing more, found `x`"),
      ("1 2", "line 1, column 3: expected nothing more, found `2`"),
      ("[1]]", "line 1, column 4: expected nothing more, found `]`"),
      ("[", "line 1, column 2: expected a value, found the end of the text"),
      ("[1", "line 1, column 3: expected `,` or `]`, found the end of the text"),
      ("[1 2]", "line 1, column 4: expected `,` or `]`, found `2`"),
      ("[1,]", "line 1, column 4: expected another value after `,`, found `]`"),
      ("[,1]", "line 1, column 2: expected a value, found `,`"),
      ("[1}", "line 1, column 3: expected `,` or `]`, found `}`"),
      ("{", "line 1, column 2: expected a name in quotes or `}`, found the end of the text"),
      ("{a:1}", "line 1, column 2: expected a name in quotes or `}`, found `a`"),
      ("{1:1}", "line 1, column 2: expected a name in quotes or `}`, found `1`"),
      (#"{"a"}"#, "line 1, column 5: expected `:`, found `}`"),
      (#"{"a":}"#, "line 1, column 6: expected a value, found `}`"),
      (#"{"a":1,}"#, "line 1, column 8: expected another value after `,`, found `}`"),
      ("{\n  \"a\": 1\n  \"b\": 2\n}", "line 3, column 3: expected `,` or `}`, found `\"`"),
      ("\"a", "line 1, column 1: the string is never closed"),
      ("[\"é😀\", \"a\nb\"]", "line 1, column 10: a control character in a string must be escaped"),
      (#"["\x41"]"#, "line 1, column 4: expected one of the escapes of JSON, found `x`"),
      (#""\"#, "line 1, column 3: expected an escaped character, found the end of the text"),
      (#"["\u12g4"]"#, "line 1, column 5: expected four hexadecimal digits, found `1`"),
      (#""\u00"#, "line 1, column 4: expected four hexadecimal digits, found `0`"),
      ("'a'", "line 1, column 1: expected a value, found `'`"),
      ("[1] // note", "line 1, column 5: expected nothing more, found `/`"),
      ("/* a */ 1", "line 1, column 1: expected a value, found `/`"),
      ("[é]", "line 1, column 2: expected a value, found `é`"),
      ("[\u{1b}]", "line 1, column 2: expected a value, found a control character"),
      ("[\u{9b}]", "line 1, column 2: expected a value, found a control character"),
    ])
  func invalidTextIsRefusedWithItsPlace(text: String, message: String) throws {
    let error = #expect(throws: JSONError.self) { try JSON.parse(Array(text.utf8)) }
    #expect(error?.description == message)
  }

  @Test(
    arguments: [
      ([0x22, 0xff, 0x22], "line 1, column 1: the string is not valid UTF-8"),
      ([0x22, 0xc0, 0x80, 0x22], "line 1, column 1: the string is not valid UTF-8"),
      ([0x22, 0xed, 0xa0, 0x80, 0x22], "line 1, column 1: the string is not valid UTF-8"),
      ([0x22, 0xc3, 0x22], "line 1, column 1: the string is not valid UTF-8"),
      ([0xff], "line 1, column 1: expected a value, found `\u{fffd}`"),
      ([0xfe, 0xff, 0x00, 0x31], "line 1, column 1: expected a value, found `\u{fffd}`"),
      ([0x31, 0x00], "line 1, column 2: expected nothing more, found a control character"),
    ] as [([UInt8], String)])
  func invalidBytesAreRefused(bytes: [UInt8], message: String) {
    let error = #expect(throws: JSONError.self) { try JSON.parse(bytes) }
    #expect(error?.description == message)
  }

  @Test(
    arguments: [
      (#""\ud83d\ude00""#, "😀"), (#""\uD83D\uDE00!""#, "😀!"), (#""\ud83d""#, "\u{fffd}"),
      (#""\ude00x""#, "\u{fffd}x"), (#""\ud83d\u0041""#, "\u{fffd}A"), (#""\ud83dx""#, "\u{fffd}x"),
      (#""\u0000""#, "\0"), (#""a\/b""#, "a/b"), (#""\b\f\n\r\t""#, "\u{8}\u{c}\n\r\t"), ("\"e\u{301}\"", "e\u{301}"),
    ])
  func escapesAreUndone(text: String, value: String) throws {
    let parsed = try JSON.parse(Array(text.utf8)).string()
    #expect(Array(parsed.unicodeScalars) == Array(value.unicodeScalars))
  }

  @Test(
    arguments: [
      "// first\n[1]", "[1] // last", "/* a */ [ /* b */ 1 /* c\n */ ] /**/", "[1,]", "{\"a\": 1, // why\n}",
      "[1, /* ] */ 2,\n]", "[\"// no comment\", \"/* nor this */\"]", "//\n//\n0",
    ])
  func handwrittenFilesMayHaveCommentsAndTrailingCommas(text: String) throws {
    _ = try JSON.parse(Array(text.utf8), allowingComments: true)
  }

  @Test(
    arguments: [
      ("[1 /* never", "line 1, column 4: the comment is never closed"),
      ("\n/*/ 1", "line 2, column 1: the comment is never closed"),
      ("[1,,]", "line 1, column 4: expected a value, found `,`"),
      ("[,]", "line 1, column 2: expected a value, found `,`"),
      ("{,}", "line 1, column 2: expected a name in quotes or `}`, found `,`"),
      ("/ 1", "line 1, column 1: expected a value or a comment, found `/`"),
      ("// only", "line 1, column 8: expected a value, found the end of the text"),
      ("# 1", "line 1, column 1: expected a value, found `#`"),
      ("[ /* a\nb */ x]", "line 2, column 6: expected a value, found `x`"),
    ])
  func handwrittenFilesHaveFaultsToo(text: String, message: String) {
    let error = #expect(throws: JSONError.self) { try JSON.parse(Array(text.utf8), allowingComments: true) }
    #expect(error?.description == message)
  }

  @Test(arguments: [("[", "]"), (#"{"a":"#, "}")])
  func nestingHasALimit(opening: String, closing: String) throws {
    func nested(_ depth: Int) -> [UInt8] {
      Array((String(repeating: opening, count: depth) + "0" + String(repeating: closing, count: depth)).utf8)
    }
    _ = try JSON.parse(nested(63))
    let error = #expect(throws: JSONError.self) { try JSON.parse(nested(64)) }
    #expect(error?.message == "nested too deeply")
    #expect(throws: JSONError.self) { try JSON.parse(Array(String(repeating: opening, count: 1_000_000).utf8)) }
  }

  @Test func everyValueKnowsWhereItStood() throws {
    let json = try JSON.parse(Array("\u{feff}{\"é\": 1,\r\n  \"b\": [true,\n\"😀\", null]}".utf8))
    let members = try json.members()
    #expect(json.position == JSON.Position(line: 1, column: 1))
    #expect(members.map(\.position.description) == ["1:2", "2:3"])
    #expect(members.map(\.value.position.description) == ["1:7", "2:8"])
    #expect(try members[1].value.elements().map(\.position.description) == ["2:9", "3:1", "3:6"])
  }

  /// A megabyte on one line, as servers send it, must not take time that grows with its square.
  @Test func longLinesAreReadInOnePass() throws {
    let text = "[" + String(repeating: #"{"oid":"x"},"#, count: 40_000) + "0]"
    let start = ContinuousClock.now
    #expect(try JSON.parse(Array(text.utf8)).elements().count == 40_001)
    #expect(ContinuousClock.now - start < .seconds(30))
  }
}
