import CGit2
import Files
import Text

/// A part of the history of a repository of this machine, packed for a clone.
extension LocalRepository {
  /// Packs what `wants` name, and so much of the history behind it, into the folder. Returns the commits whose parents
  /// were left out.
  func pack(_ wants: [ObjectID], _ history: HistoryDepth, into folder: String) throws(GitError) -> [ObjectID] {
    try refusePartial()
    let repository = try open()
    let known: Set<ObjectID>
    do throws(FileError) { known = Set(try edge()) } catch { throw GitError(error) }
    var packing = try Packing(repository, edge: known)
    let tips = try packing.tips(of: wants)
    let cut = try packing.cut(tips, history)
    for commit in cut.commits { try packing.add(commit: commit) }
    for reference in try references() where reference.peeled.map({ cut.members.contains($0) }) == true {
      _ = try packing.tips(of: [reference.id])
    }
    try packing.write(to: folder)
    return cut.edge
  }
}

/// What is packed.
private struct Packing {
  /// The commits that come along, the youngest first, and those among them whose parents do not.
  struct Cut {
    var commits: [ObjectID] = []
    var members: Set<ObjectID> = []
    var edge: [ObjectID] = []
  }

  private let repository: Handle
  private let builder: Handle
  /// The commits whose parents the repository itself does not have.
  private let edge: Set<ObjectID>
  private var trees: Set<ObjectID> = []

  init(_ repository: Handle, edge: Set<ObjectID>) throws(GitError) {
    (self.repository, self.edge) = (repository, edge)
    builder = try Handle(.corrupt, "cannot make a pack", free: git_packbuilder_free) {
      git_packbuilder_new(&$0, repository.pointer)
    }
  }

  // MARK: Which commits

  /// The commits that these lead to; tags on the way are packed.
  func tips(of ids: [ObjectID]) throws(GitError) -> [ObjectID] {
    var commits: [ObjectID] = []
    for id in ids {
      var oid = id.gitOID
      while true {
        let object = try Handle(.missingObject, "cannot read the object `\(id)`", free: git_object_free) {
          git_object_lookup(&$0, repository.pointer, &oid, GIT_OBJECT_ANY)
        }
        let type = git_object_type(object.pointer)
        if type == GIT_OBJECT_COMMIT { commits.append(ObjectID(oid)) } else { try add(ObjectID(oid)) }
        guard type == GIT_OBJECT_TAG else { break }
        oid = git_tag_target_id(object.pointer).pointee
      }
    }
    return commits
  }

  func cut(_ tips: [ObjectID], _ history: HistoryDepth) throws(GitError) -> Cut {
    switch history {
    case .commits(let count): return try last(count, of: tips)
    case .full: return try all(from: tips) { _ in true }
    case .recent(let since, let names):
      var left: Set<ObjectID> = []
      for name in names { left.formUnion(try all(from: [commit(named: name)]) { !left.contains($0.id) }.members) }
      let cut = try all(from: tips) { !left.contains($0.id) && $0.second >= since ?? .min }
      guard !cut.commits.isEmpty else {
        throw GitError(.revisionNotFound, "no commit is as young as `--shallow-since` and `--shallow-exclude` want it")
      }
      return cut
    }
  }

  private func last(_ count: Int, of tips: [ObjectID]) throws(GitError) -> Cut {
    var cut = Cut()
    var level = tips
    for depth in 1...max(1, count) where !level.isEmpty {
      var next: [ObjectID] = []
      for id in level where cut.members.insert(id).inserted {
        cut.commits.append(id)
        if depth == count || edge.contains(id) {
          cut.edge.append(id)
        } else {
          next += try commit(id).parents
        }
      }
      level = next
    }
    return cut
  }

  /// Those for which `isTaken`, and which can be reached over such alone.
  private func all(from tips: [ObjectID], where isTaken: (Commit) -> Bool) throws(GitError) -> Cut {
    var cut = Cut()
    var waiting = tips
    var parents: [(ObjectID, [ObjectID])] = []
    while let id = waiting.popLast() {
      guard !cut.members.contains(id) else { continue }
      let commit = try commit(id)
      guard isTaken(commit) else { continue }
      cut.members.insert(id)
      cut.commits.append(id)
      if edge.contains(id) {
        cut.edge.append(id)
      } else {
        parents.append((id, commit.parents))
        waiting += commit.parents
      }
    }
    cut.edge += parents.filter { !cut.members.isSuperset(of: $0.1) }.map(\.0)
    return cut
  }

  private struct Commit {
    let id: ObjectID
    let second: Int64
    let tree: ObjectID
    let parents: [ObjectID]
  }

  private func commit(_ id: ObjectID) throws(GitError) -> Commit {
    var oid = id.gitOID
    let commit = try Handle(.missingObject, "cannot read the commit `\(id)`", free: git_commit_free) {
      git_commit_lookup(&$0, repository.pointer, &oid)
    }
    return Commit(
      id: id, second: git_commit_time(commit.pointer), tree: ObjectID(git_commit_tree_id(commit.pointer).pointee),
      parents: (0..<git_commit_parentcount(commit.pointer)).compactMap { index in
        git_commit_parent_id(commit.pointer, index).map { ObjectID($0.pointee) }
      })
  }

  private func commit(named name: String) throws(GitError) -> ObjectID {
    let message = "the repository has no branch or tag `\(name.escapingControls)`"
    let reference = try Handle(.revisionNotFound, message, free: git_reference_free) {
      git_reference_dwim(&$0, repository.pointer, name)
    }
    let commit = try Handle(.revisionNotFound, message, free: git_object_free) {
      git_reference_peel(&$0, reference.pointer, GIT_OBJECT_COMMIT)
    }
    return ObjectID(git_object_id(commit.pointer).pointee)
  }

  // MARK: Their objects

  mutating func add(commit id: ObjectID) throws(GitError) {
    try add(id)
    try add(tree: try commit(id).tree)
  }

  /// With all that is in it, once.
  private mutating func add(tree id: ObjectID) throws(GitError) {
    var waiting = [id]
    while let next = waiting.popLast() {
      guard trees.insert(next).inserted else { continue }
      try add(next)
      guard let tree = try TreeWalk.open(next.gitOID, in: repository.pointer) else {
        throw GitError(.missingObject, "the repository lacks the tree `\(next)`")
      }
      for index in 0..<git_tree_entrycount(tree.pointer) {
        guard let entry = git_tree_entry_byindex(tree.pointer, index) else { continue }
        let id = ObjectID(git_tree_entry_id(entry).pointee)
        switch git_tree_entry_type(entry) {
        case GIT_OBJECT_TREE: waiting.append(id)
        case GIT_OBJECT_BLOB: try add(id, named: git_tree_entry_name(entry))
        default: break
        }
      }
    }
  }

  private func add(_ id: ObjectID, named name: UnsafePointer<CChar>? = nil) throws(GitError) {
    var oid = id.gitOID
    try Libgit2.check(
      git_packbuilder_insert(builder.pointer, &oid, name), .missingObject, "the repository lacks the object `\(id)`")
  }

  func write(to folder: String) throws(GitError) {
    do throws(FileError) { try Directory.create(folder) } catch { throw GitError(error) }
    try Libgit2.check(
      git_packbuilder_write(builder.pointer, folder, 0o444, nil, nil), .disk, "cannot write the pack of the clone")
  }
}
