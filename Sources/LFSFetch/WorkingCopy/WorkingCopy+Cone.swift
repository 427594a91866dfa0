import Git

/// Another selection of a work tree that is sparse in git's cone mode. The mode is the user's choice, and what he does
/// with `git sparse-checkout` depends on it: so what a cone cannot express is refused, and the mode is never left.
extension WorkingCopy {
  /// With what the user wants to have. The files of the folders above come along.
  func cone(_ cone: Cone, with globs: [Glob], _ entries: [WorkTreeIndex.Entry]) throws(FetchError) -> Cone {
    var wider = cone
    let folders = folders(selectedBy: globs, among: entries)
    if let folder = folders.first(where: { $0.contains(UInt8(ascii: "\n")) }) {
      throw Self.inexpressible("cannot take `\(RepositoryPathName.shown(folder))`: there is a line break in its name")
    }
    wider.take(folders)
    if let single = entries.first(where: { $0.isSkipped && !wider.contains($0.path) }) {
      throw Self.inexpressible("cannot take `\(RepositoryPathName.shown(single.path))` by itself", "take", single)
    }
    return wider
  }

  /// Without what the user does not want to have. What is in the cone with all of its folder stays, or nothing is done.
  func cone(_ cone: Cone, without globs: [Glob], _ entries: [WorkTreeIndex.Entry]) throws(FetchError) -> Cone {
    var narrower = cone
    narrower.leaveOut(folders(selectedBy: globs, among: entries), of: index.entries.map(\.path))
    let unwanted = entries.filter { $0.mode != .submodule }
    if let single = unwanted.first(where: { narrower.contains($0.path) }) {
      throw Self.inexpressible("cannot leave out `\(RepositoryPathName.shown(single.path))` by itself", "drop", single)
    }
    let named = Set(entries.map(\.path))
    if let other = index.entries.first(where: {
      cone.containsWholly($0.path) && !narrower.contains($0.path) && !named.contains($0.path)
    }) {
      throw Self.inexpressible(
        "cannot leave out all folders beside `\(RepositoryPathName.shown(other.path))` and keep that file", "drop",
        other)
    }
    return narrower
  }

  /// The folders that the user means, none inside another.
  private func folders(selectedBy globs: [Glob], among entries: [WorkTreeIndex.Entry]) -> Set<[UInt8]> {
    let whole = globs.map(\.folderItself)
    var known: [[UInt8]: Bool] = [:]
    var folders: Set<[UInt8]> = []
    for entry in entries {
      for folder in Cone.above(entry.path).map(Array.init) {
        let isMeant = known[folder] ?? whole.contains { $0.matches(folder) }
        known[folder] = isMeant
        if isMeant {
          folders.insert(folder)
          break
        }
      }
    }
    return folders
  }

  private static func inexpressible(
    _ message: String, _ verb: String? = nil, _ entry: WorkTreeIndex.Entry? = nil
  ) -> FetchError {
    let leave = "`git sparse-checkout init --no-cone` leaves the mode and keeps what is selected"
    let folder = entry.flatMap { Cone.above($0.path).last }.map { RepositoryPathName.shown(Array($0)) }
    let whole = folder.flatMap { folder in verb.map { "\($0) the folder `\(folder)`, or leave the mode: " } }
    return FetchError(
      .usage, message,
      causes: ["this work tree is sparse in git's cone mode, which knows whole folders and the files above them only"],
      hint: (whole ?? "") + leave)
  }
}

extension Glob {
  /// `folder` for `folder/**`.
  fileprivate var folderItself: Glob {
    let everything = Array("/**".utf8)
    let bytes = Array(pattern.utf8)
    guard bytes.count > everything.count, bytes.suffix(everything.count) == everything[...] else { return self }
    return Glob(String(decoding: bytes.dropLast(everything.count), as: UTF8.self))
  }
}
