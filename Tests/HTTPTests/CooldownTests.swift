import Fixtures
import Foundation
import Synchronization
import Testing

@testable import HTTP

struct CooldownTests {
  private let content = bytes(count: 100)

  @Test(arguments: [429, 503])
  func allRequestsToTheHostWait(status: Int) async throws {
    let server = try FaultServer([
      "/busy": .status(status, headers: ["Retry-After": "3"]), "/other": .content(content),
    ])
    let elsewhere = try FaultServer(["/x": .content(content)])
    let client = HTTPClient(retry: .never)
    #expect(try await client.send(HTTPRequest(.get, server.url("/busy"))).status == status)
    let told = ContinuousClock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<3 {
        group.addTask { _ = try await client.send(HTTPRequest(.get, server.url("/other"))) }
        group.addTask { _ = try await client.send(HTTPRequest(.get, elsewhere.url("/x"))) }
      }
      try await group.waitForAll()
    }
    #expect(server.requests("/other").count == 3)
    #expect(server.requests("/other").allSatisfy { $0.time - told > .milliseconds(2900) })
    let first = try #require(server.requests("/other").map(\.time).min())
    #expect(elsewhere.requests().allSatisfy { $0.time < first })
  }

  @Test func aDateIsObeyedAsWell() async throws {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "GMT")
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    let date = formatter.string(from: Date(timeIntervalSinceNow: 2))
    let server = try FaultServer(["/x": .content(content, .status(429, headers: ["Retry-After": date]).once)])
    #expect(try await HTTPClient().send(HTTPRequest(.get, server.url("/x"))).status == 200)
    let times = server.requests().map(\.time)
    // Dates have whole seconds.
    #expect(times[1] - times[0] >= .milliseconds(900))
  }

  @Test func anHourIsReportedAndNotWaitedFor() async throws {
    let server = try FaultServer(["/x": .status(429, headers: ["Retry-After": "3600"])])
    let client = HTTPClient()
    let start = ContinuousClock.now
    #expect(try await client.send(HTTPRequest(.get, server.url("/x"))).status == 429)
    #expect(try await client.send(HTTPRequest(.get, server.url("/x"))).status == 429)
    #expect(ContinuousClock.now - start < .seconds(60))
    #expect(server.requests().count == 2)
  }

  @Test func waitingCanBeCancelled() async throws {
    let server = try FaultServer(["/x": .status(503, headers: ["Retry-After": "30"])])
    let task = Task { [url = try server.url("/x")] in try await HTTPClient().send(HTTPRequest(.get, url)) }
    while server.requests().isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    let start = ContinuousClock.now
    task.cancel()
    let error = await #expect(throws: HTTPError.self) { try await task.value }
    #expect(error?.kind == .cancelled)
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  /// Of a host that has nothing left, the next request waits.
  @Test func anAnswerThatWasTheLastHoldsTheNextBack() async throws {
    let server = try FaultServer([
      "/last": .text("a", headers: ["RateLimit": "\"api\";r=0;t=2"]), "/next": .content(content),
    ])
    let client = HTTPClient(retry: .never)
    #expect(try await client.send(HTTPRequest(.get, server.url("/last"))).status == 200)
    let told = ContinuousClock.now
    #expect(try await client.send(HTTPRequest(.get, server.url("/next"))).status == 200)
    #expect(server.requests("/next").allSatisfy { $0.time - told > .milliseconds(1900) })
  }

  @Test func theQuotaSaysWhenToComeBackWhereRetryAfterIsMissing() async throws {
    let busy = FaultServer.Fault.status(429, headers: ["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2"])
    let server = try FaultServer(["/x": .content(content, busy.once)])
    #expect(try await HTTPClient().send(HTTPRequest(.get, server.url("/x"))).status == 200)
    let times = server.requests().map(\.time)
    #expect(times[1] - times[0] >= .milliseconds(1900))
  }

  private final class Pauses: Sendable {
    let all = Mutex<[(Origin, Duration)]>([])
    func note(_ origin: Origin, _ pause: Duration) { all.withLock { $0.append((origin, pause)) } }
  }

  @Test func aLongPauseIsToldOnce() async throws {
    let server = try FaultServer(["/x": .status(429, headers: ["Retry-After": "300"])])
    let pauses = Pauses()
    let client = HTTPClient(onPause: pauses.note)
    let url = try server.url("/x")
    let tasks = (0..<4).map { _ in Task { try await client.send(HTTPRequest(.get, url)) } }
    while server.requests().isEmpty || pauses.all.withLock({ $0.isEmpty }) {
      try await Task.sleep(for: .milliseconds(5))
    }
    // One more, which finds the host cooling down.
    let late = Task { try await client.send(HTTPRequest(.get, url)) }
    try await Task.sleep(for: .milliseconds(200))
    for task in tasks + [late] {
      task.cancel()
      await #expect(throws: HTTPError.self) { try await task.value }
    }
    let told = pauses.all.withLock { $0 }
    #expect(told.map(\.0) == [url.origin])
    #expect(told.allSatisfy { $0.1 > .seconds(290) && $0.1 <= .seconds(300) })
  }

  @Test func aLongPauseAfterTheLastAllowedRequestIsToldToWhoMustWait() async throws {
    let server = try FaultServer(["/x": .text("a", headers: ["RateLimit": "\"api\";r=0;t=300"])])
    let pauses = Pauses()
    let client = HTTPClient(onPause: pauses.note)
    let url = try server.url("/x")
    #expect(try await client.send(HTTPRequest(.get, url)).status == 200)
    #expect(pauses.all.withLock { $0.isEmpty })
    let next = Task { try await client.send(HTTPRequest(.get, url)) }
    while pauses.all.withLock({ $0.isEmpty }) { try await Task.sleep(for: .milliseconds(5)) }
    next.cancel()
    await #expect(throws: HTTPError.self) { try await next.value }
    #expect(server.requests().count == 1)
  }

  @Test(arguments: [("1", 2), ("3600", 2), ("300", 1)])
  func shortPausesAndThoseThatNobodyWaitsForAreNotTold(seconds: String, attempts: Int) async throws {
    let server = try FaultServer(["/x": .status(429, headers: ["Retry-After": seconds])])
    let pauses = Pauses()
    let client = HTTPClient(retry: Retry(attempts: attempts), onPause: pauses.note)
    #expect(try await client.send(HTTPRequest(.get, server.url("/x"))).status == 429)
    #expect(pauses.all.withLock { $0.isEmpty })
  }
}
