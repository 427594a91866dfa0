import Git
import HTTP
import Text

/// Where a repository's LFS objects are asked for.
///
/// https://github.com/git-lfs/git-lfs/blob/main/docs/api/server-discovery.md
package enum Endpoint: Hashable, Sendable {
  /// A batch API; `objects/batch` follows this URL.
  case http(HTTPURL)
  /// The objects of a repository on this machine: its `lfs/objects` folder.
  case folder(String)
}

extension Endpoint {
  /// The endpoint of the repository at `remote` (as the user wrote it, `insteadOf` not yet applied). The user's
  /// configuration is asked before the repository's own `.lfsconfig`, of which nothing else is looked at: keys that
  /// name programs or files of this machine are for the user alone to set.
  package static func discover(
    remote: String, localObjects: String?, config: GitConfig, configuredByRepository: String?
  ) throws(FetchError) -> Endpoint {
    if let configured = configured(in: config) ?? configuredByRepository {
      return .http(try url(config.rewriting(configured), in: configured))
    }
    if let localObjects { return .folder(localObjects) }
    return .http(derived(from: try url(config.rewriting(remote), in: remote)))
  }

  /// What a configuration says: the user's, or a repository's `.lfsconfig`; both keys are ones that a repository may
  /// set.
  package static func configured(in config: GitConfig) -> String? {
    config.string("lfs.url") ?? config.string("remote.origin.lfsurl")
  }

  /// `https://host/org/name` → `https://host/org/name.git/info/lfs`; GitHub needs the `.git`, and none doubles it.
  private static func derived(from remote: HTTPURL) -> HTTPURL {
    var path = Substring(remote.path)
    while path.last == "/" { path.removeLast() }
    let suffix = path.hasSuffix(".git") ? "/info/lfs" : ".git/info/lfs"
    return remote.replacingPath(with: path + suffix)
  }

  private static func url(_ text: String, in configured: String) throws(FetchError) -> HTTPURL {
    do throws(HTTPURLError) {
      return try HTTPURL(text)
    } catch {
      throw FetchError(
        .usage, "cannot use the LFS server `\(configured.escapingControls)`", causes: [error.description],
        hint: "only http and https servers are supported; set `lfs.url` in git's configuration to one")
    }
  }
}
