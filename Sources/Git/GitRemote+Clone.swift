/// How much of the history a clone has.
package enum HistoryDepth: Sendable, Equatable {
  /// The last so many commits of each branch.
  case commits(Int)
  case full
}

/// Which blobs come along with commits and trees, where the server can leave any out.
package enum HistoryBlobs: Sendable, Equatable {
  case none, small, all
}

/// What a clone's first fetch brought.
package struct FetchedHistory: Sendable, Equatable {
  /// The commits whose parents were left out; none for the whole history.
  package let shallow: [ObjectID]
  /// What was left out of the objects, in git's words; nil when all came.
  package let filter: String?
}

/// What only clones ask for.
extension GitRemote {
  /// HEAD, branches and tags.
  package func branchesAndTags() async throws(GitError) -> [RemoteReference] {
    try await references(GitRemote.allNames)
  }

  /// HEAD and all that the server tells of.
  package func allReferences() async throws(GitError) -> [RemoteReference] {
    try await references(["HEAD", "refs/"])
  }

  /// Brings commits with their trees, so much of their history, and the blobs that are wanted or that the server
  /// cannot leave out. From a repository of this machine all objects are taken, as links where that is possible.
  package func bringHistory(
    of wants: [ObjectID], depth: HistoryDepth, blobs: HistoryBlobs = .small
  ) async throws(GitError) -> FetchedHistory {
    if let local { return try await repository.takeObjects(of: local) }
    let server = try await server()
    let known = memory.rung(for: server.origin) ?? .smallBlobs
    // A server of the old protocol gives out what references name; what they do not name comes with all the rest.
    let named = wants.compactMap { server.advertisement.want(for: $0) }
    let least: FetchRung =
      switch blobs {
      case .none: max(known, .noBlobs)
      case .small: known
      case .all: depth == .full ? .everything : max(known, .wholeCommit)
      }
    let first = named.count < wants.count ? .everything : least
    let climbed = try await climb(Array(Set(named)).sorted(), from: first) { shape in
      guard shape.depth != nil else { return shape }
      if case .commits(let count) = depth { return FetchShape(filter: shape.filter, depth: count) }
      return FetchShape(filter: shape.filter, depth: nil)
    }
    return FetchedHistory(shallow: climbed.shallow, filter: climbed.shape.filter)
  }

  /// Those of the references whose objects are here by now.
  package func present(_ references: [RemoteReference]) async throws(GitError) -> [RemoteReference] {
    let missing = Set(try await repository.missing(references.map(\.id)))
    return references.filter { !missing.contains($0.id) }
  }

  /// What the commit's attributes say of each path. The `.gitattributes` files must have been loaded.
  package func attributes(
    of paths: [[UInt8]], in commit: ObjectID
  ) async throws(GitError) -> [PathAttributes] {
    try await repository.attributes(of: paths, in: commit)
  }
}

extension Repository {
  func takeObjects(of local: LocalRepository) throws(GitError) -> FetchedHistory {
    rules = nil
    let shallow = try local.linkObjects(into: path + "/objects")
    return FetchedHistory(shallow: shallow, filter: nil)
  }
}

extension GitRemote {
  /// In a folder, not behind a server.
  package nonisolated var isOnThisMachine: Bool { local != nil }
}
