import Files
import Git
import Text

/// Which patterns are given to LFS: `track` and `untrack`.
extension LFSRepository {
  package struct TrackedPattern: Sendable {
    package let pattern: AttributesFile.Pattern
    /// As seen from the top of the work tree.
    package let path: String
    /// The file that says so.
    package let source: String
    /// It holds for other repositories, too: the file is the user's or the machine's.
    package let isOfUser: Bool
  }

  /// The `.gitattributes` of the working directory, or of the top of the work tree where that is elsewhere; it need not
  /// be there.
  package func readAttributes() throws(FetchError) -> AttributesFile {
    let usesCRLF = settings.flag("core.autocrlf") == true || settings.config.string("core.eol")?.inLowerCase == "crlf"
    return AttributesFile(try Self.bytes(of: try attributesPath()), ending: usesCRLF ? "\r\n" : "\n")
  }

  package func write(_ attributes: AttributesFile) throws(FetchError) {
    let path = try attributesPath()
    do throws(FileError) {
      let status = try FileStatus.of(path)
      guard status == nil || status?.kind == .file else { throw FileError("write to", ".gitattributes", errno: 21) }
      try replaceFile(path, with: attributes.bytes, permissions: status?.permissions ?? 0o644)
    } catch { throw FetchError(file: error, doing: "cannot change `.gitattributes`") }
  }

  private func attributesPath() throws(FetchError) -> String {
    let (root, folder) = try placeInWorkTree()
    return root + "/" + folder + ".gitattributes"
  }

  private static func bytes(of path: String) throws(FetchError) -> [UInt8] {
    do throws(FileError) {
      guard try FileStatus.of(path) != nil else { return [] }
      return try readFile(path, limit: 1 << 24)
    } catch { throw FetchError(reading: error, doing: "cannot read `\(path.escapingControls)`") }
  }

  /// Every pattern of the work tree's `.gitattributes`, those of the deepest folders first, of `info/attributes`, and of
  /// the user's and the machine's own files.
  package func trackedPatterns() throws(FetchError) -> [TrackedPattern] {
    var files: [(path: String, folder: String, isOfUser: Bool)] = []
    if let root = layout.workTree {
      do throws(FileError) {
        files = try Self.attributesFiles(below: root, "").map { ($0.path, $0.folder, false) }
      } catch {
        throw FetchError(file: error, doing: "cannot look through the work tree")
      }
      files.sort { ($0.folder.words(at: "/").count, $1.folder) > ($1.folder.words(at: "/").count, $0.folder) }
      files = files.map { (root + "/" + $0.path, $0.folder, false) }
    }
    files.append((layout.commonFolder + "/info/attributes", "", false))
    files += repository.attributesFiles.map { ($0, "", true) }
    var contents: [AttributesFile] = []
    for file in files { contents.append(AttributesFile(try Self.bytes(of: file.path))) }
    var macros = AttributeMacros()
    // From the weakest to the strongest; git looks for none in the folders of a work tree.
    for (file, content) in zip(files, contents).reversed() where file.isOfUser { macros.learn(content.attributeLines) }
    for (file, content) in zip(files, contents) where !file.isOfUser && file.folder.isEmpty {
      macros.learn(content.attributeLines)
    }
    return zip(files, contents).flatMap { file, content in
      let source = layout.workTree.flatMap { root in
        file.path.rest(below: root).map(String.init)
      }
      return content.patterns(macros).map { pattern in
        let anchored = file.folder.isEmpty ? nil : pattern.text.rest(after: "/")
        return TrackedPattern(
          pattern: pattern, path: file.folder + (anchored ?? pattern.text[...]),
          source: source ?? file.path, isOfUser: file.isOfUser)
      }
    }
  }

  /// Whether some file of the repository gives the pattern to LFS already, and marks it as is asked. `written` is seen
  /// from the working directory.
  package func isTracked(_ written: String, isLockable: Bool?) throws(FetchError) -> Bool {
    let (_, folder) = try placeInWorkTree()
    let wanted = AttributesFile.shown(
      folder + ((folder.isEmpty ? nil : written.rest(after: "/")) ?? written[...]))
    let plain = wanted.rest(before: "/") ?? wanted[...]
    return try trackedPatterns().contains { found in
      !found.isOfUser && found.pattern.isTracked && AttributesFile.shown(found.path).isSame(as: plain)
        && (isLockable == nil || isLockable == found.pattern.isLockable)
    }
  }

  /// Repositories within the work tree are not looked into, and links are not followed.
  private static func attributesFiles(
    below root: String, _ folder: String
  ) throws(FileError) -> [(path: String, folder: String)] {
    var found: [(path: String, folder: String)] = []
    for name in try Directory.list(root + "/" + folder) {
      let path = folder + name
      // Git follows no link there.
      if name == ".gitattributes", try FileStatus.of(root + "/" + path)?.kind == .file { found.append((path, folder)) }
      guard name != ".git", try FileStatus.of(root + "/" + path)?.kind == .folder,
        try FileStatus.of(root + "/" + path + "/.git") == nil
      else { continue }
      found += try attributesFiles(below: root, path + "/")
    }
    return found
  }

  /// The files that git knows and the pattern of a `.gitattributes` fits, which is seen from the working directory.
  package func knownFiles(fitting pattern: String) async throws(FetchError) -> [[UInt8]] {
    let (_, folder) = try placeInWorkTree()
    let isAnchored = pattern.utf8.dropLast().contains(UInt8(ascii: "/"))
    let seen = pattern.rest(after: "/").map(String.init) ?? pattern
    let selection = Selection(include: [isAnchored ? "/" + folder + seen : seen], exclude: [])
    return try await wholeIndex().entries.filter { entry in
      entry.stage == 0 && entry.path.starts(with: folder.utf8) && selection.contains(entry.path)
    }.map(\.path)
  }

  /// Makes git look at the files again, by giving them a new time: their filter has changed.
  package func touch(_ paths: [[UInt8]]) throws(FetchError) {
    try visit(paths, doing: "cannot change the time of a file") { folder, path, _ throws(FileError) in
      try folder.setAge(0, of: path)
    }
  }

  /// Takes the right to write to the files away, or gives it back, as git-lfs does with what is to be locked first.
  package func setWritable(_ isWritable: Bool, _ paths: [[UInt8]]) throws(FetchError) {
    guard settings.setsLockableReadOnly else { return }
    try visit(paths, doing: "cannot change the mode of a file") { folder, path, status throws(FileError) in
      let permissions = status.permissions(isWritable: isWritable)
      guard permissions != status.permissions else { return }
      try folder.open(path)?.setPermissions(permissions)
    }
  }

  private func visit(
    _ paths: [[UInt8]], doing what: String,
    _ body: (TargetFolder, RepositoryPath, FileStatus) throws(FileError) -> Void
  ) throws(FetchError) {
    guard let root = layout.workTree else { return }
    do throws(FileError) {
      let folder = try TargetFolder(root)
      for bytes in paths {
        guard let path = try? RepositoryPath(validating: bytes), let status = try folder.status(of: path),
          status.kind == .file
        else { continue }
        try body(folder, path, status)
      }
    } catch { throw FetchError(file: error, doing: what) }
  }
}

extension FileStatus {
  /// Its owner may write to it, or nobody may.
  fileprivate func permissions(isWritable: Bool) -> UInt16 { isWritable ? permissions | 0o200 : permissions & ~0o222 }
}

extension LFSSettings {
  /// Whether files that are to be locked before they are changed are to be read-only.
  var setsLockableReadOnly: Bool {
    processEnvironment("GIT_LFS_SET_LOCKABLE_READONLY").flatMap { GitConfig.bool($0) }
      ?? flag("lfs.setlockablereadonly") ?? true
  }
}
