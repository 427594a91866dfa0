import Files

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Remembers that objects were made visible whose bytes the disk may not have yet.
///
/// A run that adds objects first leaves a marker named after the machine's current boot, and removes it after its
/// sync. A marker of another boot means that the machine went down in between: every object made since that marker
/// is then hashed again before it is trusted. A marker of this boot, left by a killed process, means nothing: the
/// system still has its bytes in memory and will write them.
package struct BootMarker: Sendable {
  private let folder: String
  private let boot: String
  private let path: String

  package init(_ cache: Cache, boot: String = BootMarker.currentBoot) {
    folder = cache.root + "/unsynced"
    self.boot = boot
    path = "\(folder)/\(boot).\(getpid())"
  }

  package func place() throws(FileError) {
    try Directory.create(folder)
    _ = try File.open(path, .readWriteOrCreate)
  }

  package func remove() throws(FileError) {
    try removeFile(path)
  }

  /// Removes from the store what a power failure has damaged. Nearly always this is one look into an empty folder.
  package func recover(_ store: ObjectStore) throws(FileError) {
    let stale = try Directory.list(folder).filter { !$0.hasPrefix(boot + ".") }
    guard !stale.isEmpty else { return }
    var since = Int64.max
    for name in stale { since = min(since, try FileStatus.of(folder + "/" + name)?.modified ?? .max) }
    for (oid, _) in try store.all() {
      // Adoption changes the mode last, and with it the time of the last change.
      guard let status = try FileStatus.of(store.path(of: oid)), status.changed >= since else { continue }
      if try store.hash(oid) != oid { try store.remove(oid) }
    }
    for name in stale { try removeFile(folder + "/" + name) }
  }

  /// Another one after every start of the machine.
  package static var currentBoot: String {
    #if os(Linux)
      if let bytes = try? readPseudoFile("/proc/sys/kernel/random/boot_id") {
        return String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)
      }
      return "unknown"
    #else
      var started = timeval()
      var size = MemoryLayout<timeval>.size
      sysctlbyname("kern.boottime", &started, &size, nil, 0)
      return "\(started.tv_sec)"
    #endif
  }
}
