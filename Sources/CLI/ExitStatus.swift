import LFSFetch

/// The exit statuses of the program, and the one place where an error becomes one of them.
///
/// They are part of the interface: scripts rely on them, `docs/reference/exit-statuses.md` documents them.
enum ExitStatus: Int32, Sendable, CaseIterable {
  case done = 0
  case failed = 1
  case usage = 2
  case notFound = 3
  case network = 4
  case authentication = 5
  case integrity = 6
  case disk = 7
  case elsewhere = 8
  /// `update --check`.
  case outdated = 9
  case interrupted = 130
  /// What a shell reports of a program that SIGPIPE ended.
  case outputClosed = 141

  init(_ code: FetchError.Code) {
    self =
      switch code {
      case .usage: .usage
      case .notFound: .notFound
      case .network: .network
      case .authentication: .authentication
      case .integrity: .integrity
      case .disk: .disk
      case .interrupted: .interrupted
      }
  }

  /// The status of a command that did several things, some of which failed.
  ///
  /// A script may act upon a cause only when it was the only one and nothing was done; else it is told `failed`.
  init<Success>(of results: [Result<Success, FetchError>]) {
    let codes = results.compactMap { result in
      if case .failure(let error) = result { error.code } else { nil }
    }
    if codes.isEmpty {
      self = .done
    } else if codes.contains(.interrupted) {
      self = .interrupted
    } else if codes.count == results.count, Set(codes).count == 1 {
      self.init(codes[0])
    } else {
      self = .failed
    }
  }

  /// One line for the help.
  var meaning: String {
    switch self {
    case .done: "all done"
    case .failed: "some failed and others did not, or they failed for different reasons"
    case .usage: "the command line or a registry file has a fault"
    case .notFound: "unknown name, repository, revision or path, or not in the cache"
    case .network: "a host could not be reached or answered nonsense"
    case .authentication: "a host wants credentials or refused them"
    case .integrity: "bytes were not the ones that were promised"
    case .disk: "the disk is full, or a file cannot be read or written"
    case .elsewhere: "called as git-lfs: what was asked for is not part of lfsfetch"
    case .outdated: "`update --check`: the lock file would change"
    case .interrupted: "interrupted"
    case .outputClosed: "nobody reads standard output any more"
    }
  }
}
