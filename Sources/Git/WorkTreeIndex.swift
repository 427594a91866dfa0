import CGit2
import Files
import Text

/// Git's index, for writing: every path of a commit, what it is, whether it is left out of the work tree on purpose,
/// and what the file system said of the file, by which `git status` knows without reading that it is unchanged.
///
/// https://git-scm.com/docs/index-format
package struct WorkTreeIndex: Sendable {
  package struct Entry: Sendable {
    package let path: [UInt8]
    package let mode: FileMode
    package let id: ObjectID
    /// Left out of the work tree on purpose.
    package var isSkipped: Bool
    /// What is known of the file; nil where nothing was looked at.
    package var status: KnownStatus?
    /// Not 0 for the sides of a conflict.
    package var stage = 0

    package init(_ entry: TreeEntry, isSkipped: Bool, status: FileStatus? = nil) {
      (path, mode, id) = (entry.rawPath, entry.mode, entry.id)
      self.isSkipped = isSkipped
      self.status = status.map { KnownStatus($0) }
    }
  }

  /// The facts that git compares, cut to the width that they have in the index.
  package struct KnownStatus: Sendable, Equatable {
    /// Seconds, by which git tells whether a file may have changed in the moment when the index was written.
    package var modifiedSecond: Int32 { modified.seconds }
    var changed: (seconds: Int32, nanoseconds: UInt32) = (0, 0)
    var modified: (seconds: Int32, nanoseconds: UInt32) = (0, 0)
    var device: UInt32 = 0
    var inode: UInt32 = 0
    var user: UInt32 = 0
    var group: UInt32 = 0
    var size: UInt32 = 0

    package static func == (left: Self, right: Self) -> Bool {
      left.changed == right.changed && left.modified == right.modified && left.inode == right.inode
        && left.user == right.user && left.group == right.group && left.size == right.size
    }
  }

  package var entries: [Entry]

  package init(entries: [Entry]) { self.entries = entries }

  /// Writes the index in one step, as git does: whoever has `index.lock` is waited out by nobody, but told.
  package func write(to path: String) throws(GitError) {
    Libgit2.start()
    _ = lf_allow_missing_objects()
    let index = try Self.open(path)
    try Libgit2.check(git_index_clear(index.pointer), .disk, "cannot write git's index")
    for entry in entries { try Self.add(entry, to: index) }
    guard git_index_entrycount(index.pointer) == entries.count else {
      // A file and a folder of one name: the later took the place of the earlier.
      throw GitError(.unsafePath, "the repository holds several files of one name, or a folder of a file's name")
    }
    try Libgit2.check(
      git_index_write(index.pointer), .disk, "cannot write git's index `\(path.escapingControls)`")
  }

  static func open(_ path: String) throws(GitError) -> Handle {
    try Handle(.corrupt, "cannot read git's index `\(path.escapingControls)`", free: git_index_free) {
      git_index_open(&$0, path)
    }
  }

  private static func add(_ entry: Entry, to index: Handle) throws(GitError) {
    var raw = git_index_entry()
    raw.mode = entry.mode.indexMode
    raw.id = entry.id.gitOID
    raw.flags = UInt16(entry.stage) << 12
    if entry.isSkipped { raw.flags_extended = UInt16(GIT_INDEX_ENTRY_SKIP_WORKTREE.rawValue) }
    entry.status?.fill(&raw)
    let path = entry.path.map { CChar(bitPattern: $0) } + [0]
    let result = path.withUnsafeBufferPointer { path in
      raw.path = path.baseAddress
      return git_index_add(index.pointer, &raw)
    }
    try Libgit2.check(
      result, .unsafePath, "the repository holds the path `\(RepositoryPath.display(entry.path))`, which is not safe")
  }
}

extension WorkTreeIndex.KnownStatus {
  package init(_ status: FileStatus) {
    func parts(_ nanoseconds: Int64) -> (seconds: Int32, nanoseconds: UInt32) {
      let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
      return (Int32(truncatingIfNeeded: seconds), UInt32(truncatingIfNeeded: rest))
    }
    self.init(
      changed: parts(status.changed), modified: parts(status.modified),
      device: UInt32(truncatingIfNeeded: status.device), inode: UInt32(truncatingIfNeeded: status.inode),
      user: status.user, group: status.group, size: UInt32(truncatingIfNeeded: status.size))
  }
}

extension FileMode {
  var indexMode: UInt32 {
    switch self {
    case .regular: GIT_FILEMODE_BLOB.rawValue
    case .executable: GIT_FILEMODE_BLOB_EXECUTABLE.rawValue
    case .symlink: GIT_FILEMODE_LINK.rawValue
    case .submodule: GIT_FILEMODE_COMMIT.rawValue
    }
  }
}
