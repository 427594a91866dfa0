import Files
import Git

/// Files with the attribute `lockable`, which nobody is to change before he has locked them: they are read-only in the
/// work tree, but for those that he has locked. Locks are git-lfs's business; here only its list of them is looked into.
extension LFSRepository {
  /// Which of the paths are to be read-only.
  func lockable(among paths: [[UInt8]]) async throws(FetchError) -> Set<[UInt8]> {
    guard settings.setsLockableReadOnly, !paths.isEmpty else { return [] }
    let values = try await reading { git async throws(GitError) in
      try await git.attribute("lockable", of: paths, .workTree)
    }
    let lockable = zip(paths, values).filter { $0.1 == .set }.map(\.0)
    guard !lockable.isEmpty else { return [] }
    let locked = try lockedPaths()
    return Set(lockable.filter { !locked.contains($0) })
  }

  /// Takes the right to write away from all files that are to be locked first.
  package func protectLockable() async throws(FetchError) {
    guard layout.workTree != nil, settings.setsLockableReadOnly else { return }
    let paths = try index().entries.filter { $0.stage == 0 && !$0.isSkipped }.map(\.path)
    try setWritable(false, Array(try await lockable(among: paths)))
  }

  private func lockedPaths() throws(FetchError) -> LockedPaths {
    let list = settings.storage(of: layout) + "/lockcache.db"
    do throws(FileError) { return try LockedPaths(file: list) } catch {
      throw FetchError(file: error, doing: "cannot read git-lfs's list of locked files")
    }
  }
}
