import Files
import Text

/// Which of lfsfetch's hooks are installed, and installing them beside those that are there already.
///
/// A hook that has the place is kept under another name, byte for byte and with its mode, and run by the script that
/// takes its place. Every step is a rename, so git finds a whole hook at any moment; what a run that was killed has
/// left, the next one takes for what it is.
extension HookFolder {
  package enum State: Sendable, Equatable {
    case installed
    /// The hook that was there before is kept, and runs first.
    case installedAfterFormer
    /// The script is there, but git may not run it.
    case notExecutable
    case absent
    /// A hook that is not ours has the place.
    case foreign
    /// A hook that is not ours has the place, and runs lfsfetch itself.
    case called
  }

  package func state(of name: HookName) throws(FetchError) -> State {
    let place = try reading { () throws(FileError) in try HookPlace(name, in: path) }
    switch place.holder {
    case .nothing: return .absent
    case .foreign(let callsUs): return callsUs ? .called : .foreign
    case .ours(let script, let isExecutable):
      guard isExecutable else { return .notExecutable }
      return script.runsFormer && place.hasFormer ? .installedAfterFormer : .installed
    }
  }

  /// Installs the hook; `program` is how a shell is to run lfsfetch. Returns how it is then.
  package func install(_ name: HookName, program: String) throws(FetchError) -> State {
    let place = try examine(name)
    guard try change({ () throws(FileError) in try place.install(program: program) }) else {
      throw FetchError(
        .disk, "`\(place.path.escapingControls)` and `\(place.former.escapingControls)` are both there",
        causes: ["the first is not lfsfetch's, and the second is the hook that was kept when lfsfetch's was installed"],
        hint: "keep one of them as `\(name.rawValue)`, move the other away, and install again")
    }
    return try state(of: name)
  }

  /// Takes the hook away, and puts the one that was there before back. Returns how it is then.
  package func uninstall(_ name: HookName) throws(FetchError) -> State {
    let place = try examine(name)
    try change { () throws(FileError) in try place.uninstall() }
    return try state(of: name)
  }

  private func examine(_ name: HookName) throws(FetchError) -> HookPlace {
    if let obstacle { throw obstacle }
    return try reading { () throws(FileError) in try HookPlace(name, in: path) }
  }

  private func reading<Value>(_ body: () throws(FileError) -> Value) throws(FetchError) -> Value {
    do throws(FileError) { return try body() } catch {
      throw FetchError(
        .disk, "cannot look at the hooks in `\(path.escapingControls)`", causes: [error.description.escapingControls])
    }
  }

  private func change<Value>(_ body: () throws(FileError) -> Value) throws(FetchError) -> Value {
    do throws(FileError) { return try body() } catch {
      throw FetchError(
        .disk, "cannot change the hooks in `\(path.escapingControls)`",
        causes: [error.description.escapingControls],
        hint: error.isNotPermitted ? "check who owns the folder, and whether it can be written to" : nil)
    }
  }
}

/// The file from which git runs a hook, and the one that keeps what was there before.
private struct HookPlace {
  enum Holder {
    case nothing
    case ours(HookScript, isExecutable: Bool)
    case foreign(callsUs: Bool)
  }

  let name: HookName
  let folder: String
  let holder: Holder
  let hasFormer: Bool

  var path: String { folder + "/" + name.rawValue }
  var former: String { path + HookScript.formerEnding }

  /// No script that a person writes is as long.
  private static let longestScript = 1 << 20

  init(_ name: HookName, in folder: String) throws(FileError) {
    (self.name, self.folder) = (name, folder)
    let path = folder + "/" + name.rawValue
    hasFormer = try FileStatus.of(path + HookScript.formerEnding) != nil
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

  /// False where there are two hooks already, and no place for a third.
  func install(program: String) throws(FileError) -> Bool {
    switch holder {
    case .foreign(callsUs: true): return true
    case .foreign(callsUs: false):
      guard !hasFormer else { return false }
      try renameFile(path, to: former)
      do throws(FileError) { try write(program, runsFormer: true) } catch {
        try? renameFile(former, to: path)
        throw error
      }
    case .nothing:
      try Directory.create(folder)
      try write(program, runsFormer: hasFormer)
    case .ours(let script, let isExecutable):
      let wanted = HookScript(name, program: program, runsFormer: hasFormer)
      if script != wanted || !isExecutable { try write(program, runsFormer: hasFormer) }
    }
    return true
  }

  private func write(_ program: String, runsFormer: Bool) throws(FileError) {
    let script = HookScript(name, program: program, runsFormer: runsFormer)
    try replaceFile(path, with: Array(script.text.utf8), permissions: 0o755)
  }

  func uninstall() throws(FileError) {
    if case .foreign = holder { return }
    if hasFormer {
      try renameFile(former, to: path)
    } else {
      try removeFile(path)
    }
  }
}
