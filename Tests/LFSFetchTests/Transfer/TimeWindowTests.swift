import Testing

@testable import LFSFetch

struct TimeWindowTests {
  private func second(_ hours: Int, _ minutes: Int, _ seconds: Int = 0) -> Int { hours * 3600 + minutes * 60 + seconds }

  @Test(arguments: [
    "", "22:00", "22-06", "24:00-06:00", "22:60-06:00", "22:00-22:00", "2:00-3:00", "22:00-06:00-07:00",
  ])
  func whatIsNoWindow(text: String) {
    #expect(TimeWindow(text) == nil)
  }

  @Test func aWindowOverMidnight() throws {
    let window = try #require(TimeWindow("22:00-06:30"))
    #expect(window.untilOpen(atSecond: second(21, 59, 30)) == .seconds(30))
    #expect(window.untilOpen(atSecond: second(22, 0)) == .zero)
    #expect(window.untilOpen(atSecond: second(3, 0)) == .zero)
    #expect(window.untilOpen(atSecond: second(6, 30)) == .seconds(15 * 3600 + 1800))
    #expect(window.untilClosed(atSecond: second(22, 0)) == .seconds(8 * 3600 + 1800))
    #expect(window.untilClosed(atSecond: second(6, 29, 59)) == .seconds(1))
    #expect(window.untilClosed(atSecond: second(12, 0)) == .zero)
    #expect(window.opening == "22:00")
  }

  @Test func aWindowWithinTheDay() throws {
    let window = try #require(TimeWindow("09:05-17:00"))
    #expect(window.untilOpen(atSecond: second(9, 4, 59)) == .seconds(1))
    #expect(window.untilOpen(atSecond: second(9, 5)) == .zero)
    #expect(window.untilOpen(atSecond: second(17, 0)) == .seconds(16 * 3600 + 300))
    #expect(window.untilClosed(atSecond: second(16, 59, 59)) == .seconds(1))
    #expect(window.opening == "09:05")
  }

  @Test(
    arguments: [
      ("1", 1), ("800k", 800_000), ("10M", 10_000_000), ("1.5G", 1_500_000_000), ("10MB/s", 10_000_000), ("5b", 5),
      ("10m", 10_000_000),
    ] as [(String, Int64)])
  func rates(text: String, bytesPerSecond: Int64) {
    #expect(ByteRate(text)?.bytesPerSecond == bytesPerSecond)
  }

  @Test(arguments: ["", "M", "0", "-1M", "1,5M", "10T", "ten", "1e9", "0.1", "999999999G", "10 M"])
  func whatIsNoRate(text: String) {
    #expect(ByteRate(text) == nil)
  }
}
