import Testing

@testable import Text

struct EscapingControlsTests {
  @Test(arguments: [
    ("plain ä 模型 \\ \"", "plain ä 模型 \\ \""), ("\u{1B}[31m", "\\u{1b}[31m"), ("a\nb\r\tc", "a\\nb\\r\\tc"),
    ("\u{7F}\u{85}\u{0}", "\\u{7f}\\u{85}\\u{0}"), ("x\u{202E}y\u{2066}", "x\\u{202e}y\\u{2066}"),
    ("a\r\nb", "a\\r\\nb"),
  ])
  func controlCharactersAreShownNotObeyed(text: String, expected: String) {
    #expect(text.escapingControls == expected)
  }
}
