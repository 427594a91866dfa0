import Files
import Git
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Snapshots on a disk that does not tell upper from lower case: what one run has put in place keeps its bytes when
/// another asks for a file of the same commit whose name the disk takes for the same.
extension Snapshot {
  /// Whether what is there is the file itself and no namesake: made by this very name, or with its bytes.
  func isItself(
    _ file: SelectedFile, in folder: TargetFolder, _ spelling: inout Spelling
  ) throws(FileError) -> Bool {
    if try spelling.isExact(file.path, in: folder) { return true }
    if file.mode == .symlink {
      guard case .blob(let id) = file.content, let target = try folder.linkTarget(of: file.path) else { return false }
      return ObjectID.digest(of: target) == id
    }
    guard let open = try folder.open(file.path) else { return false }
    let status = try open.status()
    guard status.kind == .file, status.size == file.size else { return false }
    switch file.content {
    case .object where file.size == 0: return true
    case .object(let oid):
      if try FileStatus.of(store.path(of: oid))?.inode == status.inode { return true }
      return try hashFile(open) == oid
    case .blob(let id): return ObjectID.digest(of: try open.readAll(limit: Int(file.size))) == id
    case .unknown: return false
    }
  }

  /// Refuses to put a file in the place of a namesake.
  func refuseNamesake(
    of file: SelectedFile, in folder: TargetFolder, _ spelling: inout Spelling,
    content: (SelectedFile) async throws(FetchError) -> [UInt8]
  ) async throws(FetchError) {
    do throws(FileError) {
      guard try folder.status(of: file.path) != nil else { return }
      if try isItself(file, in: folder, &spelling) { return }
    } catch {
      // A folder of the path may have a file for its namesake.
      guard error.errno == ENOTDIR || error.errno == ELOOP else {
        throw FetchError(file: error, doing: "cannot put `\(file.path)` in place")
      }
    }
    // What stands there may be in the form that the attributes ask for, which is not that in which git keeps it.
    if case .blob = file.content, try await isSame(file, in: folder, content) { return }
    throw FetchError(
      .disk, "cannot put `\(file.path)` in place",
      causes: [
        "the disk of the cache takes its name for that of a file which is in `\(path.escapingControls)` already"
      ],
      hint: "choose another disk with `--cache` or `LFSFETCH_CACHE`, or remove that folder if nobody uses it")
  }

  private func isSame(
    _ file: SelectedFile, in folder: TargetFolder, _ content: (SelectedFile) async throws(FetchError) -> [UInt8]
  ) async throws(FetchError) -> Bool {
    let wanted = try await content(file)
    do throws(FileError) {
      if file.mode == .symlink { return try folder.linkTarget(of: file.path) == wanted }
      return try folder.open(file.path)?.readAll(limit: wanted.count + 1) == wanted
    } catch { return false }
  }
}
