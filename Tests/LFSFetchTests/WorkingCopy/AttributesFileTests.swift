import Git
import Testing

@testable import LFSFetch

@Suite struct AttributesFileTests {
  @Test func `patterns of LFS, and those from which it is taken`() {
    let file = AttributesFile(
      """
      # *.comment filter=lfs
      [attr]macro filter=lfs
      *.bin filter=lfs diff=lfs merge=lfs -text
      \t*.lock\tfilter=lfs   lockable
      folder/ filter=lfs
      *.not -filter
      *.unset !filter
      *.other filter=other
      *.twice filter=other filter=lfs
      *.txt text
      *.only lockable
      """.utf8)
    #expect(
      file.patterns().map(\.text) == ["*.bin", "*.lock", "folder", "*.not", "*.unset", "*.other", "*.twice", "*.only"])
    #expect(file.patterns().map(\.isTracked) == [true, true, true, false, false, false, true, false])
    #expect(file.patterns().map(\.isLockable) == [false, true, false, false, false, false, false, true])
  }

  @Test func `macros mean what they stand for where they are set`() {
    var macros = AttributeMacros()
    macros.learn(AttributesFile("[attr]large filter=lfs diff=lfs\n[attr]guarded large lockable\n".utf8).attributeLines)
    macros.learn(AttributesFile("*.none [attr]none filter=lfs\n[attr] other filter=lfs\n".utf8).attributeLines)
    let file = AttributesFile("*.a large\n*.b guarded\n*.c -large\n*.d !large\n*.e none\n*.f large -filter\n".utf8)
    let patterns = file.patterns(macros)
    #expect(patterns.map(\.text) == ["*.a", "*.b", "*.f"])
    #expect(patterns.map(\.isTracked) == [true, true, false])
    #expect(patterns.map(\.isLockable) == [false, true, false])
  }

  @Test(arguments: [
    ("", "\r\n", "*.a filter=lfs diff=lfs merge=lfs -text\r\n"),
    ("*.b text", "\r\n", "*.b text\r\n*.a filter=lfs diff=lfs merge=lfs -text\r\n"),
    ("*.b text\n", "\r\n", "*.b text\n*.a filter=lfs diff=lfs merge=lfs -text\n"),
    ("*.b text\r\n", "\n", "*.b text\r\n*.a filter=lfs diff=lfs merge=lfs -text\r\n"),
    // To git these end no line.
    (
      "x\u{2028}y text\nv\u{b}w\u{85} text\n", "\n",
      "x\u{2028}y text\nv\u{b}w\u{85} text\n*.a filter=lfs diff=lfs merge=lfs -text\n"
    ),
  ])
  func `lines end as those that are there`(_ text: String, _ ending: String, _ expected: String) {
    var file = AttributesFile(text.utf8, ending: ending)
    file.track("*.a", isLockable: nil)
    #expect(file.bytes == Array(expected.utf8))
  }

  @Test(arguments: [
    ("./a.bin", "a.bin"), ("a.bin", "./a.bin"), ("x[[:space:]]y.\\#", "x y.#"), ("x[[:space:]]y", "x[[:space:]]y"),
  ])
  func `a pattern is taken out however it is written`(_ written: String, _ pattern: String) {
    var file = AttributesFile("\(written) filter=lfs\n\(written) text\n\(written) filter=lfs -text\n".utf8)
    let isThere = file.untrack(pattern)
    #expect(isThere && file.bytes == Array("\(written) text\n".utf8))
  }

  @Test(arguments: [
    ("*.bin", false, "*.bin"), ("./a b", false, "a[[:space:]]b"), ("#x", false, "\\#x"),
    ("x [1]*?.psd", true, "x[[:space:]]\\[1\\]\\*\\?.psd"),
    ("x \u{301}*\u{301}", true, "x[[:space:]]\u{301}\\*\u{301}"), ("#\u{301}x", false, "\\#\u{301}x"),
  ])
  func `patterns as they stand in the file`(_ pattern: String, _ isName: Bool, _ expected: String) {
    #expect(AttributesFile.written(pattern, isName: isName) == expected)
  }

  @Test func `patterns that look the same are two`() {
    var file = AttributesFile("\u{e9} filter=lfs -text\n".utf8)
    let change = file.track("e\u{301}", isLockable: nil)
    #expect(change == .added && file.patterns().count == 2)
    let isThere = file.untrack("\u{e9}")
    #expect(isThere)
    #expect(file.patterns().map { Array($0.text.utf8) } == [Array("e\u{301}".utf8)])
  }

  @Test func `other lines stay as they are, in whatever encoding`() {
    let other: [UInt8] = [0xe9] + Array(".txt eol=lf # ".utf8) + [0xff, 0xc3, 0x0a]
    var file = AttributesFile(other + Array("*.bin filter=lfs\n".utf8))
    file.track("*.a", isLockable: nil)
    let isThere = file.untrack("*.bin")
    #expect(isThere)
    #expect(file.bytes == other + Array("*.a filter=lfs diff=lfs merge=lfs -text\n".utf8))
  }

  @Test func `what is there is not repeated, and its mark is kept`() {
    var file = AttributesFile("*.bin filter=lfs diff=lfs merge=lfs -text lockable\n*.dat text\n".utf8)
    let changes = [file.track("*.bin", isLockable: nil), file.track("*.dat", isLockable: true)]
    #expect(changes == [.none, .replaced])
    let unmarked = file.track("*.bin", isLockable: false)
    #expect(unmarked == .replaced)
    let (first, again) = (file.untrack("*.dat"), file.untrack("*.dat"))
    #expect(first && !again)
    #expect(file.bytes == Array("*.bin filter=lfs diff=lfs merge=lfs -text\n".utf8))
  }
}
