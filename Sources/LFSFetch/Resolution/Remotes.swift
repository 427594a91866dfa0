import Git
import HTTP
import Synchronization
import Text

/// The repositories that one command asks: one `GitRemote` each, so that all names that mean a repository share its
/// answers. It lives as long as the command, because a later one must see what was pushed meanwhile.
package final class Remotes: Sendable {
  private let network: Network
  private let remotes = Mutex<[Key: GitRemote]>([:])

  private struct Key: Hashable {
    let source: ExactText
    let isNamedByUser: Bool
  }

  package init(_ network: Network) { self.network = network }

  /// Looks a variable of the environment up.
  var variable: @Sendable (String) -> String? { network.variable }

  /// For places that are no repositories.
  package var client: HTTPClient { get throws(FetchError) { try network.parts().client } }

  /// Where git's `url.<base>.insteadOf` says that an address is.
  func rewritten(_ url: HTTPURL) throws(FetchError) -> HTTPURL { try network.parts().config.rewriting(file: url) }

  /// What the host of a plain file, which is no repository, says of it. `isOneOfSeveral`: others can be asked when this
  /// one does not answer.
  func facts(of url: HTTPURL, isNamedByUser: Bool, isOneOfSeveral: Bool = false) async throws(FetchError) -> FileFacts {
    let parts = try network.parts()
    return try await FileFacts.of(
      try parts.config.rewriting(file: url), isNamedByUser: isNamedByUser, isOneOfSeveral: isOneOfSeveral, parts.client)
  }

  /// The repository at `source`, a URL or path as the user or the registry wrote it.
  package func remote(of source: String, isNamedByUser: Bool) throws(FetchError) -> GitRemote {
    let parts = try network.parts()
    let key = Key(source: ExactText(source), isNamedByUser: isNamedByUser)
    let result = remotes.withLock { remotes -> Result<GitRemote, GitError> in
      if let remote = remotes[key] { return .success(remote) }
      do throws(GitError) {
        let remote = try GitRemote(
          url: source, cacheDirectory: network.cache.git, memory: parts.memory, client: parts.client, ssh: parts.ssh,
          config: parts.config, isNamedByUser: isNamedByUser)
        remotes[key] = remote
        return .success(remote)
      } catch {
        return .failure(error)
      }
    }
    return try reading(source) { () throws(GitError) in try result.get() }
  }
}
