#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An exclusive lock between processes, and between holders in one process; released when the value goes, and by
/// the system when the process dies.
package final class FileLock: Sendable {
  private let file: File

  private init(file: File) { self.file = file }

  /// nil when somebody else holds it.
  package static func tryAcquire(_ path: String) throws(FileError) -> FileLock? {
    while true {
      let file = try File.open(path, .readWriteOrCreate)
      guard retryingOnInterrupt({ flock(file.descriptor, LOCK_EX | LOCK_NB) }) == 0 else {
        if errno == EWOULDBLOCK { return nil }
        throw FileError("lock", path)
      }
      // The last holder may have removed the name between our open and our lock; then this lock locks nothing.
      let locked = try file.status()
      if let named = try FileStatus.of(path), named.inode == locked.inode, named.device == locked.device {
        return FileLock(file: file)
      }
    }
  }

  /// Waits for it, looking again every few milliseconds, so that a cancelled task stops waiting.
  package static func acquire(_ path: String) async throws -> FileLock {
    var pause = Duration.milliseconds(2)
    while true {
      if let lock = try tryAcquire(path) { return lock }
      try await Task.sleep(for: pause)
      pause = min(pause * 2, .milliseconds(100))
    }
  }

  /// Removes the lock's file while it is held, so that none are left lying about.
  package func remove() {
    unlink(file.path)
  }
}
