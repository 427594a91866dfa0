import Testing

@testable import CLI

struct TableTests {
  @Test func columnsAreAlignedAndNoLineEndsInBlanks() {
    let table = Table(
      heading: ["NAME", "SIZE", "NOTE"], rows: [["模型", "5 B", ""], ["a\u{7}", "183.7 MB", "x"]], rightAligned: [1])
    #expect(
      table.text == """
        NAME        SIZE  NOTE
        模型         5 B
        a\\u{7}  183.7 MB  x

        """)
  }
}
