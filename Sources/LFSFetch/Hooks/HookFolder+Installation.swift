import Files
import Text

/// Which of lfsfetch's hooks are installed, and installing them beside those that are there already.
///
/// A hook that has the place is kept in the folder `before-lfsfetch`, under its own name, byte for byte and with its
/// mode, and run by the script that takes its place. Every step is a rename, so git finds a whole hook at any moment;
/// what a run that was killed has left, the next one takes for what it is.
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
      return script.former != nil && place.former != nil ? .installedAfterFormer : .installed
    }
  }

  /// Installs the hook; `program` is how a shell is to run lfsfetch. Returns how it is then.
  package func install(_ name: HookName, program: String) throws(FetchError) -> State {
    let place = try examine(name)
    guard try change({ () throws(FileError) in try place.install(program: program) }) else {
      throw FetchError(
        .disk, "`\(place.path.escapingControls)` and `\(place.keptPath.escapingControls)` are both there",
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
