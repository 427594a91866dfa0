import Files
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where a clone will be, and where it is made until it is whole: beside its folder, or inside when the user has made
/// that already. A folder is moved into place by one rename. Into one that is there, its parts are moved one by one when
/// the clone is whole, `.git` first, so that there are never files without it. A run that was killed leaves a marker in
/// the cache, by which the next one removes its remains, or moves the parts that were still to be moved.
final class ClonePlace {
  /// The folder that the user wants.
  let target: String
  /// The folder in which the clone is made.
  let staging: String
  /// Whether the user has made the folder.
  let isInside: Bool
  private let marker: String
  /// Held until this object goes.
  private let lock: LockFile
  private var isWhole = false
  /// What `fill` moves.
  private var parts: [[UInt8]] = []

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

  /// Moves git's folder to where the user wants it, and leaves a file that leads there.
  func moveGitFolder(to path: String) throws(FileError) {
    if let parent = path.parentFolder { try Directory.create(parent) }
    try renameFile(staging + "/.git", to: path)
    try replaceFile(staging + "/.git", with: Array("gitdir: \(path)\n".utf8))
  }

  /// Writes the files out, unless they are where `path` is, which has been written out already.
  func syncUnless(onDiskOf path: String) throws(FileError) {
    guard try FileStatus.of(staging)?.device != FileStatus.of(path)?.device else { return }
    try File.open(staging, .read).syncFileSystem()
  }

  /// Moves the clone, which is whole, to where it stays; refuses a folder that somebody has put something into meanwhile.
  func fill() throws(FileError) {
    guard isInside else { return try renameFile(staging, to: target) }
    guard try Directory.list(target).count == 1 else { throw FileError("clone into", target, errno: ENOTEMPTY) }
    parts = try Folder(staging).list()
    try File.open(marker, .readWrite).write(Array(staging.utf8) + [Self.isWholeMark], at: 0)
    try Self.moveParts(of: staging)
    guard try FileStatus.of(staging) == nil else { throw FileError("clone into", target, errno: ENOTEMPTY) }
  }

  /// The last step, behind which nothing is to be cleaned up.
  func finish() throws(FileError) {
    isWhole = true
    try removeFile(marker)
  }

  /// Removes all that was made, and nothing else.
  func discard() throws(FileError) {
    guard !isWhole else { return }
    if isInside, !parts.isEmpty {
      let left = try FileStatus.of(staging) == nil ? [] : try Folder(staging).list()
      let folder = try Folder(target)
      for name in parts where !left.contains(name) { try folder.removeTree(name) }
    }
    try Self.removeTree(staging)
    try removeFile(marker)
  }

  /// Moves all that is in a folder into the one around it, `.git` first. What has a namesake there stays.
  private static func moveParts(of staging: String) throws(FileError) {
    guard let target = staging.parentFolder else { return }
    let (from, to) = (try Folder(staging), try Folder(target))
    let git = Array(".git".utf8)
    let names = try from.list()
    for name in names.filter({ $0 == git }) + names.filter({ $0 != git }) where try to.status(of: name) == nil {
      try from.move(name, into: to)
    }
    if try from.list().isEmpty { try to.removeFolder(Array(staging.lastPathComponent.utf8)) }
  }

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

  /// Behind the path in the marker, and in no path: from now on parts of the clone are moved.
  private static let isWholeMark: UInt8 = 0

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

  /// Removes what runs that are dead have left. What cannot be removed, by this user or now, must not keep from cloning.
  private static func recover(_ cache: Cache) throws(FileError) {
    for name in try Directory.list(cache.clones) { try? recover(cache.clones + "/" + name) }
  }

  private static func recover(_ marker: String) throws(FileError) {
    guard let instance = marker.lastPathComponent.words(at: ".").first, instance != processInstance,
      try LockFile(marker).tryLock(0)
    else { return }
    let text = try readFile(marker)
    let staging = String(decoding: text.prefix { $0 != isWholeMark }, as: UTF8.self)
    let isOurs = staging.ends(with: ".tmp") && staging.lastPathComponent.has(".\(instance).")
    if isOurs, try FileStatus.of(staging)?.kind == .folder {
      if text.last == isWholeMark { try moveParts(of: staging) } else { try removeTree(staging) }
    }
    try removeFile(marker)
  }
}
