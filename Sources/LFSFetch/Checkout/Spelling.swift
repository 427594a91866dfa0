import Files
import Git

/// What the disk of the cache makes of upper and lower case: whether a file that is found by a name was made by it.
struct Spelling {
  private enum Kind {
    /// Other spellings are other names.
    case distinct
    /// Any spelling finds the file, and the folder tells the one by which it was made.
    case kept
    /// Any spelling finds the file, and nothing tells how it was made.
    case lost
  }

  private let kind: Kind
  /// What folders tell, by the way to them.
  private var names: [[[UInt8]]: Set<[UInt8]>] = [:]

  /// The names that the cache itself has made show it.
  init(_ cache: Cache) throws(FileError) {
    let folder = try FileStatus.of(cache.snapshots)
    guard let folder, try FileStatus.of(cache.root + "/SNAPSHOTS")?.inode == folder.inode else {
      kind = .distinct
      return
    }
    kind = try Directory.list(cache.root).contains("CACHEDIR.TAG") ? .kept : .lost
  }

  /// Whether what is there was surely made by this path. What is put there meanwhile counts as it was before.
  mutating func isExact(_ path: RepositoryPath, in folder: TargetFolder) throws(FileError) -> Bool {
    guard kind == .kept else { return kind == .distinct }
    let components = path.components
    for end in components.indices {
      let above = Array(components[..<end])
      if names[above] == nil { names[above] = Set(try folder.names(in: above)) }
      guard names[above]?.contains(components[end]) == true else { return false }
    }
    return true
  }
}
