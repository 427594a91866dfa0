import Files
import Text

/// Objects of a repository of this machine, taken over by a clone.
extension LocalRepository {
  /// Gives every file of objects a second name below `folder`, or copies it where the file system cannot: objects
  /// never change, so both repositories can have the same files. Returns the edge of a shallow history.
  func linkObjects(into folder: String, asCopies: Bool = false) throws(GitError) -> [ObjectID] {
    try refusePartial()
    do throws(FileError) {
      for name in try Directory.list(objectsFolder) where name.utf8.count == 2 {
        try link(try Directory.list(objectsFolder + "/" + name), of: name, into: folder, asCopies)
      }
      let packs = try Directory.list(objectsFolder + "/pack")
        .filter { name in [".pack", ".idx", ".rev"].contains { name.ends(with: $0) } }
      try link(packs, of: "pack", into: folder, asCopies)
      try passOnAlternates(to: folder)
      return try edge()
    } catch { throw GitError(error) }
  }

  /// Lets the repository whose objects are in `folder` look for them here, too. Returns the edge of a shallow history.
  func lend(to folder: String) throws(GitError) -> [ObjectID] {
    try refusePartial()
    do throws(FileError) {
      try add([objectsFolder.withoutLastSlashes], toAlternatesOf: folder)
      return try edge()
    } catch { throw GitError(error) }
  }

  func refusePartial() throws(GitError) {
    do throws(FileError) {
      guard try Directory.list(objectsFolder + "/pack").contains(where: { $0.ends(with: ".promisor") }) else { return }
    } catch { throw GitError(error) }
    throw GitError(
      .missingObject, "`\(commonFolder.escapingControls)` does not have all of its objects itself",
      cause: "it is a partial clone: clone from where it comes from instead")
  }

  /// The commits whose parents are not here.
  func edge() throws(FileError) -> [ObjectID] {
    guard try FileStatus.of(commonFolder + "shallow") != nil else { return [] }
    let text = String(decoding: try readFile(commonFolder + "shallow"), as: UTF8.self)
    return text.words(at: "\n").compactMap { ObjectID(hex: $0) }
  }

  private func link(_ names: [String], of part: String, into folder: String, _ asCopies: Bool) throws(FileError) {
    let source = objectsFolder + "/" + part
    try Directory.create(folder + "/" + part)
    let target = try Folder(folder + "/" + part)
    for name in names {
      // A link in the place of an object could lead to any file of this machine (CVE-2022-39253).
      guard try FileStatus.of(source + "/" + name)?.kind == .file else { continue }
      do throws(FileError) {
        if !asCopies, try target.link(source + "/" + name, as: Array(name.utf8)) { continue }
      } catch {}
      if try target.status(of: Array(name.utf8)) == nil {
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
    try add(lines[...].map { $0[...] }, toAlternatesOf: folder)
  }

  private func add(_ lines: [Substring], toAlternatesOf folder: String) throws(FileError) {
    let list = folder + "/info/alternates"
    try Directory.create(folder + "/info")
    let present = try FileStatus.of(list) == nil ? [] : try readFile(list)
    try replaceFile(list, with: present + lines.flatMap { Array($0.utf8) + [0x0a] })
  }
}
