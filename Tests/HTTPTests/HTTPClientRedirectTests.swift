import Fixtures
import Testing

@testable import HTTP

struct HTTPClientRedirectTests {
  private func client(_ settings: TransportSettings = TransportSettings()) -> HTTPClient {
    HTTPClient(retry: .never) { _ in settings }
  }

  @Test(arguments: [301, 302, 303, 307, 308])
  func anotherPortGetsNoCredentials(status: Int) async throws {
    let other = try FaultServer(["/y": .text("there")])
    let server = try FaultServer(["/x": .redirect(to: other.address + "/y?signed", status: status)])
    var settings = TransportSettings()
    settings.globalHeaders = ["X-Global": "secret"]
    let url = try HTTPURL("http://alice:secret@127.0.0.1:\(server.port)/x")
    let request = HTTPRequest(
      .get, url, headers: ["Accept": "x"], boundHeaders: ["Cookie": "secret", "X-Key": "secret"])
    let response = try await client(settings).send(request)
    #expect(response.body == Array("there".utf8))
    let got = try #require(other.requests().first)
    #expect(got.query == "signed")
    #expect(got.headers["Accept"] == "x")
    for name in ["Authorization", "Cookie", "X-Key", "X-Global", "Referer"] { #expect(got.headers[name] == nil) }
    let sent = try #require(server.requests().first)
    for name in ["Authorization", "Cookie", "X-Key", "X-Global"] { #expect(sent.headers[name] != nil) }
  }

  @Test func credentialsInALocationAreNotSent() async throws {
    let other = try FaultServer(["/y": .text("there")])
    let server = try FaultServer(["/x": .redirect(to: "http://mallory:pw@127.0.0.1:\(other.port)/y")])
    _ = try await client().send(HTTPRequest(.get, server.url("/x"), boundHeaders: ["Authorization": "secret"]))
    #expect(other.requests().first?.headers["Authorization"] == nil)
  }

  @Test func theSameOriginKeepsThem() async throws {
    let server = try FaultServer(["/x": .redirect(to: "y"), "/y": .text("there")])
    let url = try HTTPURL("http://alice:secret@127.0.0.1:\(server.port)/x")
    _ = try await client().send(HTTPRequest(.get, url))
    #expect(server.requests("/y").first?.headers["Authorization"] == "Basic " + base64("alice:secret".utf8))
  }

  @Test(arguments: [(303, "GET", 0), (302, "POST", 3), (307, "POST", 3), (308, "POST", 3)])
  func aPostGoesOnAsTheStatusSays(status: Int, method: String, count: Int) async throws {
    let server = try FaultServer(["/x": .redirect(to: "/y", status: status), "/y": .text("there")])
    _ = try await client().send(HTTPRequest(.post, server.url("/x"), body: [1, 2, 3]))
    let got = try #require(server.requests("/y").first)
    #expect(got.method == method)
    #expect(got.body.count == count)
  }

  @Test func aLoopEnds() async throws {
    let server = try FaultServer(["/x": .redirect(to: "/x")])
    let error = await #expect(throws: HTTPError.self) { try await client().send(HTTPRequest(.get, server.url("/x"))) }
    #expect(error?.kind == .redirectRefused)
    #expect(error?.message == "127.0.0.1:\(server.port) redirects more than 5 times")
    #expect(server.requests().count == 6)
  }

  @Test func aRedirectWithoutALocationIsAnAnswer() async throws {
    let server = try FaultServer(["/x": .status(302, body: "where?")])
    let response = try await client().send(HTTPRequest(.get, server.url("/x")))
    #expect(response.status == 302)
    #expect(response.body == Array("where?".utf8))
  }

  @Test(arguments: ["ftp://127.0.0.1/x", "file:///etc/passwd", "gopher://127.0.0.1/", "http://127.0.0.1/%0d%0a"])
  func otherSchemesAreRefused(location: String) async throws {
    let server = try FaultServer(["/x": .redirect(to: location)])
    let error = await #expect(throws: HTTPError.self) { try await client().send(HTTPRequest(.get, server.url("/x"))) }
    #expect(error?.kind == .redirectRefused)
  }
}
