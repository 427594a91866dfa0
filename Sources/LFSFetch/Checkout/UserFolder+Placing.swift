import Files

extension UserFolder {
  /// How the files of a snapshot get into the folder; a value, because several threads do it.
  struct Placing: Sendable {
    let path: String
    let link: LinkKind?
    let copies: [SHA256Digest: EarlyCopy]
    let snapshot: Snapshot

    /// Returns what the files are like then.
    func put(_ files: ArraySlice<SelectedFile>) throws(FileError) -> [FileStatus?] {
      let folder = try TargetFolder(path)
      var statuses: [FileStatus?] = []
      for file in files {
        try put(file, into: folder)
        statuses.append(try folder.status(of: file.path))
      }
      return statuses
    }

    private func put(_ file: SelectedFile, into folder: TargetFolder) throws(FileError) {
      let permissions: UInt16 = file.mode == .executable ? 0o755 : 0o644
      if file.mode == .symlink {
        // Links are copied as links.
        let target = try TargetFolder(snapshot.path).linkTarget(of: file.path) ?? []
        return try folder.put(.symlink(target), at: file.path, permissions: permissions)
      }
      // An early copy has the mode of usual files.
      if case .object(let oid) = file.content, file.mode == .regular, link == nil || link == .copy,
        let copy = copies[oid]
      {
        let source = snapshot.store.path(of: oid)
        return try folder.put(.earlyCopy(copy, source), at: file.path, permissions: permissions)
      }
      // Links lead into the store, which outlives snapshots; what is in no store is always a file of its own, and so
      // is an executable, because the store's files have one mode for all.
      guard case .object(let oid) = file.content, file.size > 0, let link,
        file.mode != .executable || link == .copy || link == .reflink
      else { return try folder.put(try content(of: file), at: file.path, permissions: permissions) }
      try folder.put(.file(snapshot.store.path(of: oid), link), at: file.path, permissions: permissions)
    }

    /// What the snapshot has is what git would write. It is read, not named: a path need not be text.
    private func content(of file: SelectedFile) throws(FileError) -> TargetFolder.Content {
      if case .object(let oid) = file.content, file.size > 0 { return .reflinkOrCopy(snapshot.store.path(of: oid)) }
      return .bytes(try TargetFolder(snapshot.path).open(file.path)?.readAll(limit: Int(file.size)) ?? [])
    }
  }
}
