import Files
import Git
import Text

/// Whether what a commit needs is here and sound: `fsck`.
extension LFSRepository {
  package struct Flaw: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
      /// The object's bytes are not the right ones.
      case corrupt
      /// The object is not here.
      case missing
      /// The pointer is not written as it should be.
      case notCanonical
      /// The attributes want a pointer where there is other content.
      case noPointer(treeish: String)
    }

    package let kind: Kind
    package let file: String
    /// Of the object, else of git's blob.
    package let id: String
    package var isRepaired = false
  }

  /// Objects of a commit, or of HEAD and the index, whose bytes are wrong or that are missing.
  package func flawedObjects(at revision: String?) async throws(FetchError) -> [LFSFile: Flaw.Kind] {
    let scope: ListingScope = revision.map(Self.scope) ?? .present
    // What is not to be fetched is not expected to be here.
    let selection = settings.selection(include: "")
    let files: [LFSFile]
    do throws(FetchError) {
      files = try await list(scope, selection).map(\.file).filter { $0.pointer.size > 0 }
    } catch {
      guard let revision, error.code == .notFound else { throw error }
      throw error.inGitLFS("Git can't resolve ref: \"\(revision.escapingControls)\"")
    }
    return try await onBlockingThread { () throws(FetchError) in
      try self.inMedia { () throws(FileError) in
        var flaws: [LFSFile: Flaw.Kind] = [:]
        var verdicts: [SHA256Digest: Flaw.Kind?] = [:]
        for file in files {
          let oid = file.pointer.oid
          if verdicts[oid] == nil { verdicts[oid] = .some(try self.verdict(on: file.pointer)) }
          if let flaw = verdicts[oid] ?? nil { flaws[file] = flaw }
        }
        return flaws
      }
    }
  }

  /// `A..B`, or one revision.
  private static func scope(_ revision: String) -> ListingScope {
    let ends = revision.split(separator: "..", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    return ends.count == 2 ? .between(ends[0], ends[1]) : .commit(revision)
  }

  private func verdict(on pointer: Pointer) throws(FileError) -> Flaw.Kind? {
    let oid = pointer.oid
    guard try !media.contains(oid, size: nil) else {
      return try hashFile(media.path(of: oid)) == oid ? nil : .corrupt
    }
    // What is in a repository that this one borrows from is proven when it is taken over.
    guard !media.references.isEmpty, try media.adopt(oid, size: pointer.size) else { return .missing }
    try media.link(oid)
    return nil
  }

  /// Moves corrupt objects out of the way, to `lfs/bad`, and out of the store, where that has the same file: so they
  /// are fetched again when they are needed.
  package func setAside(_ objects: [SHA256Digest]) async throws(FetchError) {
    let bad = badFolder
    try await onBlockingThread { () throws(FetchError) in
      try self.inMedia { () throws(FileError) in
        for oid in objects where try self.media.contains(oid, size: nil) {
          let status = try FileStatus.of(self.media.path(of: oid))
          if let stored = try FileStatus.of(self.store.path(of: oid)), stored.inode == status?.inode {
            try self.store.remove(oid)
          }
          try Directory.create(bad)
          try renameFile(self.media.path(of: oid), to: bad + "/" + oid.hex)
        }
      }
    }
  }

  package var badFolder: String { settings.storage(of: layout) + "/bad" }

  /// Fetches what is corrupt or missing again, of large objects only the chunks that are bad.
  package func repair(_ files: [LFSFile]) async throws(FetchError) -> Obtained {
    let objects = Self.objects(of: files)
    try await onBlockingThread { () throws(FetchError) in
      try self.inMedia { () throws(FileError) in
        for object in objects {
          try removeFile(self.media.path(of: object.oid))
          if try self.store.contains(object.oid, size: nil), try self.store.hash(object.oid) != object.oid {
            try self.store.withdraw(object.oid)
          }
        }
      }
    }
    return try await obtain(objects, from: defaultRemote, reference: defaultReference)
  }

  /// Files of a commit, by default HEAD, or of any commit of a range, that should be pointers and are none, or not
  /// canonical ones.
  package func flawedPointers(at revision: String?) async throws(FetchError) -> [Flaw] {
    try await reading { git async throws(GitError) in
      var commits: [ObjectID] = []
      if let revision, case .between(let old, let new) = Self.scope(revision) {
        let (old, new) = (try await git.commit(named: old), try await git.commit(named: new))
        commits = try await git.commits(from: [new], excluding: [old])
      } else {
        commits = [try await git.commit(named: revision ?? "HEAD")]
      }
      var seen: Set<BlobAtPath> = []
      var flaws: [Flaw] = []
      for commit in commits { flaws += try await Self.flawedPointers(of: commit, besides: &seen, git) }
      return flaws
    }
  }

  private static func flawedPointers(
    of commit: ObjectID, besides seen: inout Set<BlobAtPath>, _ git: WorkingRepository
  ) async throws(GitError) -> [Flaw] {
    let entries = try await git.files(of: commit).filter { entry in
      (entry.mode == .regular || entry.mode == .executable)
        && seen.insert(BlobAtPath(id: entry.id, path: entry.rawPath)).inserted
    }
    let isFiltered = try await git.filtered(entries.map(\.rawPath), at: commit)
    let wanted = zip(entries, isFiltered).filter(\.1).map(\.0)
    let contents = try await git.content(of: Set(wanted.map(\.id)), below: Pointer.sizeLimit)
    return wanted.compactMap { entry -> Flaw? in
      let path = String(decoding: entry.rawPath, as: UTF8.self)
      let blob = contents[entry.id]
      if let blob, blob.isEmpty { return nil }
      guard let blob, let pointer = try? Pointer.parse(blob) else {
        return Flaw(kind: .noPointer(treeish: commit.hex), file: path, id: entry.id.hex)
      }
      return pointer.text.utf8.elementsEqual(blob) ? nil : Flaw(kind: .notCanonical, file: path, id: entry.id.hex)
    }
  }
}
