import Fixtures
import Foundation
import Testing

@testable import HTTP

/// Cookies from a file of the user's, and those that hosts give.
@Suite struct CookieJarTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    // Domain, whether subdomains count, path, whether TLS is needed, expiry, name, value.
    let lines = [
      ["127.0.0.1", "FALSE", "/a", "FALSE", "2145916800", "token", "secret"],
      ["127.0.0.1", "FALSE", "/", "FALSE", "1000000000", "expired", "secret"],
      ["elsewhere.example", "TRUE", "/", "FALSE", "2145916800", "other", "secret"],
    ]
    let text = "# Netscape HTTP Cookie File\n" + lines.map { $0.joined(separator: "\t") + "\n" }.joined()
    path = try folder.write(text, to: "cookies.txt")
  }

  private func client(_ file: String?, saves: Bool = false) -> HTTPClient {
    HTTPClient(retry: .never) { _ in
      var settings = TransportSettings()
      (settings.cookieFile, settings.savesCookies) = (file, saves)
      return settings
    }
  }

  private func cookies(_ server: FaultServer, _ path: String) -> [String?] {
    server.requests(path).map { $0.headers["Cookie"] }
  }

  @Test(arguments: [HTTPRequest.Carriage.api, .range])
  func `they go to their host and path alone`(_ carriage: HTTPRequest.Carriage) async throws {
    let server = try FaultServer(["/a/x": .text("x"), "/b": .text("x")])
    let client = client(path)
    for name in ["/a/x", "/b", "/a/x"] {
      var request = HTTPRequest(.get, try server.url(name))
      request.carriage = carriage
      _ = try await client.send(request)
    }
    let elsewhere = try HTTPURL("http://localhost:\(server.port)/a/x")
    _ = try await client.send(HTTPRequest(.get, elsewhere))
    #expect(cookies(server, "/a/x") == ["token=secret", "token=secret", nil])
    #expect(cookies(server, "/b") == [nil])
  }

  @Test func `a redirect to another host does not take them along`() async throws {
    let server = try FaultServer(["/a/there": .text("x")])
    server["/a/x"] = .redirect(to: "http://localhost:\(server.port)/a/there")
    server["/a/y"] = .redirect(to: "/a/there")
    _ = try await client(path).send(HTTPRequest(.get, server.url("/a/x")))
    _ = try await client(path).send(HTTPRequest(.get, server.url("/a/y")))
    #expect(cookies(server, "/a/x") == ["token=secret"])
    #expect(cookies(server, "/a/there") == [nil, "token=secret"])
  }

  @Test(arguments: [false, true]) func `what a host gives is sent from then on, and kept only if it is to be`(
    _ saves: Bool
  ) async throws {
    let before = try String(contentsOfFile: path, encoding: .utf8)
    let server = try FaultServer([
      "/a/x": .text("x", headers: ["Set-Cookie": "token=fresh; Path=/a; Max-Age=1000000"]), "/a/y": .text("y"),
    ])
    let client = client(path, saves: saves)
    _ = try await client.send(HTTPRequest(.get, server.url("/a/x")))
    _ = try await client.send(HTTPRequest(.get, server.url("/a/y")))
    #expect(cookies(server, "/a/x") == ["token=secret"])
    #expect(cookies(server, "/a/y") == ["token=fresh"])
    let after = try String(contentsOfFile: path, encoding: .utf8)
    if saves {
      #expect(after.contains("token\tfresh") && after.contains("other\tsecret"), "\(after)")
      _ = try await self.client(path).send(HTTPRequest(.get, server.url("/a/y")))
      #expect(cookies(server, "/a/y").last == "token=fresh")
    } else {
      #expect(after == before)
    }
  }

  @Test func `an empty name is no file, and no name is no cookies`() async throws {
    for (file, expected) in [("", "session=1"), (nil, nil)] as [(String?, String?)] {
      let server = try FaultServer(["/x": .text("x", headers: ["Set-Cookie": "session=1"]), "/y": .text("y")])
      let client = client(file, saves: true)
      _ = try await client.send(HTTPRequest(.get, server.url("/x")))
      _ = try await client.send(HTTPRequest(.get, server.url("/y")))
      #expect(cookies(server, "/x") == [nil])
      #expect(cookies(server, "/y") == [expected])
    }
  }

  @Test func `a file that is not there has none`() async throws {
    let server = try FaultServer(["/a/x": .text("x")])
    let response = try await client(folder("none")).send(HTTPRequest(.get, server.url("/a/x")))
    #expect(response.status == 200)
    #expect(cookies(server, "/a/x") == [nil])
  }
}
