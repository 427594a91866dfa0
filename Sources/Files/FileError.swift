#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A system call that failed: which one, on what, and the system's reason.
package struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was being done, as a verb: "open", "rename".
  package let operation: String
  package let path: String
  package let errno: Int32

  package init(_ operation: String, _ path: String, errno: Int32 = currentErrno()) {
    self.operation = operation
    self.path = path
    self.errno = errno
  }

  /// The disk or the quota is used up.
  package var isDiskFull: Bool { errno == ENOSPC || errno == EDQUOT }
  package var isNotPermitted: Bool { errno == EACCES || errno == EPERM || errno == EROFS }
  package var isTimeout: Bool { errno == ETIMEDOUT }
  package var isNotFound: Bool { errno == ENOENT || errno == ENOTDIR }

  package var reason: String { String(cString: strerror(errno)) }
  package var description: String { "cannot \(operation) `\(path)`: \(reason)" }
}

/// `errno` of the call just made; a function so that a default argument reads it at the place of the call.
package func currentErrno() -> Int32 { errno }
