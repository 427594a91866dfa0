import Testing

@testable import HTTP

struct HTTPHeadersTests {
  @Test func namesCompareWithoutCase() {
    var headers: HTTPHeaders = ["Content-Type": "a", "X-Two": "1", "x-two": "2"]
    #expect(headers["CONTENT-type"] == "a")
    #expect(headers["X-TWO"] == "2")
    #expect(headers.all("X-Two") == ["1", "2"])
    #expect(headers["Content"] == nil)
    headers["X-TWO"] = "3"
    #expect(headers.all("x-two") == ["3"])
    headers["x-two"] = nil
    #expect(headers.fields.map(\.name) == ["Content-Type"])
  }

  /// `[` and `{` differ by the same bit as `A` and `a`.
  @Test func onlyLettersHaveACase() {
    let headers: HTTPHeaders = ["X[": "1", "X@": "2"]
    #expect(headers["x{"] == nil)
    #expect(headers["x`"] == nil)
    #expect(headers["x["] == "1")
  }

  @Test(arguments: [("A", "b\nC: d"), ("A", "b\r"), ("A\n", "b"), ("", "b"), ("A", "b\0c"), ("A", "b\r\nC: d")])
  func aFieldCannotSmuggleAnother(name: String, value: String) {
    var headers = HTTPHeaders()
    headers.add(name, value)
    #expect(headers.fields.isEmpty)
  }

  @Test(
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
      ("foobar", "Zm9vYmFy"), ("\u{ff}\u{3ff}?>", "w7/Pvz8+"),
    ])
  func base64FollowsTheRFC(text: String, encoded: String) {
    #expect(base64(text.utf8) == encoded)
  }

  @Test func aURLsCredentialsBecomeABoundHeader() throws {
    let url = try HTTPURL("http://al%3Aice:se%20cret@host/")
    #expect(HTTPRequest(.get, url).boundHeaders.fields.map(\.value) == ["Basic " + base64("al:ice:se cret".utf8)])
    let token = HTTPRequest(.get, url, boundHeaders: ["authorization": "Bearer x"])
    #expect(token.boundHeaders.all("Authorization") == ["Bearer x"])
    #expect(HTTPRequest(.get, try HTTPURL("http://host/")).boundHeaders.fields.isEmpty)
  }
}
