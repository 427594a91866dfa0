import Files
import Synchronization

/// A copy of a large object for a folder of the user's, written while the object comes in: copying gigabytes after the
/// last byte would make the user wait once more. It lies in the cache under a temporary name, until the object is
/// proven and it is moved to its place.
package final class EarlyCopy: Sendable {
  private enum State {
    case open(File)
    case complete
    case failed
    case moved
  }

  private let path: String
  private let state: Mutex<State>

  /// nil when there is no room for it: then the object is copied at the end, or there is an error then.
  init?(of oid: SHA256Digest, size: Int64, in cache: Cache) {
    path = temporaryName(beside: PartialObject.path(of: oid, in: cache))
    guard let file = try? File.open(path, .createNew(permissions: 0o644)) else { return nil }
    state = Mutex(.open(file))
    guard (try? file.reserve(size)) != nil else { return nil }
  }

  deinit { discard() }

  /// Removes it, if it has not been moved; whoever still writes to it writes in vain.
  func discard() {
    state.withLock { state in
      if case .moved = state { return }
      state = .failed
      try? removeFile(path)
    }
  }

  /// A copy that cannot be written must not fail the download.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) {
    guard case .open(let file) = state.withLock({ $0 }) else { return }
    do throws(FileError) { try file.write(bytes, at: offset) } catch { state.withLock { $0 = .failed } }
  }

  func startWriteBack() {
    if case .open(let file) = state.withLock({ $0 }) { file.startWriteBack() }
  }

  /// All bytes are there and proven. Whether the copy is of use.
  func complete() -> Bool {
    state.withLock { state in
      guard case .open = state else { return false }
      state = .complete
      return true
    }
  }

  /// Whether it could be moved: not to another file system, and not twice.
  func move(into folder: Folder, as name: [UInt8]) throws(FileError) -> Bool {
    try state.withLock { state throws(FileError) in
      guard case .complete = state, try folder.take(path, as: name) else { return false }
      state = .moved
      return true
    }
  }
}

extension ObjectStore {
  /// Whether early copies are of use for the folder: it is on the cache's file system, and that cannot share blocks.
  func makesEarlyCopies(for folder: String) -> Bool {
    guard let own = try? FileStatus.of(cache.root), own.device == Self.device(of: folder) else { return false }
    let (one, other) = (temporaryName(beside: cache.partial + "/x"), temporaryName(beside: cache.partial + "/x"))
    defer { for path in [one, other] { try? removeFile(path) } }
    guard (try? Directory.create(cache.partial)) != nil, (try? replaceFile(one, with: [0])) != nil,
      let source = try? File.open(one, .read), let copy = try? File.open(other, .createNew(permissions: 0o600))
    else { return false }
    return (try? copy.shareBlocks(of: source)) == nil
  }

  /// Of the folder, or of the one in which it will be made.
  static func device(of folder: String) -> UInt64? {
    var path: String? = folder.absolutePath
    while let present = path {
      if let status = try? FileStatus.of(present + "/.") { return status.device }
      path = present.parentFolder
    }
    return nil
  }
}
