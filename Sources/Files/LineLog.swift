#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Lines for whoever watches, at the end of a file. One that cannot be written is lost, and the work goes on: of that
/// nobody wants to hear.
package final class LineLog: Sendable {
  package static let standardError = LineLog(descriptor: STDERR_FILENO)

  private let descriptor: Int32

  /// nil where the file cannot be written.
  package init?(appendingTo path: String) {
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return nil }
  }

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { if descriptor != STDERR_FILENO { close(descriptor) } }

  /// In one step, so that lines of several threads and processes do not mix.
  package func write(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = bytes.withUnsafeBytes { buffer in
      #if canImport(Glibc)
        Glibc.write(descriptor, buffer.baseAddress, buffer.count)
      #else
        Darwin.write(descriptor, buffer.baseAddress, buffer.count)
      #endif
    }
  }
}
