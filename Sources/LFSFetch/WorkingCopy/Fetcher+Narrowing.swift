import Files
import Git
import Text

/// What became of a `drop`.
public struct Narrowed: Sendable, Equatable {
  /// How many files were taken out of the work tree.
  public let dropped: Int
  /// What was changed since it was checked out, and stays.
  public let kept: [String]
  /// Submodules in which there is something. Each is a repository of its own, of which nothing here knows what would be
  /// lost.
  public let submodules: [String]
  /// What was kept is outside of the cone now, so that git stages it only when it is told to.
  public let isCone: Bool
}

extension Fetcher {
  /// Takes files out of the work tree around the working directory; they stay in the repository. What the user has
  /// changed stays, and so do submodules.
  public func drop(_ paths: [String]) async throws(FetchError) -> Narrowed {
    try prepareCache()
    let copy = try await WorkingCopy(self)
    let (globs, named) = try copy.entries(named: paths)
    let cone = try copy.cone.map { cone throws(FetchError) in try copy.cone(cone, without: globs, named) }
    let entries = named + copy.leaving(to: cone, besides: named)
    let tree = try await copy.workTree()
    let committed = try await copy.committed()
    var dropped: [(path: RepositoryPath, status: FileStatus?)] = []
    var kept: [RepositoryPath] = []
    var emptySubmodules: [RepositoryPath] = []
    var submodules: [RepositoryPath] = []
    for entry in entries {
      let path: RepositoryPath
      do throws(GitError) { path = try entry.safePath } catch { throw FetchError(repository: error) }
      // What is left out already may be there all the same: a run that was killed leaves it so. Behind a link it is not.
      if entry.isSkipped, (try? copy.isThere(path, in: tree)) != true { continue }
      if entry.mode == .submodule, try copy.isThere(path, in: tree) {
        // The folder of one that was not cloned stays as well, as git makes one for it in any case.
        if try copy.isEmptyFolder(path, in: tree) { emptySubmodules.append(path) } else { submodules.append(path) }
      } else if !committed.contains(TreeEntry(rawPath: entry.path, mode: entry.mode, id: entry.id)) {
        kept.append(path)
      } else {
        let present = try copy.writing { () throws(FileError) in try tree.folder.status(of: path) }
        if try await copy.isUnchanged(entry, present, at: path, in: tree) {
          dropped.append((path, present))
        } else {
          kept.append(path)
        }
      }
    }
    // The index first: of files that are still there though they are left out, git knows what to make.
    try await copy.change(
      dropped.map { .init(path: $0.path.bytes, isSkipped: true, status: nil) },
      to: cone.map { .cone($0) } ?? .patterns(copy.patterns(without: globs, but: kept + emptySubmodules + submodules)))
    var changed: [RepositoryPath] = []
    try copy.writing { () throws(FileError) in
      for (path, status) in dropped {
        // What was written to since it was looked at is the user's; git takes note of it although it is left out.
        if try !tree.folder.remove(path, ifStill: status) { changed.append(path) }
      }
    }
    return Narrowed(
      dropped: dropped.count - changed.count, kept: (kept + changed).map(\.description),
      submodules: submodules.map(\.description), isCone: cone != nil)
  }
}

extension WorkingCopy {
  /// What of git's cone mode goes with a folder: the files above it.
  fileprivate func leaving(to cone: Cone?, besides named: [WorkTreeIndex.Entry]) -> [WorkTreeIndex.Entry] {
    guard let before = self.cone, let cone else { return [] }
    let named = Set(named.map(\.path))
    return index.entries.filter { entry in
      !entry.isSkipped && entry.stage == 0 && entry.mode != .submodule && !named.contains(entry.path)
        && before.contains(entry.path) && !cone.contains(entry.path)
    }
  }

  fileprivate func patterns(without globs: [Glob], but kept: [RepositoryPath]) -> SparsePatterns {
    var patterns = SparsePatterns(lines: [])
    let paths = self.paths
    for glob in globs { patterns.leaveOut(glob, paths: paths) }
    for path in kept { patterns.take(path) }
    return patterns
  }

  /// What HEAD has: anything else in the index is staged, and the only trace of what the user has made.
  fileprivate func committed() async throws(FetchError) -> Set<TreeEntry> {
    do throws(GitError) { return Set(try await remote.tree(of: head).entries) } catch {
      throw FetchError(repository: error)
    }
  }

  fileprivate func isThere(_ path: RepositoryPath, in tree: WorkTreeFiles) throws(FetchError) -> Bool {
    try writing { () throws(FileError) in try tree.folder.status(of: path) != nil }
  }

  func isEmptyFolder(_ path: RepositoryPath, in tree: WorkTreeFiles) throws(FetchError) -> Bool {
    try writing { () throws(FileError) in
      guard try tree.folder.status(of: path)?.kind == .folder else { return false }
      return try Directory.list(tree.folder.path(of: path)).isEmpty
    }
  }

  /// Whether nothing would be lost: the file is what the index says, or is not there.
  fileprivate func isUnchanged(
    _ entry: WorkTreeIndex.Entry, _ present: FileStatus?, at path: RepositoryPath, in tree: WorkTreeFiles
  ) async throws(FetchError) -> Bool {
    guard let present else { return true }
    switch (entry.mode, present.kind) {
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
    let written = try writing { () throws(FileError) in try FileStatus.of(repository.layout.indexFile)?.modified ?? 0 }
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
