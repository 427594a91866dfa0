/// How much of the history a clone has.
package enum HistoryDepth: Sendable, Equatable {
  /// The last so many commits of each branch.
  case commits(Int)
  /// The commits since then, in seconds since 1970, without those that these branches and tags have.
  case recent(since: Int64?, without: [String])
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

  package init(shallow: [ObjectID], filter: String?) { (self.shallow, self.filter) = (shallow, filter) }
}

/// What only clones ask for.
extension GitRemote {
  /// HEAD, branches and tags, and what begins with one of `prefixes`.
  package func branchesAndTags(and prefixes: [String] = []) async throws(GitError) -> [RemoteReference] {
    try await references(GitRemote.allNames + prefixes)
  }

  /// The branch that HEAD names although it is not there, where the repository tells.
  package func unbornBranch() async throws(GitError) -> String? {
    if let local { return try await repository.branchOfHead(of: local) }
    return try await server().unbornBranch()
  }

  /// HEAD and all that the server tells of.
  package func allReferences() async throws(GitError) -> [RemoteReference] {
    try await references(["HEAD", "refs/"])
  }

  /// Brings commits with their trees, so much of their history, and the blobs that are wanted or that the server
  /// cannot leave out. `includingTags`: also the tags that are about one of the commits.
  package func bringHistory(
    of wants: [ObjectID], depth: HistoryDepth, blobs: HistoryBlobs = .small, includingTags: Bool = false
  ) async throws(GitError) -> FetchedHistory {
    // What was borrowed has all of it: an answer without objects would be no pack.
    if !haves.isEmpty, depth == .full, try await repository.missing(wants).isEmpty {
      return FetchedHistory(shallow: [], filter: nil)
    }
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
    let first = named.count < wants.count || !server.advertisement.canLimit(depth) ? .everything : least
    let climbed = try await climb(Array(Set(named)).sorted(), from: first) { shape in
      var shape = shape
      if shape.depth != nil { shape.take(depth) }
      shape.includesTags = includingTags
      return shape
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

extension FetchShape {
  mutating func take(_ history: HistoryDepth) {
    switch history {
    case .commits(let count): depth = count
    case .recent(let second, let names): (depth, since, excluded) = (nil, second, names)
    case .full: depth = nil
    }
  }
}

extension Advertisement {
  /// Whether so much of the history can be asked for.
  func canLimit(_ history: HistoryDepth) -> Bool {
    guard case .recent(let since, let names) = history, version == .v0 else { return true }
    return (since == nil || allows("deepen-since")) && (names.isEmpty || allows("deepen-not"))
  }
}
