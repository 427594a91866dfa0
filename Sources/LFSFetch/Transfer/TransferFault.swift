import Files
import HTTP
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What can go wrong with one request for an object's bytes.
enum TransferFault: Error, Sendable {
  /// The host gives no ranges, or other ones than were asked for: it must be asked for the whole.
  case noRanges
  /// A status that is no answer to the request; and why, where a store of S3's kind has said it.
  case status(Int, host: String, retryAfter: Duration? = nil, said: String? = nil)
  /// The source does not have the object.
  case absent(String)
  /// A file of this machine, which is the source, cannot be read.
  case unreadable(FileError)
  /// Nothing tells where the answer ends.
  case endless(host: String)
  case network(HTTPError)
  /// The answer was complete in itself but not what the object is: other length, another encoding.
  case unusable(String)
  /// The whole did not hash to its name.
  case corrupt
  /// It is another file by now: what has come of it does not fit onto what is still to come.
  case changed(host: String)
  /// A transfer agent could not bring the object; `isFinal`, any object.
  case agent(String, isFinal: Bool)
  case disk(FileError)
  case cancelled

  /// The body ended early, without an error of the connection: it had no length, or a proxy filled in.
  static func cutShort(_ url: HTTPURL) -> TransferFault {
    .network(HTTPError(.connectionLost, "\(url.origin.name) ended its answer early", url: url))
  }

  init(status response: HTTPResponse) {
    self = .status(
      response.status, host: response.url.origin.name, retryAfter: response.retryAfter(now: time(nil)),
      said: BucketRefusal(response).words)
  }

  init(_ error: any Error) {
    switch error {
    case let fault as TransferFault: self = fault
    case let error as FileError: self = .disk(error)
    case let error as HTTPError where error.kind == .cancelled: self = .cancelled
    case let error as HTTPError: self = .network(error)
    case is CancellationError: self = .cancelled
    case is WrongDigest: self = .corrupt
    case let failure as AgentProcess.Failure: self = .agent(failure.reason, isFinal: failure.isFinal)
    default: self = .unusable("\(error)")
    }
  }

  /// The disk or the quota is used up.
  var isDiskFull: Bool {
    if case .disk(let error) = self { error.isDiskFull } else { false }
  }

  /// The host has too much to do: with fewer connections it may be able.
  var isTurningAway: Bool {
    switch self {
    case .status(429, _, _, _), .status(503, _, _, _), .status(403, _, .some, _): true
    case .network(let error): error.kind == .cannotConnect
    default: false
    }
  }

  /// For the trace, where git-lfs's words are looked for.
  var traced: String {
    if case .status(500..., _, _, _) = self { "Fatal error: Server error: \(reason)" } else { reason }
  }

  /// For the list of causes.
  var reason: String {
    switch self {
    case .noRanges: "the host does not give byte ranges"
    case .status(let status, let host, _, let said): "\(host) answered \(status)" + (said.map { " " + $0 } ?? "")
    case .network(let error): error.message
    case .unusable(let reason), .absent(let reason), .agent(let reason, _): reason
    case .unreadable(let error): error.description
    case .endless(let host): "\(host) does not tell the length of the file, so that its end is not known"
    case .changed(let host): "\(host) has another file there than when the download began"
    case .corrupt: "the bytes do not have the SHA-256 that they should have"
    case .disk(let error): error.description
    case .cancelled: "cancelled"
    }
  }
}

extension FetchError {
  init(_ fault: TransferFault, name: String? = nil) {
    let code: FetchError.Code =
      switch fault {
      case .corrupt, .changed: .integrity
      case .unusable: .integrity
      case .absent, .status(404, _, _, _), .status(410, _, _, _): .notFound
      case .status(401, _, _, _), .status(403, _, nil, _): .authentication
      case .disk, .unreadable: .disk
      case .cancelled: .interrupted
      case .noRanges, .status, .network, .agent, .endless: .network
      }
    if case .network(let error) = fault, [.unauthorized, .gated].contains(error.kind) {
      let whole = FetchError(http: error, doing: error.message)
      self.init(whole.code, whole.message, hint: whole.hint)
    } else if case .status(401, let host, _, _) = fault {
      self.init(code, fault.reason, hint: "give a token for \(host): docs/concepts/credentials.md has the ways")
    } else if case .changed = fault, let name {
      self.init(
        code, "`\(name.escapingControls)` was changed while it was fetched", causes: [fault.reason],
        hint: "run the same command again: it fetches the file as it is then, from the beginning")
    } else if case .unreadable(let error) = fault {
      let whole = FetchError(reading: error, doing: fault.reason.escapingControls)
      self.init(whole.code, whole.message, hint: whole.hint)
    } else if case .endless = fault {
      self.init(
        code, fault.reason, hint: "write its hash, `#sha256=HEX`, behind the address: it proves that all has come")
    } else if case .disk(let error) = fault {
      self.init(file: error, doing: "cannot store `\((name ?? "an object").escapingControls)`")
    } else {
      self.init(code, fault.reason)
    }
  }
}
