import Files
import Git
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Paths that a disk takes for one and the same, because it does not tell upper from lower case, or two ways to write
/// an accent. Git knows them apart; in a folder on such a disk only one of them can be.
///
/// Which those are, no table says: each file system has rules of its own. So names only tell which paths may clash, and
/// the disk itself is asked about these.
struct CaseClash: Sendable, Equatable {
  /// The one for which there is room.
  let first: RepositoryPath
  let others: [RepositoryPath]

  /// What is said where only the first is put in place.
  var warning: String {
    let others = others.map { "`\($0)`" }.joined(separator: ", ")
    return "this disk takes `\(first)` and \(others) for one file; only `\(first)` is put in place"
  }

  /// What is said where all of them were wanted. `place` is the disk as messages name it.
  func error(_ place: String, otherDisk: String) -> FetchError {
    FetchError(
      .disk, "cannot put `\(others[0])` beside `\(first)`", causes: ["the disk of \(place) takes them for one file"],
      hint: "leave one of them out with `--exclude`, or choose another disk with \(otherDisk)")
  }

  /// Finds them by empty files in a folder of their own inside `folder`, which it removes again; where no names are
  /// alike, none is made. Of those that clash the earlier stays, but always one that is in `present`.
  static func find(
    among paths: [RepositoryPath], in folder: String, present: Set<RepositoryPath> = []
  ) throws(FileError) -> [CaseClash] {
    let groups = candidates(among: paths)
    guard !groups.isEmpty else { return [] }
    let parent = try Folder(folder)
    let name = Array(temporaryName(beside: "names").utf8)
    try parent.makeFolder(name)
    defer { try? parent.removeTree(name) }
    let trial = try TargetFolder(parent.path(of: name))
    var clashes: [CaseClash] = []
    for group in groups {
      let inOrder = group.filter { present.contains($0) } + group.filter { !present.contains($0) }
      clashes += try tried(inOrder, in: trial)
    }
    return clashes
  }

  private static func tried(
    _ group: [RepositoryPath], in trial: TargetFolder
  ) throws(FileError) -> [CaseClash] {
    var placed: [RepositoryPath] = []
    var others: [RepositoryPath: [RepositoryPath]] = [:]
    for path in group {
      var present: FileStatus?
      do throws(FileError) {
        present = try trial.status(of: path)
        guard present != nil else {
          try trial.put(.bytes([]), at: path, permissions: 0o600)
          placed.append(path)
          continue
        }
      } catch {
        // Where the path needs a folder there is a file.
        guard error.errno == ENOTDIR else { throw error }
      }
      let partner = placed.first { (try? trial.status(of: $0))?.inode == present?.inode } ?? placed[0]
      others[partner, default: []].append(path)
    }
    return placed.compactMap { path in others[path].map { CaseClash(first: path, others: $0) } }
  }

  /// Groups of paths that some disk may take for one, each in the order given.
  static func candidates(among paths: [RepositoryPath]) -> [[RepositoryPath]] {
    var groups: [String: [RepositoryPath]] = [:]
    var order: [String] = []
    for path in paths {
      let folded = fold(path)
      if groups[folded] == nil { order.append(folded) }
      groups[folded, default: []].append(path)
    }
    // A file and a folder can clash, too: `a` and `A/b`.
    for folded in order {
      for end in folded.utf8.indices where folded.utf8[end] == UInt8(ascii: "/") {
        let above = String(folded[..<end])
        if groups[above] != nil, let inner = groups.removeValue(forKey: folded) {
          groups[above, default: []] += inner
          break
        }
      }
    }
    return order.compactMap { groups[$0] }.filter { $0.count > 1 }
  }

  /// Both cases, because `ß` has its like only in upper case. The comparison of strings knows of accents.
  private static func fold(_ path: RepositoryPath) -> String { path.string.uppercased().lowercased() }
}
