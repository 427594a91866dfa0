import CGit2
import Files
import Text

/// Reading an index that git may have written, and changing single entries of it.
extension WorkTreeIndex {
  /// An index that is not there has no entries.
  package init(readingFrom path: String) throws(GitError) {
    let index: Handle
    do throws(GitError) { index = try Self.open(path) } catch {
      throw GitError(
        .corrupt, error.message,
        cause: "\(error.cause ?? "it has an unknown form"); `git sparse-checkout init --no-cone` rewrites it")
    }
    var entries: [Entry] = []
    for position in 0..<git_index_entrycount(index.pointer) {
      guard let raw = git_index_get_byindex(index.pointer, position)?.pointee, let name = raw.path,
        let mode = try FileMode(git_filemode_t(rawValue: raw.mode))
      else { continue }
      let bytes = UnsafeBufferPointer(start: name, count: strlen(name)).map { UInt8(bitPattern: $0) }
      let entry = TreeEntry(rawPath: bytes, mode: mode, id: ObjectID(raw.id))
      let isSkipped = raw.flags_extended & UInt16(GIT_INDEX_ENTRY_SKIP_WORKTREE.rawValue) != 0
      var known = Entry(entry, isSkipped: isSkipped)
      known.status = KnownStatus(raw)
      known.stage = Int(raw.flags & UInt16(GIT_INDEX_ENTRY_STAGEMASK)) >> 12
      entries.append(known)
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

  /// Changes these entries and leaves all others as they are. An entry that has gone meanwhile is passed over.
  package static func change(_ changes: [Change], in path: String) throws(GitError) {
    let index = try open(path)
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
  fileprivate init(_ raw: git_index_entry) {
    self.init(
      changed: (raw.ctime.seconds, raw.ctime.nanoseconds), modified: (raw.mtime.seconds, raw.mtime.nanoseconds),
      device: raw.dev, inode: raw.ino, user: raw.uid, group: raw.gid, size: raw.file_size)
  }

  func fill(_ raw: inout git_index_entry) {
    raw.ctime = git_index_time(seconds: changed.seconds, nanoseconds: changed.nanoseconds)
    raw.mtime = git_index_time(seconds: modified.seconds, nanoseconds: modified.nanoseconds)
    (raw.dev, raw.ino, raw.uid, raw.gid) = (device, inode, user, group)
    raw.file_size = size
  }
}
