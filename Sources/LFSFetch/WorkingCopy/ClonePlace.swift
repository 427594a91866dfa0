import Files
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where a clone will be, and where it is made until it is whole: beside its folder, or inside when the user has made
/// that already. What is there is moved into place by renames, `.git` last, so that nothing incomplete ever looks
/// like a clone. A run that was killed leaves a marker in the cache, by which the next one removes its remains.
final class ClonePlace {
  /// The folder that the user wants.
  let target: String
  /// The folder in which the clone is made.
  let staging: String
  private let isInside: Bool
  private let marker: String
  /// Held until this object goes.
  private let lock: LockFile

  /// Refuses a folder that has anything in it.
  init(_ path: String, cache: Cache) throws(FetchError) {
    target = path.absolutePath
    do throws(FileError) {
      try Self.recover(cache)
      isInside = try Self.isEmptyFolder(target)
      if !isInside, let parent = target.parentFolder { try Directory.create(parent) }
      staging = temporaryName(beside: isInside ? target + "/clone" : target)
      (marker, lock) = try Self.mark(staging, cache)
      try Directory.create(staging)
    } catch {
      if error.errno == ENOTEMPTY {
        throw FetchError(
          .disk, "`\(path.escapingControls)` is there already", causes: ["a clone needs a new or an empty folder"],
          hint: "name another folder after the URL, or remove this one")
      }
      throw FetchError(workTree: error, doing: "cannot clone into `\(path.escapingControls)`")
    }
  }

  /// Moves the work tree's files to where they stay; nothing has to be moved yet when the whole folder will be.
  func placeFiles() throws(FileError) {
    guard isInside else { return }
    let (from, to) = (try Folder(staging), try Folder(target))
    for name in try from.list() where name != Self.gitName { try from.move(name, into: to) }
  }

  /// Where the files of the work tree are after `placeFiles`.
  var files: String { isInside ? target : staging }

  /// Writes the files out, unless they are where `path` is, which has been written out already.
  func syncUnless(onDiskOf path: String) throws(FileError) {
    guard try FileStatus.of(staging)?.device != FileStatus.of(path)?.device else { return }
    try File.open(staging, .read).syncFileSystem()
  }

  /// The last step, which makes it a clone.
  func finish() throws(FileError) {
    if isInside {
      let (from, to) = (try Folder(staging), try Folder(target))
      for name in try from.list() { try from.move(name, into: to) }
      try to.removeFolder(Array(staging.lastPathComponent.utf8))
    } else {
      try renameFile(staging, to: target)
    }
    try removeFile(marker)
  }

  /// Removes all that was made.
  func discard() throws(FileError) {
    let isStaged = try FileStatus.of(staging) != nil
    try Self.removeTree(staging)
    if isInside, isStaged {
      // The folder was empty, so all that is in it was moved there by `placeFiles`.
      let folder = try Folder(target)
      for name in try folder.list() { try folder.removeTree(name) }
    }
    try removeFile(marker)
  }

  private static let gitName = Array(".git".utf8)

  /// False when there is nothing.
  private static func isEmptyFolder(_ path: String) throws(FileError) -> Bool {
    guard let status = try FileStatus.of(path) else { return false }
    guard status.kind == .folder || status.kind == .symlink, try Directory.list(path).isEmpty else {
      throw FileError("use", path, errno: ENOTEMPTY)
    }
    return true
  }

  private static func removeTree(_ path: String) throws(FileError) {
    guard let parent = path.parentFolder else { return }
    try Folder(parent).removeTree(Array(path.lastPathComponent.utf8))
  }

  // MARK: The marker

  private static func mark(_ staging: String, _ cache: Cache) throws(FileError) -> (String, LockFile) {
    try Directory.create(cache.clones)
    while true {
      let path = "\(cache.clones)/\(processInstance).\(UInt32.random(in: .min ... .max))"
      let lock = try LockFile(path)
      // Another run may have looked at the marker before it was locked, and taken it for a dead one's.
      if try lock.tryLock(0), try FileStatus.of(path) != nil {
        try File.open(path, .readWrite).write(Array(staging.utf8), at: 0)
        return (path, lock)
      }
    }
  }

  /// Removes what runs that are dead have left.
  private static func recover(_ cache: Cache) throws(FileError) {
    for name in try Directory.list(cache.clones) {
      let marker = cache.clones + "/" + name
      guard let instance = name.words(at: ".").first, instance != processInstance,
        try LockFile(marker).tryLock(0)
      else { continue }
      let staging = String(decoding: try readFile(marker), as: UTF8.self)
      let isOurs = staging.ends(with: ".tmp") && staging.lastPathComponent.has(".\(instance).")
      if isOurs, let parent = staging.parentFolder, try FileStatus.of(parent) != nil { try removeTree(staging) }
      try removeFile(marker)
    }
  }
}
