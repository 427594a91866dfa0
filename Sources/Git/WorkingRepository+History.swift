import CGit2
import Files
import Text

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
    var walk = CommitWalk(graftedParents: try graftedParents())
    return try walk.commits(from: tips, excluding: excluded) { (id) throws(GitError) in
      guard let found = try existingCommit(id) else { return nil }
      return (git_commit_time(found.pointer), Self.parents(of: found))
    }
  }

  /// The commits before this one; none at the edge of a shallow clone.
  package func parents(of commit: ObjectID) throws(GitError) -> [ObjectID] {
    if let grafted = try graftedParents()[commit] { return grafted }
    return Self.parents(of: try self.commit(commit))
  }

  private static func parents(of commit: Handle) -> [ObjectID] {
    (0..<git_commit_parentcount(commit.pointer)).compactMap { index in
      git_commit_parent_id(commit.pointer, index).map { ObjectID($0.pointee) }
    }
  }

  /// nil where the repository does not have it.
  private func existingCommit(_ id: ObjectID) throws(GitError) -> Handle? {
    var oid = id.gitOID
    var pointer: OpaquePointer?
    let status = git_commit_lookup(&pointer, handle.pointer, &oid)
    if status == GIT_ENOTFOUND.rawValue { return nil }
    return try Handle(.corrupt, "cannot read the commit `\(id)`", free: git_commit_free) {
      $0 = pointer
      return status
    }
  }

  /// The commits whose parents are others than they say: none at the edge of a shallow clone, and what the user has
  /// grafted. libgit2 does not know of either.
  private func graftedParents() throws(GitError) -> [ObjectID: [ObjectID]] {
    var grafted: [ObjectID: [ObjectID]] = [:]
    for name in ["info/grafts", "shallow"] {
      let path = layout.commonFolder + "/" + name
      let text: [UInt8]
      do throws(FileError) { text = try readFile(path, limit: 1 << 26) } catch {
        if error.isNotFound { continue }
        throw GitError(error)
      }
      for line in String(decoding: text, as: UTF8.self).words(at: "\n") where !line.begins(with: "#") {
        let ids = line.words(at: " ").map { ObjectID(hex: $0) }
        guard let first = ids.first, let commit = first, !ids.contains(nil) else {
          throw GitError(
            .corrupt, "cannot read `\(path.escapingControls)`", cause: "it has a line that names no commits")
        }
        grafted[commit] = ids.dropFirst().compactMap(\.self)
      }
    }
    return grafted
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
