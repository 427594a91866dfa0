import Files
import Git
import Text

/// Puts files into the work tree of a clone and tells the index what the file system says of them.
struct WorkTreeFiles {
  let folder: TargetFolder
  /// The objects must be in it.
  let media: MediaFolder
  /// False where git is configured to write the targets of symbolic links into plain files.
  var hasSymlinks = true

  /// Git takes a file that is as young as its index for one that may have changed since, and would read it whole.
  private static let age = 2

  init(_ path: String, media: MediaFolder, hasSymlinks: Bool) throws(FileError) {
    folder = try TargetFolder(path)
    self.media = media
    self.hasSymlinks = hasSymlinks
  }

  /// `bytes` gives what git would write.
  func put(
    _ file: WorkTreePlan.File, bytes: (TreeEntry) async throws(FetchError) -> [UInt8]
  ) async throws(FetchError) {
    let content: TargetFolder.Content
    switch file.content {
    case .object(_, size: 0): content = .bytes([])
    // Not out of the store: that may be on another disk.
    case .object(let oid, _): content = .reflinkOrCopy(media.path(of: oid))
    case .symlink where hasSymlinks: content = .symlink(try await bytes(file.entry))
    case .symlink, .blob: content = .bytes(try await bytes(file.entry))
    case .submodule: return try wrap(file) { () throws(FileError) in try folder.makeFolder(file.path) }
    }
    try wrap(file) { () throws(FileError) in
      try folder.put(content, at: file.path, permissions: file.entry.mode == .executable ? 0o777 : 0o666)
      try folder.setAge(Self.age, of: file.path)
    }
  }

  /// What the index is to know of the file.
  func status(of file: WorkTreePlan.File) throws(FetchError) -> FileStatus? {
    guard file.content != .submodule else { return nil }
    return try wrap(file) { () throws(FileError) in try folder.status(of: file.path) }
  }

  private func wrap<Value>(
    _ file: WorkTreePlan.File, _ body: () throws(FileError) -> Value
  ) throws(FetchError) -> Value {
    do throws(FileError) { return try body() } catch {
      throw FetchError(workTree: error, doing: "cannot put `\(file.path)` into the work tree")
    }
  }
}
