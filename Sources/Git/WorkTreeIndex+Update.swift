import CGit2
import Files
import Text

/// Reading an index that git may have written, and changing single entries of it.
extension WorkTreeIndex {
  /// Of an index that has no folders in place of their files.
  package init(_ index: GitIndex) throws(GitError) {
    var entries: [Entry] = []
    entries.reserveCapacity(index.entries.count)
    for known in index.entries {
      guard let mode = known.mode else { throw .damagedIndex }
      var entry = Entry(TreeEntry(rawPath: known.path, mode: mode, id: known.id), isSkipped: known.isSkipped)
      entry.status = KnownStatus(known, of: index)
      entry.stage = known.stage
      entries.append(entry)
    }
    self.init(entries: entries)
  }

  /// What is to become of one entry.
  package struct Change: Sendable {
    package let path: [UInt8]
    package let isSkipped: Bool
    /// What the file system says of the file now; nil leaves what was known.
    package let status: FileStatus?

    package init(path: [UInt8], isSkipped: Bool, status: FileStatus?) {
      (self.path, self.isSkipped, self.status) = (path, isSkipped, status)
    }
  }

  /// Changes these entries and leaves all others as they are. An entry that has gone meanwhile is passed over. `known`
  /// is what was read of the index, unfolded where it is sparse: written in a form that libgit2 reads, where it must be.
  package static func change(_ changes: [Change], of known: GitIndex, in path: String) throws(GitError) {
    let index: Handle
    do throws(GitError) { index = try open(path) } catch {
      try known.makeWhole(in: path)
      index = try open(path)
    }
    _ = lf_allow_missing_objects()
    let skip = UInt16(GIT_INDEX_ENTRY_SKIP_WORKTREE.rawValue)
    for change in changes {
      let name = change.path.map { CChar(bitPattern: $0) } + [0]
      guard var raw = git_index_get_bypath(index.pointer, name, 0)?.pointee else { continue }
      raw.flags_extended = change.isSkipped ? raw.flags_extended | skip : raw.flags_extended & ~skip
      if let status = change.status { KnownStatus(status).fill(&raw) }
      let result = name.withUnsafeBufferPointer { name in
        raw.path = name.baseAddress
        return git_index_add(index.pointer, &raw)
      }
      try Libgit2.check(result, .corrupt, "cannot change git's index")
    }
    try Libgit2.check(
      git_index_write(index.pointer), .disk, "cannot write git's index `\(path.escapingControls)`")
  }
}

extension WorkTreeIndex.KnownStatus {
  fileprivate init(_ entry: GitIndex.Entry, of index: GitIndex) {
    func number(_ position: Int) -> UInt32 { index.number(at: entry.offset + 4 * position) }
    self.init(
      changed: (Int32(bitPattern: number(0)), number(1)), modified: (Int32(bitPattern: number(2)), number(3)),
      device: number(4), inode: number(5), user: number(7), group: number(8), size: number(9))
  }

  func fill(_ raw: inout git_index_entry) {
    raw.ctime = git_index_time(seconds: changed.seconds, nanoseconds: changed.nanoseconds)
    raw.mtime = git_index_time(seconds: modified.seconds, nanoseconds: modified.nanoseconds)
    (raw.dev, raw.ino, raw.uid, raw.gid) = (device, inode, user, group)
    raw.file_size = size
  }
}
