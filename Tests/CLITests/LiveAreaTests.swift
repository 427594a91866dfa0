import Testing

@testable import CLI

struct LiveAreaTests {
  @Test func linesReplaceThoseBefore() {
    var area = LiveArea()
    #expect(area.redraw(["one", "two"], width: 80) == "one\ntwo")
    #expect(area.redraw(["three"], width: 80) == "\r\u{1B}[A\u{1B}[Jthree")
    #expect(area.redraw(["four"], width: 80) == "\r\u{1B}[Jfour")
  }

  @Test func nothingNewWritesNothing() {
    var area = LiveArea()
    _ = area.redraw(["one"], width: 80)
    #expect(area.redraw(["one"], width: 80) == "")
  }

  @Test func whatIsSaidForGoodStaysAbove() {
    var area = LiveArea()
    _ = area.redraw(["one"], width: 80)
    #expect(area.redraw(["one"], above: "warning: x\n", width: 80) == "\r\u{1B}[Jwarning: x\none")
  }

  @Test func aWindowMadeNarrowerIsErasedWhole() {
    var area = LiveArea()
    _ = area.redraw([String(repeating: "x", count: 50), "y"], width: 80)
    #expect(area.erase(width: 20) == "\r\u{1B}[A\u{1B}[A\u{1B}[A\u{1B}[J")
    #expect(area.erase(width: 20) == "")
  }
}
