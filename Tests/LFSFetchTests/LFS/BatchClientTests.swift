import Fixtures
import HTTP
import JSON
import Testing

@testable import LFSFetch

/// Asking a batch API, and what its statuses mean.
@Suite struct BatchClientTests {
  private let client = HTTPClient(retry: Retry(attempts: 2, base: .milliseconds(1)))
  private let contents = (0..<10).map { bytes(count: 10 + $0, seed: UInt64($0) + 1) }

  private var objects: [Batch.Object] {
    contents.map { Batch.Object(oid: SHA256.hash($0), size: Int64($0.count)) }
  }

  private func byOID(_ contents: [[UInt8]]) -> [String: [UInt8]] {
    Dictionary(uniqueKeysWithValues: contents.map { (SHA256.hash($0).hex, $0) })
  }

  private func locate(
    _ objects: [Batch.Object], at server: FaultServer, credentials: String = "", reference: String? = nil
  ) async throws(FetchError) -> BatchClient.Answer {
    guard let endpoint = try? HTTPURL("http://\(credentials)127.0.0.1:\(server.port)/lfs") else { return [:] }
    return try await BatchClient(client: client).locate(
      objects, at: LFSServer(url: endpoint, reference: reference))
  }

  @Test func `the request is as the specification wants it`() async throws {
    let server = try FaultServer.lfs(BatchAnswer(contents: byOID(contents)))
    let answer = try await locate(objects, at: server, reference: "refs/heads/main")
    #expect(answer.count == 10)
    let request = try #require(server.requests().first)
    #expect(request.method == "POST")
    #expect(request.path == "/lfs/objects/batch")
    #expect(request.headers.all("Accept") == ["application/vnd.git-lfs+json"])
    #expect(request.headers.all("Content-Type") == ["application/vnd.git-lfs+json"])
    #expect(request.headers["Authorization"] == nil)
    #expect(String(decoding: request.body, as: UTF8.self) == Batch.request(objects, reference: "refs/heads/main").text)
  }

  @Test func `credentials of the URL are sent`() async throws {
    let server = try FaultServer.lfs(BatchAnswer(contents: byOID(contents)))
    _ = try await locate(objects, at: server, credentials: "me:se%20cret@")
    #expect(server.requests().first?.headers["Authorization"] == "Basic " + base64("me:se cret".utf8))
  }

  @Test func `a request that is too large is halved`() async throws {
    let server = try FaultServer.lfs(BatchAnswer(contents: byOID(contents), maximumObjects: 3))
    let answer = try await locate(objects, at: server)
    #expect(Set(answer.keys) == Set(objects.map(\.oid)))
    #expect(answer.values.allSatisfy { if case .success = $0 { true } else { false } })
    let sizes = try server.requests().map { try JSON.parse($0.body).required("objects").elements().count }
    #expect(sizes == [10, 5, 2, 3, 5, 2, 3])
  }

  @Test func `an object that the answer leaves out`() async throws {
    let server = try FaultServer.lfs(BatchAnswer(contents: byOID(contents), omitted: [objects[3].oid.hex]))
    let answer = try await locate(objects, at: server)
    #expect(answer.count == 10)
    #expect(
      answer[objects[3].oid]
        == .failure(Batch.ObjectError(code: 404, message: "the server's answer leaves it out")))
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let status: Int
    let code: FetchError.Code
    var cause: String?
    var hint: String?
    var testDescription: String { "\(status)" }
  }

  @Test(arguments: [
    Case(
      status: 401, code: .authentication,
      hint:
        "give a token for HOST: run `lfsfetch login http://HOST`, or set `LFSFETCH_TOKEN_127_0_0_1_PORT`; "
        + "docs/concepts/credentials.md has all the ways"),
    Case(
      status: 403, code: .authentication,
      hint: "the credentials do not allow it, or the repository's LFS quota is used up"),
    Case(status: 404, code: .notFound, hint: "the repository may be private, or have no LFS storage"),
    Case(status: 410, code: .notFound, hint: "the repository may be private, or have no LFS storage"),
    Case(status: 406, code: .network, cause: "it does not speak the LFS batch API"),
    Case(status: 413, code: .network, cause: "it finds even a request for one object too large", hint: .quota),
    Case(status: 422, code: .network, cause: "it finds the request invalid"),
    Case(status: 429, code: .network, cause: "too many requests", hint: .quota),
    Case(status: 500, code: .network),
    Case(status: 501, code: .network, cause: "it has no LFS batch API"),
    Case(status: 503, code: .network),
    Case(status: 507, code: .network, cause: "its storage is full"),
    Case(status: 509, code: .network, cause: "its bandwidth limit is used up", hint: .quota),
  ])
  func `a status of the whole request`(_ example: Case) async throws {
    let server = try FaultServer([
      "/lfs/objects/batch": .status(example.status, body: #"{"message": "over its \u001b data quota"}"#)
    ])
    let error = await asyncFetchError { () async throws(FetchError) in
      try await locate([objects[0]], at: server, credentials: "me:secret@")
    }
    let host = "127.0.0.1:\(server.port)"
    #expect(error?.code == example.code)
    #expect(error?.message == "cannot ask the LFS server at `http://\(host)/lfs`")
    #expect(
      error?.causes
        == ["\(host) answered \(example.status)", "over its \\u{1b} data quota"] + (example.cause.map { [$0] } ?? []))
    #expect(error?.hint == example.hint?.replacing("HOST", with: host).replacing("PORT", with: "\(server.port)"))
    let isRetried = [429, 500, 503].contains(example.status)
    #expect(server.requests().count == (isRetried ? 2 : 1))
  }

  @Test func `a status that passes`() async throws {
    let server = try FaultServer.lfs(BatchAnswer(contents: byOID(contents)), batchFaults: [.status(503).once])
    #expect(try await locate(objects, at: server).count == 10)
  }

  @Test(arguments: [
    ("<html>not LFS</html>", "line 1, column 1: expected a value, found `<`"),
    ("", "line 1, column 1: expected a value, found the end of the text"),
    (#"{"objects": [{"oid": "#, "line 1, column 22: expected a value, found the end of the text"),
    (
      #"{"transfer": "tus", "objects": []}"#,
      "line 1, column 14: the server chose the transfer `tus`, which was not offered"
    ),
  ])
  func `an answer that cannot be used`(body: String, fault: String) async throws {
    let server = try FaultServer(["/lfs/objects/batch": .json(body)])
    let error = await asyncFetchError { () async throws(FetchError) in try await locate(objects, at: server) }
    #expect(error?.code == .network)
    #expect(error?.message == "the LFS server at `\(server.address)/lfs` sent an answer that cannot be used")
    #expect(error?.causes == [fault])
    #expect(error?.hint == "check with a browser or curl that this address is an LFS server")
  }

  @Test func `an answer of more than 8 MiB`() async throws {
    let server = try FaultServer.lfs(
      BatchAnswer(contents: byOID(contents)), batchFaults: [.padded(to: (8 << 20) + 1)])
    let error = await asyncFetchError { () async throws(FetchError) in try await locate(objects, at: server) }
    #expect(error?.code == .network)
    #expect(error?.causes.first?.contains("127.0.0.1:\(server.port)") == true)
  }

  @Test func `a server that is not there`() async throws {
    let server = try FaultServer()
    server.stop()
    let error = await asyncFetchError { () async throws(FetchError) in try await locate(objects, at: server) }
    #expect(error?.code == .network)
    #expect(error?.causes.first?.hasPrefix("cannot connect to 127.0.0.1:\(server.port)") == true)
  }
}
