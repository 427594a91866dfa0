import LFSFetch
import Testing

@testable import CLI

struct ErrorReportTests {
  static let error = FetchError(
    .authentication, "cannot download `model.safetensors` from `org/model`",
    causes: ["huggingface.co answered 401 Unauthorized", "no credentials"], hint: "set `HF_TOKEN`")

  @Test func anErrorTellsItsCausesAndWhatToDo() {
    #expect(
      ErrorReport(Self.error).text(colour: false) == """
        error: cannot download `model.safetensors` from `org/model`
          caused by: huggingface.co answered 401 Unauthorized
          caused by: no credentials
        hint: set `HF_TOKEN`

        """)
  }

  @Test func onlyTheLabelsAreColoured() {
    #expect(
      ErrorReport(FetchError(.disk, "full", hint: "make room")).text(colour: true)
        == "\u{1B}[1;31merror:\u{1B}[0m full\n\u{1B}[1;36mhint:\u{1B}[0m make room\n")
    #expect(
      ErrorReport(FetchError(.disk, "full", hint: "make room")).text(colour: true, isWarning: true)
        == "\u{1B}[1;33mwarning:\u{1B}[0m full\n\u{1B}[1;36mhint:\u{1B}[0m make room\n")
    #expect(ErrorReport.warning("slow", colour: true) == "\u{1B}[1;33mwarning:\u{1B}[0m slow\n")
  }

  @Test func nothingThatAServerSaysReachesTheTerminalRaw() {
    let error = FetchError(.network, "a\u{1B}[2J", causes: ["b\nc\u{9B}31m"], hint: "\u{202E}d")
    #expect(
      ErrorReport(error).text(colour: false)
        == "error: a\\u{1b}[2J\n  caused by: b\\nc\\u{9b}31m\nhint: \\u{202e}d\n")
  }
}
