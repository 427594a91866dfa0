import CGit2

/// What `.gitattributes` say of one path, as far as it matters for writing the file.
package struct PathAttributes: Sendable, Equatable {
  /// The name of the program that git would pass the content through: `lfs`, or another.
  package let filter: String?
  /// Git would write the text in another encoding than UTF-8.
  package let encoding: String?
}

extension Repository {
  /// By the commit's `.gitattributes`, the user's and the system's.
  func attributes(of paths: [[UInt8]], in commit: ObjectID) throws(GitError) -> [PathAttributes] {
    let repository = try repository
    if !Libgit2.canReadIndex(of: repository), let folder = git_repository_path(repository) {
      try GitIndex(file: String(cString: folder) + "index").giveAttributes(to: repository)
    }
    var options = lf_attr_options()
    options.flags = UInt32(GIT_ATTR_CHECK_INDEX_ONLY | GIT_ATTR_CHECK_INCLUDE_COMMIT)
    options.attr_commit_id = commit.gitOID
    var found: [PathAttributes] = []
    found.reserveCapacity(paths.count)
    for path in paths {
      let bytes = path.map { CChar(bitPattern: $0) } + [0]
      func value(_ name: String) throws(GitError) -> String? {
        var value: UnsafePointer<CChar>?
        try Libgit2.check(
          git_attr_get_ext(&value, repository, &options, bytes, name), .corrupt,
          "cannot read the attributes of `\(RepositoryPath.display(path))`")
        guard git_attr_value(value) == GIT_ATTR_VALUE_STRING else { return nil }
        return value.map { String(cString: $0) }
      }
      found.append(PathAttributes(filter: try value("filter"), encoding: try value("working-tree-encoding")))
    }
    return found
  }
}
