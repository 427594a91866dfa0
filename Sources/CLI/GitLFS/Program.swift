import LFSFetch

/// Under which name the program was called: its own, or `git-lfs`, in whose place it then answers.
enum Program: Sendable {
  case lfsfetch
  case gitLFS

  /// `path` is the first word of the command line, as whoever started the program wrote it.
  init(calledAs path: String?) {
    let name = path?.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) }
    self = name == "git-lfs" ? .gitLFS : .lfsfetch
  }

  var name: String { self == .gitLFS ? "git-lfs" : "lfsfetch" }

  /// git-lfs has few statuses: 2 for nearly everything, 1 where a check has found something or a hook is not called as
  /// one, 127 for a command line that it does not understand, 128 outside of a repository.
  private static let endingWithOne: Set<String> = ["fsck", "pointer", "post-checkout", "post-merge", "pre-push"]

  /// What the process ends with.
  func exitCode(of status: ExitStatus, command: String) -> Int32 {
    guard self == .gitLFS else { return status.rawValue }
    switch status {
    case .done, .interrupted, .outputClosed, .elsewhere: return status.rawValue
    case .failed where Self.endingWithOne.contains(command): return 1
    default: return 2
    }
  }

  func exitCode(of error: FetchError, command: String?) -> Int32 {
    guard self == .gitLFS else { return ExitStatus(error.code).rawValue }
    if error.code == .interrupted { return ExitStatus.interrupted.rawValue }
    if error.isAboutThePlace { return 128 }
    guard let command else { return 127 }
    return command == "pointer" ? 1 : 2
  }
}
