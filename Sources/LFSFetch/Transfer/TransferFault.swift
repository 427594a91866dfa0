import Files
import HTTP

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What can go wrong with one request for an object's bytes.
enum TransferFault: Error, Sendable {
  /// The host gives no ranges, or other ones than were asked for: it must be asked for the whole.
  case noRanges
  /// A status that is no answer to the request.
  case status(Int, host: String, retryAfter: Duration? = nil)
  /// The source does not have the object.
  case absent(String)
  case network(HTTPError)
  /// The answer was complete in itself but not what the object is: other length, another encoding.
  case unusable(String)
  /// The whole did not hash to its name.
  case corrupt
  case disk(FileError)
  case cancelled

  init(status response: HTTPResponse) {
    self = .status(
      response.status, host: response.url.origin.name, retryAfter: response.retryAfter(now: time(nil)))
  }

  init(_ error: any Error) {
    switch error {
    case let fault as TransferFault: self = fault
    case let error as FileError: self = .disk(error)
    case let error as HTTPError where error.kind == .cancelled: self = .cancelled
    case let error as HTTPError: self = .network(error)
    case is CancellationError: self = .cancelled
    default: self = .unusable("\(error)")
    }
  }

  /// For the list of causes.
  var reason: String {
    switch self {
    case .noRanges: "the host does not give byte ranges"
    case .status(let status, let host, _): "\(host) answered \(status)"
    case .network(let error): error.message
    case .unusable(let reason), .absent(let reason): reason
    case .corrupt: "the bytes do not have the SHA-256 that they should have"
    case .disk(let error): error.description
    case .cancelled: "cancelled"
    }
  }
}

/// What to do about a fault: pure, so that the whole policy can be read and tested in one place.
enum Remedy: Equatable, Sendable {
  /// The same request again, after a pause.
  case again(after: Duration)
  /// The same source, but ask it for a new address first.
  case relocate
  /// The next source; this one is of no use for the object any more.
  case nextSource
  /// Nothing helps.
  case giveUp

  /// `attempt` counts the faults that this source made of this object since it last gave anything, from 1, and wrong
  /// bytes apart from the others; `relocations` counts the new addresses it was asked for since then.
  static func against(
    _ fault: TransferFault, attempt: Int, relocations: Int, isSigned: Bool, retry: Retry, random: Double
  ) -> Remedy {
    switch fault {
    case .noRanges: return .again(after: .zero)
    case .disk, .cancelled: return .giveUp
    case .unusable, .absent: return .nextSource
    case .corrupt: return attempt < 2 ? .again(after: .zero) : .nextSource
    case .status(401, _, _), .status(403, _, _), .status(400, _, _):
      // Signed addresses expire, and stores say so with any of these.
      return isSigned && relocations < 3 ? .relocate : .nextSource
    case .status(let status, _, let retryAfter):
      let pause = retry.delay(after: attempt, .status(status, retryAfter: retryAfter), random: random)
      return pause.map { .again(after: $0) } ?? .nextSource
    case .network(let error):
      let pause = retry.delay(after: attempt, .failure(error), random: random)
      return pause.map { .again(after: $0) } ?? .nextSource
    }
  }
}
