import Files
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Remembers that a run is adding objects, to clean up after one that came to a bad end.
///
/// A run holds a lock on a marker named after the machine's current boot, the process and the run, and removes it
/// after its sync. One that leaves the sync to a later run leaves its marker, too, in the place of the process with the
/// word `owed`. A marker that nobody holds was left by a run that is dead: its temporary files are removed, and the
/// sync that it owed is made. If it is of another boot, the machine may have gone down in between: files were visible
/// whose bytes the disk may not have. So every object made since that marker is hashed again before it is trusted, and
/// what was put into snapshots since is removed, to be put there again.
package final class RunMarker: Sendable {
  private let lock: LockFile
  private let path: String
  private let debt: String

  /// In the place of the process in the names of markers.
  private static let owed: Substring = "owed"

  package init(_ cache: Cache, boot: String = currentBoot ?? "unknown") throws(FileError) {
    let folder = cache.root + "/runs"
    try Directory.create(folder)
    while true {
      // A process may have several runs at once, each with a marker of its own.
      let run = UInt32.random(in: .min ... .max)
      let path = "\(folder)/\(boot).\(processInstance).\(run)"
      let lock = try LockFile(path)
      // Another run may have looked at the marker before it was locked, and taken it for a dead one's.
      if try lock.tryLock(0), try FileStatus.of(path) != nil {
        self.lock = lock
        self.path = path
        debt = "\(folder)/\(boot).\(Self.owed).\(run)"
        return
      }
    }
  }

  /// Whether nobody took this run for dead and cleaned up after it.
  package var isHeld: Bool { lock.stillHolds(0) }

  package func remove() throws(FileError) {
    try lock.remove()
  }

  /// Ends the run without its sync, which a later one makes. False where the file system cannot give files a second
  /// name: the marker of a debt is as old as the run.
  package func owe() throws(FileError) -> Bool {
    guard (try? linkFile(path, as: debt)) == true else { return false }
    try remove()
    // It is the same file.
    lock.unlock(0)
    return true
  }

  /// A sync that an earlier run owes.
  package struct Debt: Sendable {
    package let path: String
    /// So young that the system has perhaps not written by itself what is to be synced.
    package let isYoung: Bool
  }

  package static func debts(in cache: Cache, boot: String = currentBoot ?? "unknown") throws(FileError) -> [Debt] {
    let folder = cache.root + "/runs"
    var debts: [Debt] = []
    for name in try Directory.list(folder) where name.begins(with: "\(boot).\(owed).") {
      guard let status = try FileStatus.of(folder + "/" + name) else { continue }
      debts.append(Debt(path: folder + "/" + name, isYoung: Int64(time(nil)) - status.modified / 1_000_000_000 < 60))
    }
    return debts
  }

  /// Cleans up after runs that are dead. Nearly always this is one look into an empty folder.
  package static func recover(_ store: ObjectStore, boot: String = currentBoot ?? "unknown") throws(FileError) {
    let folder = store.cache.root + "/runs"
    for name in try Directory.list(folder) {
      let marker = folder + "/" + name
      let parts = name.split(separator: ".")
      try LockFile.removeOrphan(marker)
      // What is owed is of a run that ended well; the sync is for the next that makes one.
      guard parts.count == 3, parts[0] != boot || parts[1] != owed, let status = try FileStatus.of(marker),
        let lock = try LockFile.ofAnother(marker),
        try lock.tryLock(0)
      else { continue }
      // Other runs of this very process may be at work.
      if parts[1] != processInstance, parts[1] != owed { try store.removeTemporaries(of: String(parts[1])) }
      if parts[0] != boot {
        try removeDamaged(in: store, since: status.modified)
        try removeFiles(below: store.cache.snapshots, since: status.modified)
      } else {
        // Its files are whole as long as the machine stays up; without its marker nobody would look at them after that.
        try File.open(folder, .read).syncFileSystem()
      }
      try lock.remove()
    }
  }

  private static func removeDamaged(in store: ObjectStore, since: Int64) throws(FileError) {
    for (oid, _) in try store.all() {
      // Adoption changes the name last, and with it the time of the last change.
      guard let status = try FileStatus.of(store.path(of: oid)), status.changed >= since else { continue }
      if try store.hash(oid) != oid { try store.remove(oid) }
    }
  }

  private static func removeFiles(below folder: String, since: Int64) throws(FileError) {
    for name in try Directory.list(folder) {
      let path = folder + "/" + name
      guard let status = try FileStatus.of(path) else { continue }
      if status.kind == .folder {
        try removeFiles(below: path, since: since)
      } else if status.changed >= since {
        try removeFile(path)
      }
    }
  }
}
