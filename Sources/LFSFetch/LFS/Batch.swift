import Git
import HTTP
import JSON
import Text

/// The messages of the LFS batch API.
///
/// https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md
package enum Batch {
  package static let mediaType = "application/vnd.git-lfs+json"

  /// What is asked for.
  package struct Object: Hashable, Sendable {
    package let oid: SHA256Digest
    package let size: Int64
    package init(oid: SHA256Digest, size: Int64) {
      self.oid = oid
      self.size = size
    }
  }

  /// Where an object can be downloaded.
  package struct Action: Sendable, Equatable {
    package let href: HTTPURL
    package let header: HTTPHeaders
    /// The address already carries its own authorization.
    package let isAuthenticated: Bool
    /// Seconds from the answer until the address stops working, when the server tells.
    package let expiresIn: Int64?
  }

  /// How an object can be had.
  package enum Offer: Sendable, Equatable {
    case download(Action)
    /// By a program of the user's that the server has chosen from those that were offered.
    case order(Order)
  }

  /// What the program is told.
  package struct Order: Sendable, Equatable {
    package let agent: String
    /// The action as the server gave it, in JSON: what is in it is between the server and the program.
    package let action: String
    /// As of an `Action`.
    package let expiresIn: Int64?
  }

  /// Why the server does not give one object.
  package struct ObjectError: Error, Sendable, Equatable {
    package let code: Int
    package let message: String
  }

  /// `agents`: names of the user's programs by which objects can be transferred, too. They
  /// come first, as many servers choose the first that they know.
  package static func request(_ objects: [Object], reference: String?, agents: [String] = []) -> JSON {
    .object([
      ("operation", .string("download")),
      ("transfers", .array((agents + ["basic"]).map { .string($0) })),
      ("ref", reference.map { .object([("name", .string($0))]) }),
      ("objects", .array(objects.map { .object([("oid", .string($0.oid.hex)), ("size", .integer($0.size))]) })),
      ("hash_algo", .string("sha256")),
    ])
  }

  /// The answer for each object that was asked for. An object that the answer does not name is missing from the
  /// result; one that was not asked for, or whose size differs, makes the whole answer a lie.
  /// With `rewriting`, addresses are what `url.<base>.insteadOf` makes of them.
  package static func answer(
    _ bytes: [UInt8], to asked: [Object], agents: [String] = [], now: Int64, rewriting: GitConfig? = nil
  ) throws(JSONError) -> [SHA256Digest: Result<Offer, ObjectError>] {
    let json = try JSON.parse(bytes)
    let sizes = Dictionary(asked.map { ($0.oid, $0.size) }, uniquingKeysWith: { first, _ in first })
    var agent: String?
    if let transfer = json["transfer"], case let name = try transfer.string(), name != "basic" {
      guard agents.contains(name) else {
        throw JSONError(
          "the server chose the transfer `\(name.escapingControls)`, which was not offered", at: transfer.position)
      }
      agent = name
    }
    if let algorithm = json["hash_algo"], case let name = try algorithm.string(), name != "sha256" {
      throw JSONError("the server uses the hash `\(name.escapingControls)`", at: algorithm.position)
    }
    var answers: [SHA256Digest: Result<Offer, ObjectError>] = [:]
    for object in try json.required("objects").elements() {
      let field = try object.required("oid")
      guard let oid = SHA256Digest(hex: try field.string()), let size = sizes[oid] else {
        throw JSONError("the answer names an object that was not asked for", at: field.position)
      }
      if let said = object["size"], try said.integer() != size, object["error"] == nil {
        throw JSONError("the answer gives the object \(oid) another size than its pointer", at: said.position)
      }
      answers[oid] = try result(object, agent, now: now, rewriting)
    }
    return answers
  }

  private static func result(
    _ object: JSON, _ agent: String?, now: Int64, _ rewriting: GitConfig?
  ) throws(JSONError) -> Result<Offer, ObjectError> {
    if let error = object["error"] {
      let message = try error["message"]?.string() ?? ""
      return .failure(
        ObjectError(code: Int(clamping: try error.required("code").integer()), message: message.escapingControls))
    }
    // Before actions there were `_links`; a few servers still send them.
    guard let download = (object["actions"] ?? object["_links"])?["download"] else {
      return .failure(ObjectError(code: 404, message: "the server offers no download"))
    }
    if let agent {
      return .success(.order(Order(agent: agent, action: download.text, expiresIn: try expiry(download, now: now))))
    }
    let field = try download.required("href")
    let href: HTTPURL
    let text = try field.string()
    do throws(HTTPURLError) { href = try HTTPURL(rewriting?.rewriting(text) ?? text) } catch {
      throw JSONError("the download address is not valid: \(error)", at: field.position)
    }
    var header = HTTPHeaders()
    for member in try download["header"]?.members() ?? [] { header.add(member.name, try member.value.string()) }
    let isAuthenticated = try object["authenticated"]?.bool() ?? false
    let expiresIn = try expiry(download, now: now)
    return .success(
      .download(Action(href: href, header: header, isAuthenticated: isAuthenticated, expiresIn: expiresIn)))
  }

  /// `expires_in` wins over `expires_at`, and may be negative. Zero and the year 1 are how some servers say "never".
  static func expiry(_ action: JSON, now: Int64) throws(JSONError) -> Int64? {
    if let seconds = try action["expires_in"]?.integer(), seconds != 0 { return seconds }
    guard let text = try action["expires_at"]?.string(), let date = timestamp(text), date > 0 else { return nil }
    return date - now
  }
}

extension FetchError {
  /// Why a batch API does not give one object.
  init(_ error: Batch.ObjectError) {
    let said = error.message.isEmpty ? "" : ": \(error.message)"
    switch error.code {
    case 404: self.init(.notFound, "the server does not have it (404)\(said)")
    case 410: self.init(.notFound, "the server no longer has it (410)\(said)")
    case 409: self.init(.network, "the server uses another hash (409)\(said)")
    case 422: self.init(.network, "the server finds the request for it invalid (422)\(said)")
    case 401, 403: self.init(.authentication, "the server does not allow it (\(error.code))\(said)")
    case 413, 429, 509: self.init(.network, "the server refuses it (\(error.code))\(said)", hint: .quota)
    default: self.init(.network, "the server refuses it (\(error.code))\(said)")
    }
  }
}
