import Git
import HTTP
import JSON
import Testing

@testable import LFSFetch

private let one = digest("1")
private let two = digest("2")
private let asked = [Batch.Object(oid: one, size: 10), Batch.Object(oid: two, size: 20)]
private let now: Int64 = 1_795_255_200  // 2026-11-21T10:00:00Z

/// An answer about the first object, of which `fields` is everything but the oid.
private func about(_ fields: String) -> String { #"{"objects": [{"oid": "\#(one)", \#(fields)}]}"# }

/// The messages of the batch API.
@Suite struct BatchTests {
  private func answer(_ text: String) throws(JSONError) -> [SHA256Digest: Result<Batch.Offer, Batch.ObjectError>] {
    try Batch.answer(Array(text.utf8), to: asked, now: now)
  }

  private func first(_ fields: String) throws -> Result<Batch.Offer, Batch.ObjectError>? {
    try answer(about(fields))[one]
  }

  private func action(_ download: String, _ fields: String = #""size": 10"#) throws -> Batch.Action? {
    try first(#"\#(fields), "actions": {"download": {\#(download)}}"#)?.get().action
  }

  // MARK: Asking

  @Test func `the request, to the letter`() {
    let objects = #""objects":[{"oid":"\#(one)","size":10},{"oid":"\#(two)","size":20}],"hash_algo":"sha256""#
    #expect(
      Batch.request(asked, reference: "refs/heads/main").text
        == #"{"operation":"download","transfers":["basic"],"ref":{"name":"refs/heads/main"},\#(objects)}"#)
    #expect(
      Batch.request(asked, reference: nil).text
        == #"{"operation":"download","transfers":["basic"],\#(objects)}"#)
  }

  // MARK: Answers

  @Test func `an action has its address and its headers`() throws {
    let action = try action(
      #""href": "https://store.example/a?sig=1", "header": {"Authorization": "Bearer x", "X-Y": "z"}"#)
    #expect(action?.href.string == "https://store.example/a?sig=1")
    #expect(action?.header == ["Authorization": "Bearer x", "X-Y": "z"])
    #expect(action?.isAuthenticated == false)
    #expect(action?.expiresIn == nil)
  }

  @Test(arguments: [
    ("https://store.example/a?sig=1", "http://mirror.example:81/a?sig=1"), ("https://other.example/a", nil),
    ("store:a", "https://short.example/a"),
  ])
  func `addresses are rewritten where that is wanted`(_ address: String, _ rewritten: String?) throws {
    let config = try GitConfig(
      parsing: Array(
        """
        [url "http://mirror.example:81/"]
          insteadOf = https://store.example/
        [url "https://short.example/"]
          insteadOf = store:
        """.utf8), name: "config")
    let text = Array(about(#""actions": {"download": {"href": "\#(address)"}}"#).utf8)
    let offer = try #require(try Batch.answer(text, to: asked, now: now, rewriting: config)[one]).get()
    #expect(offer.action?.href.string == rewritten ?? address)
    // Without it, what is no address by itself stays none.
    if address.hasPrefix("https://") {
      #expect(try Batch.answer(text, to: asked, now: now)[one]?.get().action?.href.string == address)
    } else {
      #expect(throws: JSONError.self) { try Batch.answer(text, to: asked, now: now) }
    }
  }

  @Test(
    arguments: [
      ("", nil), (#", "expires_in": 60"#, 60), (#", "expires_in": -5"#, -5), (#", "expires_in": 0"#, nil),
      (#", "expires_at": "2026-11-21T10:01:00Z""#, 60), (#", "expires_at": "2026-11-21T09:59:00Z""#, -60),
      (#", "expires_in": 30, "expires_at": "2026-11-21T10:01:00Z""#, 30),
      (#", "expires_in": 0, "expires_at": "2026-11-21T10:01:00Z""#, 60),
      (#", "expires_at": "0001-01-01T00:00:00Z""#, nil),
      (#", "expires_at": "soon""#, nil), (#", "expires_at": null"#, nil),
      (#", "expires_in": 9223372036854775807"#, .max),
    ] as [(String, Int64?)])
  func `when an address stops working`(fields: String, seconds: Int64?) throws {
    #expect(try action(#""href": "https://h/a"\#(fields)"#)?.expiresIn == seconds)
  }

  @Test func `an address that carries its own authorization`() throws {
    #expect(try action(#""href": "https://h/a""#, #""size": 10, "authenticated": true"#)?.isAuthenticated == true)
    #expect(try action(#""href": "https://h/a""#, #""size": 10, "authenticated": false"#)?.isAuthenticated == false)
  }

  @Test func `the links of old servers`() throws {
    let old = try first(#""size": 10, "_links": {"download": {"href": "http://h/a"}}"#)
    #expect(try old?.get().action?.href.string == "http://h/a")
  }

  @Test func `a size may be left out`() throws {
    #expect(try action(#""href": "http://h/a""#, #""authenticated": false"#) != nil)
  }

  @Test func `headers with line breaks are dropped`() throws {
    let action = try action(#""href": "http://h/a", "header": {"A": "b\r\nHost: evil", "B\nC": "d", "E": "f"}"#)
    #expect(action?.header == ["E": "f"])
  }

  @Test(arguments: [
    (#""error": {"code": 404, "message": "gone\u001b[2J"}"#, 404, "gone\\u{1b}[2J"),
    (#""error": {"code": 410}"#, 410, ""), (#""size": 99, "error": {"code": 422, "message": "no"}"#, 422, "no"),
    (#""size": 10"#, 404, "the server offers no download"),
    (#""size": 10, "actions": {}"#, 404, "the server offers no download"),
    (#""size": 10, "actions": {"upload": {"href": "http://h/a"}}"#, 404, "the server offers no download"),
    (#""error": {"code": 9223372036854775807, "message": "x"}"#, .max, "x"),
  ])
  func `an object that cannot be had`(fields: String, code: Int, message: String) throws {
    #expect(try first(fields) == .failure(Batch.ObjectError(code: code, message: message)))
  }

  @Test func `what the answer does not name is missing`() throws {
    let answers = try answer(#"{"objects": [{"oid": "\#(two)", "actions": {"download": {"href": "http://h/2"}}}]}"#)
    #expect(answers.keys.map(\.self) == [two])
    #expect(try answer(#"{"objects": []}"#).isEmpty)
  }

  // MARK: Lies

  @Test(arguments: [
    (#"{"objects": [{"oid": "\#(digest("3"))"}]}"#, "1:22: the answer names an object that was not asked for"),
    (#"{"objects": [{"oid": "../../etc/passwd"}]}"#, "1:22: the answer names an object that was not asked for"),
    (
      #"{"objects": [{"oid": "\#(digest("1").hex.uppercased())"}]}"#,
      "1:22: the answer names an object that was not asked for"
    ),
    (about(#""size": 11"#), "1:98: the answer gives the object \(one) another size than its pointer"),
    (about(#""size": "10""#), "1:98: expected a whole number, found a string"),
    (
      #"{"transfer": "tus\u0007", "objects": []}"#,
      "1:14: the server chose the transfer `tus\\u{7}`, which was not offered"
    ),
    (#"{"hash_algo": "sha512", "objects": []}"#, "1:15: the server uses the hash `sha512`"),
    (#"{}"#, "1:1: `objects` is missing"), (#"[]"#, "1:1: expected an object, found an array"),
    (#"{"objects": {}}"#, "1:13: expected an array, found an object"),
    (#"{"objects": [{}]}"#, "1:14: `oid` is missing"),
    (#"{"objects": ["#, "1:14: expected a value, found the end of the text"),
    (about(#""actions": {"download": {}}"#), "1:114: `href` is missing"),
    (about(#""error": {"message": "x"}"#), "1:99: `code` is missing"),
    (
      about(#""actions": {"download": {"href": "ftp://h/a"}}"#),
      "1:123: the download address is not valid: only http and https addresses can be fetched"
    ),
    (
      about(#""actions": {"download": {"href": "file:///etc/passwd"}}"#),
      "1:123: the download address is not valid: only http and https addresses can be fetched"
    ),
    (
      about(#""actions": {"download": {"href": "/relative"}}"#),
      "1:123: the download address is not valid: the address is not a valid http or https URL"
    ),
    (
      about(#""actions": {"download": {"href": "http://h/a%0d%0aX: y"}}"#),
      "1:123: the download address is not valid: a URL must not contain the control character %0d"
    ),
  ])
  func `an answer that cannot be believed is refused whole`(text: String, fault: String) {
    let error = #expect(throws: JSONError.self) { try answer(text) }
    #expect(error.map { "\($0.position): \($0.message)" } == fault)
  }

  // MARK: Transfer agents

  @Test func `programs are offered before the usual way`() {
    let request = Batch.request(asked, reference: nil, agents: ["b", "a"]).text
    #expect(request.contains(#""transfers":["b","a","basic"]"#))
  }

  @Test func `a server that chose a program`() throws {
    let text =
      #"{"transfer": "b", "objects": [{"oid": "\#(one)", "size": 10, "actions": {"download": "#
      + #"{"href": "s3://x", "header": {"A": "b"}, "expires_in": 60}}}]}"#
    let answer = try Batch.answer(Array(text.utf8), to: asked, agents: ["a", "b"], now: now)
    let action = #"{"href":"s3://x","header":{"A":"b"},"expires_in":60}"#
    #expect(answer[one] == .success(.order(Batch.Order(agent: "b", action: action, expiresIn: 60))))
    let error = #expect(throws: JSONError.self) {
      try Batch.answer(Array(text.utf8), to: asked, agents: ["a"], now: now)
    }
    #expect(error?.message == "the server chose the transfer `b`, which was not offered")
  }
}

extension Batch.Offer {
  /// The address, where no program is needed.
  fileprivate var action: Batch.Action? {
    if case .download(let action) = self { action } else { nil }
  }
}
