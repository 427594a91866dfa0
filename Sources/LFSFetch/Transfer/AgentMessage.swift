import JSON
import Text

/// What a transfer agent is told, and what it says: a line of JSON each.
///
/// https://github.com/git-lfs/git-lfs/blob/main/docs/custom-transfers.md#protocol
enum AgentMessage: Sendable, Equatable {
  /// The answer to the first message.
  case ready
  /// So many bytes of the object have come.
  case progress(oid: String, bytes: Int64)
  /// The object is in the file.
  case complete(oid: String, path: String)
  /// It could not begin, or could not get the object.
  case failed(oid: String?, code: Int64, message: String)

  // MARK: To the agent

  /// `remote`: the name or the address of the remote.
  static func begin(remote: String, isConcurrent: Bool, processes: Int) -> [UInt8] {
    line([
      ("event", .string("init")), ("operation", .string("download")), ("remote", .string(remote)),
      ("concurrent", .bool(isConcurrent)), ("concurrenttransfers", .integer(processes)),
    ])
  }

  static func download(_ transfer: Transfer, action: String?) -> [UInt8] {
    line([
      ("event", .string("download")), ("oid", .string(transfer.oid.hex)), ("size", .integer(transfer.size)),
      ("action", action.flatMap { try? JSON.parse(Array($0.utf8)) } ?? .null),
    ])
  }

  static let end = line([("event", .string("terminate"))])

  private static func line(_ members: [(String, JSON?)]) -> [UInt8] { Array((JSON.object(members).text + "\n").utf8) }

  // MARK: From the agent

  init(parsing line: [UInt8]) throws(JSONError) {
    let json = try JSON.parse(line)
    _ = try json.members()
    let oid = try json["oid"]?.string()
    if let error = json["error"] {
      self = .failed(
        oid: oid, code: try error["code"]?.integer() ?? 0,
        message: try error["message"]?.string().escapingControls ?? "")
      return
    }
    guard let event = json["event"] else {
      self = .ready
      return
    }
    switch try event.string() {
    case "progress":
      self = .progress(oid: oid ?? "", bytes: try json["bytesSoFar"]?.integer() ?? 0)
    case "complete": self = .complete(oid: oid ?? "", path: try json.required("path").string())
    case let other: throw JSONError("`\(other.escapingControls)` is no event of a transfer agent", at: event.position)
    }
  }
}
