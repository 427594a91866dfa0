import Testing

@testable import LFSFetch

/// How many connections are used when the link is such and such.
@Suite struct PaceTests {
  private let start = ContinuousClock.now

  /// Periods of half a second over a link on which `rate` bytes a second come over so many connections; what was used
  /// in each.
  private func used(_ pace: inout Pace, periods: Range<Int>, rate: (Int) -> Double) -> [Int] {
    periods.map { period in
      let used = pace.connections
      pace.observe(rate: rate(used), at: start + .milliseconds(500) * period)
      return used
    }
  }

  @Test func `a link that limits each connection gets all that are allowed`() {
    var pace = Pace(cap: 32)
    let used = used(&pace, periods: 0..<12) { Double($0) * 1e6 }
    #expect(used == [8, 16, 16, 32, 32, 32, 32, 32, 32, 32, 32, 32])
  }

  @Test func `a link that is full with few does not get more, and is tried again more and more rarely`() {
    var pace = Pace(cap: 32)
    let used = used(&pace, periods: 0..<200) { min(Double($0), 8) * 1e6 }
    #expect(used[0..<5] == [8, 16, 16, 8, 8])
    let tries = used.indices.filter { $0 > 0 && used[$0] == 16 && used[$0 - 1] == 8 }
    let pauses = zip(tries, tries.dropFirst()).map { $1 - $0 }
    #expect(pauses == [13, 23, 43, 83])
    #expect(used.max() == 16)
  }

  @Test func `a link that is faster than hashing gets no more`() {
    var pace = Pace(cap: 32)
    #expect(used(&pace, periods: 0..<20) { Double($0) * 100e6 }.allSatisfy { $0 == 8 })
  }

  @Test(arguments: [1, 3, 8, 20]) func `never more than are allowed`(cap: Int) {
    var pace = Pace(cap: cap)
    #expect(used(&pace, periods: 0..<40) { Double($0) * 1e6 }.allSatisfy { $0 <= cap })
    #expect(pace.connections == cap)
  }

  @Test func `turned away it halves, once for all that went out together, and grows one by one`() {
    var pace = Pace(cap: 32)
    for _ in 0..<8 { pace.turnedAway(requestSentAt: start - .seconds(1), at: start) }
    #expect(pace.connections == 4)
    pace.turnedAway(requestSentAt: start + .milliseconds(1), at: start + .milliseconds(2))
    pace.turnedAway(requestSentAt: start + .milliseconds(1), at: start + .milliseconds(3))
    #expect(pace.connections == 2)
    let used = used(&pace, periods: 1..<40) { Double($0) * 1e6 }
    #expect(used.prefix(20).allSatisfy { $0 == 2 })
    #expect(zip(used, used.dropFirst()).allSatisfy { $1 - $0 <= 1 })
    #expect(pace.connections > 6)
  }

  @Test func `one connection is always left`() {
    var pace = Pace(cap: 32)
    for second in 0..<20 {
      pace.turnedAway(requestSentAt: start + .seconds(second), at: start + .seconds(second))
    }
    #expect(pace.connections == 1)
  }
}
