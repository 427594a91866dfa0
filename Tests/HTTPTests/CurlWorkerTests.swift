import Fixtures
import Synchronization
import Testing

@testable import HTTP

/// Cancelling, at every moment of a transfer's life.
@Suite(.timeLimit(.minutes(3)))
struct CurlWorkerTests {
  private let content = bytes(count: 100_000)

  @Test func aTaskThatIsCancelledAlreadyAsksNobody() async throws {
    let server = try FaultServer(["/x": .content(content)])
    let client = HTTPClient()
    let task = Task { [url = try server.url("/x")] in
      while !Task.isCancelled { await Task.yield() }
      return try await client.send(HTTPRequest(.get, url))
    }
    task.cancel()
    let error = await #expect(throws: HTTPError.self) { try await task.value }
    #expect(error?.kind == .cancelled)
    #expect(server.requests().isEmpty)
  }

  @Test(arguments: [FaultServer.Fault.stall(after: 50_000), .slowHeaders(.seconds(60))])
  func aRunningTransferEndsAtOnce(fault: FaultServer.Fault) async throws {
    let server = try FaultServer(["/x": .content(content, fault)])
    let client = HTTPClient()
    let task = Task { [url = try server.url("/x")] in try await client.send(HTTPRequest(.get, url)) }
    while server.requests().isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    let start = ContinuousClock.now
    task.cancel()
    let error = await #expect(throws: HTTPError.self) { try await task.value }
    #expect(error?.kind == .cancelled)
    #expect(ContinuousClock.now - start < .seconds(20))
    #expect(server.requests().count == 1)
  }

  @Test func aStreamThrowsTheCancellationItself() async throws {
    let server = try FaultServer(["/x": .content(content, .stall(after: 5))])
    let task = Task { [url = try server.url("/x")] in
      try await HTTPClient().stream(
        HTTPRequest(.get, url), to: BodySink(begin: { _ in .deliver }, write: { _ in }))
    }
    while server.requests().isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { _ = try await task.value }
  }

  @Test func oneThatIsCancelledDoesNotDisturbTheOthers() async throws {
    let server = try FaultServer([
      "/stalled": .content(content, .stall(after: 5)), "/good": .content(content, .slowHeaders(.milliseconds(50))),
    ])
    let client = HTTPClient()
    let (stalled, good) = (try server.url("/stalled"), try server.url("/good"))
    let doomed = (0..<20).map { _ in Task { try await client.send(HTTPRequest(.get, stalled)) } }
    let fine = (0..<20).map { _ in Task { try await client.send(HTTPRequest(.get, good)).body } }
    for task in doomed { task.cancel() }
    for task in fine { #expect(try await task.value == content) }
    for task in doomed { await #expect(throws: HTTPError.self) { try await task.value } }
  }

  /// Whatever the moment is at which the cancellation hits, each task ends, with bytes or with an error.
  @Test func cancellingAtAnyMomentEndsEveryTask() async throws {
    let server = try FaultServer(["/x": .content(content)])
    let client = HTTPClient()
    let url = try server.url("/x")
    for round in 0..<100 {
      let task = Task { try await client.send(HTTPRequest(.get, url)).body }
      try await Task.sleep(for: .microseconds(round * 20))
      task.cancel()
      switch await task.result {
      case .success(let body): #expect(body == content)
      case .failure(let error): #expect((error as? HTTPError)?.kind == .cancelled)
      }
    }
  }

  private func run(
    _ url: HTTPURL, on worker: CurlWorker, settings: TransportSettings = TransportSettings()
  ) async throws -> HTTPResponse {
    try await withCheckedThrowingContinuation { continuation in
      worker.start(
        CurlWorker.Transfer(
          ticket: CurlWorker.Ticket(), request: HTTPRequest(.get, url), settings: settings,
          sink: BodySink(begin: { _ in .deliver }, write: { _ in }), collectLimit: 0, continuation: continuation))
    }
  }

  @Test func whatRunsWhenTheWorkerStopsIsCancelled() async throws {
    let server = try FaultServer(["/x": .content(content, .stall(after: 5))])
    let worker = try #require(CurlWorker(isShared: false, limit: RateLimit()))
    let url = try server.url("/x")
    let running = Task { try await run(url, on: worker) }
    while server.requests().isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    worker.stop()
    await #expect(throws: CancellationError.self) { _ = try await running.value }
    await #expect(throws: CancellationError.self) { _ = try await run(url, on: worker) }
  }

  /// Shared connections to one host are limited. Who waits for one is neither slow nor late because of it.
  @Test func waitingForATurnIsNoTimeout() async throws {
    let server = try FaultServer(["/x": .content(content, .slowHeaders(.seconds(2)))])
    let worker = try #require(CurlWorker(isShared: true, limit: RateLimit()))
    defer { worker.stop() }
    let url = try server.url("/x")
    var settings = TransportSettings()
    settings.connectTimeout = .seconds(3)
    settings.lowSpeedTime = .seconds(4)
    try await withThrowingTaskGroup(of: HTTPResponse.self) { [settings] group in
      for _ in 0..<20 { group.addTask { try await run(url, on: worker, settings: settings) } }
      for try await response in group { #expect(response.status == 200) }
    }
  }
}
