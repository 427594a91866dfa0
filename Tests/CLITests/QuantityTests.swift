import Testing

@testable import CLI

struct QuantityTests {
  @Test(arguments: [
    (0, "0 B"), (466, "466 B"), (999, "999 B"), (1000, "1.0 kB"), (1049, "1.0 kB"), (1050, "1.1 kB"),
    (999_949, "999.9 kB"), (999_950, "1.0 MB"), (183_672_643, "183.7 MB"), (12_000_000_000, "12.0 GB"),
    (Int64.max, "9.2 EB"), (-1, "0 B"),
  ])
  func bytesAreRoundedToATenthOfAUnit(count: Int64, text: String) {
    #expect(Quantity.bytes(count) == text)
  }

  @Test(arguments: [
    (0, "0:00"), (8, "0:08"), (68, "1:08"), (3723, "1:02:03"), (172_799, "47:59:59"), (183_600, "2 d 3 h"),
  ])
  func waitingTimesLookLikeAClock(seconds: Int64, text: String) {
    #expect(Quantity.clock(seconds: seconds) == text)
  }

  @Test(arguments: [
    (0, "0.00 s"), (0.034, "0.03 s"), (0.999, "1.0 s"), (12.34, "12.3 s"), (59.97, "1 min 0 s"),
    (72.4, "1 min 12 s"),
    (7380, "2 h 3 min"),
  ])
  func passedTimesAreInWords(seconds: Double, text: String) {
    #expect(Quantity.elapsed(seconds: seconds) == text)
  }
}
