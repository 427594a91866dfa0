import HTTP
import JSON

/// What the fault server's batch API knows and says. Its addresses are `<base>/objects/<oid>?batch=<n>`, where n is
/// the number of the batch request, so that a test can let the addresses of one answer expire.
package struct BatchAnswer: Sendable {
  /// By oid. Only the sizes matter here: the routes below `/objects/` serve the bytes.
  package var contents: [String: [UInt8]]
  /// Where the addresses lead; this server itself when nil.
  package var base: String?
  package var errors: [String: ObjectError] = [:]
  /// Left out of the answer altogether.
  package var omitted: Set<String> = []
  /// Said instead of the oid that was asked for.
  package var wrongOIDs: [String: String] = [:]
  package var wrongSizes: [String: Int] = [:]
  package var expiresIn: Int?
  package var isAuthenticated: Bool?
  /// Headers that the actions ask for.
  package var headers: [String: String] = [:]
  /// More objects in one request get a 413.
  package var maximumObjects = Int.max

  package struct ObjectError: Sendable {
    let code: Int
    let message: String

    package init(_ code: Int, _ message: String) {
      self.code = code
      self.message = message
    }
  }

  package init(
    contents: [String: [UInt8]], base: String? = nil, errors: [String: ObjectError] = [:], omitted: Set<String> = [],
    wrongOIDs: [String: String] = [:], wrongSizes: [String: Int] = [:], expiresIn: Int? = nil,
    isAuthenticated: Bool? = nil, headers: [String: String] = [:], maximumObjects: Int = .max
  ) {
    self.contents = contents
    self.base = base
    self.errors = errors
    self.omitted = omitted
    self.wrongOIDs = wrongOIDs
    self.wrongSizes = wrongSizes
    self.expiresIn = expiresIn
    self.isAuthenticated = isAuthenticated
    self.headers = headers
    self.maximumObjects = maximumObjects
  }
}

extension FaultServer.Route {
  package static func batch(_ answer: BatchAnswer, _ faults: FaultServer.Fault...) -> Self {
    Self(faults) { answer.response(to: $0) }
  }
}

extension FaultServer {
  /// A batch API below `/lfs` and the objects themselves, each with the faults given for its oid.
  package static func lfs(
    _ answer: BatchAnswer, batchFaults: [Fault] = [], objectFaults: [String: [Fault]] = [:], link: Link = Link()
  ) throws -> FaultServer {
    var routes = ["/lfs/objects/batch": Route(batchFaults) { answer.response(to: $0) }]
    for (oid, bytes) in answer.contents { routes["/objects/\(oid)"] = .content(bytes, objectFaults[oid] ?? []) }
    return try FaultServer(routes, link: link)
  }
}

extension BatchAnswer {
  fileprivate func response(to request: FaultServer.Request) -> FaultServer.Response {
    let type: HTTPHeaders = ["Content-Type": "application/vnd.git-lfs+json"]
    let asked: [String]
    do {
      guard request.method == "POST" else { return FaultServer.Response(405) }
      asked = try JSON.parse(request.body).required("objects").elements().map { try $0.required("oid").string() }
    } catch {
      return FaultServer.Response(422, headers: type, body: Array(#"{"message":"no batch request"}"#.utf8))
    }
    guard asked.count <= maximumObjects else {
      return FaultServer.Response(413, headers: type, body: Array(#"{"message":"too many objects"}"#.utf8))
    }
    let base = base ?? "http://" + (request.headers["Host"] ?? "")
    let objects = asked.filter { !omitted.contains($0) }.map { object($0, base: base, batch: request.number) }
    let body: JSON = .object([
      ("transfer", .string("basic")), ("objects", .array(objects)), ("hash_algo", .string("sha256")),
    ])
    return FaultServer.Response(200, headers: type, body: Array(body.text.utf8))
  }

  private func object(_ oid: String, base: String, batch: Int) -> JSON {
    let said: JSON = .string(wrongOIDs[oid] ?? oid)
    if let error = errors[oid] ?? (contents[oid] == nil ? ObjectError(404, "Object does not exist") : nil) {
      let error: JSON = .object([("code", .integer(error.code)), ("message", .string(error.message))])
      return .object([("oid", said), ("error", error)])
    }
    let download: JSON = .object([
      ("href", .string("\(base)/objects/\(oid)?batch=\(batch)")),
      (
        "header",
        headers.isEmpty ? nil : .object(headers.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
      ),
      ("expires_in", expiresIn.map { .integer($0) }),
    ])
    return .object([
      ("oid", said), ("size", .integer(wrongSizes[oid] ?? contents[oid]?.count ?? 0)),
      ("authenticated", isAuthenticated.map { .bool($0) }), ("actions", .object([("download", download)])),
    ])
  }
}
