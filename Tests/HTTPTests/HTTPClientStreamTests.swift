import Fixtures
import Synchronization
import Testing

@testable import HTTP

struct HTTPClientStreamTests {
  private let content = bytes(count: 300_000)
  private let client = HTTPClient(retry: .never)

  /// Keeps what a sink was given.
  private final class Received: Sendable {
    let bytes = Mutex<[UInt8]>([])
    let statuses = Mutex<[Int]>([])

    var sink: BodySink {
      BodySink(
        begin: { response in
          self.statuses.withLock { $0.append(response.status) }
          return (200..<300).contains(response.status) ? .deliver : .collect
        },
        write: { bytes in self.bytes.withLock { $0 += bytes } })
    }
  }

  private struct DiskFull: Error, Equatable {}

  @Test(arguments: [[], [.chunked], [.withoutLength], [.dribble(bytesPerSecond: 600_000)]] as [[FaultServer.Fault]])
  func theBodyGoesToTheSink(faults: [FaultServer.Fault]) async throws {
    let server = try FaultServer(["/x": .content(content, faults)])
    let received = Received()
    let response = try await client.stream(HTTPRequest(.get, server.url("/x")), to: received.sink)
    #expect(response.status == 200)
    #expect(response.body.isEmpty)
    #expect(received.bytes.withLock { $0 } == content)
    #expect(received.statuses.withLock { $0 } == [200])
  }

  @Test func aSinkSeesWhatCameBeforeTheConnectionBroke() async throws {
    let server = try FaultServer(["/x": .content(content, .reset(after: 50_000))])
    let received = Received()
    let error = await #expect(throws: HTTPError.self) {
      try await client.stream(HTTPRequest(.get, server.url("/x")), to: received.sink)
    }
    #expect(error?.kind == .connectionLost)
    #expect(received.bytes.withLock { content.starts(with: $0) })
    #expect(server.requests().count == 1)
  }

  @Test func anErrorPageIsCollected() async throws {
    let server = try FaultServer(["/x": .status(403, body: "<Error>expired</Error>")])
    let received = Received()
    let response = try await client.stream(HTTPRequest(.get, server.url("/x")), to: received.sink)
    #expect(response.status == 403)
    #expect(response.body == Array("<Error>expired</Error>".utf8))
    #expect(received.bytes.withLock { $0 }.isEmpty)
  }

  /// Some hosts' error pages are large; that must not hide the status.
  @Test(arguments: [404, 503])
  func aLargeErrorPageIsCutAndTheStatusTold(status: Int) async throws {
    let page = String(repeating: "sorry ", count: 50_000)
    let server = try FaultServer(["/x": .status(status, body: page)])
    let response = try await client.stream(HTTPRequest(.get, server.url("/x")), to: Received().sink)
    #expect(response.status == status)
    #expect(response.body == Array(page.utf8.prefix(64 << 10)))
  }

  @Test func aSinkThatCannotWriteEndsTheTransfer() async throws {
    let server = try FaultServer(["/x": .content(content, .dribble(bytesPerSecond: 10_000))])
    let sink = BodySink(begin: { _ in .deliver }, write: { _ in throw DiskFull() })
    let start = ContinuousClock.now
    await #expect(throws: DiskFull()) { try await client.stream(HTTPRequest(.get, server.url("/x")), to: sink) }
    // All of the body would take 30 s.
    #expect(ContinuousClock.now - start < .seconds(25))
  }

  @Test func aSinkCanRefuseTheAnswerBeforeItsBody() async throws {
    let server = try FaultServer(["/x": .content(content, .stall(after: 0))])
    let sink = BodySink(begin: { _ in throw DiskFull() }, write: { _ in Issue.record("no body was wanted") })
    await #expect(throws: DiskFull()) { try await client.stream(HTTPRequest(.get, server.url("/x")), to: sink) }
  }

  @Test func aRedirectsPageIsNotTheBody() async throws {
    let storage = try FaultServer(["/object": .content(content)])
    let server = try FaultServer(["/x": .redirect(to: storage.address + "/object", status: 307)])
    let received = Received()
    let response = try await client.stream(HTTPRequest(.get, server.url("/x")), to: received.sink)
    #expect(received.bytes.withLock { $0 } == content)
    #expect(received.statuses.withLock { $0 } == [200])
    #expect(response.url == (try storage.url("/object")))
  }
}
