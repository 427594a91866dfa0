import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The programs that run for this process at the moment: one that is interrupted has to end them, since those that are
/// led in process groups of their own hear nothing of a Ctrl-C.
package enum RunningPrograms {
  private struct State {
    var lives: [ObjectIdentifier: ChildLife] = [:]
    /// No other program is started any more.
    var isOver = false
  }

  private static let state = Mutex(State())

  /// Starts one more. Under the lock, so that none is missed by `end`.
  static func add(_ program: Program, start: () throws(FileError) -> ChildLife) throws(FileError) -> ChildLife {
    try state.withLock { state throws(FileError) in
      guard !state.isOver else { throw FileError("run", program.path, errno: ECANCELED) }
      let life = try start()
      state.lives[ObjectIdentifier(life)] = life
      return life
    }
  }

  static func remove(_ life: ChildLife) {
    state.withLock { _ = $0.lives.removeValue(forKey: ObjectIdentifier(life)) }
  }

  /// Tells all of them to end, and lets no other be started.
  package static func end() {
    state.withLock { $0.isOver = true }
    for life in all { life.terminate() }
  }

  /// Whether they were told to: then it is no fault of theirs that they end.
  package static var areEnding: Bool { state.withLock { $0.isOver } }

  /// Ends what has not ended by itself.
  package static func kill() {
    for life in all { life.kill() }
  }

  /// Waits until none is left.
  package static func awaitEnd() {
    for life in all { _ = life.wait(atMost: nil) }
  }

  private static var all: [ChildLife] { state.withLock { Array($0.lives.values) } }
}
