import Fixtures
import Synchronization
import Testing

@testable import HTTP

struct RateLimitTests {
  private let start = ContinuousClock.now

  @Test func withoutALimitNothingWaits() {
    var bucket = TokenBucket(bytesPerSecond: nil)
    bucket.spend(1 << 40, at: start)
    #expect(bucket.pause(at: start) == .zero)
  }

  @Test func whatWasOverdrawnMustFlowInFirst() {
    var bucket = TokenBucket(bytesPerSecond: 1000)
    #expect(bucket.pause(at: start) == .zero)
    bucket.spend(2000, at: start)
    #expect(bucket.pause(at: start) == .seconds(2))
    #expect(bucket.pause(at: start + .milliseconds(1500)) == .milliseconds(500))
    #expect(bucket.pause(at: start + .seconds(3)) == .zero)
  }

  @Test func anIdleHourSavesUpATenthOfASecondOnly() {
    var bucket = TokenBucket(bytesPerSecond: 1000)
    bucket.spend(0, at: start)
    bucket.spend(1100, at: start + .seconds(3600))
    #expect(bucket.pause(at: start + .seconds(3600)) == .seconds(1))
  }

  /// 1 MB at 500 kB a second, over four connections together, is two seconds less what may come at once.
  @Test func allConnectionsTogetherKeepTheLimit() async throws {
    let content = bytes(count: 250_000, seed: 1)
    let server = try FaultServer(["/content": .content(content)])
    let client = HTTPClient(limit: RateLimit(bytesPerSecond: 500_000))
    let began = ContinuousClock.now
    try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for _ in 0..<4 {
        group.addTask { try await client.send(HTTPRequest(.get, try server.url("/content"))).body }
      }
      for try await body in group { #expect(body == content) }
    }
    #expect(ContinuousClock.now - began > .milliseconds(1500))
  }

  @Test func aLimitThatIsTakenAwayHoldsNothingBackAnyMore() async throws {
    let content = bytes(count: 400_000, seed: 2)
    let server = try FaultServer(["/content": .content(content)])
    let limit = RateLimit(bytesPerSecond: 1000)
    let client = HTTPClient(limit: limit)
    let url = try server.url("/content")
    let body = Task { try await client.send(HTTPRequest(.get, url)).body }
    try await Task.sleep(for: .milliseconds(300))
    limit.set(bytesPerSecond: nil)
    // At the old rate this would take six minutes.
    #expect(try await body.value == content)
  }
}
