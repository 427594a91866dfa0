import Files
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A folder that is made elsewhere on its file system and moved to its place when it is whole: by one rename, or part
/// by part where the user has made the folder already.
struct StagedFolder: Sendable {
  /// Where it will be.
  let target: String
  /// Where it is made.
  let staging: String
  /// Whether the user has made the folder.
  let isInside: Bool
  /// The folders above that were not there, the outer first.
  private let made: [String]

  /// Refuses a folder that has anything in it, by `ENOTEMPTY`. Makes nothing yet.
  init(at path: String) throws(FileError) {
    target = path.absolutePath
    isInside = try Self.isEmptyFolder(target)
    staging = temporaryName(beside: isInside ? target + "/clone" : target)
    var missing: [String] = []
    var above = target.parentFolder
    while let folder = above, try FileStatus.of(folder, followingLinks: true) == nil {
      missing.insert(folder, at: 0)
      above = folder.parentFolder
    }
    made = missing
  }

  /// One that another run has left.
  init(target: String, staging: String) {
    (self.target, self.staging) = (target, staging)
    isInside = staging.parentFolder?.isSame(as: target) == true
    made = []
  }

  func create() throws(FileError) { try Directory.create(staging) }

  /// The same file, where it will be.
  func settled(_ path: String) -> String {
    if path.isSame(as: staging) { return target }
    return path.rest(below: staging).map { target + "/" + $0 } ?? path
  }

  /// Moves all to where it stays, those of `first` before all else. What has a namesake there stays behind.
  ///
  /// Of a folder of git's the `HEAD` comes last: without it nobody takes the folder for one.
  func fill(first: [String]) throws(FileError) {
    guard isInside else { return try renameFile(staging, to: target) }
    let (from, to) = (try Folder(staging), try Folder(target))
    func place(_ name: [UInt8]) -> Int {
      first.firstIndex { $0.utf8.elementsEqual(name) } ?? (name == Array("HEAD".utf8) ? .max : first.count)
    }
    for name in try from.list().sorted(by: { place($0) < place($1) }) {
      if try to.status(of: name) == nil { try from.move(name, into: to) }
    }
    if try from.list().isEmpty { try to.removeFolder(Array(staging.lastPathComponent.utf8)) }
  }

  /// Whether nothing is in the place that is not ours.
  var isFree: Bool {
    get throws(FileError) {
      guard isInside else { return try FileStatus.of(target) == nil }
      return try Directory.list(target).allSatisfy { $0.isSame(as: staging.lastPathComponent) }
    }
  }

  /// Removes what has not been moved.
  func removeStaging() throws(FileError) {
    guard let parent = staging.parentFolder, try FileStatus.of(parent) != nil else { return }
    try Folder(parent).removeTree(Array(staging.lastPathComponent.utf8))
  }

  /// Removes the folders above it that were made for it, and hold nothing.
  func removeMade() { for folder in made.reversed() where rmdir(folder) != 0 { return } }

  /// False when there is nothing.
  private static func isEmptyFolder(_ path: String) throws(FileError) -> Bool {
    guard try FileStatus.of(path) != nil else { return false }
    // A link that leads nowhere is no folder either.
    guard try FileStatus.of(path, followingLinks: true)?.kind == .folder, try Directory.list(path).isEmpty else {
      throw FileError("use", path, errno: ENOTEMPTY)
    }
    return true
  }
}
