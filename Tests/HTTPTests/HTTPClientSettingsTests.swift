import Fixtures
import Testing

@testable import HTTP

/// What the user's configuration does to requests.
struct HTTPClientSettingsTests {
  private func client(_ change: @escaping @Sendable (inout TransportSettings) -> Void) -> HTTPClient {
    HTTPClient(retry: .never) { _ in
      var settings = TransportSettings()
      change(&settings)
      return settings
    }
  }

  @Test func aProxyIsAskedInsteadOfTheHost() async throws {
    let proxy = try FaultServer(["http://nowhere.invalid/x": .text("by proxy")])
    let address = "http://user:pw@127.0.0.1:\(proxy.port)"
    let client = client { $0.proxy = address }
    let response = try await client.send(HTTPRequest(.get, HTTPURL("http://nowhere.invalid/x")))
    #expect(response.body == Array("by proxy".utf8))
    #expect(proxy.requests().first?.headers["Proxy-Authorization"] == "Basic " + base64("user:pw".utf8))
    #expect(proxy.requests().first?.headers["Authorization"] == nil)
  }

  @Test func aHostThatDoesNotExistIsNamed() async throws {
    let client = client { $0.proxy = "" }
    let error = await #expect(throws: HTTPError.self) {
      try await client.send(HTTPRequest(.get, HTTPURL("http://nowhere.invalid/x")))
    }
    #expect(error?.kind == .cannotResolve)
    #expect(error?.message == "the name `nowhere.invalid` cannot be resolved")
  }

  @Test(
    arguments: [
      (.all, ["X-Scoped", "X-Global"]), (.scoped, ["X-Scoped"]), (.none, []),
    ] as [(HTTPRequest.ConfiguredHeaders, [String])])
  func configuredHeadersGoWhereTheyMay(allowed: HTTPRequest.ConfiguredHeaders, names: [String]) async throws {
    let server = try FaultServer(["/x": .text("a")])
    let client = client { settings in
      settings.headers = ["X-Scoped": "1"]
      settings.globalHeaders = ["X-Global": "2"]
      settings.userAgent = "mine/1"
    }
    var request = HTTPRequest(.get, try server.url("/x"))
    request.configuredHeaders = allowed
    _ = try await client.send(request)
    let got = try #require(server.requests().first)
    #expect(["X-Scoped", "X-Global"].filter { got.headers[$0] != nil } == names)
    #expect(got.headers["User-Agent"] == "mine/1")
  }

  @Test func theRequestsOwnCredentialsWinOverConfiguredOnes() async throws {
    let server = try FaultServer(["/x": .text("a")])
    let client = client { $0.headers = ["authorization": "configured"] }
    _ = try await client.send(HTTPRequest(.get, server.url("/x"), boundHeaders: ["Authorization": "own"]))
    #expect(server.requests().first?.headers.all("Authorization") == ["own"])
  }

  @Test(arguments: [FaultServer.Fault.stall(after: 10), .stall(after: 0), .slowHeaders(.seconds(60))])
  func aStalledTransferEnds(fault: FaultServer.Fault) async throws {
    let server = try FaultServer(["/x": .content(bytes(count: 1000), fault)])
    let client = client { settings in
      settings.lowSpeedTime = .seconds(1)
      settings.lowSpeedLimit = 1000
    }
    let start = ContinuousClock.now
    let error = await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest(.get, server.url("/x"))) }
    #expect(error?.kind == .timeout)
    #expect(error?.message.hasPrefix("127.0.0.1:\(server.port) did not answer in time: ") == true)
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test(arguments: [(.api, 10_000), (.range, nil), (.object, nil)] as [(HTTPRequest.Carriage, Int?)])
  func aDribblingTransferEndsToo(carriage: HTTPRequest.Carriage, configured: Int?) async throws {
    let server = try FaultServer(["/x": .content(bytes(count: 100_000), .dribble(bytesPerSecond: 100))])
    let client = client { settings in
      settings.lowSpeedTime = .seconds(1)
      settings.lowSpeedLimit = configured
    }
    var request = HTTPRequest(.get, try server.url("/x"))
    request.carriage = carriage
    let error = await #expect(throws: HTTPError.self) { try await client.send(request) }
    #expect(error?.kind == .timeout)
    #expect(error?.isTransient == true)
  }

  /// A service that makes a pack sends a few bytes now and then.
  @Test func aServiceThatGivesSignsOfLifeIsWaitedFor() async throws {
    let content = bytes(count: 40)
    let server = try FaultServer(["/x": .content(content, .dribble(bytesPerSecond: 10))])
    let client = client { $0.lowSpeedTime = .seconds(2) }
    #expect(try await client.send(HTTPRequest(.get, server.url("/x"))).body == content)
  }

  /// 2 kB a second over eight connections: each gets far less than what a source must bring.
  @Test(arguments: [HTTPRequest.Carriage.range, .object, .api])
  func whatTheRateLimitHoldsBackIsNotSlow(carriage: HTTPRequest.Carriage) async throws {
    let content = bytes(count: 100_000)
    let server = try FaultServer(["/x": .content(content)])
    let limit = RateLimit(bytesPerSecond: 2000)
    let client = HTTPClient(retry: .never, limit: limit) { _ in
      var settings = TransportSettings()
      settings.lowSpeedTime = .milliseconds(500)
      return settings
    }
    var request = HTTPRequest(.get, try server.url("/x"))
    request.carriage = carriage
    try await withThrowingTaskGroup(of: HTTPResponse.self) { [request] group in
      for _ in 0..<8 { group.addTask { try await client.send(request) } }
      try await Task.sleep(for: .seconds(4))
      #expect(server.requests().count == 8)
      limit.set(bytesPerSecond: nil)
      for try await response in group { #expect(response.body == content) }
    }
  }
}
