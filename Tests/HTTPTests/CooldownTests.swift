import Fixtures
import Foundation
import Testing

@testable import HTTP

struct CooldownTests {
  private let content = bytes(count: 100)

  @Test(arguments: [429, 503])
  func allRequestsToTheHostWait(status: Int) async throws {
    let server = try FaultServer([
      "/busy": .status(status, headers: ["Retry-After": "2"]), "/other": .content(content),
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
    #expect(server.requests("/other").allSatisfy { $0.time - told > .milliseconds(1900) })
    #expect(elsewhere.requests().allSatisfy { $0.time - told < .milliseconds(1500) })
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
    #expect(ContinuousClock.now - start < .seconds(5))
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
    #expect(ContinuousClock.now - start < .seconds(5))
  }
}
