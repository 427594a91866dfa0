import Testing

@testable import CLI

struct SpeedometerTests {
  /// A megabyte every half second.
  private func steady(for seconds: Int) -> Speedometer {
    var speedometer = Speedometer()
    speedometer.start(at: .zero)
    for half in stride(from: 1, through: seconds * 2, by: 1) {
      speedometer.record(total: Int64(half) * 1_000_000, at: .milliseconds(half * 500))
    }
    return speedometer
  }

  @Test func itIsUnknownAtFirst() {
    var speedometer = Speedometer()
    #expect(speedometer.speed(at: .seconds(5)) == nil)
    speedometer.start(at: .seconds(5))
    #expect(speedometer.speed(at: .milliseconds(5999)) == nil)
    #expect(speedometer.speed(at: .seconds(6)) == 0)
  }

  @Test(arguments: [1, 3, 30])
  func aSteadyStreamHasItsSpeed(seconds: Int) {
    #expect(steady(for: seconds).speed(at: .seconds(seconds)) == 2_000_000)
  }

  @Test func aStallFallsToNothingWithinTheWindow() throws {
    let speedometer = steady(for: 20)
    #expect(speedometer.speed(at: .seconds(24)) == 1_000_000)
    #expect(speedometer.speed(at: .seconds(28)) == 0)
  }

  @Test func readingsThatReplaceEachOtherLoseNothing() {
    var speedometer = Speedometer()
    speedometer.start(at: .zero)
    for millisecond in 1...20_000 {
      speedometer.record(total: Int64(millisecond) * 1000, at: .milliseconds(millisecond))
    }
    let speed = speedometer.speed(at: .seconds(20)) ?? 0
    #expect(abs(speed - 1_000_000) < 1)
  }
}
