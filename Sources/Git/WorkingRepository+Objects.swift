import CGit2
import Files
import Text

extension WorkingRepository {
  package struct Head: Sendable, Equatable {
    /// The full name of the branch, whether it has a commit or not; nil when HEAD is detached.
    package let branch: String?
    package let commit: ObjectID?
  }

  package func head() throws(GitError) -> Head {
    var reference: OpaquePointer?
    defer { git_reference_free(reference) }
    try Libgit2.check(git_reference_lookup(&reference, handle.pointer, "HEAD"), .corrupt, "cannot read HEAD")
    let branch = git_reference_symbolic_target(reference).map { String(cString: $0) }
    var oid = git_oid()
    let isBorn = git_reference_name_to_id(&oid, handle.pointer, "HEAD") == 0
    return Head(branch: branch, commit: isBorn ? ObjectID(oid) : nil)
  }

  /// The commit that a revision names, in git's own words: `main`, `v1^`, `HEAD~3`, an abbreviated id.
  package func commit(named revision: String) throws(GitError) -> ObjectID {
    try commit(named: revision, "`\(revision.escapingControls)` is no commit of this repository")
  }

  private func commit(named revision: String, _ what: String) throws(GitError) -> ObjectID {
    var object: OpaquePointer?
    defer { git_object_free(object) }
    try Libgit2.check(git_revparse_single(&object, handle.pointer, revision), .revisionNotFound, what)
    var commit: OpaquePointer?
    defer { git_object_free(commit) }
    try Libgit2.check(git_object_peel(&commit, object, GIT_OBJECT_COMMIT), .revisionNotFound, what)
    return ObjectID(git_object_id(commit).pointee)
  }

  /// All references with a commit behind them, by name.
  package func references() throws(GitError) -> [RemoteReference] {
    let iterator = try Handle(.corrupt, "cannot list the references", free: git_reference_iterator_free) {
      git_reference_iterator_new(&$0, handle.pointer)
    }
    var references: [RemoteReference] = []
    var next: OpaquePointer?
    while git_reference_next(&next, iterator.pointer) == 0 {
      defer { git_reference_free(next) }
      if let reference = RemoteReference(local: next) { references.append(reference) }
    }
    return references.sorted { $0.name < $1.name }
  }

  /// All files of a commit, in the order of its trees.
  package func files(of commit: ObjectID) throws(GitError) -> [TreeEntry] {
    let tree = try treeID(of: commit)
    guard let entries = try TreeWalk.entries(ofTree: tree.gitOID, in: handle.pointer, 10_000_000) else {
      throw GitError(
        .missingObject, "a folder of the commit `\(commit)` is not in this repository",
        cause: "it was cloned without it; `git checkout` of the commit fetches it")
    }
    return entries
  }

  func treeID(of commit: ObjectID) throws(GitError) -> ObjectID {
    let found = try self.commit(commit)
    return ObjectID(git_commit_tree_id(found.pointer).pointee)
  }

  /// When the commit was made, in seconds since 1970.
  package func time(of commit: ObjectID) throws(GitError) -> Int64 {
    git_commit_time(try self.commit(commit).pointer)
  }

  func commit(_ id: ObjectID) throws(GitError) -> Handle {
    var oid = id.gitOID
    return try Handle(.corrupt, "cannot read the commit `\(id)`", free: git_commit_free) {
      git_commit_lookup(&$0, handle.pointer, &oid)
    }
  }

  /// The blob at a path of a commit; nil where there is none.
  package func blob(at path: String, of commit: ObjectID) throws(GitError) -> ObjectID? {
    guard let tree = try TreeWalk.open(try treeID(of: commit).gitOID, in: handle.pointer) else { return nil }
    var entry: OpaquePointer?
    guard git_tree_entry_bypath(&entry, tree.pointer, path) == 0 else { return nil }
    defer { git_tree_entry_free(entry) }
    return git_tree_entry_type(entry) == GIT_OBJECT_BLOB ? ObjectID(git_tree_entry_id(entry).pointee) : nil
  }

  /// The content of those blobs that are smaller than `limit` bytes. What is not in this repository, because it was
  /// cloned without it, is left out.
  package func content(of blobs: Set<ObjectID>, below limit: Int) throws(GitError) -> [ObjectID: [UInt8]] {
    var contents: [ObjectID: [UInt8]] = [:]
    try visit(blobs) { (id, length, objects) throws(GitError) in
      guard length < limit else { return }
      var oid = id.gitOID
      let object = try Handle(.corrupt, "cannot read the object `\(id)`", free: git_odb_object_free) {
        git_odb_read(&$0, objects, &oid)
      }
      let count = git_odb_object_size(object.pointer)
      contents[id] = Array(UnsafeRawBufferPointer(start: git_odb_object_data(object.pointer), count: count))
    }
    return contents
  }

  /// Tells of each blob that is in this repository how long it is, and from where it can be read.
  func visit(
    _ blobs: Set<ObjectID>, _ body: (ObjectID, _ length: Int, _ objects: OpaquePointer) throws(GitError) -> Void
  ) throws(GitError) {
    let objects = try Handle(.corrupt, "cannot open the objects of the repository", free: git_odb_free) {
      git_repository_odb(&$0, handle.pointer)
    }
    // Once for all: else the folder of packs is read again for each blob that is not here, in a partial clone for most.
    try Libgit2.check(git_odb_refresh(objects.pointer), .corrupt, "cannot read the objects of the repository")
    for id in blobs {
      var oid = id.gitOID
      guard git_odb_exists_ext(objects.pointer, &oid, GIT_ODB_LOOKUP_NO_REFRESH.rawValue) == 1 else { continue }
      var length = 0
      var type = GIT_OBJECT_INVALID
      let found = git_odb_read_header(&length, &type, objects.pointer, &oid)
      if found == GIT_ENOTFOUND.rawValue { continue }
      try Libgit2.check(found, .corrupt, "cannot read the object `\(id)`")
      if type == GIT_OBJECT_BLOB { try body(id, length, objects.pointer) }
    }
  }

  /// The commits that are checked out in the work trees of the repository.
  package func headsOfWorkTrees() throws(GitError) -> [ObjectID] {
    var commits: [ObjectID] = []
    for folder in try foldersOfWorkTrees() {
      guard let text = try? readFile(folder + "/HEAD", limit: 4096) else { continue }
      let line = String(decoding: text.prefix { $0 != 0x0a }, as: UTF8.self)
      let revision = line.rest(after: "ref: ").map(String.init) ?? line
      if let commit = try? commit(named: revision) { commits.append(commit) }
    }
    return commits
  }

  /// The index files of the work trees of the repository, whether they are there or not.
  package func indexFilesOfWorkTrees() throws(GitError) -> [String] { try foldersOfWorkTrees().map { $0 + "/index" } }

  /// git's folders for the work trees, each once.
  private func foldersOfWorkTrees() throws(GitError) -> [String] {
    let names: [String]
    do throws(FileError) { names = try Directory.list(layout.commonFolder + "/worktrees") } catch {
      throw GitError(error)
    }
    let paths = [layout.gitFolder, layout.commonFolder] + names.map { "\(layout.commonFolder)/worktrees/\($0)" }
    return Set(paths.map { ExactText($0) }).map(\.text)
  }

  /// The commits among these, which may be ids of tags of anything.
  package func commits(among ids: [ObjectID]) -> [ObjectID] {
    ids.compactMap { try? commit(named: $0.hex) }
  }

  /// The commits that a merge under way brings in.
  package func mergedHeads() -> [ObjectID] {
    let text = (try? readFile(layout.gitFolder + "/MERGE_HEAD", limit: 1 << 16)) ?? []
    return commits(among: String(decoding: text, as: UTF8.self).words(at: "\n").compactMap { ObjectID(hex: $0) })
  }

  /// The commits of `git stash`, the latest first.
  package func stashes() throws(GitError) -> [ObjectID] {
    var stashes: [ObjectID] = []
    while let commit = try? commit(named: "refs/stash@{\(stashes.count)}") { stashes.append(commit) }
    return stashes
  }
}
