import CGit2

/// What differs between two commits, found without looking into folders that both have alike.
extension WorkingRepository {
  /// The files that the new commit has and the old one has not, or otherwise. nil, or a commit that is not here, has
  /// no files.
  package func changedFiles(from old: ObjectID?, to new: ObjectID) throws(GitError) -> [BlobAtPath] {
    struct Folder {
      let old: git_oid?
      let new: git_oid
      let path: [UInt8]
    }
    let oldTree = old.flatMap { try? treeID(of: $0) }
    var waiting = [Folder(old: oldTree?.gitOID, new: try treeID(of: new).gitOID, path: [])]
    var changed: [BlobAtPath] = []
    while let folder = waiting.popLast() {
      guard let tree = try TreeWalk.open(folder.new, in: handle.pointer) else { continue }
      var before: Handle?
      if let old = folder.old { before = try TreeWalk.open(old, in: handle.pointer) }
      for index in 0..<git_tree_entrycount(tree.pointer) {
        guard let entry = git_tree_entry_byindex(tree.pointer, index) else { continue }
        let id = git_tree_entry_id(entry).pointee
        let mode = git_tree_entry_filemode(entry)
        let former = before.flatMap { tree in
          git_tree_entry_byname(tree.pointer, git_tree_entry_name(entry)).map { former in
            (id: git_tree_entry_id(former).pointee, mode: git_tree_entry_filemode(former))
          }
        }
        // What has become executable git has written anew, too.
        if let former, former.mode == mode, ObjectID(former.id) == ObjectID(id) { continue }
        let path = folder.path + (try TreeWalk.name(of: entry))
        switch try FileMode(mode) {
        case nil:
          let isFolder = former?.mode == GIT_FILEMODE_TREE
          waiting.append(Folder(old: isFolder ? former?.id : nil, new: id, path: path + [UInt8(ascii: "/")]))
        case .regular?, .executable?: changed.append(BlobAtPath(id: ObjectID(id), path: path))
        case .symlink?, .submodule?: continue
        }
      }
    }
    return changed
  }

  /// How many bytes the blobs have; those that are not in this repository are left out.
  package func sizes(of blobs: Set<ObjectID>) throws(GitError) -> [ObjectID: Int64] {
    var sizes: [ObjectID: Int64] = [:]
    try visit(blobs) { (id, length, _) throws(GitError) in sizes[id] = Int64(length) }
    return sizes
  }
}
