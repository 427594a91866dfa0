import Files
import Git
import Text

/// The plain files of this machine: one, or all in a folder.
enum LocalFiles {
  /// Links to files count as what they lead to, links to folders are not followed. What no path of a repository could
  /// be, such as a `.git` folder, is left out.
  static func listing(of path: String) throws(FetchError) -> Listing {
    do throws(FileError) {
      guard let status = try FileStatus.of(path, followingLinks: true) else {
        throw FileError("find", path, errno: 0)
      }
      if status.kind == .file {
        let name = Array(path.utf8.reversed().prefix { $0 != UInt8(ascii: "/") }.reversed())
        return Listing(files: (try? RepositoryPath(validating: name)).map { [entry($0, path, status)] } ?? [])
      }
      var files: [Listing.Entry] = []
      try add(path, below: "", to: &files)
      return Listing(files: files.sorted { $0.path < $1.path })
    } catch {
      throw FetchError(file: error, doing: "cannot read `\(path.escapingControls)`")
    }
  }

  private static func add(_ folder: String, below prefix: String, to files: inout [Listing.Entry]) throws(FileError) {
    for name in try Directory.list(folder) {
      let full = folder + "/" + name
      guard let path = try? RepositoryPath(validating: prefix + name), let own = try FileStatus.of(full) else {
        continue
      }
      if own.kind == .folder {
        try add(full, below: prefix + name + "/", to: &files)
      } else if let status = try FileStatus.of(full, followingLinks: true), status.kind == .file {
        files.append(entry(path, full, status))
      }
    }
  }

  private static func entry(_ path: RepositoryPath, _ full: String, _ status: FileStatus) -> Listing.Entry {
    let content: Listing.Content =
      status.size == 0 ? .known(.ofNothing, size: 0) : .unknown(FirstUse(ofFile: full, status))
    return Listing.Entry(
      path: path, content: content, source: .file(full), isExecutable: status.permissions & 0o100 != 0)
  }
}
