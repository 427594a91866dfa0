import Testing

@testable import HTTP

struct RequestQuotaTests {
  /// A minute before noon on 13 July 2026, in seconds since 1970.
  private static let now = 1_783_943_940

  private func response(_ headers: HTTPHeaders, status: Int = 429) throws -> HTTPResponse {
    HTTPResponse(status: status, headers: headers, url: try HTTPURL("http://host/"))
  }

  @Test(
    arguments: [
      (["RateLimit-Remaining": "0", "RateLimit-Reset": "55"], 55),
      (["ratelimit-remaining": "0;w=60", "ratelimit-reset": "55"], 55),
      (["RateLimit-Remaining": "0", "RateLimit-Reset": "1783943995"], 55),
      (["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1783943995"], 55),
      (["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1783943995000"], 55),
      (["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "54.3"], 55),
      (["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1783943000"], 0),
      (["RateLimit": "limit=100, remaining=0, reset=5"], 5),
      (["RateLimit": "limit=100,remaining=0,reset=5"], 5),
      (["RateLimit": "\"api\";r=0;t=55"], 55),
      (["RateLimit": "\"api\"; r=0; t=55"], 55),
      (["RateLimit": "\"minute\";r=0;t=55, \"day\";r=10;t=3600"], 55),
      (["RateLimit": "\"minute\";r=0;t=55, \"day\";r=0;t=300"], 300),
      (["RateLimit": "\"minute\";r=3;t=55", "ratelimit": "\"day\";r=0;t=300"], 300),
      (["RateLimit": "\"a,b;r=9\\\";t=1\";r=0;t=55"], 55),
      (["RateLimit": "\"api\";r=1;t=55"], nil),
      (["RateLimit": "\"api\";r=0"], nil),
      (["RateLimit-Policy": "\"api\";q=0;w=60"], nil),
      (["RateLimit-Remaining": "1", "RateLimit-Reset": "55"], nil),
      (["RateLimit-Remaining": "0", "RateLimit-Reset": "soon"], nil),
      (["RateLimit-Remaining": "0"], nil),
      (["RateLimit": "\"broken;r=0;t=55"], nil),
      (["RateLimit": ";;,=,\"\""], nil),
      (["RateLimit": ""], nil),
      ([:], nil),
    ] as [(HTTPHeaders, Int?)])
  func aHostWithNothingLeftIsLeftAlone(headers: HTTPHeaders, seconds: Int?) throws {
    for status in [200, 429, 503] {
      let pause = try response(headers, status: status).cooldown(now: Self.now)
      #expect(pause == seconds.map { .seconds($0) }, "\(status)")
    }
    #expect(try response(headers).retryAfter(now: Self.now) == seconds.map { .seconds($0) })
  }

  @Test func aResetAloneCountsWhereTheRequestWasTurnedAway() throws {
    let headers: HTTPHeaders = ["X-RateLimit-Reset": "7"]
    #expect(try response(headers, status: 429).cooldown(now: Self.now) == .seconds(7))
    #expect(try response(headers, status: 429).retryAfter(now: Self.now) == .seconds(7))
    #expect(try response(headers, status: 200).cooldown(now: Self.now) == nil)
    #expect(try response(headers, status: 500).retryAfter(now: Self.now) == nil)
  }

  /// A 403 alone is about credentials.
  @Test func aHostMayRefuseWith403UntilItTakesMore() throws {
    let exhausted: HTTPHeaders = ["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "7"]
    for headers in [exhausted, ["Retry-After": "7"]] {
      #expect(try response(headers, status: 403).retryAfter(now: Self.now) == .seconds(7))
      #expect(try response(headers, status: 403).cooldown(now: Self.now) == .seconds(7))
    }
    for headers: HTTPHeaders in [
      ["X-RateLimit-Remaining": "5", "X-RateLimit-Reset": "7"], ["RateLimit-Reset": "7"], [:],
    ] {
      #expect(try response(headers, status: 403).retryAfter(now: Self.now) == nil)
      #expect(try response(headers, status: 403).cooldown(now: Self.now) == nil)
    }
  }

  @Test func retryAfterWins() throws {
    let headers: HTTPHeaders = ["RateLimit": "\"api\";r=0;t=55", "Retry-After": "3"]
    #expect(try response(headers).retryAfter(now: Self.now) == .seconds(3))
    #expect(try response(headers).cooldown(now: Self.now) == .seconds(3))
    #expect(try response(headers, status: 200).cooldown(now: Self.now) == .seconds(55))
  }

  /// 784111777 is the date's number of seconds, as RFC 9110 gives the example.
  @Test(
    arguments: [
      ("120", 120), ("0", 0), ("-3", 0), ("99999999999", 86_400 * 365),
      ("Sun, 06 Nov 1994 08:49:37 GMT", 37), ("Sunday, 06-Nov-94 08:49:37 GMT", 37), ("Sun Nov  6 08:49:37 1994", 37),
      ("Sun, 06 Nov 1994 08:48:00 GMT", 0), ("soon", nil), ("", nil),
    ] as [(String, Int?)])
  func retryAfterHasTwoForms(value: String, seconds: Int?) throws {
    #expect(try response(["Retry-After": value]).retryAfter(now: 784_111_740) == seconds.map { .seconds($0) })
  }

  @Test(
    arguments: [
      ["Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"],
      ["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1000000000"],
    ] as [HTTPHeaders])
  func theHostsOwnClockCounts(headers: HTTPHeaders) throws {
    var headers = headers
    headers["Date"] = headers["Retry-After"] == nil ? "Sun, 09 Sep 2001 01:46:10 GMT" : "Sun, 06 Nov 1994 08:49:07 GMT"
    // By this machine's clock, it is long over.
    #expect(try response(headers).retryAfter(now: Self.now) == .seconds(30))
  }
}
