import LFSFetch
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Runs a command while the main thread waits for the signals that interrupt it.
///
/// The signals are blocked in every thread and taken by `sigwait`, so nothing ever runs inside a signal handler.
/// The first SIGINT, SIGTERM or SIGHUP cancels the command, which has a moment to end by itself, as have the programs
/// that it has started; then, or at the second signal, the program ends whatever they are doing. What is on the disk is
/// fit for that at any moment.
enum SignalLoop {
  /// Well inside the second within which the prompt is back.
  private static let patienceInMicroseconds: UInt32 = 500_000

  private static let isInterrupted = Atomic(false)

  static func run(_ console: Console, _ command: @escaping @Sendable () async -> Ending) -> Never {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGALRM)
    for signal in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(signal) { sigaddset(&signals, signal) }
    // Before the first thread is started: threads inherit the mask.
    pthread_sigmask(SIG_BLOCK, &signals, nil)

    let task = Task {
      let ending = await command()
      if ending.isInterruption, let notice = console.interruption.take() { console.errors.write(notice) }
      if isInterrupted.load(ordering: .acquiring) {
        Interruption.awaitPrograms()
        Interruption.finish()
      }
      Main.end(ending, console)
    }
    while true {
      var signal: Int32 = 0
      guard sigwait(&signals, &signal) == 0 else { continue }
      if signal == SIGALRM || isInterrupted.exchange(true, ordering: .acquiringAndReleasing) {
        Interruption.finish()
        console.echo.restore()
        if let notice = console.interruption.take() { console.errors.write(notice) }
        _exit(ExitStatus.interrupted.rawValue)
      }
      task.cancel()
      Interruption.begin()
      ualarm(patienceInMicroseconds, 0)
    }
  }

  /// Whoever started us may have shielded us, as a shell does with its background jobs; `sigwait` would not know.
  private static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    sigaction(signal, nil, &action)
    #if canImport(Glibc)
      let handler = action.__sigaction_handler.sa_handler
    #else
      let handler = action.__sigaction_u.__sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
