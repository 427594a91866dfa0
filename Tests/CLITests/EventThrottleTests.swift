import LFSFetch
import Testing

@testable import CLI

struct EventThrottleTests {
  private func passes(_ throttle: inout EventThrottle, _ object: String, _ milliseconds: Int) -> Bool {
    throttle.passes(.objectProgress(object: object, received: 1), at: .milliseconds(milliseconds))
  }

  @Test func eachObjectHasItsOwnPace() {
    var throttle = EventThrottle()
    #expect(passes(&throttle, "a", 0))
    #expect(!passes(&throttle, "a", 199))
    #expect(passes(&throttle, "b", 199))
    #expect(passes(&throttle, "a", 200))
    #expect(!passes(&throttle, "a", 399))
  }

  @Test func otherEventsAlwaysPass() {
    var throttle = EventThrottle()
    let passed = (0..<3).map { _ in throttle.passes(.warning("x"), at: .zero) }
    #expect(passed == [true, true, true])
  }
}
