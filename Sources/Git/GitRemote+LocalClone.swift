import Files
import Text

/// Clones of a repository of this machine.
extension GitRemote {
  /// How the objects of a repository of this machine get into a clone.
  package enum Taking: Sendable, Equatable {
    /// All of them, as further names of the same files where that is possible.
    case links
    /// All of them, as files of the clone's own.
    case copies
    /// None: the clone looks for them over there.
    case borrowed
    /// Those of a part of the history alone.
    case part(HistoryDepth)
  }

  /// In a folder, not behind a server.
  package nonisolated var isOnThisMachine: Bool { local != nil }

  /// Takes the objects over from the repository of this machine, for `wants`. Nothing where it is at a server.
  package func takeHistory(of wants: [ObjectID], as taking: Taking) async throws(GitError) -> FetchedHistory? {
    guard let local else { return nil }
    return FetchedHistory(shallow: try await repository.takeObjects(wants, of: local, as: taking), filter: nil)
  }
}

/// Repositories of this machine whose objects a clone need not fetch.
extension GitRemote {
  /// Looks for objects in that repository, too; or takes all of them over, where `isForGood`.
  package func borrow(from path: String, isForGood: Bool) async throws(GitError) {
    let lender = try LocalRepository(at: path)
    let isShallow: Bool
    do throws(FileError) { isShallow = try !lender.edge().isEmpty } catch { throw GitError(error) }
    guard !isShallow else {
      throw GitError(.missingObject, "`\(path.escapingControls)` does not have all of its history: it is shallow")
    }
    _ = try await repository.takeObjects([], of: lender, as: isForGood ? .links : .borrowed)
    let tips = try await repository.references(of: lender).map(\.id)
    haves = Array(Set(haves + tips).sorted().prefix(Self.maximumHaves))
  }

  /// As many as a request may well name.
  private static let maximumHaves = 1000
}

extension Repository {
  /// Returns the commits whose parents are not there.
  func takeObjects(
    _ wants: [ObjectID], of local: LocalRepository, as taking: GitRemote.Taking
  ) throws(GitError) -> [ObjectID] {
    defer { readObjectsAgain() }
    switch taking {
    case .links: return try local.linkObjects(into: path + "/objects")
    case .copies: return try local.linkObjects(into: path + "/objects", asCopies: true)
    case .borrowed: return try local.lend(to: path + "/objects")
    case .part(let history): return try local.pack(wants, history, into: packFolder)
    }
  }

  func branchOfHead(of local: LocalRepository) throws(GitError) -> String? { try local.branchOfHead() }
}
