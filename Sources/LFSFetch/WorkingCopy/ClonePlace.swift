import Files
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where a clone will be, and where it is made until it is whole: beside its folder, or inside when the user has made
/// that already; and the same for git's own folder, where the user wants that elsewhere. Git's folder is put in place
/// first, so that there are never files without it. A run that was killed leaves a marker in the cache, by which the
/// next one removes its remains, or goes on (`ClonePlace+Recovery`).
final class ClonePlace {
  private let files: StagedFolder
  /// Where the user wants git's folder elsewhere.
  private let separate: StagedFolder?
  /// Where git's folder is made.
  let gitFolder: String
  /// Where git's folder is below the work tree, as `--separate-git-dir` may have it.
  let gitPathInside: String?
  private let marker: CloneMarker
  private var isWhole = false
  /// What `fill` moves into the user's folders, by the folder.
  private var parts: [(place: StagedFolder, names: [[UInt8]])] = []

  /// The folder that the user wants.
  var target: String { files.target }
  /// The folder in which the clone is made.
  var staging: String { files.staging }
  /// Whether the user has made the folder.
  var isInside: Bool { files.isInside }
  /// Where git's folder will be.
  var settledGitFolder: String { settled(gitFolder) }

  private var places: [StagedFolder] { (separate.map { [$0] } ?? []) + [files] }

  /// Refuses folders that have anything in them.
  init(_ request: CloneRequest, _ path: String, cache: Cache, warn: (String) -> Void) throws(FetchError) {
    do throws(FileError) {
      try Self.recover(cache, warn)
    } catch { throw FetchError(file: error, doing: "cannot tidy up after a clone that was killed") }
    let files = try Self.place(path, "destination path")
    self.files = files
    let wish = request.asGit?.gitFolder
    let inside = wish.flatMap { $0.absolutePath.rest(below: files.target) }
    gitPathInside = inside.flatMap { $0.isSame(as: ".git") ? nil : String($0) }
    separate = if let wish, inside == nil { try Self.place(wish, "repository path") } else { nil }
    if let separate, separate.target.isSame(as: files.target) || files.target.rest(below: separate.target) != nil {
      throw FetchError(
        .usage, "`\(path.escapingControls)` would lie in git's own folder",
        hint: "name a place beside it, or below it, after `--separate-git-dir`")
    }
    gitFolder =
      separate?.staging ?? gitPathInside.map { files.staging + "/" + $0 }
      ?? (request.isBare ? files.staging : files.staging + "/.git")
    do throws(FileError) {
      marker = try CloneMarker(cache, (separate.map { [$0] } ?? []) + [files])
      for place in (separate.map { [$0] } ?? []) + [files] { try place.create() }
    } catch { throw FetchError(workTree: error, doing: "cannot clone into `\(path.escapingControls)`") }
  }

  /// `kind` is what git calls it.
  private static func place(_ path: String, _ kind: String) throws(FetchError) -> StagedFolder {
    do throws(FileError) { return try StagedFolder(at: path) } catch {
      let shown = path.escapingControls
      guard error.errno == ENOTEMPTY || error.errno == ENOTDIR else {
        throw FetchError(workTree: error, doing: "cannot clone into `\(shown)`")
      }
      let isGit = kind.begins(with: "repository")
      let hint = "name another folder after \(isGit ? "`--separate-git-dir`" : "the URL"), or remove this one"
      throw FetchError(
        .disk, "`\(shown)` is there already",
        causes: ["\(isGit ? "git's folder of " : "")a clone needs a new or an empty folder"], hint: hint
      ).inGitLFS("fatal: \(kind) '\(shown)' already exists and is not an empty directory.\nhint: \(hint)")
    }
  }

  /// The same file, where it will be when the clone is in place.
  func settled(_ path: String) -> String { files.settled(separate?.settled(path) ?? path) }

  /// Where git's folder is not beside the files, leaves a file that leads there.
  func linkGitFolder() throws(FileError) {
    guard separate != nil || gitPathInside != nil else { return }
    try replaceFile(staging + "/.git", with: Array("gitdir: \(settledGitFolder)\n".utf8))
  }

  /// Writes the files out, unless they are where `path` is, which has been written out already.
  func syncUnless(onDiskOf path: String) throws(FileError) {
    for place in places where try FileStatus.of(place.staging)?.device != FileStatus.of(path)?.device {
      try File.open(place.staging, .read).syncFileSystem()
    }
  }

  /// Moves the clone, which is whole, to where it stays; refuses a folder that somebody has put something into meanwhile.
  func fill() throws(FileError) {
    for place in places where place.isInside {
      guard try place.isFree else { throw FileError("clone into", place.target, errno: ENOTEMPTY) }
    }
    // A single rename has no middle in which the next run could find it.
    if isInside || separate != nil { try marker.markWhole(gitFolder: settledGitFolder, CloneState(of: gitFolder)) }
    for place in places {
      parts.append((place, place.isInside ? try Folder(place.staging).list() : []))
      try place.fill(first: Self.leading(gitPathInside))
      guard try FileStatus.of(place.staging) == nil else {
        throw FileError("clone into", place.target, errno: ENOTEMPTY)
      }
    }
  }

  /// What is moved before all else: git's folder, and what leads to it.
  static func leading(_ gitPathInside: String?) -> [String] {
    [".git"] + (gitPathInside?.words(at: "/").first.map { [String($0)] } ?? [])
  }

  /// The last step, behind which nothing is to be cleaned up.
  func finish() throws(FileError) {
    isWhole = true
    try marker.remove()
  }

  /// Removes all that was made, and nothing else.
  func discard() throws(FileError) {
    guard !isWhole else { return }
    for (place, names) in parts {
      let isMoved = try FileStatus.of(place.staging) == nil
      if !place.isInside {
        if isMoved { try Directory.remove(place.target) }
        continue
      }
      let left = isMoved ? [] : try Folder(place.staging).list()
      let folder = try Folder(place.target)
      for name in names where !left.contains(name) { try folder.removeTree(name) }
    }
    for place in places {
      try place.removeStaging()
      place.removeMade()
    }
    try marker.remove()
  }
}
