import Fixtures
import HTTP
import JSON
import Testing

/// What the other tests rely on: that the fault server does what its table says, and counts right.
struct FaultServerTests {
  private let content = bytes(count: 5000)
  private let client = HTTPClient(retry: .never)

  @Test(
    arguments: [
      (nil, 200, 0..<5000, nil), (0...9, 206, 0..<10, "bytes 0-9/5000"),
      (4990...6000, 206, 4990..<5000, "bytes 4990-4999/5000"), (5000...5001, 416, 0..<0, "bytes */5000"),
    ] as [(ClosedRange<Int64>?, Int, Range<Int>, String?)])
  func contentIsServedByRange(range: ClosedRange<Int64>?, status: Int, part: Range<Int>, header: String?) async throws {
    let server = try FaultServer(["/x": .content(content)])
    var request = HTTPRequest(.get, try server.url("/x?query"))
    request.range = range
    let response = try await client.send(request)
    #expect(response.status == status)
    #expect(response.body == Array(content[part]))
    #expect(response.headers["Content-Range"] == header)
    #expect(server.requests("/x").map(\.query) == ["query"])
    #expect(server.servedBytes("/x") == part.count)
  }

  @Test(
    arguments: [
      ("If-Match", "\"other\"", 412), ("If-Match", "*", 206), ("If-Range", "\"other\"", 200),
      ("If-Range", FaultServer.Route.entityTag(of: bytes(count: 5000)), 206),
    ])
  func aRangeCanDependOnTheContent(header: String, tag: String, status: Int) async throws {
    let server = try FaultServer(["/x": .content(content)])
    var request = HTTPRequest(.get, try server.url("/x"), headers: [header: tag])
    request.range = 0...9
    #expect(try await client.send(request).status == status)
  }

  @Test func faultsCountTheRequestsThatTheySpoil() async throws {
    let server = try FaultServer([
      "/x": .content(content, .status(503).first(2), .wrongBytes(at: [100]).once, .rangeIgnored.afterServing(5010))
    ])
    func get(_ range: ClosedRange<Int64>?) async throws -> HTTPResponse {
      var request = HTTPRequest(.get, try server.url("/x"))
      request.range = range
      return try await client.send(request)
    }
    #expect(try await get(nil).status == 503)
    #expect(try await get(nil).status == 503)
    #expect(try await get(0...9).body == Array(content[..<10]))
    var spoiled = content
    spoiled[100] ^= 0xff
    #expect(try await get(nil).body == spoiled)
    let whole = try await get(0...9)
    #expect(whole.status == 200)
    #expect(whole.body == content)
    #expect(server.requests().map(\.number) == [1, 2, 3, 4, 5])
  }

  @Test(
    arguments: [
      (.chunked, true), (.withoutLength, true), (.gzip, true), (.dribble(bytesPerSecond: 50_000), true),
      (.slowHeaders(.milliseconds(50)), true), (.reset(after: 4000), false), (.truncated(after: 4000), false),
      (.longerThanPromised(by: 7), true),
    ] as [(FaultServer.Fault, Bool)])
  func theWayTheBodyTravelsCanBeChosen(fault: FaultServer.Fault, arrives: Bool) async throws {
    let server = try FaultServer(["/x": .content(content, fault)])
    let request = HTTPRequest(.get, try server.url("/x"))
    if arrives {
      #expect(try await client.send(request).body == content)
    } else {
      let error = await #expect(throws: HTTPError.self) { try await client.send(request) }
      #expect(error?.kind == .connectionLost)
    }
  }

  @Test func theBatchHandsOutAddressesOfItsObjects() async throws {
    let oid = String(repeating: "a", count: 64)
    let gone = String(repeating: "b", count: 64)
    let server = try FaultServer.lfs(
      BatchAnswer(
        contents: [oid: content], expiresIn: -5, isAuthenticated: true, headers: ["X-Key": "1"], maximumObjects: 2),
      objectFaults: [oid: [.status(403).when { $0.query == "batch=1" }]])
    func batch(_ oids: [String]) async throws -> HTTPResponse {
      let objects: [JSON] = oids.map { .object([("oid", .string($0)), ("size", .integer(5000))]) }
      let body = JSON.object([("objects", .array(objects))]).text
      return try await client.send(HTTPRequest(.post, server.url("/lfs/objects/batch"), body: Array(body.utf8)))
    }
    let answer = String(decoding: try await batch([oid, gone]).body, as: UTF8.self)
    let href = "\(server.address)/objects/\(oid)?batch=1"
    #expect(
      answer == #"{"transfer":"basic","objects":[{"oid":"\#(oid)","size":5000,"authenticated":true,"actions":"#
        + #"{"download":{"href":"\#(href)","header":{"X-Key":"1"},"expires_in":-5}}},"#
        + #"{"oid":"\#(gone)","error":{"code":404,"message":"Object does not exist"}}],"hash_algo":"sha256"}"#)
    #expect(try await client.send(HTTPRequest(.get, HTTPURL(href))).status == 403)
    _ = try await batch([oid])
    let renewed = try HTTPURL("\(server.address)/objects/\(oid)?batch=2")
    #expect(try await client.send(HTTPRequest(.get, renewed)).body == content)
    #expect(try await batch([oid, oid, oid]).status == 413)
  }

  @Test func nothingIsServedAfterItStops() async throws {
    let server = try FaultServer(["/x": .content(content, .stall(after: 10))])
    let url = try server.url("/x")
    let stalled = Task { [client] in try await client.send(HTTPRequest(.get, url)) }
    while server.servedBytes("/x") < 10 { try await Task.sleep(for: .milliseconds(5)) }
    server.stop()
    await #expect(throws: HTTPError.self) { try await stalled.value }
    let error = await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest(.get, url)) }
    #expect(error?.kind == .cannotConnect)
  }
}
