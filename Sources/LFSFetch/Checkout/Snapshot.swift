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
/// Where the file system has reflinks, every file has git's own mode and is free to be written to. Elsewhere LFS
/// objects are hard links into the store, and read-only like the store itself. A snapshot grows when more files of
/// its commit are asked for.
struct Snapshot {
  let resolution: Resolution
  let store: ObjectStore

  var path: String { "\(store.cache.snapshots)/\(resolution.sourceName)/\(resolution.version)" }

  func path(of file: String) -> String { path + "/" + file }

  /// Whether every file is there, and is the one of the store where it is a link into it. Sizes are compared, bytes
  /// are not: `verify` does that.
  func isComplete() throws(FileError) -> Bool {
    guard resolution.isKnown, try FileStatus.of(path) != nil else { return false }
    let folder = try TargetFolder(path)
    var spelling = try Spelling(store.cache)
    for file in resolution.files {
      guard let status = try status(of: file, in: folder), status.size == file.size,
        status.kind == (file.mode == .symlink ? .symlink : .file), try isItself(file, in: folder, &spelling)
      else { return false }
      guard case .object(let oid) = file.content, file.size > 0 else { continue }
      guard let object = try FileStatus.of(store.path(of: oid)), object.size == file.size else { return false }
      // A read-only file is a link; when the object was fetched anew, it links to the old one.
      if status.permissions & 0o222 == 0, status.inode != object.inode { return false }
    }
    return true
  }

  /// Refuses files that would lie one on the other, before anything is fetched for them.
  func checkNames() throws(FetchError) {
    let clash: CaseClash?
    do throws(FileError) {
      try Directory.create(store.cache.snapshots)
      clash = try CaseClash.find(among: resolution.files.map(\.path), in: store.cache.snapshots).first
    } catch { throw FetchError(file: error, doing: "cannot use the cache `\(store.cache.root.escapingControls)`") }
    guard let clash else { return }
    throw clash.error(
      "the cache `\(store.cache.root.escapingControls)`", otherDisk: "`--cache` or `LFSFETCH_CACHE`")
  }

  /// Puts the files in place. Every object must be in the store; `content` gives what git keeps.
  func materialise(
    content: (SelectedFile) async throws(FetchError) -> [UInt8]
  ) async throws(FetchError) {
    let folder = try target()
    var links = LinkKind.reflink
    var spelling = try spelling()
    for file in resolution.files {
      try await refuseNamesake(of: file, in: folder, &spelling, content: content)
      let permissions: UInt16 = file.mode == .executable ? 0o755 : 0o644
      switch file.content {
      case .object where file.size == 0:
        try put(.bytes([]), file, in: folder, permissions)
      // None is left when all has been fetched.
      case .unknown: throw FetchError(.notFound, "`\(file.path)` has not been fetched")
      case .object(let oid):
        try putObject(oid, file, in: folder, permissions, &links)
      case .blob where file.mode == .symlink:
        try put(.symlink(try safeTarget(try await content(file), of: file)), file, in: folder, permissions)
      case .blob:
        try put(.bytes(try await content(file)), file, in: folder, permissions)
      }
    }
  }

  private func spelling() throws(FetchError) -> Spelling {
    do throws(FileError) { return try Spelling(store.cache) } catch {
      throw FetchError(file: error, doing: "cannot use the cache `\(store.cache.root.escapingControls)`")
    }
  }

  /// nil as well where a folder of its path is a file.
  private func status(of file: SelectedFile, in folder: TargetFolder) throws(FileError) -> FileStatus? {
    do throws(FileError) { return try folder.status(of: file.path) } catch {
      if error.errno == ENOTDIR { return nil }
      throw error
    }
  }

  private func target() throws(FetchError) -> TargetFolder {
    do throws(FileError) { return try TargetFolder(making: path) } catch {
      throw FetchError(file: error, doing: "cannot make the snapshot `\(path.escapingControls)`")
    }
  }

  private func put(
    _ content: TargetFolder.Content, _ file: SelectedFile, in folder: TargetFolder, _ permissions: UInt16
  ) throws(FetchError) {
    do throws(FileError) {
      try folder.put(content, at: file.path, permissions: permissions)
    } catch {
      throw failure(error, file)
    }
  }

  /// A reflink; from the first that fails on, hard links. An executable needs a mode of its own, which a hard link
  /// cannot have, and some file systems have no hard links or not enough for one file: then it is a copy.
  private func putObject(
    _ oid: SHA256Digest, _ file: SelectedFile, in folder: TargetFolder, _ permissions: UInt16, _ links: inout LinkKind
  ) throws(FetchError) {
    let source = store.path(of: oid)
    do throws(FileError) {
      if links == .reflink {
        do throws(FileError) {
          return try folder.put(.file(source, .reflink), at: file.path, permissions: permissions)
        } catch { links = .hardlink }
      }
      if file.mode != .executable {
        do throws(FileError) {
          return try folder.put(.file(source, .hardlink), at: file.path, permissions: permissions)
        } catch {
          guard [EMLINK, EPERM, EOPNOTSUPP, EXDEV].contains(error.errno) else { throw error }
        }
      }
      try folder.put(.file(source, .copy), at: file.path, permissions: permissions)
    } catch {
      throw failure(error, file)
    }
  }

  private func failure(_ error: FileError, _ file: SelectedFile) -> FetchError {
    FetchError(file: error, doing: "cannot put `\(file.path)` in place")
  }

  /// A link of the repository's may point to a place inside it, nowhere else. One that goes down and up again is
  /// refused, too: what it goes down through may be another link, and then it comes up elsewhere than it looks.
  private func safeTarget(_ bytes: [UInt8], of file: SelectedFile) throws(FetchError) -> [UInt8] {
    let target = String(decoding: bytes, as: UTF8.self)
    var depth = file.path.components.count - 1
    var (goesDown, goesUpAgain) = (false, false)
    for component in target.words(at: "/") where !component.isSame(as: ".") {
      let isUp = component.isSame(as: "..")
      goesUpAgain = goesUpAgain || isUp && goesDown
      goesDown = goesDown || !isUp
      depth += isUp ? -1 : 1
      if depth < 0 { break }
    }
    let leadsOut = depth < 0 || target.begins(with: "/") || bytes.contains(0)
    guard !leadsOut, !goesUpAgain else {
      throw FetchError(
        .integrity, "the symbolic link `\(file.path)` \(leadsOut ? "leads" : "may lead") out of the repository",
        causes: ["it points to `\(target.escapingControls)`"]
          + (leadsOut ? [] : ["there is a `..` behind a name, which may be that of another link"]),
        hint: "leave it out with `--exclude '\(file.path)'`")
    }
    return bytes
  }
}
