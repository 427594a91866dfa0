import Files
import Git
import Text

/// Which side of a conflict.
package enum ConflictSide: Int, Sendable {
  case base = 1
  case ours = 2
  case theirs = 3
}

/// Paths as the user types them.
extension LFSRepository {
  /// Patterns that are seen from the working directory; none is everything.
  package func selection(fromWorkingDirectory patterns: [String]) throws(FetchError) -> Selection {
    guard let root = layout.workTree?.realPath else { return Selection(include: [], exclude: []) }
    let here = ".".realPath
    guard here == root || here.hasPrefix(root + "/") else {
      throw FetchError(.usage, "the working directory is outside of the work tree `\(root.escapingControls)`")
    }
    let prefix = here == root ? "" : here.dropFirst(root.count) + "/"
    var include: [String] = []
    for pattern in patterns {
      let whole = pattern.hasPrefix("/") ? pattern : here + "/" + pattern
      let seen = pattern.contains("..") || pattern.hasPrefix("/") || pattern.hasPrefix(".") ? whole.absolutePath : whole
      if seen == root { return Selection(include: [], exclude: []) }
      guard seen.hasPrefix(root + "/") else {
        throw FetchError(.usage, "`\(pattern.escapingControls)` is outside of the work tree `\(root.escapingControls)`")
      }
      include.append(prefix.isEmpty && seen == root + "/" + pattern ? pattern : String(seen.dropFirst(root.count)))
    }
    return Selection(include: include, exclude: [])
  }

  /// Which of the files have an object that is not in the repository, each object once.
  package func notHere(_ files: [LFSFile]) throws(FetchError) -> [LFSFile] {
    var seen: Set<SHA256Digest> = []
    return try inMedia { () throws(FileError) in
      var missing: [LFSFile] = []
      for file in files where file.pointer.size > 0 && seen.insert(file.pointer.oid).inserted {
        if try !media.contains(file.pointer.oid, size: file.pointer.size) { missing.append(file) }
      }
      return missing
    }
  }

  /// Writes one side of a conflict into another file, which is replaced.
  package func checkOut(_ side: ConflictSide, of path: String, to target: String) async throws(FetchError) {
    let selection = try selection(fromWorkingDirectory: [path])
    let entry = try index().entries.first { $0.stage == side.rawValue && selection.contains($0.path) }
    guard let entry else {
      throw FetchError(.notFound, "`\(path.escapingControls)` is in no conflict, or has no such side")
    }
    let blob = try await reading { git async throws(GitError) in
      try await git.content(of: [entry.id], below: Pointer.sizeLimit)[entry.id]
    }
    guard let blob, let pointer = try? Pointer.parse(blob) else {
      throw FetchError(.usage, "this side of `\(path.escapingControls)` is no LFS file")
    }
    let object = WantedObject(oid: pointer.oid, size: pointer.size, name: path)
    if pointer.size > 0, try localFile(of: pointer.oid, size: pointer.size) == nil {
      if let failure = try await obtain([object], from: defaultRemote, reference: defaultReference)
        .failures[pointer.oid]
      {
        throw failure
      }
    }
    do throws(FileError) {
      let absolute = target.absolutePath
      let temporary = temporaryName(beside: absolute)
      let file = try File.open(temporary, .createNew(permissions: 0o666))
      do throws(FileError) {
        if pointer.size > 0 { try file.copy(try File.open(media.path(of: pointer.oid), .read)) }
        try renameFile(temporary, to: absolute)
      } catch {
        try? removeFile(temporary)
        throw error
      }
    } catch { throw FetchError(file: error, doing: "cannot write `\(target.escapingControls)`") }
  }
}
