import Files
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The file from which git runs a hook, and the one that keeps what was there before.
///
/// A hook that is kept finds beside it what it found before: links lead from the folder to what else is in that of the
/// hooks, and a hook that is itself a link has one that leads to the same place.
struct HookPlace {
  enum Holder {
    case nothing
    case ours(HookScript, isExecutable: Bool)
    case foreign(callsUs: Bool)
  }

  let name: HookName
  let folder: String
  let holder: Holder
  /// Where there is a hook that was kept.
  let former: HookScript.Former?

  var path: String { folder + "/" + name.rawValue }
  /// The hook that is kept, or is to be.
  var keptPath: String { path(of: former ?? .inFolder) }

  /// No script that a person writes is as long.
  private static let longestScript = 1 << 20

  init(_ name: HookName, in folder: String) throws(FileError) {
    (self.name, self.folder) = (name, folder)
    var former: HookScript.Former?
    for place in HookScript.Former.allCases.reversed() {
      if try FileStatus.of(folder + "/" + place.path(of: name)) != nil { former = place }
    }
    self.former = former
    let path = folder + "/" + name.rawValue
    guard let status = try FileStatus.of(path) else {
      holder = .nothing
      return
    }
    // Through a link, too: who has linked to a script of ours has done it himself.
    let bytes = (try? readFile(path, limit: Self.longestScript)) ?? []
    let text = String(decoding: bytes, as: UTF8.self)
    if status.kind == .file, let script = HookScript(text, of: name) {
      holder = .ours(script, isExecutable: status.permissions & 0o111 != 0)
    } else {
      holder = .foreign(callsUs: HookScript.isCalled(by: text, name))
    }
  }

  private func path(of former: HookScript.Former) -> String { folder + "/" + former.path(of: name) }

  /// False where there are two hooks already, and no place for a third.
  func install(program: String) throws(FileError) -> Bool {
    switch holder {
    case .foreign(callsUs: true): return true
    case .foreign(callsUs: false):
      // Git could not run it as a hook, and neither could the script.
      guard try FileStatus.of(path)?.kind != .folder else { throw FileError("replace", path, errno: EISDIR) }
      if former == nil {
        try keep(path, isMoved: true)
      } else {
        guard former == .inFolder, try isKeptLink(of: path) else { return false }
      }
      do throws(FileError) { try write(program, former: .inFolder) } catch {
        try? putBack(.inFolder)
        throw error
      }
    case .nothing, .ours:
      if former == .besideIt { try keep(path(of: .besideIt), isMoved: false) }
      try Directory.create(folder)
      let place = former.map { _ in HookScript.Former.inFolder }
      var isRight = false
      if case .ours(let script, isExecutable: true) = holder {
        isRight = script == HookScript(name, program: program, former: place)
      }
      if !isRight { try write(program, former: place) }
      try removeSecondName()
    }
    return true
  }

  private func write(_ program: String, former: HookScript.Former?) throws(FileError) {
    let script = HookScript(name, program: program, former: former)
    try replaceFile(path, with: Array(script.text.utf8), permissions: 0o755)
  }

  func uninstall() throws(FileError) {
    if case .foreign = holder { return }
    try removeSecondName()
    if let former { try putBack(former) } else { try removeFile(path) }
  }

  // MARK: The folder of what is kept

  private var keptFolder: String { folder + "/" + HookScript.Former.folder }

  /// Gives the hook its place in the folder; by another name it stays where it was, unless it is moved.
  private func keep(_ source: String, isMoved: Bool) throws(FileError) {
    try Directory.create(keptFolder)
    try linkWhatIsBeside()
    let kept = path(of: .inFolder)
    if let target = try linkTarget(of: source), !target.begins(with: "/") {
      // What is at `source` is replaced by the script.
      try makeLink(to: "../" + target, at: kept)
    } else if isMoved {
      try renameFile(source, to: kept)
    } else {
      _ = try linkFile(source, as: kept)
    }
  }

  private func putBack(_ former: HookScript.Former) throws(FileError) {
    let kept = path(of: former)
    if former == .inFolder, let target = try linkTarget(of: kept), let original = target.rest(after: "../") {
      try makeLink(to: String(original), at: path)
      try removeFile(kept)
    } else {
      try renameFile(kept, to: path)
    }
    try removeFolderWithoutHooks()
  }

  /// What has been taken into the folder needs no name beside it any more.
  private func removeSecondName() throws(FileError) {
    let second = path(of: .besideIt)
    guard let status = try FileStatus.of(second), let kept = try FileStatus.of(path(of: .inFolder)) else { return }
    let isSameLink = try isKeptLink(of: second)
    if status.inode == kept.inode || isSameLink { try removeFile(second) }
  }

  /// Whether a run that was killed has kept the link already.
  private func isKeptLink(of source: String) throws(FileError) -> Bool {
    guard let target = try linkTarget(of: source) else { return false }
    return try linkTarget(of: path(of: .inFolder))?.isSame(as: "../" + target) == true
  }

  private func linkWhatIsBeside() throws(FileError) {
    let hooks = Set(HookName.allCases.map(\.rawValue))
    for name in try Directory.list(folder) {
      guard !hooks.contains(name), name != HookScript.Former.folder, !name.ends(with: ".sample"),
        !name.ends(with: ".tmp"), !name.ends(with: ".before-lfsfetch")
      else { continue }
      if try FileStatus.of(keptFolder + "/" + name) == nil {
        try makeLink(to: "../" + name, at: keptFolder + "/" + name)
      }
    }
  }

  /// Once nothing but our links is there.
  private func removeFolderWithoutHooks() throws(FileError) {
    let names = try Directory.list(keptFolder)
    for name in names {
      guard try linkTarget(of: keptFolder + "/" + name)?.isSame(as: "../" + name) == true else { return }
    }
    for name in names { try removeFile(keptFolder + "/" + name) }
    try Directory.remove(keptFolder)
  }

  /// nil where there is no link.
  private func linkTarget(of path: String) throws(FileError) -> String? {
    guard try FileStatus.of(path)?.kind == .symlink else { return nil }
    let parent = try Folder(path.parentFolder ?? ".")
    return String(decoding: try parent.linkTarget(of: Array(path.lastPathComponent.utf8)), as: UTF8.self)
  }

  private func makeLink(to target: String, at path: String) throws(FileError) {
    let parent = try Folder(path.parentFolder ?? ".")
    let temporary = Array(temporaryName(beside: "x").utf8)
    try parent.linkSymbolically(to: Array(target.utf8), as: temporary)
    try parent.rename(temporary, to: Array(path.lastPathComponent.utf8))
  }
}
