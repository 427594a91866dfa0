import LFSFetch

/// How the program ends: the number that whoever started it gets, which is another one when it was called as git-lfs.
struct Ending: Sendable, Equatable {
  let code: Int32
  let isInterruption: Bool

  static let done = Ending(.done, .lfsfetch, command: "")
  static let usage = Ending(.usage, .lfsfetch, command: "")

  init(_ status: ExitStatus, _ program: Program, command: String) {
    code = program.exitCode(of: status, command: command)
    isInterruption = status == .interrupted
  }

  /// `command` is nil where the command line was not understood.
  init(_ error: FetchError, _ program: Program, command: String?) {
    code = program.exitCode(of: error, command: command)
    isInterruption = error.code == .interrupted
  }
}
