import Testing

@testable import Text

/// Every table has marks that join the letter before them, and forms of one letter that look the same.
@Suite struct ByteTextTests {
  @Test(arguments: [
    ("../\u{301}x", "../", true), ("/\u{301}", "/", true), ("\r\n", "\r", true), ("e\u{301}", "\u{e9}", false),
    ("\u{e9}", "e\u{301}", false), ("ab", "ab", true), ("a", "ab", false), ("a", "", true), ("\u{212a}", "K", false),
  ])
  func `a beginning`(text: String, prefix: String, begins: Bool) {
    #expect(text.begins(with: prefix) == begins)
    #expect((text.rest(after: prefix).map { prefix + $0 }).map(ExactText.init) == (begins ? ExactText(text) : nil))
  }

  @Test(arguments: [
    ("a\r\n", "\n", true), ("x\u{301}.git", ".git", true), ("ae\u{301}", "\u{301}", true), ("\u{37e}", ";", false),
    ("b", "ab", false), ("", "", true),
  ])
  func `an end`(text: String, suffix: String, ends: Bool) {
    #expect(text.ends(with: suffix) == ends)
    #expect((text.rest(before: suffix).map { $0 + suffix }).map(ExactText.init) == (ends ? ExactText(text) : nil))
  }

  @Test(arguments: [
    ("a\r\nb", "\n", true), ("a\r\nb", "\r", true), ("a/\u{301}b", "/", true), ("a:/\u{301}/b", "://", false),
    ("a::\u{301}//b", ":\u{301}//", true), ("aaab", "aab", true), ("aab", "aaab", false), ("x", "", true),
    ("caf\u{e9}", "e\u{301}", false),
  ])
  func `a part`(text: String, part: String, isThere: Bool) {
    #expect(text.has(part) == isThere)
  }

  @Test func `what looks the same is not the same`() {
    #expect("\u{e9}" == "e\u{301}")
    #expect(!"\u{e9}".isSame(as: "e\u{301}"))
    #expect("\u{e9}".isSame(as: "\u{e9}".dropLast(0)))
    #expect(Set([ExactText("\u{e9}"), ExactText("e\u{301}"), ExactText("\u{e9}")]).count == 2)
    // "z" stands between them by bytes, and after both by Characters.
    #expect(
      [ExactText("\u{e9}"), ExactText("z"), ExactText("e\u{301}")].sorted().map { Array($0.text.utf8) } == [
        [0x65, 0xcc, 0x81], [0x7a], [0xc3, 0xa9],
      ])
  }

  @Test(arguments: [
    ("a=b=c", "a", "b=c", "a=b", "c"), ("k=\u{301}v", "k", "\u{301}v", "k", "\u{301}v"), ("=", "", "", "", ""),
  ])
  func `a cut`(text: String, before: String, after: String, beforeLast: String, afterLast: String) throws {
    let first = try #require(text.cut(at: "="))
    let last = try #require(text.cut(atLast: "="))
    #expect(first.before.isSame(as: before) && first.after.isSame(as: after))
    #expect(last.before.isSame(as: beforeLast) && last.after.isSame(as: afterLast))
    #expect(text.cut(at: "#") == nil && text.cut(atLast: "#") == nil)
  }

  @Test func `parts`() {
    #expect("..//\u{301}x/".words(at: "/").map(ExactText.init) == ["..", "\u{301}x"].map { ExactText($0) })
    #expect("..//\u{301}x/".fields(at: "/").map(ExactText.init) == ["..", "", "\u{301}x", ""].map { ExactText($0) })
    #expect("".words(at: "/").isEmpty)
    #expect("".fields(at: "/") == [""])
  }

  @Test(arguments: [
    ("a\nb", ["a", "b"]), ("a\r\nb\r\n", ["a", "b"]), ("a\r\n\r\n\n", ["a", "", ""]), ("", []), ("\n", [""]),
    // Of what Unicode takes for ends of lines, files of programs know one.
    ("a\u{2028}b\u{85}c\u{b}d\re", ["a\u{2028}b\u{85}c\u{b}d\re"]), ("a\n\u{301}b", ["a", "\u{301}b"]),
  ])
  func `lines`(text: String, lines: [String]) {
    #expect(text.lines.map(ExactText.init) == lines.map { ExactText($0) })
  }

  @Test(arguments: [
    (" \t a b \r\n", "a b"), ("", ""), (" \n", ""), (" \u{301}x", "\u{301}x"), ("\u{a0}x\u{a0}", "\u{a0}x\u{a0}"),
  ])
  func `blanks at both ends`(text: String, trimmed: String) {
    #expect(text.trimmed.isSame(as: trimmed))
  }

  @Test func `slashes at the end`() {
    #expect("/a//".withoutLastSlashes == "/a")
    #expect("//".withoutLastSlashes.isEmpty)
    #expect("a/\u{301}".withoutLastSlashes.isSame(as: "a/\u{301}"))
  }

  @Test(arguments: [("ABC-xyz.Z", "abc-xyz.z"), ("\u{c9}K\u{212a}\u{130}", "\u{c9}k\u{212a}\u{130}")])
  func `lower case is that of ASCII`(text: String, expected: String) {
    #expect(text.inLowerCase.isSame(as: expected))
  }
}
