import Files
import Git
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The files of one commit of one source, in the cache: what `get` prints the path of.
///
/// LFS objects are hard links into the store (reflinks where the file system has them), read-only like the store
/// itself; what git keeps is written out with git's own modes. A snapshot grows when more files of its commit are
/// asked for.
struct Snapshot {
  let resolution: Resolution
  let store: ObjectStore

  var path: String { "\(store.cache.snapshots)/\(resolution.sourceName)/\(resolution.version)" }

  func path(of file: String) -> String { path + "/" + file }

  /// Whether every file is there. Sizes are compared, bytes are not: `verify` does that.
  func isComplete() throws(FileError) -> Bool {
    for file in resolution.files {
      guard let status = try FileStatus.of(path(of: file.path.string)),
        status.kind == (file.mode == .symlink ? .symlink : .file), status.size == file.size
      else { return false }
    }
    return true
  }

  /// Puts the files in place. Every object must be in the store; `content` gives what git keeps.
  func materialise(
    content: (SelectedFile) async throws(FetchError) -> [UInt8]
  ) async throws(FetchError) {
    let folder = try target()
    for file in resolution.files {
      let permissions: UInt16 = file.mode == .executable ? 0o755 : 0o644
      switch file.content {
      case .object where file.size == 0:
        try put(.bytes([]), file, in: folder, permissions: permissions & 0o555)
      case .object(let oid):
        try put(link(to: oid, file.mode), file, in: folder, permissions: permissions & 0o555)
      case .blob:
        let bytes = try await content(file)
        if file.mode == .symlink {
          try put(.symlink(try safeTarget(bytes, of: file)), file, in: folder, permissions: permissions)
        } else {
          try put(.bytes(bytes), file, in: folder, permissions: permissions)
        }
      }
    }
  }

  private func target() throws(FetchError) -> TargetFolder {
    do throws(FileError) { return try TargetFolder(path) } catch {
      throw FetchError(file: error, doing: "cannot make the snapshot `\(path.escapingControls)`")
    }
  }

  /// An executable needs a mode of its own, which a hard link cannot have.
  private func link(to oid: SHA256Digest, _ mode: FileMode) -> TargetFolder.Content {
    mode == .executable ? .reflinkOrCopy(store.path(of: oid)) : .file(store.path(of: oid), .hardlink)
  }

  private func put(
    _ content: TargetFolder.Content, _ file: SelectedFile, in folder: TargetFolder, permissions: UInt16
  ) throws(FetchError) {
    do throws(FileError) {
      if case .file(let source, .hardlink) = content { return try putLink(source, file, in: folder, permissions) }
      try folder.put(content, at: file.path, permissions: permissions)
    } catch {
      throw FetchError(file: error, doing: "cannot put `\(file.path)` in place")
    }
  }

  /// A hard link; where the file system has none, or has given out all it can for one file, a copy.
  private func putLink(
    _ source: String, _ file: SelectedFile, in folder: TargetFolder, _ permissions: UInt16
  ) throws(FileError) {
    do throws(FileError) {
      try folder.put(.file(source, .hardlink), at: file.path, permissions: permissions)
    } catch {
      guard [EMLINK, EPERM, EOPNOTSUPP, EXDEV].contains(error.errno) else { throw error }
      try folder.put(.reflinkOrCopy(source), at: file.path, permissions: permissions)
    }
  }

  /// A link of the repository's may point to a place inside it, nowhere else.
  private func safeTarget(_ bytes: [UInt8], of file: SelectedFile) throws(FetchError) -> String {
    let target = String(decoding: bytes, as: UTF8.self)
    var depth = file.path.components.count - 1
    for component in target.split(separator: "/") where component != "." {
      depth += component == ".." ? -1 : 1
      if depth < 0 { break }
    }
    guard depth >= 0, !target.hasPrefix("/"), !bytes.contains(0) else {
      throw FetchError(
        .integrity, "the symbolic link `\(file.path)` leads out of the repository",
        causes: ["it points to `\(target.escapingControls)`"], hint: "leave it out with `--exclude '\(file.path)'`")
    }
    return target
  }
}
