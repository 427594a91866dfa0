import Files
import Git

/// Files with the attribute `lockable`, which nobody is to change before he has locked them: they are read-only in the
/// work tree. Locks are git-lfs's business; where it keeps some, it alone knows which files are to be writable.
extension LFSRepository {
  /// Which of the paths are to be read-only.
  func lockable(among paths: [[UInt8]]) async throws(FetchError) -> Set<[UInt8]> {
    guard settings.setsLockableReadOnly, !hasLocks, !paths.isEmpty else { return [] }
    let values = try await reading { git async throws(GitError) in
      try await git.attribute("lockable", of: paths, .workTree)
    }
    return Set(zip(paths, values).filter { $0.1 == .set }.map(\.0))
  }

  /// Takes the right to write away from all files that are to be locked first.
  package func protectLockable() async throws(FetchError) {
    guard layout.workTree != nil, settings.setsLockableReadOnly, !hasLocks else { return }
    let paths = try index().entries.filter { $0.stage == 0 && !$0.isSkipped }.map(\.path)
    try setWritable(false, Array(try await lockable(among: paths)))
  }

  /// Whether git-lfs has locked files here.
  private var hasLocks: Bool {
    let cache = settings.storage(of: layout) + "/lockcache.db"
    return ((try? FileStatus.of(cache))?.size ?? 0) > 0
  }
}
