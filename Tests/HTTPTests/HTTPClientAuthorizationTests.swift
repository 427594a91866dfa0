import Fixtures
import Synchronization
import Testing

@testable import HTTP

/// When credentials are asked for, where they go, and where they do not.
struct HTTPClientAuthorizationTests {
  /// Serves `/x` to those who say one of `good`, and records all requests.
  private func server(_ good: String..., challenge: String = "Basic realm=\"x\"") throws -> FaultServer {
    try FaultServer(["/x": Self.route(good, challenge)])
  }

  private static func route(_ good: [String], _ challenge: String) -> FaultServer.Route {
    FaultServer.Route { request in
      good.contains(request.headers["Authorization"] ?? "")
        ? FaultServer.Response(200, body: Array("ok".utf8))
        : FaultServer.Response(401, headers: ["WWW-Authenticate": challenge])
    }
  }

  /// Gives these one after the other.
  private func authorizer(
    _ credentials: String..., first: String? = nil, asked: @escaping @Sendable () -> Void = {},
    accepted: @escaping @Sendable (String, Int) -> Void = { _, _ in }
  ) -> Authorizer {
    Authorizer(
      first: { _ in first },
      next: { _, tried, _ in
        asked()
        return credentials.first { !tried.contains($0) }
      }, accepted: { accepted($1, $2) }, name: { credentials.contains($1) ? "the \($1)" : nil })
  }

  private func sent(_ server: FaultServer) -> [String] { server.requests().map { $0.headers["Authorization"] ?? "-" } }

  @Test func nothingIsAskedForWhereNothingIsWanted() async throws {
    let server = try FaultServer(["/x": .text("ok")])
    let client = HTTPClient(retry: .never, authorizer: authorizer("a", asked: { Issue.record("asked") }))
    #expect(try await client.send(HTTPRequest(.get, server.url("/x"))).status == 200)
    #expect(sent(server) == ["-"])
  }

  @Test func credentialsAreTriedInTurn() async throws {
    let server = try server("b")
    let accepted = Mutex<[String]>([])
    let client = HTTPClient(
      retry: .never,
      authorizer: authorizer(
        "a", "b", "c", accepted: { text, status in accepted.withLock { $0.append("\(text) \(status)") } }))
    let response = try await client.send(HTTPRequest(.get, server.url("/x")))
    #expect(response.body == Array("ok".utf8))
    #expect(sent(server) == ["-", "a", "b"])
    #expect(accepted.withLock { $0 } == ["b 200"])
  }

  @Test func aFirstOneGoesAheadAndIsNotRepeated() async throws {
    let server = try server("b")
    let client = HTTPClient(retry: .never, authorizer: authorizer("a", "b", first: "a"))
    #expect(try await client.send(HTTPRequest(.get, server.url("/x"))).status == 200)
    #expect(sent(server) == ["a", "b"])
  }

  @Test func whenAllAreRefusedTheyAreNamed() async throws {
    let server = try server()
    let client = HTTPClient(authorizer: authorizer("a", "b"))
    let url = try HTTPURL(server.address.replacing("http://", with: "http://u:p@") + "/x")
    let error = await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest(.get, url)) }
    #expect(error?.kind == .unauthorized)
    #expect(
      error?.message
        == "127.0.0.1:\(server.port) answered 401 Unauthorized: it does not take the credentials in the address, the a and the b"
    )
    #expect(sent(server) == ["Basic dTpw", "a", "b"])
  }

  @Test func withoutAnyTheAnswerIs401() async throws {
    let server = try server()
    let client = HTTPClient(retry: .never, authorizer: authorizer())
    #expect(try await client.send(HTTPRequest(.get, server.url("/x"))).status == 401)
    #expect(sent(server) == ["-"])
  }

  @Test func anAddressWithItsOwnAuthorizationIsLeftAlone() async throws {
    let server = try server("b")
    let client = HTTPClient(
      retry: .never, authorizer: authorizer("b", first: "b", asked: { Issue.record("asked") }))
    var request = HTTPRequest(.get, try server.url("/x"), boundHeaders: ["Authorization": "own"])
    request.isAuthorized = true
    #expect(try await client.send(request).status == 401)
    #expect(sent(server) == ["own"])
  }

  @Test func aConfiguredHeaderIsTriedBeforeThem() async throws {
    let server = try server("b")
    let client = HTTPClient(retry: .never, authorizer: authorizer("b")) { _ in
      var settings = TransportSettings()
      settings.headers = ["Authorization": "configured", "X-Other": "y"]
      return settings
    }
    #expect(try await client.send(HTTPRequest(.get, server.url("/x"))).status == 200)
    #expect(sent(server) == ["configured", "b"])
    #expect(server.requests().allSatisfy { $0.headers["X-Other"] == "y" })
  }

  /// The other host is another one to ask about, and one that the user has not named.
  @Test func credentialsDoNotTravelWithARedirect() async throws {
    let other = try FaultServer(["/y": Self.route(["never"], "Basic")])
    let server = try FaultServer([
      "/x": FaultServer.Route { request in
        request.headers["Authorization"] == "a"
          ? FaultServer.Response(302, headers: ["Location": other.address + "/y"])
          : FaultServer.Response(401)
      }
    ])
    let inquiries = Mutex<[String]>([])
    let client = HTTPClient(
      retry: .never,
      authorizer: Authorizer(next: { inquiry, tried, _ in
        inquiries.withLock { $0.append("\(inquiry.url.origin) \(inquiry.isNamedByUser)") }
        return inquiry.url.port == server.port && tried.isEmpty ? "a" : nil
      }))
    #expect(try await client.send(HTTPRequest(.get, server.url("/x"))).status == 401)
    #expect(sent(server) == ["-", "a"])
    #expect(sent(other) == ["-"])
    #expect(inquiries.withLock { $0 } == ["\(server.address) true", "\(other.address) false"])
  }

  @Test func theBodyOfARefusalIsNotTheBodyThatIsWaitedFor() async throws {
    let server = try server("a")
    let client = HTTPClient(retry: .never, authorizer: authorizer("a"))
    let received = Mutex<[UInt8]>([])
    let sink = BodySink(
      begin: { response in
        #expect(response.status == 200)
        return .deliver
      }, write: { bytes in received.withLock { $0 += bytes } })
    _ = try await client.stream(HTTPRequest(.get, server.url("/x")), to: sink)
    #expect(received.withLock { $0 } == Array("ok".utf8))
  }

  @Test(arguments: [401, 403]) func aGatedRepositoryIsAnErrorOfItsOwn(status: Int) async throws {
    let server = try FaultServer(["/x": .status(status, headers: ["X-Error-Code": "GatedRepo"])])
    let client = HTTPClient(authorizer: authorizer("a"))
    let error = await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest(.get, server.url("/x"))) }
    #expect(error?.kind == .gated)
  }

  @Test(arguments: [
    (["Basic realm=\"x\""], ["basic"]), (["Negotiate", "Basic realm=\"a, b\""], ["negotiate", "basic", "b\""]),
    (["Bearer realm=\"x\",service=\"y\", Basic"], ["bearer", "basic"]), ([], []),
  ]) func challengesAreTheNamesOfSchemes(lines: [String], schemes: [String]) throws {
    var headers = HTTPHeaders()
    for line in lines { headers.add("www-authenticate", line) }
    let response = HTTPResponse(status: 401, headers: headers, url: try HTTPURL("https://example.com"))
    #expect(response.challenges == schemes)
  }
}
