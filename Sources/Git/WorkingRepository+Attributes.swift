import CGit2

/// What an attribute says of a path. https://git-scm.com/docs/gitattributes
package enum AttributeValue: Sendable, Equatable {
  case unspecified
  /// `name`
  case set
  /// `-name`
  case unset
  /// `name=value`
  case value(String)
}

/// Whose `.gitattributes` count. `info/attributes` and the user's own file always do.
package enum AttributeSource: Sendable {
  /// Those of the work tree, then of the index; in a bare repository those of HEAD.
  case workTree
  /// Those of the index, which the next commit will have.
  case index
  case commit(ObjectID)
}

extension WorkingRepository {
  /// Which of the paths have the attribute `filter=lfs`.
  package func filtered(_ paths: [[UInt8]], at commit: ObjectID? = nil) throws(GitError) -> [Bool] {
    let source = commit.map { AttributeSource.commit($0) } ?? .workTree
    let isFiltered = try attribute("filter", of: paths, source).map { $0 == .value("lfs") }
    let lost = try lostByMacros("filter=lfs", zip(paths, isFiltered).filter(\.1).map(\.0), source)
    return zip(paths, isFiltered).map { $1 && !lost.contains($0) }
  }

  package func attribute(
    _ attribute: String, of paths: [[UInt8]], _ source: AttributeSource
  ) throws(GitError) -> [AttributeValue] {
    var options = lf_attr_options()
    switch source {
    case .commit(let commit):
      options.flags = UInt32(GIT_ATTR_CHECK_INDEX_ONLY) | UInt32(GIT_ATTR_CHECK_INCLUDE_COMMIT)
      options.attr_commit_id = commit.gitOID
    case .index: options.flags = UInt32(GIT_ATTR_CHECK_INDEX_ONLY)
    case .workTree where layout.workTree == nil:
      options.flags = UInt32(GIT_ATTR_CHECK_INDEX_ONLY) | UInt32(GIT_ATTR_CHECK_INCLUDE_HEAD)
    case .workTree: options.flags = UInt32(GIT_ATTR_CHECK_FILE_THEN_INDEX)
    }
    try prepareIndex()
    var answers: [AttributeValue] = []
    answers.reserveCapacity(paths.count)
    for path in paths {
      var value: UnsafePointer<CChar>?
      let name = path.map { CChar(bitPattern: $0) } + [0]
      let status = git_attr_get_ext(&value, handle.pointer, &options, name, attribute)
      try Libgit2.check(status, .corrupt, "cannot read the attributes of `\(RepositoryPath.display(path))`")
      answers.append(AttributeValue(value))
    }
    return answers
  }

  /// Of a commit's attributes, too, the library looks into the index first.
  func prepareIndex() throws(GitError) {
    guard !hasIndexOfAttributes else { return }
    hasIndexOfAttributes = true
    if !Libgit2.canReadIndex(of: handle.pointer) { try layout.index().giveAttributes(to: handle.pointer) }
  }

  /// Has the attributes of the index looked up in this one, which is not the repository's own where git gives a hook
  /// another.
  package func lookUpAttributes(in index: GitIndex) throws(GitError) {
    hasIndexOfAttributes = true
    try index.giveAttributes(to: handle.pointer)
  }
}

extension Libgit2 {
  /// It knows neither sparse nor split indexes, nor those without a checksum, and would find no attributes then.
  static func canReadIndex(of repository: OpaquePointer) -> Bool {
    var index: OpaquePointer?
    defer { git_index_free(index) }
    return git_repository_index(&index, repository) == 0
  }
}

extension GitIndex {
  /// Has libgit2 look up the attributes of the index in this one, in place of the one that it would read itself.
  func giveAttributes(to repository: OpaquePointer) throws(GitError) {
    _ = lf_allow_missing_objects()
    let attributes = try Handle(.corrupt, "cannot make an index", free: git_index_free) { git_index_new(&$0) }
    for entry in entries where entry.stage == 0 && entry.path.isNamed(".gitattributes") {
      var raw = git_index_entry()
      raw.mode = GIT_FILEMODE_BLOB.rawValue
      raw.id = entry.id.gitOID
      let path = entry.path.map { CChar(bitPattern: $0) } + [0]
      let result = path.withUnsafeBufferPointer { path in
        raw.path = path.baseAddress
        return git_index_add(attributes.pointer, &raw)
      }
      try Libgit2.check(result, .corrupt, "cannot read the attributes of the index")
    }
    try Libgit2.check(
      git_repository_set_index(repository, attributes.pointer), .corrupt, "cannot read the attributes of the index")
  }
}

extension AttributeValue {
  init(_ value: UnsafePointer<CChar>?) {
    switch git_attr_value(value) {
    case GIT_ATTR_VALUE_TRUE: self = .set
    case GIT_ATTR_VALUE_FALSE: self = .unset
    case GIT_ATTR_VALUE_STRING: self = .value(value.map { String(cString: $0) } ?? "")
    default: self = .unspecified
    }
  }
}

extension [UInt8] {
  /// Whether it is the path of a file of that name, in whatever folder.
  fileprivate func isNamed(_ name: String) -> Bool {
    let start = lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    return self[start...].elementsEqual(name.utf8)
  }
}
