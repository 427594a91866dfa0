import HTTP
import Text

extension GitRemote {
  /// Brings a commit with its trees, by id where the server gives it out so, else by looking for it in the history.
  func bring(_ commit: ObjectID) async throws(GitError) {
    if local != nil {
      guard try await repository.commitID(named: commit) != nil else { throw notFound(commit) }
      throw GitError(.missingObject, "`\(name)` does not have all trees of the commit `\(commit)`")
    }
    let server = try await server()
    if let want = server.advertisement.want(for: commit) {
      do throws(GitError) {
        try await climb([want], from: memory.rung(for: server.origin))
        return
      } catch {
        guard error.code == .revisionNotFound else { throw error }
        // Git itself gives out any object that it has, so asking git differently would find nothing more.
        if server.advertisement.isStockGit { throw notFound(commit) }
      }
    }
    try await bringHistory()
    guard try await repository.commitID(named: commit) != nil else { throw notFound(commit) }
    guard try await repository.tree(of: commit) == nil else { return }
    try await bringEverything()
  }

  /// Brings blobs in one request; where the server does not give them out by id, all files of the commit.
  func bring(blobs: [ObjectID], of commit: ObjectID) async throws(GitError) {
    if local != nil { return }
    let server = try await server()
    if server.advertisement.allowsAnyWant {
      let request = FetchRequest(wants: blobs, shape: .complete)
      guard let failure = try await fetch(request) else { return }
      if case .refusedWant = failure {
        // The id of a blob is refused where only what history reaches is given out.
      } else if Ladder.verdict(on: failure) == .giveUp {
        throw failure.error(host: server.host)
      }
    }
    guard let want = server.advertisement.want(for: commit) else { return try await bringEverything() }
    try await climb([want], from: .wholeCommit)
  }

  /// Brings all commits of all branches and tags, and nothing else where the server can leave trees out.
  func bringHistory() async throws(GitError) {
    let server = try await server()
    if server.advertisement.canFilter {
      let request = FetchRequest(wants: try await tips(), shape: .history)
      guard let failure = try await fetch(request) else { return }
      if Ladder.verdict(on: failure) == .giveUp { throw failure.error(host: server.host) }
    }
    try await bringEverything()
  }

  private func bringEverything() async throws(GitError) {
    try await climb(try await tips(), from: .everything)
  }

  /// What came of a climb.
  struct Climbed: Sendable {
    let shape: FetchShape
    /// The commits whose parents were left out.
    let shallow: [ObjectID]
  }

  /// Tries the rungs of the ladder until one holds. `reshaping` may ask for more or less history than they do.
  @discardableResult
  func climb(
    _ wants: [ObjectID], from first: FetchRung?, reshaping: (FetchShape) -> FetchShape = { $0 }
  ) async throws(GitError) -> Climbed {
    let server = try await server()
    var last = FetchFailure.noAnswer
    var learnt = false
    for rung in Ladder.rungs(allowedBy: server.advertisement, startingAt: first) {
      let request = FetchRequest(wants: wants, haves: haves, shape: reshaping(rung.shape))
      let failure: FetchFailure
      switch try await server.fetch(request, into: repository, maximumSize: maximumPackSize) {
      case .success(let shallow):
        if learnt { memory.remember(rung, for: server.origin) }
        return Climbed(shape: request.shape, shallow: shallow)
      case .failure(let reason): failure = reason
      }
      guard case .stepDown(let isTelling) = Ladder.verdict(on: failure) else {
        throw failure.error(host: server.host)
      }
      // Asked for dates and names, a server has reasons to refuse that have nothing to do with what it can.
      if request.shape.isRecent {
        throw GitError(
          .revisionNotFound, "\(server.host) has no commits that are so young, or lacks a branch or tag to leave out",
          cause: failure.error(host: server.host).description)
      }
      learnt = learnt || isTelling
      last = failure
    }
    throw last.error(host: server.host)
  }

  private func fetch(_ request: FetchRequest) async throws(GitError) -> FetchFailure? {
    switch try await server().fetch(request, into: repository, maximumSize: maximumPackSize) {
    case .success: nil
    case .failure(let failure): failure
    }
  }

  private func tips() async throws(GitError) -> [ObjectID] {
    let ids = Set(try await references(GitRemote.allNames).map(\.id))
    guard !ids.isEmpty else { throw GitError(.emptyRepository, "`\(name)` is empty") }
    return ids.sorted()
  }

  private func notFound(_ commit: ObjectID) -> GitError {
    GitError(.revisionNotFound, "`\(name)` has no commit `\(commit)`")
  }
}

extension Advertisement {
  /// What to ask for to get `commit`: itself, or, where only what references name is given out, the tag that names
  /// it; nil when the server will not give it out by id.
  func want(for commit: ObjectID) -> ObjectID? {
    if allowsAnyWant || references.contains(where: { $0.id == commit }) { return commit }
    return references.first { $0.peeled == commit }?.id
  }

  /// Git's own `upload-pack` in protocol v2, by the name that it gives itself.
  var isStockGit: Bool {
    version == .v2 && capabilities["agent"]?.last?.begins(with: "git/2.") == true
  }
}
