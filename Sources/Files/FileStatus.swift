#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What the file system says about a name, without following a symbolic link at its end.
package struct FileStatus: Sendable, Equatable {
  package enum Kind: Sendable { case file, folder, symlink, other }

  package let kind: Kind
  package let size: Int64
  package let permissions: UInt16
  package let device: UInt64
  package let inode: UInt64
  package let links: Int
  package let user: UInt32
  package let group: UInt32
  /// Nanoseconds since 1970.
  package let modified: Int64
  /// The last change of content, mode or links, in nanoseconds since 1970.
  package let changed: Int64

  /// nil when there is nothing of that name; `followingLinks`, or nothing at its end.
  package static func of(_ path: String, followingLinks: Bool = false) throws(FileError) -> FileStatus? {
    var raw = stat()
    if (followingLinks ? stat(path, &raw) : lstat(path, &raw)) == 0 { return FileStatus(raw) }
    if errno == ENOENT || errno == ENOTDIR { return nil }
    throw FileError("examine", path)
  }

  init(_ raw: stat) {
    switch raw.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .folder
    case S_IFLNK: kind = .symlink
    default: kind = .other
    }
    size = Int64(raw.st_size)
    permissions = UInt16(raw.st_mode & 0o7777)
    device = UInt64(truncatingIfNeeded: raw.st_dev)
    inode = UInt64(raw.st_ino)
    links = Int(raw.st_nlink)
    user = raw.st_uid
    group = raw.st_gid
    #if canImport(Glibc)
      modified = raw.st_mtim.nanoseconds
      changed = raw.st_ctim.nanoseconds
    #else
      modified = raw.st_mtimespec.nanoseconds
      changed = raw.st_ctimespec.nanoseconds
    #endif
  }
}

extension timespec {
  fileprivate var nanoseconds: Int64 { Int64(tv_sec) * 1_000_000_000 + Int64(tv_nsec) }
}
