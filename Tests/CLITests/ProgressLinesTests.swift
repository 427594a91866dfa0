import LFSFetch
import Testing

@testable import CLI

struct ProgressLinesTests {
  /// Two objects of which one came half way, at 10 MB/s.
  static let state = ProgressStateTests.make([
    .planned(objects: 3, bytes: 300_000_000, reused: 50_000_000),
    .objectStarted(object: "a", name: "pretrained/mt3.pth", bytes: 200_000_000, resumed: 90_000_000),
    .objectStarted(object: "b", name: "weights/模型/last.ckpt", bytes: 50_000_000, resumed: 0),
    .objectProgress(object: "a", received: 100_000_000),
    .objectProgress(object: "b", received: 10_000_000),
  ])

  private func lines(
    _ state: ProgressState = state, columns: Int, rows: Int = 24, at time: Duration = .seconds(4)
  ) -> [String] {
    ProgressLines(state, at: time, size: .init(columns: columns, rows: rows)).lines
  }

  @Test func aWideTerminalShowsEverything() {
    #expect(
      lines(columns: 81) == [
        "pretrained/mt3.pth            [##########----------]  100.0 MB of 200.0 MB   50%",
        "weights/模型/last.ckpt        [####----------------]    10.0 MB of 50.0 MB   20%",
        "total                            6.7 MB/s  0:21 left  160.0 MB of 300.0 MB   53%",
      ])
  }

  @Test func fieldsGoWhereThereIsNoRoom() {
    #expect(
      lines(columns: 61) == [
        "pretrained/mt3.pth                100.0 MB of 200.0 MB   50%",
        "weights/模型/last.ckpt              10.0 MB of 50.0 MB   20%",
        "total        6.7 MB/s  0:21 left  160.0 MB of 300.0 MB   53%",
      ])
    #expect(
      lines(columns: 41) == [
        "pretrained/mt3.pth                   50%",
        "weights/模型/last.ckpt               20%",
        "               6.7 MB/s  0:21 left   53%",
      ])
    #expect(
      lines(columns: 20) == [
        "pret…/mt3.pth   50%",
        "weig…ast.ckpt   20%",
        "     6.7 MB/s   53%",
      ])
    #expect(lines(columns: 6) == ["  50%", "  20%", "  53%"])
  }

  @Test(arguments: 0...120)
  func noLineWraps(columns: Int) {
    for line in lines(columns: columns) {
      #expect(DisplayText.columns(line) < max(1, columns), "\(line)")
    }
  }

  @Test func aLowTerminalSummarisesTheRest() {
    let many = ProgressStateTests.make(
      [.planned(objects: 9, bytes: 9, reused: 0)]
        + (1...9).map { .objectStarted(object: "\($0)", name: "file \($0)", bytes: 1, resumed: 0) })
    let shown = lines(many, columns: 40, rows: 6, at: .seconds(9))
    #expect(shown.count == 5)
    #expect(shown[3] == "… and 6 more")
    #expect(lines(many, columns: 40, rows: 1, at: .seconds(9)).count == 1)
  }

  @Test func whatIsUnknownIsNotGuessed() {
    let start = ProgressStateTests.make([.planned(objects: 1, bytes: 2_000_000, reused: 0)])
    #expect(lines(start, columns: 61) == ["total              – B/s  – left         0 B of 2.0 MB    0%"])
  }

  @Test func aStallShowsAsNoSpeedAndNoTime() {
    #expect(
      lines(columns: 61, at: .seconds(30)).last == "total              0 B/s  – left  160.0 MB of 300.0 MB   53%")
  }

  @Test func beforeThePlanItTellsWhoIsAsked() {
    let asking = ProgressStateTests.make([
      .resolving(model: "a", source: "https://example.com/a"),
      .resolving(model: "b", source: "https://example.com/b"),
    ])
    #expect(lines(asking, columns: 60) == ["asking https://example.com/a and 1 more"])
    #expect(lines(ProgressState(), columns: 60) == [])
  }

  @Test func namesCannotSteerTheTerminal() {
    let hostile = ProgressStateTests.make([
      .planned(objects: 1, bytes: 10, reused: 0),
      .objectStarted(object: "a", name: "\u{1B}[2J\nx", bytes: 10, resumed: 0),
    ])
    #expect(lines(hostile, columns: 30).first == "\\u{1b}[2J\\nx               0%")
  }
}
