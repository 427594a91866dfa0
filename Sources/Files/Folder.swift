import CSystem

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An open folder, in which files are worked on by their names alone: what somebody does to the folders above it
/// meanwhile changes nothing, and symbolic links are never followed.
///
/// Names are bytes, because file systems do not ask for UTF-8.
package final class Folder: Sendable {
  package let path: String
  let descriptor: Int32

  /// `path` itself, which the user names, may be a link.
  package init(_ path: String) throws(FileError) {
    self.path = path
    descriptor = retryingOnInterrupt { lf_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0) }
    guard descriptor >= 0 else { throw FileError("enter the folder", path) }
  }

  private init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  package func path(of name: [UInt8]) -> String { path + "/" + String(decoding: name, as: UTF8.self) }

  /// The folder of that name; nil when there is none.
  package func enter(_ name: [UInt8]) throws(FileError) -> Folder? {
    let descriptor = call(name) { lf_openat(self.descriptor, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0) }
    if descriptor < 0 && errno == ENOENT { return nil }
    guard descriptor >= 0 else { throw FileError("enter, without following links, the folder", path(of: name)) }
    return Folder(descriptor: descriptor, path: path(of: name))
  }

  /// Fine when something of that name is there already.
  package func makeFolder(_ name: [UInt8]) throws(FileError) {
    guard call(name, { mkdirat(descriptor, $0, 0o777) }) == 0 || errno == EEXIST else {
      throw FileError("create the folder", path(of: name))
    }
  }

  /// Runs `work` while nobody else does so for this folder: one process after the other changes a file in it. On a file
  /// system without such locks it just runs.
  package func exclusively<Value>(_ work: () throws(FileError) -> Value) throws(FileError) -> Value {
    let isLocked = retryingOnInterrupt { flock(descriptor, LOCK_EX) } == 0
    defer { if isLocked { flock(descriptor, LOCK_UN) } }
    return try work()
  }

  /// nil when there is nothing of that name.
  package func status(of name: [UInt8]) throws(FileError) -> FileStatus? {
    var raw = stat()
    if call(name, { fstatat(descriptor, $0, &raw, AT_SYMLINK_NOFOLLOW) }) == 0 { return FileStatus(raw) }
    if errno == ENOENT { return nil }
    throw FileError("examine", path(of: name))
  }

  package func open(_ name: [UInt8]) throws(FileError) -> File {
    let file = call(name) { lf_openat(descriptor, $0, O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0) }
    guard file >= 0 else { throw FileError("open", path(of: name)) }
    return File(descriptor: file, path: path(of: name))
  }

  /// A new file; an error when something of that name is there.
  package func create(_ name: [UInt8], permissions: UInt16) throws(FileError) -> File {
    let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let file = call(name) { lf_openat(descriptor, $0, flags, mode_t(permissions)) }
    guard file >= 0 else { throw FileError("create", path(of: name)) }
    return File(descriptor: file, path: path(of: name))
  }

  /// A hard link to the file `source`; whether it was made: false when something of that name is there.
  package func link(_ source: String, as name: [UInt8]) throws(FileError) -> Bool {
    if call(name, { linkat(AT_FDCWD, source, descriptor, $0, 0) }) == 0 { return true }
    if errno == EEXIST { return false }
    throw FileError("link", path(of: name))
  }

  package func linkSymbolically(to target: [UInt8], as name: [UInt8]) throws(FileError) {
    guard call(target, { target in call(name) { symlinkat(target, descriptor, $0) } }) == 0 else {
      throw FileError("link", path(of: name))
    }
  }

  package func linkTarget(of name: [UInt8]) throws(FileError) -> [UInt8] {
    let buffer = UnsafeMutableBufferPointer<CChar>.allocate(capacity: 4096)
    defer { buffer.deallocate() }
    let count = call(name) { Int(readlinkat(descriptor, $0, buffer.baseAddress!, buffer.count)) }
    guard count >= 0 else { throw FileError("read the link", path(of: name)) }
    return buffer.prefix(count).map { UInt8(bitPattern: $0) }
  }

  /// Takes the place of what is there.
  package func rename(_ name: [UInt8], to target: [UInt8]) throws(FileError) {
    guard call(name, { name in call(target) { renameat(descriptor, name, descriptor, $0) } }) == 0 else {
      throw FileError("rename to", path(of: target))
    }
  }

  /// Moves a file from elsewhere here, to take the place of what is there; whether it could: not from another file
  /// system.
  package func take(_ source: String, as name: [UInt8]) throws(FileError) -> Bool {
    if call(name, { renameat(AT_FDCWD, source, descriptor, $0) }) == 0 { return true }
    if errno == EXDEV { return false }
    throw FileError("move to", path(of: name))
  }

  /// Makes the file as old as that many seconds.
  package func setAge(_ seconds: Int, of name: [UInt8]) throws(FileError) {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    now.tv_sec -= time_t(seconds)
    guard call(name, { utimensat(descriptor, $0, [now, now], AT_SYMLINK_NOFOLLOW) }) == 0 else {
      throw FileError("change the time of", path(of: name))
    }
  }

  /// Fine when it is not there.
  package func remove(_ name: [UInt8]) throws(FileError) {
    guard call(name, { unlinkat(descriptor, $0, 0) }) == 0 || errno == ENOENT else {
      throw FileError("remove", path(of: name))
    }
  }

  /// A new file that shares the blocks of `source` until one of them is written to.
  package func clone(_ source: String, as name: [UInt8], permissions: UInt16) throws(FileError) {
    #if canImport(Darwin)
      guard call(name, { lf_clone_at(source, descriptor, $0) }) == 0 else {
        throw FileError("share the blocks of a file with", path(of: name))
      }
      guard call(name, { fchmodat(descriptor, $0, mode_t(permissions), AT_SYMLINK_NOFOLLOW) }) == 0 else {
        throw FileError("change the mode of", path(of: name))
      }
    #else
      let from = try File.open(source, .read)
      let to = try create(name, permissions: permissions)
      do throws(FileError) { try to.shareBlocks(of: from) } catch {
        try remove(name)
        throw error
      }
    #endif
  }

  func call<Result: SignedInteger>(_ name: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    retryingOnInterrupt {
      (name + [0]).withUnsafeBufferPointer { $0.withMemoryRebound(to: CChar.self) { body($0.baseAddress!) } }
    }
  }
}
