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
    guard layout.workTree != nil else { return Selection(include: [], exclude: []) }
    let (root, folder) = try placeInWorkTree()
    let here = folder.isEmpty ? root : root + "/" + folder.withoutLastSlashes
    let prefix = folder.isEmpty ? "" : "/" + folder
    var include: [String] = []
    for pattern in patterns {
      let whole = pattern.begins(with: "/") ? pattern : here + "/" + pattern
      let seen =
        pattern.has("..") || pattern.begins(with: "/") || pattern.begins(with: ".") ? whole.absolutePath : whole
      if seen.isSame(as: root) { return Selection(include: [], exclude: []) }
      guard let below = seen.rest(below: root) else {
        throw FetchError(.usage, "`\(pattern.escapingControls)` is outside of the work tree `\(root.escapingControls)`")
      }
      include.append(prefix.isEmpty && below.isSame(as: pattern) ? pattern : "/" + below)
    }
    return Selection(include: include, exclude: [])
  }

  /// The top of the work tree, and the folder in it, empty or with a slash at its end, from which paths are seen: the
  /// working directory, or the top itself where that is elsewhere.
  @discardableResult
  package func placeInWorkTree() throws(FetchError) -> (root: String, folder: String) {
    guard let root = layout.currentWorkTree?.realPath else {
      throw .noWorkTree(layout.workTree == nil ? "the repository is bare" : "the working directory is in `.git`")
    }
    let here = ".".realPath
    return (root, here.rest(below: root).map { $0 + "/" } ?? "")
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
      throw FetchError(.notFound, "`\(path.escapingControls)` is in no conflict, or has no such side").inGitLFS(
        "Could not checkout (are you not in the middle of a merge?): `\(path.escapingControls)` has no such stage")
    }
    let blob = try await reading { git async throws(GitError) in
      try await git.content(of: [entry.id], below: Pointer.sizeLimit)[entry.id]
    }
    guard let blob, let pointer = try? Pointer.parse(blob) else {
      throw FetchError(.usage, "this side of `\(path.escapingControls)` is no LFS file")
        .inGitLFS("Could not find decoder pointer for object \"\(entry.id)\": it is no pointer")
    }
    try checkExtensions(of: pointer, path)
    let object = WantedObject(oid: pointer.oid, size: pointer.size, name: path)
    if pointer.size > 0, try localFile(of: pointer.oid, size: pointer.size) == nil {
      if let failure = try await obtain([object], from: defaultRemote, reference: defaultReference)
        .failures[pointer.oid]
      {
        throw failure
      }
    }
    let source = try inMedia { () throws(FileError) in
      pointer.size > 0 ? try File.open(media.path(of: pointer.oid), .read) : nil
    }
    let output =
      pointer.extensions.isEmpty
      ? nil
      : try await onBlockingThread { () throws(FetchError) in
        try self.untransformed(source?.path ?? "/dev/null", pointer, at: entry.path)
      }
    do throws(FileError) {
      let absolute = target.absolutePath
      try Directory.create(absolute.parentFolder ?? "/")
      let former = try FileStatus.of(absolute)
      let temporary = temporaryName(beside: absolute)
      let file = try File.open(temporary, .createNew(permissions: 0o666))
      do throws(FileError) {
        if let content = output?.file ?? source { try file.copy(content) }
        if let former, former.kind == .file { try file.setPermissions(former.permissions) }
        try renameFile(temporary, to: absolute)
      } catch {
        try? removeFile(temporary)
        throw error
      }
    } catch { throw FetchError(file: error, doing: "cannot write `\(target.escapingControls)`") }
  }
}

extension WorkingRepository.Layout {
  /// The work tree, unless the working directory is in the repository's own folder.
  var currentWorkTree: String? {
    let (here, folder) = (".".realPath, gitFolder.realPath)
    let isInside = here.isSame(as: folder) || here.rest(below: folder) != nil
    return isInside && processEnvironment("GIT_WORK_TREE") == nil ? nil : workTree
  }
}

extension FetchError {
  package static let needsWorkTree = "This operation must be run in a work tree."

  package static func noWorkTree(_ reason: String) -> FetchError {
    FetchError(.usage, "this command needs a work tree, but \(reason)").inGitLFS(needsWorkTree)
  }

  /// The command cannot do anything at this place; git-lfs says so on stdout.
  package var isAboutThePlace: Bool { isOutsideOfRepositories || wordsOfGitLFS == Self.needsWorkTree }
}
