import Git
import Text

/// Remotes as the commands name them.
extension LFSRepository {
  /// The remote that a command asks: the one that was named, which must be known, or the default.
  package func remote(named name: String?) throws(FetchError) -> String {
    guard let name else { return defaultRemote }
    if settings.remotes.contains(where: name.isSame(as:)) || name.has("/") || name.has(":") { return name }
    throw FetchError(
      .usage, "the repository has no remote `\(name.escapingControls)`",
      hint: NearestName.hint(for: name, among: settings.remotes) ?? "`git remote` lists them"
    ).inGitLFS("Invalid remote name \"\(name.escapingControls)\": there is no such remote")
  }

  /// The address of the LFS server of a remote, for people.
  package func server(of remote: String) -> String {
    switch try? endpoint(remote: remote, reference: nil) {
    case .http(let server): server.url.description
    case .folder: localServer(of: remote)
    case nil: remote.withoutCredentials
    }
  }

  /// The same for a repository of this machine, in whose folder the objects are.
  private func localServer(of remote: String) -> String {
    let config = settings.config
    let address = Endpoint.configured(in: config, remote: remote) ?? config.string("remote.\(remote).url") ?? remote
    let rewritten = config.rewriting(address)
    return rewritten.begins(with: "file://") ? rewritten : "file://" + rewritten.absolutePath
  }

  /// The remote that is asked for what a commit needs which git checks out: with `lfs.remote.autodetect` the first of
  /// whose branches one has it. nil is the commit that is checked out already.
  func remote(having commit: ObjectID?) async -> String {
    guard settings.detectsRemote, let commit = commit ?? head.commit else { return defaultRemote }
    let found = try? await reading { git async throws(GitError) in
      let references = try await git.references()
      for remote in self.settings.remotes {
        let tips = references.filter { $0.name.begins(with: "refs/remotes/\(remote)/") }.map(\.commit)
        if !tips.isEmpty, try await git.commits(from: [commit], excluding: tips).isEmpty { return remote as String? }
      }
      return nil
    }
    return (found ?? nil) ?? defaultRemote
  }
}
