import CSystem
import Synchronization

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
///
/// Some file systems, mostly network ones, refuse such locks. There the holders are files (`HolderFiles`), in a folder
/// beside the lock file. That this folder is there is the record that no byte of the lock file means anything:
/// whoever comes later looks for it after locking a byte, and goes over to files, even if the file system gives it
/// byte-range locks, as it may on the machine that serves the files. Who is refused makes it, and it stays. What is
/// left is a holder that had its byte before the folder was made: it is not seen by those who were refused. It finds
/// out by `stillHolds`, which it must ask before others see its work.
///
/// A file system that grants locks and keeps them to one machine, as NFS mounted with `nolock`, cannot be told from
/// one that shares them, and is not; making the folder by hand is the remedy.
package final class LockFile: Sendable {
  private enum Way {
    case undecided
    case byteRanges
    case holderFiles(HolderFiles)
  }

  private let file: File
  private let isOwn: Bool
  private let timing: HolderFiles.Timing
  private let way = Mutex(Way.undecided)

  /// Made when it is not there.
  package convenience init(_ path: String) throws(FileError) {
    self.init(try File.open(path, .readWriteOrCreate), isOwn: true)
  }

  /// The lock file of another run, to see whether it lives; nil when it is gone.
  ///
  /// Where byte-range locks are refused and the other has no folder of holders, it has locked a byte that cannot be
  /// seen from here: all its keys count as held.
  package static func ofAnother(_ path: String) throws(FileError) -> LockFile? {
    do throws(FileError) {
      return LockFile(try File.open(path, .readWrite), isOwn: false)
    } catch {
      if error.isNotFound { return nil }
      throw error
    }
  }

  init(_ file: File, isOwn: Bool, timing: HolderFiles.Timing = .init()) {
    self.file = file
    self.isOwn = isOwn
    self.timing = timing
  }

  /// The ending of the folder in which the holders are.
  package static let holdersEnding = ".holders"

  private var holdersFolder: String { file.path + Self.holdersEnding }

  // MARK: Locking

  /// Whether the lock was got; it does not wait. A holder that has the lock already gets it again.
  package func tryLock(_ key: UInt64) throws(FileError) -> Bool {
    let way = way.withLock { $0 }
    if case .holderFiles(let holders) = way { return try holders.tryLock(key) }
    if lf_lock_byte(file.descriptor, Self.offset(key), 1) == 0 {
      if try !isRecorded() {
        self.way.withLock { if case .undecided = $0 { $0 = .byteRanges } }
        return true
      }
      _ = lf_lock_byte(file.descriptor, Self.offset(key), 0)
      return try holders().tryLock(key)
    }
    let reason = errno
    if reason == EAGAIN || reason == EACCES { return false }
    guard case .undecided = way, Self.isRefusal(reason) else { throw FileError("lock", file.path, errno: reason) }
    if !isOwn, try !isRecorded() { return false }
    return try holders().tryLock(key)
  }

  /// Whether a lock that was got is still held; to be asked before others see what was done under it. Without
  /// byte-range locks, one that was stopped for a minute may have been taken for dead.
  package func stillHolds(_ key: UInt64) -> Bool {
    switch way.withLock({ $0 }) {
    case .undecided: false
    case .byteRanges: (try? isRecorded()) == false
    case .holderFiles(let holders): holders.stillHolds(key)
    }
  }

  package func unlock(_ key: UInt64) {
    if case .holderFiles(let holders) = way.withLock({ $0 }) { holders.unlock(key) }
    // Also then: the byte may have been locked before the folder was there.
    _ = lf_lock_byte(file.descriptor, Self.offset(key), 0)
  }

  /// Removes the file and what is beside it. For one that serves a single run.
  package func remove() throws(FileError) {
    try removeFile(file.path)
    guard try isRecorded() else { return }
    // Another may be looking into it; then what is left of it is an orphan.
    try? Directory.remove(holdersFolder)
  }

  /// Removes the folder of holders `path` when its lock file is gone.
  package static func removeOrphan(_ path: String) throws(FileError) {
    guard path.hasSuffix(holdersEnding), try FileStatus.of(String(path.dropLast(holdersEnding.count))) == nil else {
      return
    }
    try? Directory.remove(path)
  }

  // MARK: The way

  private func isRecorded() throws(FileError) -> Bool { try FileStatus.of(holdersFolder) != nil }

  private func holders() throws(FileError) -> HolderFiles {
    let made = try HolderFiles(holdersFolder, timing: timing)
    return way.withLock { way in
      if case .holderFiles(let present) = way { return present }
      way = .holderFiles(made)
      return made
    }
  }

  /// How file systems say that they have no such locks: NFS without its lock service, FUSE, SMB, and kernels before
  /// locks of open files.
  static func isRefusal(_ reason: Int32) -> Bool {
    [ENOLCK, ENOSYS, EOPNOTSUPP, ENOTSUP, EINVAL].contains(reason)
  }

  /// Offsets in files are positive.
  private static func offset(_ key: UInt64) -> Int64 { Int64(key >> 1) & (Int64.max >> 1) }
}
