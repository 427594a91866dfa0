import Files
import Git
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Files that a disk which does not tell upper from lower case takes for one.
extension LFSRepository {
  /// Without the files for which there is no room beside others. Which those are is told as a warning.
  func withRoom(
    _ files: [(GitIndex.Entry, Pointer)], beside index: GitIndex, in root: String
  ) throws(FetchError) -> [(GitIndex.Entry, Pointer)] {
    guard (try? repository.config.bool("core.ignorecase")) == true else { return files }
    let paths = files.compactMap { try? RepositoryPath(validating: $0.0.path) }
    var clashes: [CaseClash]
    do throws(FileError) {
      clashes = try blocked(paths, by: index, in: TargetFolder(root))
      let blocked = Set(clashes.flatMap(\.others))
      clashes += try CaseClash.find(among: paths.filter { !blocked.contains($0) }, in: root)
    } catch {
      throw FetchError(file: error, doing: "cannot write into the work tree `\(root.escapingControls)`")
    }
    for clash in clashes { fetcher.progress(.warning(clash.warning)) }
    let left = Set(clashes.flatMap(\.others).map(\.bytes))
    return files.filter { !left.contains($0.0.path) }
  }

  /// Those that need a folder where another file of the index stands, which git has put there: `D/x` beside `d`. What is
  /// there that the index does not have is the user's, and in the way.
  private func blocked(_ paths: [RepositoryPath], by index: GitIndex, in folder: TargetFolder) -> [CaseClash] {
    let blocked = Set(
      paths.filter { path in
        do throws(FileError) { _ = try folder.status(of: path) } catch { return error.errno == ENOTDIR }
        return false
      })
    guard !blocked.isEmpty else { return [] }
    let all = index.entries.filter { $0.stage == 0 && !$0.isSkipped }
      .compactMap { try? RepositoryPath(validating: $0.path) }
    return CaseClash.candidates(among: all).compactMap { group in
      let others = group.filter { blocked.contains($0) }
      let first = group.first { path in (try? folder.status(of: path)).map { $0.kind != .folder } ?? false }
      guard !others.isEmpty, let first else { return nil }
      return CaseClash(first: first, others: others)
    }
  }
}
