import Testing

@testable import HTTP

struct RedirectTests {
  private func follow(
    _ status: Int = 302, from: String = "https://host/a", to location: String?, method: HTTPRequest.Method = .get,
    configured: HTTPRequest.ConfiguredHeaders = .all
  ) throws -> HTTPRequest? {
    var request = HTTPRequest(
      method, try HTTPURL(from), headers: ["Accept": "x", "Content-Type": "y"],
      boundHeaders: ["Authorization": "secret", "Cookie": "secret"], body: method == .post ? [1] : nil)
    request.configuredHeaders = configured
    request.range = 0...9
    var headers = HTTPHeaders()
    if let location { headers.add("Location", location) }
    return try Redirect.next(after: HTTPResponse(status: status, headers: headers, url: request.url), to: request)
  }

  @Test(
    arguments: [
      ("/b", true), ("https://host/b", true), ("https://HOST:443/b", true), ("https://host:444/b", false),
      ("https://other/b", false), ("//other/b", false), ("https://host.evil/b", false), ("https://sub.host/b", false),
      ("https://user:pw@other/b", false), ("https://host@other/b", false),
    ])
  func boundHeadersStayAtTheirOrigin(location: String, isKept: Bool) throws {
    let next = try #require(try follow(to: location))
    #expect(next.boundHeaders["Authorization"] == (isKept ? "secret" : nil))
    #expect(next.boundHeaders["Cookie"] == (isKept ? "secret" : nil))
    #expect(next.boundHeaders.fields.count == (isKept ? 2 : 0))
    #expect(next.configuredHeaders == (isKept ? .all : .scoped))
    #expect(next.headers["Accept"] == "x")
    #expect(next.range == 0...9)
  }

  @Test func aSecureSchemeIsAnotherOrigin() throws {
    let next = try #require(try follow(from: "http://host/a", to: "https://host/a"))
    #expect(next.boundHeaders.fields.isEmpty)
  }

  @Test func configuredHeadersThatWereKeptBackStayBack() throws {
    #expect(
      try follow(to: "https://other/b", configured: .none)?.configuredHeaders == HTTPRequest.ConfiguredHeaders.none)
    #expect(try follow(to: "/b", configured: .scoped)?.configuredHeaders == .scoped)
  }

  @Test(
    arguments: [
      ("http://host/a", "host redirects from https to the insecure http://host/a"),
      ("http://other:99/b?secret=1", "host redirects from https to the insecure http://other:99/b"),
      ("ftp://host/", "host redirects to an address that is not valid: only http and https addresses can be fetched"),
      (
        "file:///etc/passwd",
        "host redirects to an address that is not valid: only http and https addresses can be fetched"
      ),
      (
        "/%0d%0aX: y",
        "host redirects to an address that is not valid: a URL must not contain the control character %0d"
      ),
    ])
  func whatIsNotSafeIsRefused(location: String, message: String) {
    let error = #expect(throws: HTTPError.self) { _ = try follow(to: location) }
    #expect(error?.kind == .redirectRefused)
    #expect(error?.message == message)
  }

  @Test(arguments: [301, 302, 303, 307, 308])
  func onlySeeOtherTurnsAPostIntoAGet(status: Int) throws {
    let next = try #require(try follow(status, to: "/b", method: .post))
    #expect(next.method == (status == 303 ? .get : .post))
    #expect(next.body == (status == 303 ? nil : [1]))
    #expect(next.headers["Content-Type"] == (status == 303 ? nil : "y"))
  }

  @Test(arguments: [200, 201, 300, 304, 305, 400])
  func otherStatusesAreNoRedirects(status: Int) throws {
    #expect(try follow(status, to: "/b") == nil)
    #expect(try follow(to: nil) == nil)
  }
}
