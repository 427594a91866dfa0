import Fixtures
import Testing

@testable import HTTP

/// TLS against the real nginx, whose certificate an authority of the tests' own has signed.
struct TLSTests {
  private let servers: Servers
  private let folder: TemporaryFolder

  init() throws {
    servers = try Servers.running()
    folder = try TemporaryFolder()
  }

  private func get(
    _ path: String = "/ready", _ change: @escaping @Sendable (inout TransportSettings) -> Void
  ) async throws -> HTTPResponse {
    let client = HTTPClient(retry: .never) { _ in
      var settings = TransportSettings()
      change(&settings)
      return settings
    }
    return try await client.send(HTTPRequest(.get, HTTPURL(servers.https + path)))
  }

  @Test func theRightAuthorityIsBelieved() async throws {
    let ca = servers.ca
    #expect(try await get { $0.caFile = ca }.status == 204)
  }

  @Test func withoutTheAuthorityNothingIsSaid() async throws {
    let error = await #expect(throws: HTTPError.self) { try await get { _ in } }
    #expect(error?.kind == .tls)
    let host = servers.https.dropFirst("https://".count)
    #expect(error?.message.hasPrefix("no secure connection to \(host): SSL certificate problem: ") == true)
  }

  @Test func anAuthorityFileThatIsMissingOrEmptyIsATLSError() async throws {
    let empty = try folder.write("", to: "ca.crt")
    for file in [empty, folder("gone")] {
      let error = await #expect(throws: HTTPError.self) { try await get { $0.caFile = file } }
      #expect(error?.kind == .tls)
    }
  }

  @Test func verifyingCanBeSwitchedOffByTheUser() async throws {
    #expect(try await get { $0.verifyPeer = false }.status == 204)
  }

  @Test func plainHTTPAtATLSAddressIsNoAnswer() async throws {
    let plain = servers.http.replacing("http://", with: "https://")
    let error = await #expect(throws: HTTPError.self) {
      try await HTTPClient(retry: .never).send(HTTPRequest(.get, HTTPURL(plain + "/ready")))
    }
    #expect(error?.kind == .connectionLost)
    #expect(error?.message.hasPrefix("the TLS handshake with 127.0.0.1:") == true)
  }
}
