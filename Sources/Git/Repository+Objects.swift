import CGit2

extension Repository {
  /// All files of the commit `id`, or of the commit that the tag `id` names; nil when one of its trees is not here.
  ///
  /// Trees can share subtrees, so a few kilobytes can unfold into more files than memory holds: hence a maximum.
  func tree(of id: ObjectID, maximumFiles: Int = 1_000_000) throws(GitError) -> RemoteTree? {
    guard let commit = try commit(named: id) else { return nil }
    let root = git_commit_tree_id(commit.pointer).pointee
    guard let entries = try TreeWalk.entries(ofTree: root, in: try repository, maximumFiles) else { return nil }
    return RemoteTree(commit: ObjectID(git_commit_id(commit.pointer).pointee), entries: entries)
  }

  /// The id of the commit that `id` names, itself or through annotated tags; nil when it is not here.
  func commitID(named id: ObjectID) throws(GitError) -> ObjectID? {
    try commit(named: id).map { ObjectID(git_commit_id($0.pointer).pointee) }
  }

  private func commit(named id: ObjectID) throws(GitError) -> Handle? {
    let repository = try repository
    var oid = id.gitOID
    var object: OpaquePointer?
    let found = git_object_lookup(&object, repository, &oid, GIT_OBJECT_ANY)
    if found == GIT_ENOTFOUND.rawValue { return nil }
    try Libgit2.check(found, .corrupt, "cannot read the object `\(id)`")
    defer { git_object_free(object) }
    var commit: OpaquePointer?
    let peeled = git_object_peel(&commit, object, GIT_OBJECT_COMMIT)
    if peeled == GIT_ENOTFOUND.rawValue { return nil }
    guard peeled == 0, commit != nil else {
      let kind = String(cString: git_object_type2string(git_object_type(object)))
      throw GitError(.notACommit, "`\(id)` is not a commit but a \(kind)")
    }
    return try Handle(.corrupt, "cannot read the commit `\(id)`", free: git_object_free) { pointer in
      pointer = commit
      return 0
    }
  }

  /// The commits here whose ids begin with `prefix`, sorted. Tags count for the commits that they name.
  func commits(withPrefix prefix: String) throws(GitError) -> [ObjectID] {
    struct Search {
      let prefix: String
      var found: [ObjectID] = []
    }
    var search = Search(prefix: prefix)
    let objects = try objects
    let status = withUnsafeMutablePointer(to: &search) { search in
      git_odb_foreach(
        objects,
        { oid, context in
          guard let oid, let context else { return -1 }
          let search = context.assumingMemoryBound(to: Search.self)
          let id = ObjectID(oid.pointee)
          if id.hex.hasPrefix(search.pointee.prefix) { search.pointee.found.append(id) }
          return 0
        }, search)
    }
    try Libgit2.check(status, .corrupt, "cannot list the cached objects")
    var commits: Set<ObjectID> = []
    for id in search.found {
      var length = 0
      var type = GIT_OBJECT_INVALID
      var oid = id.gitOID
      guard git_odb_read_header(&length, &type, objects, &oid) == 0,
        type == GIT_OBJECT_COMMIT || type == GIT_OBJECT_TAG
      else { continue }
      if let commit = try commitID(named: id) { commits.insert(commit) }
    }
    return commits.sorted()
  }
}

/// Reads a tree and all trees beneath it.
enum TreeWalk {
  static let maximumDepth = 512

  private struct Level {
    let tree: Handle
    let prefix: [UInt8]
    var next = 0
  }

  /// Nil when a tree is not here.
  static func entries(
    ofTree root: git_oid, in repository: OpaquePointer, _ maximumFiles: Int
  ) throws(GitError) -> [TreeEntry]? {
    guard let first = try open(root, in: repository) else { return nil }
    var entries: [TreeEntry] = []
    var levels = [Level(tree: first, prefix: [])]
    while let level = levels.last {
      guard let entry = git_tree_entry_byindex(level.tree.pointer, level.next) else {
        levels.removeLast()
        continue
      }
      levels[levels.count - 1].next += 1
      let name = try name(of: entry)
      let id = git_tree_entry_id(entry).pointee
      if let mode = try FileMode(git_tree_entry_filemode(entry)) {
        entries.append(TreeEntry(rawPath: level.prefix + name, mode: mode, id: ObjectID(id)))
      } else {
        guard let tree = try open(id, in: repository) else { return nil }
        levels.append(Level(tree: tree, prefix: level.prefix + name + [UInt8(ascii: "/")]))
      }
      guard entries.count <= maximumFiles, levels.count <= maximumDepth else {
        throw GitError(
          .tooLarge,
          "the commit has more than \(maximumFiles) files, or folders nested more than \(maximumDepth) deep")
      }
    }
    return entries
  }

  static func open(_ oid: git_oid, in repository: OpaquePointer) throws(GitError) -> Handle? {
    var oid = oid
    var tree: OpaquePointer?
    let status = git_tree_lookup(&tree, repository, &oid)
    if status == GIT_ENOTFOUND.rawValue { return nil }
    return try Handle(.corrupt, "cannot read the tree `\(ObjectID(oid))`", free: git_tree_free) { pointer in
      pointer = tree
      return status
    }
  }

  static func name(of entry: OpaquePointer) throws(GitError) -> [UInt8] {
    guard let text = git_tree_entry_name(entry) else {
      throw GitError(.corrupt, "a tree holds an entry without a name")
    }
    let name = UnsafeBufferPointer(start: text, count: strlen(text)).map { UInt8(bitPattern: $0) }
    guard !name.contains(UInt8(ascii: "/")) else {
      throw GitError(
        .corrupt, "a tree holds an entry whose name contains a slash, `\(RepositoryPath.display(name))`")
    }
    return name
  }
}
