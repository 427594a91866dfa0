/// A sparse index, in which folders that are left out stand in the place of their files.
extension GitIndex {
  /// The index as it is where it is not sparse, with the files of the folders: as git unfolds it in its own memory.
  /// `files` gives those of a tree.
  func unfolded(_ files: (ObjectID) throws(GitError) -> [TreeEntry]?) throws(GitError) -> GitIndex? {
    guard entries.contains(where: { $0.mode == nil }) else { return self }
    var whole: [IndexWriter.Entry] = []
    for entry in entries {
      if entry.mode != nil {
        whole.append(IndexWriter.Entry(entry, in: bytes))
      } else {
        guard let files = try files(entry.id) else { return nil }
        whole += files.map { IndexWriter.Entry(leftOut: $0, in: entry.path) }
      }
    }
    // Git makes the extensions anew: what they say of folders is of the sparse form.
    return try GitIndex(IndexWriter.index(whole, extensions: []), insteadOf: self)
  }
}

extension GitError {
  /// Of a clone that was made without its folders.
  package static let foldedIndex = GitError(
    .missingObject, "a folder of git's index is not in this repository",
    cause: "`git sparse-checkout reapply --no-sparse-index` fetches it")
}

extension WorkingRepository {
  /// nil where the tree of a folder is not in this repository.
  package func unfolded(_ index: GitIndex) throws(GitError) -> GitIndex? {
    try index.unfolded { id throws(GitError) in
      try TreeWalk.entries(ofTree: id.gitOID, in: handle.pointer, 10_000_000)
    }
  }
}
