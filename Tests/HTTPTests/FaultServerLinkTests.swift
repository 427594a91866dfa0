import Fixtures
import HTTP
import Testing

/// What the fault server counts of all its connections together, and how it holds them back.
@Suite(.timeLimit(.minutes(3))) struct FaultServerLinkTests {
  private let content = bytes(count: 5000)
  private let client = HTTPClient(retry: .never)

  private func get(_ path: String, from server: FaultServer) async throws -> HTTPResponse {
    try await client.send(HTTPRequest(.get, server.url(path)))
  }

  /// Runs `body` while so many requests, each over a connection of its own, hang after their first 10 bytes.
  private func holding(
    _ count: Int, of server: FaultServer, _ body: () async throws -> Void
  ) async throws {
    // The first answer of a host tells curl whether its connections can be shared; until then others would wait.
    server["/held"] = .content(content)
    _ = try await get("/held", from: server)
    server["/held"] = .content(content, .stall(after: 10))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<count { group.addTask { _ = try? await get("/held", from: server) } }
      while server.servedBytes("/held") < 10 * count { try await Task.sleep(for: .milliseconds(5)) }
      try await body()
      group.cancelAll()
    }
    while server.load.requests > 0 { try await Task.sleep(for: .milliseconds(5)) }
  }

  @Test func theLoadIsCountedAndItsPeakKept() async throws {
    let server = try FaultServer(["/x": .content(content)])
    for _ in 0..<5 { _ = try await get("/x", from: server) }
    #expect(server.load.requests == 0)
    #expect(server.load.peakRequests == 1)
    #expect(server.load.peakConnections == 1)
    try await holding(3, of: server) {
      #expect(server.load.requests == 3)
      #expect(server.load.connections == 3)
      #expect(server.load.peakConnections == 3)
    }
    _ = try await get("/x", from: server)
    #expect(server.load.peakRequests == 3)
  }

  @Test(arguments: [429, 503]) func moreRequestsThanAllowedAtOnceAreRefused(status: Int) async throws {
    let server = try FaultServer([
      "/x": .content(content, .status(status, headers: ["Retry-After": "1"]).whenMoreAtOnce(than: 2))
    ])
    try await holding(1, of: server) {
      let taken = try await get("/x", from: server)
      #expect(taken.status == 200)
    }
    try await holding(2, of: server) {
      let refused = try await get("/x", from: server)
      #expect(refused.status == status)
      #expect(refused.headers["Retry-After"] == "1")
    }
    #expect(try await get("/x", from: server).status == 200)
  }

  @Test func moreConnectionsThanAllowedAreTornDown() async throws {
    let server = try FaultServer(["/x": .content(content)], link: .init(maximumConnections: 2))
    try await holding(2, of: server) {
      let error = await #expect(throws: HTTPError.self) { try await get("/x", from: server) }
      // As the reset comes before curl's first look at the new connection or after it.
      #expect(error?.kind == .cannotConnect || error?.kind == .connectionLost)
    }
    #expect(server.load.refusedConnections > 0)
    #expect(server.load.peakConnections == 2)
    #expect(server.requests("/x").isEmpty)
  }

  @Test func theFirstConnectionsCanBeTheSlowOnes() async throws {
    let server = try FaultServer(["/x": .content(content, .stall(after: 20).onFirstConnections(1))])
    let url = try server.url("/x")
    let slow = Task { [client] in try await client.send(HTTPRequest(.get, url)) }
    while server.servedBytes("/x") < 20 { try await Task.sleep(for: .milliseconds(5)) }
    for _ in 0..<3 { #expect(try await get("/x", from: server).body == content) }
    #expect(server.requests("/x").map(\.connectionRank) == [1, 2, 2, 2])
    slow.cancel()
    await #expect(throws: HTTPError.self) { try await slow.value }
  }

  struct Slowness: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let link: FaultServer.Link
    /// For two answers of 5000 bytes at the same time. It may take longer: the machine may have more to do.
    let atLeast: Duration
  }

  @Test(arguments: [
    Slowness(testDescription: "a long way", link: .init(roundTrip: .milliseconds(300)), atLeast: .milliseconds(300)),
    // The pause after the last piece of each, a tenth of a second, is not the client's to wait for.
    Slowness(
      testDescription: "each connection", link: .init(bytesPerSecondEach: 10_000), atLeast: .milliseconds(390)),
    Slowness(testDescription: "all together", link: .init(bytesPerSecond: 10_000), atLeast: .milliseconds(790)),
  ])
  func aLinkIsSlow(_ slowness: Slowness) async throws {
    let server = try FaultServer(["/x": .content(content)], link: slowness.link)
    let start = ContinuousClock.now
    async let one = get("/x", from: server)
    async let other = get("/x", from: server)
    #expect(try await [one.body, other.body] == [content, content])
    #expect(ContinuousClock.now - start >= slowness.atLeast)
  }
}
