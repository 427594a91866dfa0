import Fixtures
import Synchronization
import Testing

@testable import HTTP

struct HTTPClientTests {
  private let content = bytes(count: 100_000)
  private let quick = Retry(attempts: 3, base: .milliseconds(5), cap: .milliseconds(10))

  @Test func aPostArrivesAsItWasMade() async throws {
    let server = try FaultServer(["/x": .text("answer")])
    let url = try HTTPURL("http://alice:s3cret@127.0.0.1:\(server.port)/x?a=b")
    let request = HTTPRequest(
      .post, url, headers: ["Accept": "text/plain", "X-Empty": ""], body: Array("{\"a\":1}".utf8))
    let response = try await HTTPClient().send(request)
    #expect(response.status == 200)
    #expect(response.body == Array("answer".utf8))
    #expect(response.headers["content-type"] == "text/plain")
    #expect(response.url == url)
    let got = try #require(server.requests().first)
    #expect(got.method == "POST")
    #expect(got.path == "/x")
    #expect(got.query == "a=b")
    #expect(got.body == Array("{\"a\":1}".utf8))
    #expect(got.headers["Authorization"] == "Basic YWxpY2U6czNjcmV0")
    #expect(got.headers["X-Empty"] == "")
    #expect(got.headers["Expect"] == nil)
    #expect(got.headers["User-Agent"] == HTTPClient.userAgent)
    #expect(got.headers["Host"] == "127.0.0.1:\(server.port)")
  }

  @Test func aPostWithoutABodyIsEmpty() async throws {
    let server = try FaultServer(["/x": .text("answer")])
    #expect(try await HTTPClient().send(HTTPRequest(.post, server.url("/x"))).status == 200)
    #expect(server.requests().first?.headers["Content-Length"] == "0")
  }

  /// A server that does not heed the range would otherwise send all of a file for a question about it.
  @Test func `of a large answer only the headers are waited for`() async throws {
    let server = try FaultServer(["/x": .content(bytes(count: 30_000_000), .rangeIgnored), "/y": .text("small")])
    let response = try await HTTPClient(retry: quick).headers(of: HTTPRequest(.get, server.url("/x")))
    #expect(response.status == 200)
    #expect(response.headers["Content-Length"] == "30000000")
    #expect(server.servedBytes("/x") < 30_000_000)
    let small = try await HTTPClient(retry: quick).headers(of: HTTPRequest(.get, server.url("/y")))
    #expect(small.body == Array("small".utf8))
    let missing = try await HTTPClient(retry: quick).headers(of: HTTPRequest(.get, server.url("/z")))
    #expect(missing.status == 404)
  }

  @Test func bulkDataIsAskedForAsItIs() async throws {
    let server = try FaultServer(["/x": .content(content)])
    var request = HTTPRequest(.get, try server.url("/x"))
    _ = try await HTTPClient().send(request)
    request.carriage = .range
    request.range = 5...14
    #expect(try await HTTPClient().send(request).body == Array(content[5..<15]))
    #expect(server.requests().first?.headers["Accept-Encoding"]?.contains("gzip") == true)
    #expect(server.requests().last?.headers["Accept-Encoding"] == "identity")
    #expect(server.requests().last?.headers["Range"] == "bytes=5-14")
  }

  @Test(
    arguments: [
      (100_000, [], true), (99_999, [], false), (99_999, [.chunked], false), (99_999, [.withoutLength], false),
      (100_000, [.gzip], true), (99_999, [.gzip], false),
    ] as [(Int, [FaultServer.Fault], Bool)])
  func aBodyHasALimit(limit: Int, faults: [FaultServer.Fault], isAllowed: Bool) async throws {
    let server = try FaultServer(["/x": .content(content, faults)])
    let request = HTTPRequest(.get, try server.url("/x"))
    let client = HTTPClient(retry: quick)
    if isAllowed {
      #expect(try await client.send(request, limit: limit).body == content)
    } else {
      let error = await #expect(throws: HTTPError.self) { try await client.send(request, limit: limit) }
      #expect(error?.kind == .bodyTooLarge)
      #expect(error?.message == "127.0.0.1:\(server.port) sent more than the 99999 bytes that its answer may have")
      #expect(server.requests().count == 1)
    }
  }

  @Test func aDecompressionBombIsStoppedAtTheLimit() async throws {
    let bomb = gzipBomb(200 << 20)
    let server = try FaultServer([
      "/x": FaultServer.Route { _ in FaultServer.Response(200, headers: ["Content-Encoding": "gzip"], body: bomb) }
    ])
    #expect(bomb.count < 2 << 20)
    let error = await #expect(throws: HTTPError.self) {
      try await HTTPClient().send(HTTPRequest(.get, server.url("/x")), limit: 1 << 20)
    }
    #expect(error?.kind == .bodyTooLarge)
  }

  @Test func tooManyHeadersAreRefused() async throws {
    var headers = HTTPHeaders()
    for index in 0..<40 { headers.add("X-\(index)", String(repeating: "x", count: 10_000)) }
    let server = try FaultServer(["/x": .text("x", headers: headers)])
    let error = await #expect(throws: HTTPError.self) {
      try await HTTPClient().send(HTTPRequest(.get, server.url("/x")))
    }
    #expect(error?.message == "127.0.0.1:\(server.port) sent too many headers")
  }

  @Test(
    arguments: [
      (.status(503).first(2), 3), (.status(500).once, 2), (.reset(after: 0).first(2), 3),
      (.truncated(after: 10).once, 2),
      (.status(429).once, 2),
    ] as [(FaultServer.Fault, Int)])
  func whatPassesIsTriedAgain(fault: FaultServer.Fault, requests: Int) async throws {
    let server = try FaultServer(["/x": .content(content, fault)])
    #expect(try await HTTPClient(retry: quick).send(HTTPRequest(.get, server.url("/x"))).body == content)
    #expect(server.requests().count == requests)
  }

  @Test func theLastAnswerCountsWhenAllTriesFail() async throws {
    let server = try FaultServer(["/x": .status(503, body: "busy"), "/y": .content(content, .reset(after: 5))])
    let response = try await HTTPClient(retry: quick).send(HTTPRequest(.get, server.url("/x")))
    #expect(response.status == 503)
    #expect(response.body == Array("busy".utf8))
    #expect(server.requests("/x").count == 3)
    let error = await #expect(throws: HTTPError.self) {
      try await HTTPClient(retry: quick).send(HTTPRequest(.get, server.url("/y")))
    }
    #expect(error?.kind == .connectionLost)
    #expect(error?.message.hasPrefix("the connection to 127.0.0.1:\(server.port) broke off: ") == true)
    #expect(server.requests("/y").count == 3)
  }

  @Test(arguments: [401, 403, 404, 416, 422, 507, 509])
  func whatDoesNotPassIsNotTriedAgain(status: Int) async throws {
    let server = try FaultServer(["/x": .status(status, body: "no")])
    let response = try await HTTPClient(retry: quick).send(HTTPRequest(.get, server.url("/x")))
    #expect(response.status == status)
    #expect(response.body == Array("no".utf8))
    #expect(server.requests().count == 1)
  }

  @Test func connectionsAreReused() async throws {
    let server = try FaultServer(["/x": .text("a"), "/y": .content(content)])
    let client = HTTPClient()
    for path in ["/x", "/y", "/x", "/none"] { _ = try await client.send(HTTPRequest(.get, server.url(path))) }
    #expect(server.requests().map(\.connection) == [1, 1, 1, 1])
  }

  @Test func manyRequestsRunAtOnce() async throws {
    let server = try FaultServer(["/x": .content(content, .slowHeaders(.milliseconds(100)))])
    let client = HTTPClient()
    let url = try server.url("/x")
    let start = ContinuousClock.now
    try await withThrowingTaskGroup(of: HTTPResponse.self) { group in
      for _ in 0..<200 { group.addTask { try await client.send(HTTPRequest(.get, url)) } }
      for try await response in group { #expect(response.body == content) }
    }
    #expect(server.requests().count == 200)
    // One after the other would take 20 s.
    #expect(ContinuousClock.now - start < .seconds(18))
  }

  @Test func nobodyAnswersAtAClosedPort() async throws {
    let server = try FaultServer()
    server.stop()
    let error = await #expect(throws: HTTPError.self) {
      try await HTTPClient(retry: .never).send(HTTPRequest(.get, server.url("/")))
    }
    #expect(error?.kind == .cannotConnect)
    #expect(error?.message.hasPrefix("cannot connect to 127.0.0.1:\(server.port): ") == true)
  }

  @Test func anOfflineClientAsksNobody() async throws {
    let server = try FaultServer(["/x": .text("a")])
    let client = HTTPClient(isOffline: true)
    let error = await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest(.get, server.url("/x"))) }
    #expect(error?.kind == .offline)
    #expect(error?.message == "`--offline` forbids to ask 127.0.0.1:\(server.port)")
    #expect(server.requests().isEmpty)
  }

  @Test func aClientThatIsLetGoOfFinishesWhatItBegan() async throws {
    let server = try FaultServer(["/x": .content(content, .slowHeaders(.milliseconds(100)))])
    let url = try server.url("/x")
    let tasks = (0..<10).map { _ in
      Task { try await HTTPClient().send(HTTPRequest(.get, url)) }
    }
    for task in tasks { #expect(try await task.value.body == content) }
  }
}
