import Fixtures
import Testing

@testable import HTTP

struct BucketRegionsTests {
  private func signed(_ url: HTTPURL, region: String = "us-east-1") -> HTTPRequest {
    var request = HTTPRequest(.get, url)
    request.signing = RequestSigning(keyID: "AKID", secret: "s", sessionToken: "t", region: region)
    return request
  }

  @Test(
    arguments: [
      ("https://b.s3.us-east-1.amazonaws.com/a%2Bb?x=1", "https://b.s3.eu-west-1.amazonaws.com/a%2Bb?x=1"),
      ("https://s3.us-east-1.amazonaws.com/b/k", "https://s3.eu-west-1.amazonaws.com/b/k"),
      ("https://b.c.s3.cn-north-1.amazonaws.com.cn/k", "https://b.c.s3.eu-west-1.amazonaws.com.cn/k"),
      // Nobody else's host is changed.
      ("https://b.s3.us-east-1.amazonaws.com.evil.example/k", "https://b.s3.us-east-1.amazonaws.com.evil.example/k"),
      ("https://s3.us-east-1.example.com/b/k", "https://s3.us-east-1.example.com/b/k"),
      ("https://amazonaws.com/k", "https://amazonaws.com/k"),
      ("https://s3.amazonaws.com/b/k", "https://s3.amazonaws.com/b/k"),
    ])
  func theRegionIsAPartOfTheHost(from: String, to: String) throws {
    let moved = try #require(BucketRegions.moved(signed(HTTPURL(from)), to: "eu-west-1"))
    #expect(moved.url.string == to)
    #expect(moved.signing?.region == "eu-west-1")
    #expect(moved.signing?.sessionToken == "t")
    #expect(BucketRegions.moved(signed(try HTTPURL(to), region: "eu-west-1"), to: "eu-west-1") == nil)
  }

  @Test(arguments: ["", "eu.evil", "eu/x", "EU", String(repeating: "a", count: 64)])
  func whatIsNoRegionIsNotBelieved(region: String) throws {
    #expect(BucketRegions.moved(signed(try HTTPURL("https://b.s3.us-east-1.amazonaws.com/k")), to: region) == nil)
  }

  @Test(arguments: [301, 307, 400]) func theRequestIsSignedAnewAndTheRegionRemembered(status: Int) async throws {
    let server = try FaultServer()
    server["/b/k"] = FaultServer.Route { request in
      request.headers["Authorization"]?.contains("/eu-west-1/s3/") == true
        ? FaultServer.Response(200, body: [1])
        : FaultServer.Response(status, headers: ["x-amz-bucket-region": "eu-west-1"], body: [2])
    }
    server["/c/k"] = .text("x")
    let client = HTTPClient(retry: .never)
    for _ in 0..<2 { #expect(try await client.send(signed(server.url("/b/k"))).body == [1]) }
    #expect(server.requests().count == 3)
    // Another bucket is another matter.
    _ = try await client.send(signed(server.url("/c/k")))
    #expect(server.requests().last?.headers["Authorization"]?.contains("/us-east-1/s3/") == true)
  }

  @Test func aHostThatSaysItAlwaysIsNotFollowedForEver() async throws {
    let server = try FaultServer(["/b/k": .status(301, headers: ["x-amz-bucket-region": "eu-west-1"])])
    #expect(try await HTTPClient(retry: .never).send(signed(server.url("/b/k"))).status == 301)
    #expect(server.requests().count == 2)
  }
}
