import HTTP
import Testing

@testable import LFSFetch

/// Which credentials go to which address.
@Suite struct LocationTests {
  private static let basic = "Basic " + base64("me:pw".utf8)

  private func location(
    _ href: String, endpoint: String = "https://me:pw@h/x.git/info/lfs", header: HTTPHeaders = [:],
    authenticated: Bool = false, expiresIn: Int64? = nil
  ) throws -> Location {
    let action = Batch.Action(
      href: try HTTPURL(href), header: header, isAuthenticated: authenticated, expiresIn: expiresIn)
    return Location(action, from: LFSServer(url: try HTTPURL(endpoint)), now: .now)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let href: String
    var header: HTTPHeaders = [:]
    var isAuthenticated = false
    let authorization: String?
    let configured: HTTPRequest.ConfiguredHeaders
    var testDescription: String { "\(href) \(header.fields.map(\.name)) \(isAuthenticated)" }
  }

  @Test(arguments: [
    Case(href: "https://h/o", authorization: basic, configured: .all),
    Case(href: "https://h:443/o", authorization: basic, configured: .all),
    Case(href: "https://H/o", authorization: basic, configured: .all),
    // Another port, scheme, host: another origin (CVE-2018-1000007).
    Case(href: "https://h:8443/o", authorization: nil, configured: .scoped),
    Case(href: "http://h/o", authorization: nil, configured: .scoped),
    Case(href: "https://store.h/o", authorization: nil, configured: .scoped),
    // The action's own credentials win.
    Case(href: "https://h/o", header: ["authorization": "Bearer a"], authorization: "Bearer a", configured: .all),
    Case(
      href: "https://store/o", header: ["Authorization": "Bearer a"], authorization: "Bearer a", configured: .scoped),
    // The address needs none of ours.
    Case(href: "https://h/o", isAuthenticated: true, authorization: nil, configured: .none),
    Case(
      href: "https://h/o", header: ["Authorization": "Bearer a"], isAuthenticated: true, authorization: "Bearer a",
      configured: .none),
    Case(href: "https://store/o", isAuthenticated: true, authorization: nil, configured: .none),
    // Credentials in the address itself are the server's.
    Case(href: "https://u:v@store/o", authorization: "Basic dTp2", configured: .scoped),
  ])
  func `credentials stay with their origin`(_ example: Case) throws {
    let request = try location(example.href, header: example.header, authenticated: example.isAuthenticated).request
    #expect(request.boundHeaders["Authorization"] == example.authorization)
    #expect(request.boundHeaders.all("Authorization").count == (example.authorization == nil ? 0 : 1))
    #expect(request.configuredHeaders == example.configured)
    #expect(request.headers.fields.isEmpty)
    #expect(request.carriage == .range)
  }

  @Test func `headers of the action are bound to its address`() throws {
    let request = try location("https://store/o", header: ["X-Token": "t"]).request
    #expect(request.boundHeaders == ["X-Token": "t"])
  }

  /// And not what is configured for no host in particular: the registry named it, not the user.
  @Test func `a mirror gets what is configured for it`() throws {
    let request = Location(mirror: try HTTPURL("https://m/o")).request
    #expect(request.boundHeaders.fields.isEmpty)
    #expect(request.configuredHeaders == .scoped)
    #expect(request.carriage == .range)
  }

  @Test(
    arguments: [(nil, true), (60, true), (6, true), (4, false), (0, false), (-60, false), (.max, true), (.min, false)]
      as [(Int64?, Bool)])
  func `an address is renewed a little early`(seconds: Int64?, isUsable: Bool) throws {
    let location = try location("https://h/o", expiresIn: seconds)
    #expect(location.isUsable(at: .now) == isUsable)
    #expect(location.withoutExpiry.isUsable(at: .now))
  }
}
