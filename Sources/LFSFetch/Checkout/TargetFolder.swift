import CSystem
import Files
import Git

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A folder into which files are put, and outside of which nothing ever is.
///
/// Every step down is made from an open folder and refuses symbolic links (CVE-2021-21300, CVE-2025-26625), so it
/// does not matter what somebody plants in the folder, or when. A file is made under a temporary name beside its
/// place and renamed: it is there whole or not at all.
final class TargetFolder {
  let path: String
  private let root: File
  /// The folder that was last gone down to: files come folder by folder.
  private var last: (components: [[UInt8]], folder: File)?

  /// Makes the folder when it is not there. The folder itself, which the user names, may be a link.
  init(_ path: String) throws(FileError) {
    try Directory.create(path)
    self.path = path
    root = try File.open(path, .read)
  }

  enum Content {
    /// A link or copy of this file, as the kind says.
    case file(String, LinkKind)
    /// Shares blocks where possible, else is a copy.
    case reflinkOrCopy(String)
    case bytes([UInt8])
    case symlink(String)
  }

  func url(of path: RepositoryPath) -> String { self.path + "/" + path.string }

  /// What is there, links not followed; nil for nothing.
  func status(of path: RepositoryPath) throws(FileError) -> FileStatus? {
    guard let parent = try openParent(of: path, creating: false) else { return nil }
    var raw = stat()
    if fstatat(parent.descriptor, path.name, &raw, AT_SYMLINK_NOFOLLOW) == 0 { return FileStatus(raw) }
    if errno == ENOENT { return nil }
    throw FileError("examine", url(of: path))
  }

  /// Opens what is there for reading, if it is an ordinary file.
  func open(_ path: RepositoryPath) throws(FileError) -> File? {
    guard let parent = try openParent(of: path, creating: false) else { return nil }
    let descriptor = lf_openat(parent.descriptor, path.name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0)
    guard descriptor >= 0 else { throw FileError("open", url(of: path)) }
    return File(descriptor: descriptor, path: url(of: path))
  }

  func linkTarget(of path: RepositoryPath) throws(FileError) -> String? {
    guard let parent = try openParent(of: path, creating: false) else { return nil }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBufferPointer { buffer in
      buffer.withMemoryRebound(to: CChar.self) { readlinkat(parent.descriptor, path.name, $0.baseAddress!, $0.count) }
    }
    guard count >= 0 else { throw FileError("read the link", url(of: path)) }
    return String(decoding: buffer.prefix(count), as: UTF8.self)
  }

  /// Makes the file, replacing what was there. `permissions` do not apply to hard and symbolic links.
  func put(_ content: Content, at path: RepositoryPath, permissions: UInt16) throws(FileError) {
    guard let parent = try openParent(of: path, creating: true) else { throw FileError("create", url(of: path)) }
    // A hard link appears at once and whole, so where nothing is yet it needs no temporary name.
    if case .file(let source, .hardlink) = content {
      if linkat(AT_FDCWD, source, parent.descriptor, path.name, 0) == 0 { return }
      guard errno == EEXIST else { throw FileError("link", url(of: path)) }
    }
    let temporary = temporaryName(beside: path.name).lastPathComponent
    do throws(FileError) {
      try make(content, named: temporary, in: parent, permissions: permissions, path)
      guard renameat(parent.descriptor, temporary, parent.descriptor, path.name) == 0 else {
        throw FileError("rename to", url(of: path))
      }
      // Renaming one hard link over another of the same file does nothing, and leaves both names.
      if case .file(_, .hardlink) = content { unlinkat(parent.descriptor, temporary, 0) }
    } catch {
      unlinkat(parent.descriptor, temporary, 0)
      throw error
    }
  }

  // MARK: One file

  private func make(
    _ content: Content, named name: String, in parent: File, permissions: UInt16, _ path: RepositoryPath
  ) throws(FileError) {
    switch content {
    case .file(let source, .hardlink):
      guard linkat(AT_FDCWD, source, parent.descriptor, name, 0) == 0 else { throw FileError("link", url(of: path)) }
    case .file(let target, .symlink), .symlink(let target):
      guard symlinkat(target, parent.descriptor, name) == 0 else { throw FileError("link", url(of: path)) }
    case .file(let source, .reflink):
      try clone(source, named: name, in: parent, permissions, path)
    case .file(let source, .copy):
      try copy(try File.open(source, .read), to: try create(name, in: parent, permissions, path))
    case .reflinkOrCopy(let source):
      do throws(FileError) {
        try clone(source, named: name, in: parent, permissions, path)
      } catch {
        unlinkat(parent.descriptor, name, 0)
        try copy(try File.open(source, .read), to: try create(name, in: parent, permissions, path))
      }
    case .bytes(let bytes):
      try create(name, in: parent, permissions, path).write(bytes, at: 0)
    }
  }

  private func clone(
    _ source: String, named name: String, in parent: File, _ permissions: UInt16, _ path: RepositoryPath
  ) throws(FileError) {
    #if canImport(Darwin)
      guard lf_clone_path(source, parent.path + "/" + name) == 0 else { throw FileError("clone", url(of: path)) }
      fchmodat(parent.descriptor, name, mode_t(permissions), 0)
    #else
      let target = try create(name, in: parent, permissions, path)
      guard lf_reflink(try File.open(source, .read).descriptor, target.descriptor) == 0 else {
        throw FileError("share the blocks of a file with", url(of: path))
      }
    #endif
  }

  private func copy(_ source: File, to target: File) throws(FileError) {
    let size = try source.status().size
    try target.reserve(size)
    var offset: Int64 = 0
    while offset < size {
      let count = lf_copy_range(source.descriptor, target.descriptor, Int(min(size - offset, 1 << 30)))
      if count <= 0 { break }
      offset += Int64(count)
    }
    // Between some file systems the kernel does not copy; then the bytes take the long way.
    guard offset < size else { return }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    defer { buffer.deallocate() }
    while offset < size {
      let count = try source.read(into: buffer, at: offset)
      guard count > 0 else { throw FileError("read", source.path, errno: EIO) }
      try target.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: offset)
      offset += Int64(count)
    }
  }

  private func create(
    _ name: String, in parent: File, _ permissions: UInt16, _ path: RepositoryPath
  ) throws(FileError) -> File {
    let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let descriptor = lf_openat(parent.descriptor, name, flags, mode_t(permissions))
    guard descriptor >= 0 else { throw FileError("create", url(of: path)) }
    return File(descriptor: descriptor, path: url(of: path))
  }

  // MARK: Folders

  /// The open folder in which the file lies; nil when it is not there and is not to be made.
  private func openParent(of path: RepositoryPath, creating: Bool) throws(FileError) -> File? {
    let components = Array(path.components.dropLast())
    if let last, last.components == components { return last.folder }
    var folder = root
    for component in components {
      let name = component.map { CChar(bitPattern: $0) } + [0]
      let below = folder.path + "/" + String(decoding: component, as: UTF8.self)
      if creating, mkdirat(folder.descriptor, name, 0o777) != 0, errno != EEXIST {
        throw FileError("create the folder", below)
      }
      let descriptor = lf_openat(folder.descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0)
      if descriptor < 0 && errno == ENOENT && !creating { return nil }
      guard descriptor >= 0 else { throw FileError("enter, without following links, the folder", below) }
      folder = File(descriptor: descriptor, path: below)
    }
    last = (components, folder)
    return folder
  }
}

extension RepositoryPath {
  /// The last component, for system calls.
  fileprivate var name: String { components.last.map { String(decoding: $0, as: UTF8.self) } ?? "" }
}
