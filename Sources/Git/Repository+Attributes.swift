import CGit2
import Text

/// What `.gitattributes` say of one path, as far as it matters for writing the file.
package struct PathAttributes: Sendable, Equatable {
  /// The name of the program that git would pass the content through: `lfs`, or another.
  package let filter: String?
  /// Git would write the text in another encoding than UTF-8.
  package let encoding: String?
}

extension Repository {
  /// By the commit's `.gitattributes`, and by `files`, the user's and the machine's.
  func attributes(
    of paths: [[UInt8]], in commit: ObjectID, files: [String]
  ) throws(GitError) -> [PathAttributes] {
    let filters = try attribute("filter", of: paths, in: commit)
    let encodings = try attribute("working-tree-encoding", of: paths, in: commit)
    let macros = LostMacros(
      files: files, ownFile: path + "/info/attributes",
      lines: { path throws(GitError) in try self.lines(ofAttributesAt: path, in: commit) },
      attribute: { name, paths throws(GitError) in try self.attribute(name, of: paths, in: commit) })
    let lost = try macros.paths(
      losing: "filter=lfs", among: zip(paths, filters).filter { $0.1 == .value("lfs") }.map(\.0))
    return zip(paths, zip(filters, encodings)).map { path, values in
      PathAttributes(filter: lost.contains(path) ? nil : values.0.text, encoding: values.1.text)
    }
  }

  private func attribute(
    _ attribute: String, of paths: [[UInt8]], in commit: ObjectID
  ) throws(GitError) -> [AttributeValue] {
    let repository = try repository
    if !Libgit2.canReadIndex(of: repository), let folder = git_repository_path(repository) {
      try GitIndex(file: String(cString: folder) + "index").giveAttributes(to: repository)
    }
    var options = lf_attr_options()
    options.flags = UInt32(GIT_ATTR_CHECK_INDEX_ONLY | GIT_ATTR_CHECK_INCLUDE_COMMIT)
    options.attr_commit_id = commit.gitOID
    var found: [AttributeValue] = []
    found.reserveCapacity(paths.count)
    for path in paths {
      var value: UnsafePointer<CChar>?
      try Libgit2.check(
        git_attr_get_ext(&value, repository, &options, path.map { CChar(bitPattern: $0) } + [0], attribute), .corrupt,
        "cannot read the attributes of `\(RepositoryPath.display(path))`")
      found.append(AttributeValue(value))
    }
    return found
  }

  /// None where the commit has no such file, or where it was left out.
  private func lines(ofAttributesAt path: String, in commit: ObjectID) throws(GitError) -> [String] {
    let repository = try repository
    var oid = commit.gitOID
    let found = try Handle(.corrupt, "cannot read the commit `\(commit)`", free: git_commit_free) {
      git_commit_lookup(&$0, repository, &oid)
    }
    guard let tree = try TreeWalk.open(git_commit_tree_id(found.pointer).pointee, in: repository) else { return [] }
    var entry: OpaquePointer?
    guard git_tree_entry_bypath(&entry, tree.pointer, path) == 0 else { return [] }
    defer { git_tree_entry_free(entry) }
    var blob: OpaquePointer?
    guard git_blob_lookup(&blob, repository, git_tree_entry_id(entry)) == 0 else { return [] }
    defer { git_blob_free(blob) }
    let count = min(Int(git_blob_rawsize(blob)), 1 << 20)
    return LostMacros.lines(Array(UnsafeRawBufferPointer(start: git_blob_rawcontent(blob), count: count)))
  }
}

extension AttributeValue {
  fileprivate var text: String? { if case .value(let text) = self { text } else { nil } }
}
