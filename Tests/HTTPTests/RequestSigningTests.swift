import Fixtures
import Testing

@testable import HTTP

struct RequestSigningTests {
  private static let signing = RequestSigning(
    keyID: "AKID", secret: "s3cr3t", sessionToken: "t0ken", region: "eu-west-1")

  private func request(_ url: HTTPURL, isSigned: Bool = true) -> HTTPRequest {
    var request = HTTPRequest(.get, url)
    if isSigned { request.signing = Self.signing }
    return request
  }

  @Test(
    arguments: [
      ("model.bin", "model.bin"), ("a+b c=d/e", "a%2Bb%20c%3Dd/e"), ("ä~-_.", "%C3%A4~-_."),
      ("a//b@:*", "a//b%40%3A%2A"),
      ("50%", "50%25"), ("", ""),
    ])
  func pathsHaveTheOneFormThatIsSigned(text: String, encoded: String) {
    #expect(text.percentEncoded(keepingSlashes: true) == encoded)
    #expect("a/b".percentEncoded() == "a%2Fb")
  }

  @Test func whatItHoldsIsNotShown() {
    let shown = "\(Self.signing) \(String(reflecting: Self.signing))"
    #expect(!shown.contains("s3cr3t") && !shown.contains("t0ken") && !shown.contains("AKID"))
  }

  @Test func theSignatureGoesAlongAndTheSecretStays() async throws {
    let server = try FaultServer(["/bucket/key": .text("bytes")])
    var signed = try request(server.url("/bucket/key"))
    signed.range = 0...2
    signed.carriage = .range
    #expect(try await HTTPClient(retry: .never).send(signed).status == 200)
    let headers = try #require(server.requests().first).headers
    let authorization = headers["Authorization"] ?? ""
    #expect(authorization.hasPrefix("AWS4-HMAC-SHA256 Credential=AKID/"))
    #expect(authorization.contains("/eu-west-1/s3/aws4_request"))
    #expect(authorization.contains("x-amz-content-sha256") && authorization.contains("x-amz-security-token"))
    #expect(headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD")
    #expect(headers["x-amz-security-token"] == "t0ken")
    #expect(headers["Range"] == "bytes=0-2")
    #expect(headers["Accept-Encoding"] == nil)
    #expect(!headers.fields.contains { $0.value.contains("s3cr3t") })
  }

  /// Neither what is configured for the host, nor what would be found for it: libcurl would sign nothing then.
  @Test func noOtherAuthorizationTakesItsPlace() async throws {
    let server = try FaultServer(["/x": .status(401)])
    var settings = TransportSettings()
    settings.headers = ["Authorization": "Basic eDp5", "X-Own": "1"]
    settings.globalHeaders = ["Authorization": "Bearer z"]
    let authorizer = Authorizer(
      first: { _ in "Bearer first" },
      next: { _, _, _ in
        Issue.record("asked")
        return nil
      })
    let client = HTTPClient(retry: .never, authorizer: authorizer, settings: { [settings] _ in settings })
    #expect(try await client.send(request(server.url("/x"))).status == 401)
    let sent = server.requests().map(\.headers)
    #expect(sent.count == 1)
    #expect(sent.first?["Authorization"]?.hasPrefix("AWS4-HMAC-SHA256") == true)
    #expect(sent.first?["X-Own"] == nil)
  }

  @Test(arguments: [true, false]) func itStaysAtItsOrigin(isElsewhere: Bool) async throws {
    let (server, other) = (try FaultServer(["/b": .text("own")]), try FaultServer(["/b": .text("other")]))
    server["/a"] = .redirect(to: isElsewhere ? other.address + "/b" : "/b")
    #expect(try await HTTPClient(retry: .never).send(request(server.url("/a"))).status == 200)
    let last = try #require((isElsewhere ? other : server).requests().last).headers
    #expect((last["Authorization"] != nil) == !isElsewhere)
    #expect((last["x-amz-security-token"] != nil) == !isElsewhere)
    #expect((last["x-amz-content-sha256"] != nil) == !isElsewhere)
  }

  @Test func aHeadHasNoBody() async throws {
    let server = try FaultServer([
      "/x": FaultServer.Route { request in
        FaultServer.Response(200, headers: ["Length-Of": "5"], body: request.method == "HEAD" ? [] : [1])
      }
    ])
    var head = try request(server.url("/x"))
    head.method = .head
    let response = try await HTTPClient(retry: .never).send(head)
    #expect(response.headers["Length-Of"] == "5")
    #expect(server.requests().map(\.method) == ["HEAD"])
  }
}
