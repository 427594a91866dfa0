import CGit2
import Files

/// Files of the work tree as git would keep them.
extension WorkingRepository {
  /// A file, and what the index has of it.
  package struct WorkTreeFile: Sendable {
    package let path: [UInt8]
    package let staged: ObjectID

    package init(path: [UInt8], staged: ObjectID) {
      self.path = path
      self.staged = staged
    }
  }

  /// Which of the files would become the blobs that the index has, after the conversion of line ends. What cannot be
  /// read would not.
  package func isAsStaged(_ files: [WorkTreeFile]) throws(GitError) -> [Bool] {
    guard let root = layout.workTree, !files.isEmpty else { return files.map { _ in false } }
    var lookup = try lookup(ContentConversion.attributes, .workTree)
    var answers: [Bool] = []
    for file in files {
      let conversion = ContentConversion(try lookup.values(of: file.path), config)
      answers.append(try blobID(of: file, conversion, below: root) == file.staged)
    }
    return answers
  }

  private func blobID(
    of file: WorkTreeFile, _ conversion: ContentConversion, below root: String
  ) throws(GitError) -> ObjectID? {
    var oid = git_oid()
    if conversion.changesNothing {
      let path = Array(root.utf8) + [UInt8(ascii: "/")] + file.path + [0]
      return git_odb_hashfile(&oid, path.map { CChar(bitPattern: $0) }, GIT_OBJECT_BLOB) == 0 ? ObjectID(oid) : nil
    }
    guard let content = try? Folder(root).file(at: file.path)?.readAll(limit: 1 << 30) else { return nil }
    let staged = try self.content(of: [file.staged], below: 1 << 30)[file.staged]
    let kept = conversion.inRepository(content, staged: staged)
    return git_odb_hash(&oid, kept, kept.count, GIT_OBJECT_BLOB) == 0 ? ObjectID(oid) : nil
  }
}

extension Folder {
  /// A file below it, to which no link leads; nil where there is none.
  func file(at path: [UInt8]) throws(FileError) -> File? {
    var components = path.split(separator: UInt8(ascii: "/")).map(Array.init)
    guard let name = components.popLast() else { return nil }
    var place = self
    for component in components {
      guard let next = try place.enter(component) else { return nil }
      place = next
    }
    return try place.status(of: name)?.kind == .file ? try place.open(name) : nil
  }
}
