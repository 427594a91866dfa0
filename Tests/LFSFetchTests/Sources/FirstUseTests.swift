import Files
import Fixtures
import HTTP
import Testing

@testable import LFSFetch

struct FirstUseTests {
  private static func url() throws -> HTTPURL { try HTTPURL("https://h/x") }

  private static func response(_ status: Int, _ headers: HTTPHeaders, isMultiplexed: Bool = false) throws
    -> HTTPResponse
  {
    HTTPResponse(status: status, headers: headers, url: try url(), isMultiplexed: isMultiplexed)
  }

  struct Answer: Sendable, CustomTestStringConvertible {
    let status: Int
    let headers: HTTPHeaders
    var size: Int64?
    var validator: String?
    var isAnswer = true
    var testDescription: String { "\(status) \(headers.fields.map { "\($0.name): \($0.value)" })" }
  }

  @Test(arguments: [
    Answer(status: 206, headers: ["Content-Range": "bytes 0-0/7", "ETag": "\"a\""], size: 7, validator: "\"a\""),
    Answer(status: 206, headers: ["Content-Range": "bytes 0-0/*", "Last-Modified": "t"], validator: "t"),
    Answer(
      status: 200, headers: ["Content-Length": "7", "ETag": "W/\"a\"", "Last-Modified": "t"], size: 7, validator: "t"),
    Answer(status: 200, headers: ["ETag": "W/\"a\""]),
    Answer(status: 416, headers: ["Content-Range": "bytes */0"], size: 0),
    Answer(status: 416, headers: ["Content-Range": "bytes */7"], isAnswer: false),
    Answer(status: 206, headers: ["Content-Range": "bytes 1-1/7"], isAnswer: false),
    Answer(status: 206, headers: [:], isAnswer: false), Answer(status: 404, headers: [:], isAnswer: false),
  ]) func `what a host says of a file`(answer: Answer) throws {
    let facts = FileFacts(try Self.response(answer.status, answer.headers))
    #expect((facts != nil) == answer.isAnswer)
    #expect(facts?.size == answer.size)
    #expect(facts?.validator == answer.validator)
  }

  private static func firstUse(
    _ url: String = "https://h/x", size: String = "7", tag: String? = "\"a\"", promised: SHA256Digest? = nil
  ) throws -> FirstUse {
    var headers: HTTPHeaders = ["Content-Range": "bytes 0-0/\(size)"]
    headers["ETag"] = tag
    let answer = try response(206, headers)
    return FirstUse(of: try HTTPURL(url), try #require(FileFacts(answer)), promised: promised)
  }

  @Test func `each state of a file has a key of its own`() throws {
    let states = try [
      Self.firstUse(), Self.firstUse("https://h/y"), Self.firstUse("https://h/x?a"), Self.firstUse(size: "8"),
      Self.firstUse(tag: "\"b\""), Self.firstUse(tag: nil), Self.firstUse(size: "*"),
    ]
    #expect(Set(states.map(\.key)).count == states.count)
    #expect(try Self.firstUse().key == (try Self.firstUse().key))
    #expect(states.map(\.isResumable) == [true, true, true, true, true, false, false])
    #expect(states.allSatisfy { $0.isTrust })
    // Nothing is trusted where the hash is known and only the size is not.
    let promised = try Self.firstUse(size: "*", promised: digest("1"))
    #expect(promised.key == digest("1"))
    #expect(!promised.isTrust && !promised.isResumable)
  }

  @Test(
    arguments: [
      (206, ["Content-Range": "bytes 2-3/7", "ETag": "\"a\""], true),
      (206, ["Content-Range": "bytes 2-3/*", "ETag": "\"a\""], true),
      (206, ["Content-Range": "bytes 2-3/8", "ETag": "\"a\""], false),
      (206, ["Content-Range": "bytes 2-3/7", "ETag": "\"b\""], false), (206, ["Content-Range": "bytes 2-3/7"], false),
      (200, ["Content-Length": "7", "ETag": "\"a\""], true), (200, ["Content-Length": "8", "ETag": "\"a\""], false),
    ] as [(Int, HTTPHeaders, Bool)])
  func `an answer is of the same state or not`(status: Int, headers: HTTPHeaders, isSame: Bool) throws {
    let response = try Self.response(status, headers)
    let file = try Self.firstUse()
    if isSame {
      try file.check(response)
    } else {
      let fault = #expect(throws: TransferFault.self) { try file.check(response) }
      if case .changed(host: "h") = fault {} else { Issue.record("\(String(describing: fault))") }
    }
  }

  @Test func `where no length is told, the end must be one that can be told from a broken connection`() throws {
    let file = try Self.firstUse(size: "*")
    let tag: HTTPHeaders = ["ETag": "\"a\""]
    let chunked: HTTPHeaders = ["ETag": "\"a\"", "Transfer-Encoding": "gzip, Chunked"]
    try file.check(try Self.response(200, chunked))
    try file.check(try Self.response(200, tag, isMultiplexed: true))
    try Self.firstUse(size: "*", promised: digest("1")).check(try Self.response(200, tag))
    #expect(throws: TransferFault.self) { try file.check(try Self.response(200, tag)) }
  }

  @Test func `what was learnt is remembered of that state alone, and not where nothing tells states apart`() throws {
    let folder = try TemporaryFolder()
    let memory = LearnedHashes(Cache(root: folder.path))
    let learned = Learned(digest: digest("1"), size: 7)
    #expect(memory.hash(of: try Self.firstUse()) == nil)
    memory.remember(learned, of: try Self.firstUse())
    #expect(memory.hash(of: try Self.firstUse()) == learned)
    #expect(memory.hash(of: try Self.firstUse(tag: "\"b\"")) == nil)
    memory.remember(learned, of: try Self.firstUse(tag: nil))
    #expect(memory.hash(of: try Self.firstUse(tag: nil)) == nil)
    for text in ["", "abc", "\(digest("1"))", "\(digest("1")) 8", "\(digest("1")) 7 7"] {
      try folder.write(text, to: "learned/\(try Self.firstUse().key)")
      #expect(memory.hash(of: try Self.firstUse()) == nil)
    }
  }

  @Test func `a file of this machine is another when it was written to`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("one", to: "a")
    let before = try #require(try FileStatus.of(path))
    let file = FirstUse(ofFile: path, before)
    #expect(file.isResumable && !file.isTrust)
    try file.check(try #require(try FileStatus.of(path)))
    #expect(!before.isSettled)
    try folder.write("two", to: "a")
    let after = try #require(try FileStatus.of(path))
    #expect(FirstUse(ofFile: path, after).key != file.key)
    #expect(throws: TransferFault.self) { try file.check(after) }
  }
}
