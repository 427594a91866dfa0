import Files
import Git
import Text

/// What the next run does about clones whose runs are dead: it removes what they have left, and finishes those that
/// were whole and being moved into place. Where the user has gone on meanwhile, nothing is put into his folders any
/// more: what is missing there, git has, and can put in place.
extension ClonePlace {
  /// What cannot be removed, by this user or now, must not keep from cloning.
  static func recover(_ cache: Cache, _ warn: (String) -> Void) throws(FileError) {
    for name in try Directory.list(cache.clones) { try? recover(cache.clones + "/" + name, warn) }
  }

  private static func recover(_ marker: String, _ warn: (String) -> Void) throws(FileError) {
    guard let instance = marker.lastPathComponent.words(at: ".").first, instance != processInstance,
      try LockFile(marker).tryLock(0), let status = try FileStatus.of(marker)
    else { return }
    if let content = CloneMarker.Content(try readFile(marker)) {
      let places = content.places.filter { isOurs($0.staging, instance) }
        .map { StagedFolder(target: $0.target, staging: $0.staging) }
      if let whole = content.whole {
        try finish(places, gitFolder: whole.gitFolder, state: whole.state, markedAt: status.modified, warn)
      } else {
        for place in places { try place.removeStaging() }
      }
    }
    try removeFile(marker)
  }

  private static func isOurs(_ staging: String, _ instance: Substring) -> Bool {
    staging.ends(with: ".tmp") && staging.lastPathComponent.has(".\(instance).")
      && (try? FileStatus.of(staging))?.kind == .folder
  }

  /// `places` are those that have not been moved, or not wholly.
  private static func finish(
    _ places: [StagedFolder], gitFolder: String, state: String, markedAt: Int64, _ warn: (String) -> Void
  ) throws(FileError) {
    guard let target = places.last?.target else { return }
    let isGitThere = try FileStatus.of(gitFolder + "/HEAD") != nil
    // While git's folder is still to be moved, or being moved, nothing of the files is.
    var free: [StagedFolder] = []
    for place in places {
      let isFree = try place.isFree
      if isFree || place.isInside && (isGitThere || place.target.isSame(as: gitFolder)) { free.append(place) }
    }
    let isUntouched = isGitThere ? CloneState(of: gitFolder).text.isSame(as: state) : free.count == places.count
    if isUntouched {
      for place in free { try place.fill(first: leading(gitFolder.rest(below: place.target).map(String.init))) }
      if !free.isEmpty {
        try? refreshIndex(of: gitFolder, filesBelow: target)
        warn("the clone in `\(target.escapingControls)`, which was killed at its last step, is in place now")
      }
    } else if isGitThere {
      warn(
        "the clone in `\(target.escapingControls)` was killed before all of its files were in place, and something was "
          + "changed there since, so nothing more was put there: `git status` in it shows what is missing")
    }
    for place in places where try FileStatus.of(place.staging) != nil {
      // Git has all of it; but what the user has changed in there is his.
      guard try isOlder(place.staging, than: markedAt) else {
        warn(
          "`\(place.staging.escapingControls)` was left by a clone that was killed, and holds files that were changed "
            + "since: take out what you need, and remove it")
        continue
      }
      try place.removeStaging()
    }
  }

  /// What was moved by itself has another time of change now, and git would have to read it.
  private static func refreshIndex(of gitFolder: String, filesBelow target: String) throws(GitError) {
    let index = try GitIndex(file: gitFolder + "/index")
    guard let folder = try? Folder(target) else { return }
    let top = index.entries.filter { !$0.isSkipped && $0.stage == 0 && !$0.path.contains(UInt8(ascii: "/")) }
    let moved = top.compactMap { entry -> (entry: GitIndex.Entry, status: FileStatus)? in
      guard let status = try? folder.status(of: entry.path), index.isUnchanged(entry, status) else { return nil }
      return (entry, status)
    }
    try index.refresh(moved, in: gitFolder + "/index")
  }

  /// Whether nothing in the folder was changed after that moment.
  private static func isOlder(_ folder: String, than moment: Int64) throws(FileError) -> Bool {
    for name in try Directory.list(folder) {
      let path = folder + "/" + name
      guard let status = try FileStatus.of(path) else { continue }
      guard status.kind == .folder || status.modified <= moment else { return false }
      if status.kind == .folder, try !isOlder(path, than: moment) { return false }
    }
    return true
  }
}
