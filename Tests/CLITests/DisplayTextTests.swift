import Testing

@testable import CLI

struct DisplayTextTests {
  @Test(arguments: [
    ("abc", 3), ("", 0), ("ä", 1), ("a\u{308}", 1), ("模型", 4), ("한글", 4), ("🎵", 2), ("👩‍🚀", 2), ("ｱ", 1),
  ])
  func wideCharactersTakeTwoColumns(text: String, columns: Int) {
    #expect(DisplayText.columns(text) == columns)
  }

  @Test(arguments: [
    ("short", 10, "short"), ("pretrained/mt3.pth", 18, "pretrained/mt3.pth"),
    ("pretrained/mt3.pth", 12, "pret…mt3.pth"), ("abcdef", 3, "a…f"), ("abcdef", 1, "…"), ("abcdef", 0, ""),
    ("模型模型模型", 7, "模…模型"), ("模型模型模型", 6, "模…型"),
  ])
  func theMiddleGivesWay(text: String, limit: Int, expected: String) {
    let shortened = DisplayText.shortened(text, to: limit)
    #expect(shortened == expected)
    #expect(DisplayText.columns(shortened) <= limit)
  }

  @Test func paddingCountsColumns() {
    #expect(DisplayText.padded("模", to: 4) == "模  ")
    #expect(DisplayText.padded("7", to: 3, alignedRight: true) == "  7")
    #expect(DisplayText.padded("long", to: 2) == "long")
  }
}
