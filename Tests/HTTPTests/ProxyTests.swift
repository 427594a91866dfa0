import Fixtures
import Foundation
import Testing

@testable import HTTP

/// A real proxy, tinyproxy, which wants a user and a password.
struct ProxyTests {
  private let servers: Servers

  init() throws {
    servers = try Servers.running()
  }

  /// Counts tries: settings are asked for at each.
  private func client(proxy: String, tries: Counter = Counter()) -> HTTPClient {
    let ca = servers.ca
    return HTTPClient(retry: Retry(attempts: 3, base: .milliseconds(1))) { _ in
      tries.increase()
      var settings = TransportSettings()
      (settings.proxy, settings.caFile) = (proxy, ca)
      return settings
    }
  }

  private var withPassword: String { "http://\(servers.username):\(servers.password)@\(servers.proxy)" }

  private func proxyLog() throws -> String {
    try String(contentsOfFile: servers.state + "/log/tinyproxy.log", encoding: .utf8)
  }

  @Test func httpGoesThroughTheProxyAndItsPasswordStopsThere() async throws {
    let origin = try FaultServer(["/x": .text("answer")])
    let url = try HTTPURL("http://bob:own@127.0.0.1:\(origin.port)/x")
    let response = try await client(proxy: withPassword).send(HTTPRequest(.get, url))
    #expect(response.body == Array("answer".utf8))
    let got = try #require(origin.requests().first)
    #expect(got.headers["Via"]?.contains("tinyproxy") == true)
    #expect(got.headers["Proxy-Authorization"] == nil)
    #expect(got.headers["Authorization"] == "Basic " + base64("bob:own".utf8))
  }

  @Test(arguments: [HTTPRequest.Carriage.api, .range, .object])
  func httpsGoesThroughTheProxy(carriage: HTTPRequest.Carriage) async throws {
    var request = HTTPRequest(.get, try HTTPURL(servers.https + "/ready"))
    request.carriage = carriage
    let client = client(proxy: withPassword)
    #expect(try await client.send(request).status == 204)
    #expect(try proxyLog().contains("CONNECT \(servers.https.dropFirst("https://".count)) "))
  }

  /// What is meant for the host must not be told to the proxy, which could not see it in a tunnel.
  @Test func theHostsCredentialsAreNotToldToTheProxyOfATunnel() async throws {
    let proxy = try FaultServer([:])
    let request = HTTPRequest(
      .get, try HTTPURL("https://nowhere.invalid/"), headers: ["X-Own": "1"], boundHeaders: ["Authorization": "own"])
    let error = await #expect(throws: HTTPError.self) {
      try await client(proxy: "http://127.0.0.1:\(proxy.port)").send(request)
    }
    #expect(error?.kind == .proxyRefused)
    #expect(
      error?.message
        == "the proxy `127.0.0.1:\(proxy.port)` refuses to connect to nowhere.invalid: it answered 404")
    let got = try #require(proxy.requests().first)
    #expect(got.method == "CONNECT")
    #expect(got.headers["Authorization"] == nil && got.headers["X-Own"] == nil)
  }

  /// With a wrong password, tinyproxy's 401 to plain http looks like any host's.
  @Test(arguments: [("", "http"), ("", "https"), ("alice:wr0ng@", "https")])
  func aProxyThatWantsAnotherPasswordIsNamed(credentials: String, scheme: String) async throws {
    let tries = Counter()
    let client = client(proxy: "http://\(credentials)\(servers.proxy)", tries: tries)
    let base = scheme == "http" ? servers.http : servers.https
    let error = await #expect(throws: HTTPError.self) {
      try await client.send(HTTPRequest(.get, HTTPURL(base + "/ready")))
    }
    #expect(error?.kind == .proxyRefused)
    #expect(
      error?.message == """
        the proxy `\(servers.proxy)` wants a user and a password, or others than it got: give them in `http.proxy` or \
        `\(scheme)_proxy`, as `http://USER:PASSWORD@HOST:PORT`
        """)
    #expect(tries.value == 1)
  }

  @Test func aProxyThatCannotReachTheHostIsNamed() async throws {
    let error = await #expect(throws: HTTPError.self) {
      try await client(proxy: withPassword).send(HTTPRequest(.get, HTTPURL("https://127.0.0.1:1/x")))
    }
    #expect(error?.kind == .cannotConnect)
    #expect(error?.message == "the proxy `\(servers.proxy)` cannot connect to 127.0.0.1:1: it answered 500")
  }

  @Test func aDeadProxyIsNamedAndTriedAgain() async throws {
    let tries = Counter()
    let client = client(proxy: "http://alice:s3cret@127.0.0.1:1", tries: tries)
    let error = await #expect(throws: HTTPError.self) {
      try await client.send(HTTPRequest(.get, HTTPURL("https://models.example/x")))
    }
    #expect(error?.kind == .cannotConnect)
    let beginning = "cannot connect to the proxy for models.example: Failed to connect to 127.0.0.1 port 1 "
    #expect(error?.message.hasPrefix(beginning) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("s3cret") == false)
    #expect(tries.value == 3)
  }

  @Test(
    arguments: [
      ("http://alice:s3cret@proxy.invalid:3128", "the name of the proxy `proxy.invalid:3128` cannot be resolved"),
      ("http://alice:s3cret@ba d:3128", "the address of the proxy for models.example is not valid"),
      ("strange://alice:s3cret@proxy:3128", "the address of the proxy for models.example is not valid"),
    ])
  func aProxyThatCannotBeFoundIsNamedWithoutItsPassword(proxy: String, message: String) async throws {
    let error = await #expect(throws: HTTPError.self) {
      try await client(proxy: proxy).send(HTTPRequest(.get, HTTPURL("https://models.example/x")))
    }
    #expect(error?.message == message)
  }

  @Test(
    arguments: [
      ("http://h/", nil, ["http_proxy": "http://u:p@one:1/"], "one:1"),
      ("http://h/", nil, ["HTTP_PROXY": "two:2", "all_proxy": "three:3"], "three:3"),
      ("https://h/", nil, ["HTTPS_PROXY": "socks5h://u:p/@x@two:2", "ALL_PROXY": "three:3"], "two:2"),
      ("https://h/", nil, ["ALL_PROXY": "[::1]:3"], "[::1]:3"),
      ("https://h/", "u:p@git:4", ["https_proxy": "one:1"], "git:4"),
      ("https://h/", "", ["https_proxy": "one:1"], nil),
      ("https://h/", nil, ["https_proxy": "", "all_proxy": "three:3"], nil),
      ("https://h/", nil, ["https_proxy": "http://u:p@\u{301}one:1/"], "\u{301}one:1"), ("https://h/", nil, [:], nil),
    ] as [(String, String?, [String: String], String?)])
  func theProxysNameComesFromWhereItsAddressComes(
    url: String, configured: String?, environment: [String: String], name: String?
  ) throws {
    var settings = TransportSettings()
    settings.proxy = configured
    #expect(ProxyName(for: try HTTPURL(url), settings) { environment[$0] }?.description == name)
  }
}
