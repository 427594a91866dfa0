import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Standard output or standard error: writes whole texts to a descriptor, unbuffered.
///
/// Every text is written by one call, so lines of different threads never mix.
final class StandardStream: Sendable {
  let descriptor: Int32
  /// Whether to leave quietly when nobody reads any more, as in `lfsfetch list | head -1`. SIGPIPE would do that,
  /// but would take the program down for a host that closes its connection, too.
  private let endsProgramWhenClosed: Bool
  /// The error number of the first write that failed; all later writes are dropped.
  private let failure = Mutex<Int32?>(nil)

  init(descriptor: Int32, endsProgramWhenClosed: Bool = false) {
    self.descriptor = descriptor
    self.endsProgramWhenClosed = endsProgramWhenClosed
  }

  /// Why writing failed, as the system says it; nil when all was written.
  var failureReason: String? {
    failure.withLock { $0 }.map { String(cString: strerror($0)) }
  }

  func write(_ text: String) { write(Array(text.utf8)) }

  func write(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    failure.withLock { failure in
      guard failure == nil else { return }
      failure = bytes.withUnsafeBufferPointer { Self.writeAll($0, to: descriptor) }
      if failure == EPIPE, endsProgramWhenClosed { _exit(ExitStatus.outputClosed.rawValue) }
    }
  }

  func writeLine(_ line: String) {
    write(line + "\n")
  }

  /// The error number, or nil when every byte was written.
  private static func writeAll(_ bytes: UnsafeBufferPointer<UInt8>, to descriptor: Int32) -> Int32? {
    var rest = UnsafeRawBufferPointer(bytes)[...]
    while !rest.isEmpty {
      let count = unsafeWrite(descriptor, UnsafeRawBufferPointer(rebasing: rest))
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        // A terminal shared with a program that made it non-blocking.
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&request, 1, -1)
      } else if errno != EINTR {
        return errno
      }
    }
    return nil
  }

  private static func unsafeWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }
}
