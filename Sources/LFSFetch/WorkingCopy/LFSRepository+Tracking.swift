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
  }

  /// The `.gitattributes` of the working directory, which need not be there.
  package func readAttributes() throws(FetchError) -> AttributesFile {
    guard layout.workTree != nil else {
      throw FetchError(.usage, "a bare repository has no work tree, and so no `.gitattributes` to change")
    }
    return AttributesFile(try Self.text(of: ".gitattributes"))
  }

  package func write(_ attributes: AttributesFile) throws(FetchError) {
    do throws(FileError) {
      let status = try FileStatus.of(".gitattributes")
      guard status == nil || status?.kind == .file else { throw FileError("write to", ".gitattributes", errno: 21) }
      try replaceFile(".gitattributes", with: Array(attributes.text.utf8), permissions: status?.permissions ?? 0o644)
    } catch { throw FetchError(file: error, doing: "cannot change `.gitattributes`") }
  }

  private static func text(of path: String) throws(FetchError) -> String {
    do throws(FileError) {
      guard try FileStatus.of(path) != nil else { return "" }
      return String(decoding: try readFile(path, limit: 1 << 24), as: UTF8.self)
    } catch { throw FetchError(file: error, doing: "cannot read `\(path.escapingControls)`") }
  }

  /// Every pattern of the work tree's `.gitattributes`, those of the deepest folders first, and of `info/attributes`.
  package func trackedPatterns() throws(FetchError) -> [TrackedPattern] {
    var files: [(path: String, folder: String)] = []
    if let root = layout.workTree {
      do throws(FileError) { files = try Self.attributesFiles(below: root, "") } catch {
        throw FetchError(file: error, doing: "cannot look through the work tree")
      }
      files.sort { ($0.folder.count { $0 == "/" }, $1.folder) > ($1.folder.count { $0 == "/" }, $0.folder) }
      files = files.map { (root + "/" + $0.path, $0.folder) }
    }
    files.append((layout.commonFolder + "/info/attributes", ""))
    var patterns: [TrackedPattern] = []
    for (path, folder) in files {
      let source = layout.workTree.flatMap { path.hasPrefix($0 + "/") ? String(path.dropFirst($0.count + 1)) : nil }
      for pattern in AttributesFile(try Self.text(of: path)).patterns {
        patterns.append(TrackedPattern(pattern: pattern, path: folder + pattern.text, source: source ?? path))
      }
    }
    return patterns
  }

  /// Repositories within the work tree are not looked into, and links are not followed.
  private static func attributesFiles(
    below root: String, _ folder: String
  ) throws(FileError) -> [(path: String, folder: String)] {
    var found: [(path: String, folder: String)] = []
    for name in try Directory.list(root + "/" + folder) {
      let path = folder + name
      if name == ".gitattributes" { found.append((path, folder)) }
      guard name != ".git", try FileStatus.of(root + "/" + path)?.kind == .folder,
        try FileStatus.of(root + "/" + path + "/.git") == nil
      else { continue }
      found += try attributesFiles(below: root, path + "/")
    }
    return found
  }

  /// The files that git knows and the pattern fits, seen from the working directory.
  package func knownFiles(fitting pattern: String) throws(FetchError) -> [[UInt8]] {
    let selection = try selection(fromWorkingDirectory: [pattern])
    return try index().entries.filter { $0.stage == 0 && selection.contains($0.path) }.map(\.path)
  }

  /// Makes git look at the files again, by giving them a new time: their filter has changed.
  package func touch(_ paths: [[UInt8]]) throws(FetchError) {
    guard let root = layout.workTree else { return }
    do throws(FileError) {
      let folder = try TargetFolder(root)
      for bytes in paths {
        guard let path = try? RepositoryPath(validating: bytes), try folder.status(of: path)?.kind == .file else {
          continue
        }
        try folder.setAge(0, of: path)
      }
    } catch { throw FetchError(file: error, doing: "cannot change the time of a file") }
  }
}
