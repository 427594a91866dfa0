import HTTP
import Text

/// How much of a repository one fetch asks for, from the least to everything. Servers differ in what they can leave
/// out, and some only say so by failing.
package enum FetchRung: String, Sendable, CaseIterable, Comparable {
  /// One commit, its trees, and the blobs below 1 KiB, which every LFS pointer is.
  case smallBlobs = "blob:limit=1024"
  /// One commit and its trees.
  case noBlobs = "blob:none"
  /// One commit with all of its files.
  case wholeCommit = "deepen"
  /// The whole history.
  case everything = "everything"

  package static func < (left: FetchRung, right: FetchRung) -> Bool { left.position < right.position }

  private var position: Int { FetchRung.allCases.firstIndex(of: self) ?? 0 }

  var shape: FetchShape {
    switch self {
    case .smallBlobs: FetchShape(filter: "blob:limit=1024", depth: 1)
    case .noBlobs: FetchShape(filter: "blob:none", depth: 1)
    case .wholeCommit: FetchShape(filter: nil, depth: 1)
    case .everything: FetchShape(filter: nil, depth: nil)
    }
  }
}

/// What a fetch leaves out.
struct FetchShape: Sendable, Equatable {
  var filter: String?
  var depth: Int?
  /// Commits that are older, in seconds since 1970.
  var since: Int64?
  /// What these branches and tags have.
  var excluded: [String] = []
  /// Tags that are about one of the commits come along, though nobody named them.
  var includesTags = false

  /// Whether the answer tells where the history was cut off.
  var isShallow: Bool { depth != nil || isRecent }
  /// By other facts than the number of commits.
  var isRecent: Bool { since != nil || !excluded.isEmpty }

  /// All commits and nothing else: what it takes to find an abbreviated id.
  static let history = FetchShape(filter: "tree:0", depth: nil)
  static let complete = FetchShape(filter: nil, depth: nil)
}

/// Which rungs to try, and which failures mean that the next one may do better.
enum Ladder {
  /// The rungs that the server says it can do, from the one that worked for this host before.
  static func rungs(allowedBy advertisement: Advertisement, startingAt first: FetchRung?) -> [FetchRung] {
    FetchRung.allCases.filter { rung in
      if let first, rung < first { return false }
      if rung.shape.filter != nil, !advertisement.canFilter { return false }
      if rung.shape.depth != nil, !advertisement.canDeepen { return false }
      return true
    }
  }

  enum Verdict: Equatable {
    /// Another rung may work. `isTelling` when the failure speaks of the request rather than of a bad moment, so
    /// that it is worth remembering.
    case stepDown(isTelling: Bool)
    case giveUp
  }

  static func verdict(on failure: FetchFailure) -> Verdict {
    switch failure {
    case .noAnswer, .noFlush: .stepDown(isTelling: true)
    case .refusedWant: .giveUp
    case .server: .stepDown(isTelling: true)
    case .status(let status, _):
      switch status {
      case 401, 403, 404, 407, 408, 410, 503: .giveUp
      case 502, 504: .stepDown(isTelling: false)
      case 400...599: .stepDown(isTelling: true)
      default: .giveUp
      }
    case .brokenOff, .malformed, .tooManyRequests: .giveUp
    }
  }
}

/// How the answer to a fetch can disappoint.
enum FetchFailure: Error, Equatable {
  /// 200 with an empty body: what git's own backend answers to a feature that it does not have.
  case noAnswer
  /// 200, and the body stops before the pack without a closing flush.
  case noFlush
  /// The pack began and did not end.
  case brokenOff
  /// The server does not give out one of the wanted ids.
  case refusedWant(String)
  /// An `ERR` line, or the side-band's channel for errors.
  case server(String)
  case status(Int, HTTPURL)
  /// It wants to be asked later.
  case tooManyRequests(GitError)
  case malformed(GitError)

  init(serverMessage bytes: some BidirectionalCollection<UInt8>) {
    let message = String(hostile: bytes)
    // git's words, and JGit's.
    let isRefusal = message.has("not our ref") || (message.has("want ") && message.has(" not valid"))
    self = isRefusal ? .refusedWant(message) : .server(message)
  }

  func error(host: String) -> GitError {
    switch self {
    case .noAnswer: GitError(.protocolViolation, "\(host) answered a fetch with nothing")
    case .noFlush: GitError(.protocolViolation, "\(host) cut its answer to a fetch short")
    case .brokenOff: GitError(.network, "\(host) stopped in the middle of a pack")
    case .refusedWant(let words): GitError(.revisionNotFound, "\(host) does not give out the commit", cause: words)
    case .server(let words): GitError(.serverError, "\(host) refused to send objects", cause: words)
    case .status(let status, let url): GitError(status: status, from: url)
    case .tooManyRequests(let error), .malformed(let error): error
    }
  }
}
