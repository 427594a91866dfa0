import CSystem

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Exclusive locks by key, between processes and between holders in one process: each key is one byte of one file,
/// far beyond its end.
///
/// One file serves all keys, because making and removing a file for each of thousands of objects costs more than
/// fetching them. The system takes the locks of a process back when it dies, and those of a holder when it goes.
package final class LockFile: Sendable {
  private let file: File

  package init(_ path: String) throws(FileError) {
    file = try File.open(path, .readWriteOrCreate)
  }

  /// Whether the lock was got; it does not wait. A holder that has the lock already gets it again.
  package func tryLock(_ key: UInt64) throws(FileError) -> Bool {
    if lf_lock_byte(file.descriptor, Self.offset(key), 1) == 0 { return true }
    if errno == EAGAIN || errno == EACCES { return false }
    throw FileError("lock", file.path)
  }

  package func unlock(_ key: UInt64) {
    _ = lf_lock_byte(file.descriptor, Self.offset(key), 0)
  }

  /// Offsets in files are positive.
  private static func offset(_ key: UInt64) -> Int64 { Int64(key >> 1) & (Int64.max >> 1) }
}
