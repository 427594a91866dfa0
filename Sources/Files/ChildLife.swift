import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Whether a program that was started still runs, how it ended, and what it said on standard error. It outlives the
/// `ChildProcess`, so that nobody needs to wait for the end of a program in which nobody is interested any more.
final class ChildLife: Sendable {
  private struct State {
    var ending: ChildProcess.Ending?
    var lastWords: [UInt8] = []
  }

  private let id: pid_t
  private let isGroup: Bool
  /// Whether what it has started is ended with it.
  private let endsGroup: Bool
  private let alarm: ChildPipe.End
  private let state = Mutex(State())
  private let ended = DispatchSemaphore(value: 0)
  private let silent = DispatchSemaphore(value: 0)

  private static let keptWords = 4096
  /// Queues of their own, because each has a thread that does nothing but wait.
  private static func onOwnThread(_ label: String, _ work: @escaping @Sendable () -> Void) {
    DispatchQueue(label: "lfsfetch.child." + label).async(execute: work)
  }

  init(_ id: pid_t, isGroup: Bool, endsGroup: Bool = false, alarm: ChildPipe.End) {
    (self.id, self.isGroup, self.endsGroup, self.alarm) = (id, isGroup, endsGroup && isGroup, alarm)
    Self.onOwnThread("end") { self.awaitEnd() }
  }

  /// The number of a process that has ended is given to others once it was waited for; so that happens together with
  /// noting it, and a signal can never reach a stranger.
  private func awaitEnd() {
    var information = siginfo_t()
    _ = retryingOnInterrupt { waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT) }
    if endsGroup { send(SIGKILL) }
    state.withLock { state in
      var status: Int32 = 0
      _ = retryingOnInterrupt { waitpid(id, &status, 0) }
      let signal = status & 0x7f
      state.ending = signal == 0 ? .exited(status >> 8 & 0xff) : .killed(signal: signal)
    }
    RunningPrograms.remove(self)
    ended.signal()
  }

  func listen(to errors: ChildPipe.End, _ onLine: @escaping @Sendable (String) -> Void) {
    Self.onOwnThread("errors") {
      defer { self.silent.signal() }
      var line: [UInt8] = []
      let stream = ByteStream(descriptor: errors.descriptor, name: "standard error")
      try? withExtendedLifetime(errors) { () throws(FileError) in
        try stream.readPieces { piece throws(FileError) in
          self.state.withLock {
            $0.lastWords += piece
            $0.lastWords.removeFirst(max(0, $0.lastWords.count - Self.keptWords))
          }
          for byte in piece {
            if byte == 0x0a || byte == 0x0d || line.count == Self.keptWords {
              if !line.isEmpty { onLine(String(decoding: line, as: UTF8.self)) }
              line.removeAll()
            }
            if byte != 0x0a, byte != 0x0d { line.append(byte) }
          }
        }
      }
      if !line.isEmpty { onLine(String(decoding: line, as: UTF8.self)) }
    }
  }

  /// What was said so far; of a program that has ended, all of it, unless something that it left behind keeps the pipe
  /// open.
  var lastWords: [UInt8] {
    if silent.wait(timeout: .now() + .milliseconds(300)) == .success { silent.signal() }
    return state.withLock { $0.lastWords }
  }

  func wait(atMost limit: Duration?) -> ChildProcess.Ending? {
    let deadline: DispatchTime = limit.map { .now() + .milliseconds(Int($0 / .milliseconds(1))) } ?? .distantFuture
    if ended.wait(timeout: deadline) == .success { ended.signal() }
    return state.withLock { $0.ending }
  }

  /// Ends it now.
  func terminate() {
    alarm.close()
    send(SIGTERM)
    kill(after: .seconds(2))
  }

  /// Its input is over, so it should end by itself.
  func end(within limit: DispatchTimeInterval) { kill(after: limit) }

  /// Ends it, whatever it wants.
  func kill() { send(SIGKILL) }

  private func kill(after limit: DispatchTimeInterval) {
    DispatchQueue.global().asyncAfter(deadline: .now() + limit) { self.kill() }
  }

  private func send(_ signal: Int32) {
    state.withLock { state in
      guard state.ending == nil else { return }
      #if canImport(Glibc)
        _ = Glibc.kill(isGroup ? -id : id, signal)
      #else
        _ = Darwin.kill(isGroup ? -id : id, signal)
      #endif
    }
  }
}
