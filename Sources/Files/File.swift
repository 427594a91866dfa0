import CSystem

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An open file; closed when the last reference goes.
///
/// A class and not a `~Copyable` struct, because chunks, the hash and the journal of one download write and read
/// the same file from several tasks. The descriptor never changes and `pread`/`pwrite` have no shared position,
/// which makes it safe to share.
package final class File: Sendable {
  package enum Mode: Sendable {
    case read
    case readWrite
    /// Made when it is not there.
    case readWriteOrCreate
    /// Made; an error when it is there already. Never follows a symbolic link.
    case createNew(permissions: UInt16)
  }

  /// Only for calls made while the file is kept alive, as in its own methods: Swift lets go of a value after its last
  /// use, which may be the reading of this very number.
  let descriptor: Int32
  package let path: String

  package static func open(_ path: String, _ mode: Mode) throws(FileError) -> File {
    let (flags, permissions): (Int32, mode_t) =
      switch mode {
      case .read: (O_RDONLY, 0)
      case .readWrite: (O_RDWR, 0)
      case .readWriteOrCreate: (O_RDWR | O_CREAT, 0o644)
      case .createNew(let permissions): (O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode_t(permissions))
      }
    let descriptor = retryingOnInterrupt { lf_open(path, flags | O_CLOEXEC, permissions) }
    guard descriptor >= 0 else {
      let isNew = if case .createNew = mode { true } else { false }
      throw FileError(isNew ? "create" : "open", path)
    }
    return File(descriptor: descriptor, path: path)
  }

  init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  package func status() throws(FileError) -> FileStatus {
    var raw = stat()
    guard fstat(descriptor, &raw) == 0 else { throw FileError("examine", path) }
    return FileStatus(raw)
  }

  /// Reads until `buffer` is full or the file ends; the count says which.
  package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(FileError) -> Int {
    var done = 0
    while done < buffer.count {
      let count = retryingOnInterrupt {
        pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset) + off_t(done))
      }
      guard count >= 0 else { throw FileError("read", path) }
      if count == 0 { break }
      done += count
    }
    return done
  }

  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let count = retryingOnInterrupt {
        pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset) + off_t(done))
      }
      guard count >= 0 else { throw FileError("write", path) }
      done += count
    }
  }

  package func write(_ bytes: [UInt8], at offset: Int64) throws(FileError) {
    let result: Result<Void, FileError> = bytes.withUnsafeBytes { buffer in
      do throws(FileError) { return .success(try write(buffer, at: offset)) } catch { return .failure(error) }
    }
    try result.get()
  }

  package func readAll(limit: Int) throws(FileError) -> [UInt8] {
    let size = try status().size
    guard size <= limit else { throw FileError("read", path, errno: EFBIG) }
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
      do throws(FileError) { count = try read(into: UnsafeMutableRawBufferPointer(buffer), at: 0) } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Makes sure that the blocks for `size` bytes exist. File systems that cannot reserve are left to grow the file.
  package func reserve(_ size: Int64) throws(FileError) {
    guard size > 0, retryingOnInterrupt({ lf_reserve(descriptor, size) }) != 0 else { return }
    guard errno == EOPNOTSUPP || errno == ENOSYS || errno == EINVAL else {
      throw FileError("reserve \(size) bytes for", path)
    }
    if try status().size < size { try truncate(to: size) }
  }

  package func truncate(to size: Int64) throws(FileError) {
    guard retryingOnInterrupt({ ftruncate(descriptor, off_t(size)) }) == 0 else { throw FileError("resize", path) }
  }

  /// Lets the system begin to write out what it holds back of this file, which it would do much later by itself: a
  /// hint, which cannot fail. It can take as long as the disk's queue is full.
  package func startWriteBack() { lf_start_write_back(descriptor) }

  /// Writes out all of the file system that this file is on: one call for many small files.
  package func syncFileSystem() throws(FileError) {
    guard lf_sync_file_system(descriptor) == 0 else { throw FileError("sync", path) }
  }

  package func setPermissions(_ permissions: UInt16) throws(FileError) {
    guard fchmod(descriptor, mode_t(permissions)) == 0 else { throw FileError("change the mode of", path) }
  }
}

/// Repeats a system call that a signal broke off.
func retryingOnInterrupt<Value: SignedInteger>(_ call: () -> Value) -> Value {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}
