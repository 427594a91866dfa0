import Files
import Text

/// Objects of a repository of this machine, taken over by a clone.
extension LocalRepository {
  /// Gives every file of objects a second name below `folder`, or copies it where the file system cannot: objects
  /// never change, so both repositories can have the same files. Returns the edge of a shallow history.
  func linkObjects(into folder: String) throws(GitError) -> [ObjectID] {
    let result: Result<[ObjectID]?, FileError>
    do throws(FileError) { result = .success(try linkObjectFiles(into: folder)) } catch { result = .failure(error) }
    switch result {
    case .success(let shallow?): return shallow
    case .success(nil):
      throw GitError(
        .missingObject, "`\(commonFolder.escapingControls)` does not have all of its objects itself",
        cause: "it is a partial clone: clone from where it comes from instead")
    case .failure(let error): throw GitError(error)
    }
  }
  /// nil for a partial clone, which is left alone.
  private func linkObjectFiles(into folder: String) throws(FileError) -> [ObjectID]? {
    let packs = try Directory.list(objectsFolder + "/pack")
    if packs.contains(where: { $0.ends(with: ".promisor") }) { return nil }
    for name in try Directory.list(objectsFolder) where name.utf8.count == 2 {
      try link(try Directory.list(objectsFolder + "/" + name), of: name, into: folder)
    }
    try link(
      packs.filter { name in [".pack", ".idx", ".rev"].contains { name.ends(with: $0) } }, of: "pack", into: folder)
    try passOnAlternates(to: folder)
    guard try FileStatus.of(commonFolder + "shallow") != nil else { return [] }
    let text = String(decoding: try readFile(commonFolder + "shallow"), as: UTF8.self)
    return text.words(at: "\n").compactMap { ObjectID(hex: $0) }
  }

  private func link(_ names: [String], of part: String, into folder: String) throws(FileError) {
    let source = objectsFolder + "/" + part
    try Directory.create(folder + "/" + part)
    let target = try Folder(folder + "/" + part)
    for name in names {
      // A link in the place of an object could lead to any file of this machine (CVE-2022-39253).
      guard try FileStatus.of(source + "/" + name)?.kind == .file else { continue }
      do throws(FileError) {
        _ = try target.link(source + "/" + name, as: Array(name.utf8))
      } catch {
        try target.create(Array(name.utf8), permissions: 0o444).copy(try File.open(source + "/" + name, .read))
      }
    }
  }

  /// What the repository itself borrows, the clone borrows from the same place.
  private func passOnAlternates(to folder: String) throws(FileError) {
    let list = objectsFolder + "/info/alternates"
    guard try FileStatus.of(list) != nil else { return }
    let lines = String(decoding: try readFile(list), as: UTF8.self).words(at: "\n").map { line in
      line.begins(with: "/") || line.begins(with: "#") ? String(line) : (objectsFolder + "/" + line).absolutePath
    }
    try Directory.create(folder + "/info")
    try replaceFile(folder + "/info/alternates", with: Array((lines.joined(separator: "\n") + "\n").utf8))
  }
}
