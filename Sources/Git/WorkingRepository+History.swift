import CGit2

/// A blob that some commit has at a path.
package struct BlobAtPath: Hashable, Sendable {
  package let id: ObjectID
  /// The first path at which it was met.
  package let path: [UInt8]

  package init(id: ObjectID, path: [UInt8]) {
    self.id = id
    self.path = path
  }
}

extension WorkingRepository {
  /// The commits that can be reached from `tips` and not from `excluded`, the youngest first.
  package func commits(from tips: [ObjectID], excluding excluded: [ObjectID] = []) throws(GitError) -> [ObjectID] {
    let walk = try Handle(.corrupt, "cannot walk through the history", free: git_revwalk_free) {
      git_revwalk_new(&$0, handle.pointer)
    }
    git_revwalk_sorting(walk.pointer, GIT_SORT_TIME.rawValue)
    for tip in tips {
      var oid = tip.gitOID
      try Libgit2.check(git_revwalk_push(walk.pointer, &oid), .corrupt, "cannot read the commit `\(tip)`")
    }
    for tip in excluded {
      var oid = tip.gitOID
      try Libgit2.check(git_revwalk_hide(walk.pointer, &oid), .corrupt, "cannot read the commit `\(tip)`")
    }
    var commits: [ObjectID] = []
    var oid = git_oid()
    while true {
      let status = git_revwalk_next(&oid, walk.pointer)
      // At the edge of a shallow clone the parents are not there, and nothing more is to be seen.
      if status == GIT_ITEROVER.rawValue || status == GIT_ENOTFOUND.rawValue { return commits }
      try Libgit2.check(status, .corrupt, "cannot walk through the history")
      commits.append(ObjectID(oid))
    }
  }

  /// The commits before this one, as far as they are here.
  package func parents(of commit: ObjectID) throws(GitError) -> [ObjectID] {
    let found = try self.commit(commit)
    var parents: [ObjectID] = []
    for index in 0..<git_commit_parentcount(found.pointer) {
      guard let id = git_commit_parent_id(found.pointer, index)?.pointee else { continue }
      let parent = ObjectID(id)
      if (try? self.commit(parent)) != nil { parents.append(parent) }
    }
    return parents
  }

  /// All blobs that any of the commits has and none of `others`, each once. Trees that many commits share are read
  /// once.
  package func blobs(ofAny commits: [ObjectID], notIn others: [ObjectID] = []) throws(GitError) -> [BlobAtPath] {
    var seen: Set<ObjectID> = []
    for commit in others { _ = try blobs(of: commit, besides: &seen) }
    var found: [BlobAtPath] = []
    for commit in commits { found += try blobs(of: commit, besides: &seen) }
    return found
  }

  /// What the commits have brought that the commits before the first of them did not have.
  package func blobs(broughtBy commits: [ObjectID]) throws(GitError) -> [BlobAtPath] {
    let new = Set(commits)
    var edge: Set<ObjectID> = []
    for commit in commits { edge.formUnion(try parents(of: commit).filter { !new.contains($0) }) }
    return try blobs(ofAny: commits, notIn: Array(edge))
  }

  private func blobs(of commit: ObjectID, besides seen: inout Set<ObjectID>) throws(GitError) -> [BlobAtPath] {
    var found: [BlobAtPath] = []
    var waiting = [(id: try treeID(of: commit), path: [UInt8]())]
    while let folder = waiting.popLast() {
      guard seen.insert(folder.id).inserted, let tree = try TreeWalk.open(folder.id.gitOID, in: handle.pointer) else {
        continue
      }
      for index in 0..<git_tree_entrycount(tree.pointer) {
        guard let entry = git_tree_entry_byindex(tree.pointer, index) else { continue }
        let id = ObjectID(git_tree_entry_id(entry).pointee)
        let path = folder.path + (try TreeWalk.name(of: entry))
        switch try FileMode(git_tree_entry_filemode(entry)) {
        case nil: waiting.append((id, path + [UInt8(ascii: "/")]))
        case .regular?, .executable?: if seen.insert(id).inserted { found.append(BlobAtPath(id: id, path: path)) }
        case .symlink?, .submodule?: continue
        }
      }
    }
    return found
  }
}
