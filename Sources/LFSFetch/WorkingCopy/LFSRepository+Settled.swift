import Files
import Git
import Text

/// Files that hold their content already, and that git would take for changed ones all the same: after a run that was
/// killed before it had told git, the index still has the sizes of the pointers.
extension LFSRepository {
  /// Files as long as their content, of which the index says another length or time. What they hold is not looked at.
  func takenForChanged(
    _ files: [(GitIndex.Entry, Pointer)], in root: String, _ index: GitIndex
  ) throws(FetchError) -> [(GitIndex.Entry, Pointer)] {
    try lookingAt(root) { folder throws(FileError) in
      files.filter { entry, pointer in
        guard pointer.extensions.isEmpty, let path = try? RepositoryPath(validating: entry.path),
          let status = try? folder.status(of: path)
        else { return false }
        return status.kind == .file && status.size == pointer.size && !index.hasSeen(entry, status)
      }
    }
  }

  /// Those that have the content of their pointers, and what they are like.
  func settled(
    _ files: [(GitIndex.Entry, Pointer)], in root: String
  ) throws(FetchError) -> [(entry: GitIndex.Entry, status: FileStatus)] {
    try lookingAt(root) { folder throws(FileError) in
      var settled: [(entry: GitIndex.Entry, status: FileStatus)] = []
      for (entry, pointer) in files {
        // One that cannot be read is none of our business here: git will say so.
        guard let path = try? RepositoryPath(validating: entry.path), let file = try? folder.open(path),
          let status = try? file.status(), (try? hashFile(file)) == pointer.oid
        else { continue }
        settled.append((entry, status))
      }
      return settled
    }
  }

  private func lookingAt<Value>(
    _ root: String, _ body: (TargetFolder) throws(FileError) -> Value
  ) throws(FetchError) -> Value {
    do throws(FileError) { return try body(try TargetFolder(root)) } catch {
      throw FetchError(file: error, doing: "cannot look at the work tree `\(root.escapingControls)`")
    }
  }
}
