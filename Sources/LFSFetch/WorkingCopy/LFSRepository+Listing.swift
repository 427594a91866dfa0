import Files
import Git

/// Which LFS files a listing is about.
package enum ListingScope: Sendable {
  /// Those of the commit that is checked out, and of the index.
  case present
  case commit(String)
  /// What commits that the second revision has and the first has not have brought.
  case between(String, String)
  /// All versions that any commit of any reference has.
  case all
  /// The last version of each path that the history of a revision has, or of HEAD.
  case everInHistory(String?)
}

/// An LFS file, and how much of it is here.
package struct ListedFile: Sendable {
  package let file: LFSFile
  /// The work tree has a file of that name and size.
  package let isCheckedOut: Bool
  /// The object is in the repository.
  package let isDownloaded: Bool
}

extension LFSRepository {
  package func list(_ scope: ListingScope, _ selection: Selection) async throws(FetchError) -> [ListedFile] {
    let files = try await files(scope).filter { selection.contains($0.path) }
    do throws(FileError) {
      let folder = try layout.workTree.map { root throws(FileError) in try TargetFolder(root) }
      var listed: [ListedFile] = []
      for file in files {
        var status: FileStatus?
        if let path = try? RepositoryPath(validating: file.path) { status = try? folder?.status(of: path) }
        listed.append(
          ListedFile(
            file: file, isCheckedOut: status?.kind == .file && status?.size == file.pointer.size,
            isDownloaded: try media.contains(file.pointer.oid, size: file.pointer.size)))
      }
      return listed
    } catch { throw FetchError(file: error, doing: "cannot look at the repository's files") }
  }

  private func files(_ scope: ListingScope) async throws(FetchError) -> [LFSFile] {
    let staged = try await stagedFiles()
    return try await reading { git async throws(GitError) in
      switch scope {
      case .present:
        guard let commit = try await git.head().commit else { return staged }
        return Self.firstOfEachPath(staged + (try await git.lfsFiles(of: commit)))
      case .commit(let name): return try await git.lfsFiles(of: git.commit(named: name))
      case .between(let old, let new):
        let (old, new) = (try await git.commit(named: old), try await git.commit(named: new))
        return try await git.lfsFiles(broughtBy: git.commits(from: [new], excluding: [old]))
      case .all: return staged + (try await git.lfsFiles(ofAny: git.commits(from: git.tips([]))))
      case .everInHistory(let name):
        let tip = try await git.commit(named: name ?? "HEAD")
        return Self.firstOfEachPath(
          (name == nil ? staged : []) + (try await git.lfsFiles(ofAny: git.commits(from: [tip]))))
      }
    }
  }

  /// The LFS files of the index that HEAD does not have so.
  private func stagedFiles() async throws(FetchError) -> [LFSFile] {
    let staged = try await stagedEntries().map { BlobAtPath(id: $0.id, path: $0.path) }
    return try await reading { git async throws(GitError) in try await git.lfsFiles(among: staged) }
  }

  /// The files of the index that HEAD does not have so, and neither have `others`.
  func stagedEntries(besides others: [ObjectID] = []) async throws(FetchError) -> [GitIndex.Entry] {
    let commits = (head.commit.map { [$0] } ?? []) + others
    let known = try await reading { git async throws(GitError) in
      var known: Set<BlobAtPath> = []
      for commit in commits {
        known.formUnion(try await git.files(of: commit).map { BlobAtPath(id: $0.id, path: $0.rawPath) })
      }
      return known
    }
    return try await wholeIndex().entries.filter { entry in
      entry.stage == 0 && (entry.mode == .regular || entry.mode == .executable)
        && !known.contains(BlobAtPath(id: entry.id, path: entry.path))
    }
  }

  private static func firstOfEachPath(_ files: [LFSFile]) -> [LFSFile] {
    var seen: Set<[UInt8]> = []
    return files.filter { seen.insert($0.path).inserted }
  }
}
