import CGit2

extension WorkingRepository {
  /// Which of the paths have the attribute `filter=lfs`, by the `.gitattributes` of the work tree and of the index,
  /// `info/attributes`, and the user's own file; in a bare repository by those of HEAD.
  ///
  /// With a commit it is that one's `.gitattributes` instead of those of the work tree and the index.
  package func filtered(_ paths: [[UInt8]], at commit: ObjectID? = nil) throws(GitError) -> [Bool] {
    var options = lf_attr_options()
    if let commit {
      options.flags = UInt32(GIT_ATTR_CHECK_INDEX_ONLY) | UInt32(GIT_ATTR_CHECK_INCLUDE_COMMIT)
      options.attr_commit_id = commit.gitOID
    } else if layout.workTree == nil {
      options.flags = UInt32(GIT_ATTR_CHECK_INDEX_ONLY) | UInt32(GIT_ATTR_CHECK_INCLUDE_HEAD)
    } else {
      options.flags = UInt32(GIT_ATTR_CHECK_FILE_THEN_INDEX)
    }
    var answers: [Bool] = []
    answers.reserveCapacity(paths.count)
    for path in paths {
      var value: UnsafePointer<CChar>?
      let name = path.map { CChar(bitPattern: $0) } + [0]
      let status = git_attr_get_ext(&value, handle.pointer, &options, name, "filter")
      try Libgit2.check(status, .corrupt, "cannot read the attributes of `\(RepositoryPath.display(path))`")
      answers.append(git_attr_value(value) == GIT_ATTR_VALUE_STRING && value.map { String(cString: $0) } == "lfs")
    }
    return answers
  }
}
