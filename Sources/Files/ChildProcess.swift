import CSystem

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A program that runs for us and talks with us through pipes: bytes go to its standard input and come from its
/// standard output; what it says on standard error is handed on line by line, and its last words are kept.
///
/// All calls block and belong on a thread of their own, save `terminate`, which may come from anywhere and makes the
/// others return. When the last reference goes, the program's input ends, and a program that does not end with it is
/// killed.
package final class ChildProcess: Sendable {
  /// For people.
  package let name: String
  private let input: ChildPipe.End
  private let output: ChildPipe.End
  /// Readable once `terminate` was called.
  private let alarm: ChildPipe.End
  private let life: ChildLife

  /// Starts the program. `onErrorLine` gets the lines of its standard error, as they come, on a thread of their own.
  package init(
    _ program: Program, onErrorLine: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(FileError) {
    name = program.path
    let (input, output, errors, alarm) = (try ChildPipe(), try ChildPipe(), try ChildPipe(), try ChildPipe())
    let isGroup = !(program.mayUseTerminal && ChildProcess.ownsTerminal)
    life = try RunningPrograms.add(program) { () throws(FileError) in
      let id = try program.start(
        input: input.reading.descriptor, output: output.writing.descriptor, errors: errors.writing.descriptor,
        inOwnGroup: isGroup)
      return ChildLife(id, isGroup: isGroup, alarm: alarm.writing)
    }
    self.input = input.writing
    self.output = output.reading
    self.alarm = alarm.reading
    life.listen(to: errors.reading, onErrorLine)
  }

  deinit {
    input.close()
    life.end(within: .seconds(2))
  }

  /// Whether this process is in the foreground of a terminal, where programs that it starts can ask the user something
  /// only from within the same process group.
  package static var ownsTerminal: Bool {
    let terminal = lf_open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC, 0)
    guard terminal >= 0 else { return false }
    defer { close(terminal) }
    return tcgetpgrp(terminal) == getpgrp()
  }

  // MARK: Talking

  /// Waits for bytes of its standard output and reads what is there; 0 is the end, and comes also after `terminate`.
  /// When nothing comes for so long as `patience`, the error's number is ETIMEDOUT.
  package func read(into buffer: UnsafeMutableRawBufferPointer, patience: Duration? = nil) throws(FileError) -> Int {
    var requests = [
      pollfd(fd: output.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: alarm.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    let limit = patience.map { Int32(clamping: max(1, $0.components.seconds * 1000)) } ?? -1
    let count = withExtendedLifetime(self) { retryingOnInterrupt { poll(&requests, 2, limit) } }
    guard count >= 0 else { throw FileError("read from", name) }
    guard count > 0 else { throw FileError("read from", name, errno: ETIMEDOUT) }
    guard requests[1].revents == 0 else { return 0 }
    return try withExtendedLifetime(self) { () throws(FileError) in
      try ByteStream(descriptor: output.descriptor, name: name).read(into: buffer)
    }
  }

  /// All that it writes on standard output until it ends, up to `limit` bytes; `patience` as above.
  package func readAll(limit: Int, patience: Duration? = nil) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 10, alignment: 64)
    defer { buffer.deallocate() }
    while case let count = try read(into: buffer, patience: patience), count > 0 {
      guard bytes.count + count <= limit else { throw FileError("read from", name, errno: EFBIG) }
      bytes.append(contentsOf: buffer[..<count])
    }
    return bytes
  }

  /// Writes to its standard input. A program that has closed it is an error, not a signal.
  package func write(_ bytes: [UInt8]) throws(FileError) {
    try withExtendedLifetime(self) { () throws(FileError) in
      try withoutPipeSignal { () throws(FileError) in
        try ByteStream(descriptor: input.descriptor, name: name).write(bytes)
      }
    }
  }

  package func closeInput() { input.close() }

  // MARK: Ending

  package enum Ending: Sendable, Equatable {
    case exited(Int32)
    case killed(signal: Int32)
  }

  /// Waits for its end, at most so long; nil when it still runs.
  package func wait(atMost limit: Duration? = nil) -> Ending? { life.wait(atMost: limit) }

  /// Tells it to end, and kills it when it has not two seconds later. Nothing is read from it any more.
  package func terminate() { life.terminate() }

  /// The last of what it has said on standard error.
  package var lastWords: [UInt8] { life.lastWords }
}

/// Runs `body` without SIGPIPE in this thread: programs that use the library may not have said that they ignore it.
private func withoutPipeSignal<Value>(_ body: () throws(FileError) -> Value) throws(FileError) -> Value {
  var pipe = sigset_t()
  var before = sigset_t()
  var pending = sigset_t()
  sigemptyset(&pipe)
  sigaddset(&pipe, SIGPIPE)
  pthread_sigmask(SIG_BLOCK, &pipe, &before)
  sigpending(&pending)
  let wasPending = sigismember(&pending, SIGPIPE) == 1
  defer {
    sigpending(&pending)
    var signal: Int32 = 0
    // Ours is taken away before the mask is as it was.
    if !wasPending, sigismember(&pending, SIGPIPE) == 1 { sigwait(&pipe, &signal) }
    pthread_sigmask(SIG_SETMASK, &before, nil)
  }
  return try body()
}
