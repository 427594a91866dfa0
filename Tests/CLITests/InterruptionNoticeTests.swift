import Testing

@testable import CLI

struct InterruptionNoticeTests {
  @Test func itIsSaidOnce() {
    let notice = InterruptionNotice()
    notice.set { "bye\n" }
    #expect(notice.take() == "bye\n")
    #expect(notice.take() == nil)
  }
}
