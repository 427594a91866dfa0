import Testing

@testable import CLI
@testable import LFSFetch

struct VerifyTests {
  static let damaged = VerifyReport(
    checked: 2, bytes: 183_672_643,
    damaged: [.init(object: "b8a3", names: ["a.pth", "b\u{7}"], reason: "its SHA-256 is another")])
  static let sound = VerifyReport(checked: 1, bytes: 466, damaged: [])

  @Test func eachDamagedObjectIsALineOfData() {
    #expect(Verify.text(Self.damaged) == "damaged: sha256:b8a3 (a.pth, b\\u{7}): its SHA-256 is another\n")
    #expect(Verify.text(Self.sound) == "")
  }

  @Test func theSummaryTellsHowMuchWasChecked() {
    #expect(Verify.summary(Self.damaged) == "checked 2 files, 183.7 MB: 1 damaged")
    #expect(Verify.summary(Self.sound) == "checked 1 file, 466 B: all sound")
  }

  @Test func programsGetOneObject() {
    #expect(
      Verify.line(Self.damaged) == #"{"checked":2,"bytes":183672643,"damaged":"#
        + #"[{"object":"b8a3","names":["a.pth","b\u0007"],"reason":"its SHA-256 is another"}]}"#)
  }
}
