import Testing

@testable import HTTP

struct SpeedCheckTests {
  private let start = ContinuousClock.now

  /// Feeds a check, whose window is ten seconds, with what came in in each second; returns the seconds in which it
  /// found a shortfall.
  private func shortfalls(
    _ received: [Int], bytesPerSecond: Double = 100, heldBack: Set<Int> = [], late: [Int: Int] = [:]
  ) -> [Int] {
    var check = SpeedCheck(window: .seconds(10), start: start)
    var now = start
    return received.enumerated().compactMap { second, bytes in
      now += .seconds(late[second] ?? 1)
      let result = check.shortfall(
        received: bytes, bytesPerSecond: bytesPerSecond, isHeldBack: heldBack.contains(second), at: now)
      return result == nil ? nil : second
    }
  }

  @Test(
    arguments: [
      (Array(repeating: 100, count: 30), []),
      (Array(repeating: 99, count: 12), [9, 10, 11]),
      (Array(repeating: 0, count: 10), [9]),
      (Array(repeating: 0, count: 9), []),
      // Bursts count as what they are over the window.
      ([1000] + Array(repeating: 0, count: 10), [10]),
      ([0, 0, 0, 0, 0, 0, 0, 0, 0, 1000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1000], []),
    ] as [([Int], [Int])])
  func tooLittleOverAWholeWindowIsFound(received: [Int], seconds: [Int]) {
    #expect(shortfalls(received) == seconds)
  }

  @Test func whatWeHoldBackOurselvesIsNotJudged() {
    #expect(shortfalls(Array(repeating: 0, count: 13), heldBack: [2]) == [12])
    #expect(shortfalls(Array(repeating: 0, count: 40), heldBack: Set(stride(from: 0, to: 40, by: 9))) == [])
  }

  @Test func aProcessThatWasStoppedBeginsAnew() {
    #expect(shortfalls(Array(repeating: 0, count: 19), late: [8: 3600]) == [18])
  }

  @Test(
    arguments: [
      (.range, nil, 1, 10_239, true), (.range, nil, 1, 10_240, false), (.object, nil, 8, 10_239, true),
      (.object, nil, 128, 639, true), (.object, nil, 128, 640, false), (.range, 5000, 64, 49_999, true),
      (.range, 5000, 64, 50_000, false), (.api, nil, 1, 0, true), (.api, nil, 1, 1, false), (.range, 0, 1, 0, false),
    ] as [(HTTPRequest.Carriage, Int?, Int, Int, Bool)])
  func whatIsTooLittleDependsOnWhatIsTransferred(
    carriage: HTTPRequest.Carriage, configured: Int?, active: Int, received: Int, isTooLittle: Bool
  ) {
    var settings = TransportSettings()
    settings.lowSpeedLimit = configured
    settings.lowSpeedTime = .seconds(10)
    var monitor = SpeedMonitor(carriage, settings, now: start)
    var message: String?
    for second in 1...10 {
      if second == 3 { monitor?.received += received }
      message = monitor?.check(hasBegun: true, active: active, isHeldBack: false, at: start + .seconds(second))
    }
    #expect(message == (isTooLittle ? "\(received) bytes in 10.0 seconds" : nil))
  }

  @Test func waitingForAConnectionIsNotJudged() {
    var monitor = SpeedMonitor(.range, TransportSettings(), now: start)
    for second in 1...100 {
      #expect(monitor?.check(hasBegun: false, active: 1, isHeldBack: false, at: start + .seconds(second)) == nil)
    }
  }
}
