import Text

extension GitRemote {
  /// Finds the commit of a revision that is not a full id: among the references, then, for an abbreviated id, in
  /// the history.
  func look(for revision: Revision) async throws(GitError) -> ResolvedRevision {
    let isID = revision.abbreviatedID != nil
    let references = try await references(isID ? GitRemote.allNames + revision.candidates : revision.candidates)
    if let resolved = try revision.resolve(among: references) { return resolved }
    guard case .name(let name) = revision else {
      throw GitError(
        .emptyRepository,
        "`\(self.name)` has no default branch: it is empty, or its HEAD names a branch that does not exist")
    }
    if let prefix = revision.abbreviatedID, let commit = try await commit(abbreviatedTo: prefix) {
      return ResolvedRevision(commit: commit, reference: nil)
    }
    throw GitError(.revisionNotFound, "`\(self.name)` has no branch, tag or commit `\(name.escapingControls)`")
  }

  /// Branches and tags. What hosts keep beside them (one reference for each pull request) can be a hundred times as
  /// many, and is reached by its full name.
  static let allNames = ["HEAD", "refs/heads/", "refs/tags/"]

  func references(_ prefixes: [String]) async throws(GitError) -> [RemoteReference] {
    if let local { return try await repository.references(of: local) }
    return try await server().references(prefixes)
  }

  private func commit(abbreviatedTo prefix: String) async throws(GitError) -> ObjectID? {
    var commits = try await repository.commits(withPrefix: prefix)
    if commits.isEmpty, local == nil {
      try await bringHistory()
      commits = try await repository.commits(withPrefix: prefix)
    }
    if commits.count > 1 { throw Revision.ambiguous(prefix, commits) }
    return commits.first
  }
}
