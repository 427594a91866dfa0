import Files
import Git
import Text

/// What became of a `drop`.
public struct Narrowed: Sendable, Equatable {
  /// How many files were taken out of the work tree.
  public let dropped: Int
  /// What was changed since it was checked out, and stays.
  public let kept: [String]
}

extension Fetcher {
  /// Takes files out of the work tree around the working directory; they stay in the repository. What the user has
  /// changed stays.
  public func drop(_ paths: [String]) async throws(FetchError) -> Narrowed {
    try prepareCache()
    let copy = try WorkingCopy(self)
    let (globs, entries) = try copy.entries(named: paths)
    let tree = try copy.workTree()
    let committed = try await copy.committed()
    var dropped: [RepositoryPath] = []
    var kept: [RepositoryPath] = []
    var untouched: [RepositoryPath] = []
    for entry in entries where !entry.isSkipped {
      let path: RepositoryPath
      do throws(GitError) { path = try entry.safePath } catch { throw FetchError(workingCopy: error) }
      if try copy.isEmptySubmodule(entry, at: path, in: tree) {
        untouched.append(path)
      } else if !committed.contains(TreeEntry(rawPath: entry.path, mode: entry.mode, id: entry.id)) {
        kept.append(path)
      } else if try await copy.isUnchanged(entry, at: path, in: tree) {
        dropped.append(path)
      } else {
        kept.append(path)
      }
    }
    // The index first: of files that are still there though they are left out, git knows what to make.
    try await copy.change(dropped.map { .init(path: $0.bytes, isSkipped: true, status: nil) }) { patterns, known in
      for glob in globs { patterns.leaveOut(glob, paths: known) }
      for path in kept + untouched { patterns.take(path) }
    }
    try copy.writing { () throws(FileError) in
      for path in dropped { try tree.folder.remove(path) }
    }
    return Narrowed(dropped: dropped.count, kept: kept.map(\.description))
  }
}

extension WorkingCopy {
  /// What HEAD has: anything else in the index is staged, and the only trace of what the user has made.
  fileprivate func committed() async throws(FetchError) -> Set<TreeEntry> {
    do throws(GitError) { return Set(try await remote.tree(of: location.head).entries) } catch {
      throw FetchError(workingCopy: error)
    }
  }

  /// A submodule that was not cloned: its folder stays, as git makes one for it in any case.
  fileprivate func isEmptySubmodule(
    _ entry: WorkTreeIndex.Entry, at path: RepositoryPath, in tree: WorkTreeFiles
  ) throws(FetchError) -> Bool {
    guard entry.mode == .submodule else { return false }
    return try writing { () throws(FileError) in
      guard try tree.folder.status(of: path)?.kind == .folder else { return false }
      return try Directory.list(tree.folder.path(of: path)).isEmpty
    }
  }

  /// Whether nothing would be lost: the file is what the index says, or is not there.
  fileprivate func isUnchanged(
    _ entry: WorkTreeIndex.Entry, at path: RepositoryPath, in tree: WorkTreeFiles
  ) async throws(FetchError) -> Bool {
    let present = try writing { () throws(FileError) in try tree.folder.status(of: path) }
    guard let present else { return true }
    switch (entry.mode, present.kind) {
    // A submodule is a clone of its own, in which there may be anything.
    case (.submodule, _): return false
    case (.symlink, .symlink), (.regular, .file), (.executable, .file): break
    default: return false
    }
    if try isKnown(present, as: entry) { return true }
    let isExecutable = present.permissions & 0o100 != 0
    if entry.mode != .symlink, isExecutable != (entry.mode == .executable) { return false }
    return try await hasContent(of: entry, at: path, in: tree)
  }

  /// As git tells without reading: size, times and inode are those of the index, which is younger than the file.
  private func isKnown(_ present: FileStatus, as entry: WorkTreeIndex.Entry) throws(FetchError) -> Bool {
    let status = WorkTreeIndex.KnownStatus(present)
    guard entry.status == status else { return false }
    let written = try writing { () throws(FileError) in try FileStatus.of(location.indexFile)?.modified ?? 0 }
    return Int64(status.modifiedSecond) < written / 1_000_000_000
  }

  private func hasContent(
    of entry: WorkTreeIndex.Entry, at path: RepositoryPath, in tree: WorkTreeFiles
  ) async throws(FetchError) -> Bool {
    let plan = try await plan([entry])
    guard let file = plan.files.first else { return false }
    return try await isInPlace(file, in: tree)
  }

  /// Whether the file has the content that would be written.
  func isInPlace(_ file: WorkTreePlan.File, in tree: WorkTreeFiles) async throws(FetchError) -> Bool {
    let path = file.path
    if file.content == .symlink {
      let target = try writing { () throws(FileError) in try tree.folder.linkTarget(of: path) }
      return target == (try await bytes(of: file.entry))
    }
    let open = try writing { () throws(FileError) in try tree.folder.open(path) }
    guard let open else { return true }
    if case .object(let oid, _) = file.content {
      return try writing { () throws(FileError) in try hashFile(open) == oid }
    }
    let wanted = try await bytes(of: file.entry)
    // What LFS extensions have filled: the pointer knows the content from before the first of them.
    let pointer = wanted.count < Pointer.sizeLimit ? try? Pointer.parse(wanted) : nil
    let content = pointer?.extensions.min { $0.priority < $1.priority }?.oid
    return try writing { () throws(FileError) in
      if let content, try hashFile(open) == content { return true }
      guard try open.status().size == wanted.count else { return false }
      return try open.readAll(limit: wanted.count) == wanted
    }
  }
}
