import Git
import HTTP
import Text

/// Where a repository's LFS objects are asked for.
///
/// https://github.com/git-lfs/git-lfs/blob/main/docs/api/server-discovery.md
package enum Endpoint: Hashable, Sendable {
  case http(LFSServer)
  /// The objects of a repository on this machine: its `lfs/objects` folder.
  case folder(String)
}

/// A batch API.
package struct LFSServer: Hashable, Sendable {
  /// `/objects/batch` follows it.
  package let url: HTTPURL
  /// The ref that requests are about, for servers that care.
  package let reference: String?
  /// Whether the user named this host; else a repository did, and no headers go there but those that the user
  /// configured for it.
  package let isNamedByUser: Bool

  package init(url: HTTPURL, reference: String? = nil, isNamedByUser: Bool = true) {
    self.url = url
    self.reference = reference
    self.isNamedByUser = isNamedByUser
  }

  var configuredHeaders: HTTPRequest.ConfiguredHeaders { isNamedByUser ? .all : .scoped }
}

extension Endpoint {
  /// The endpoint of the repository at `remote` (as the user wrote it, `insteadOf` not yet applied). The user's
  /// configuration is asked before the repository's own `.lfsconfig`, of which nothing else is looked at: keys that
  /// name programs or files of this machine are for the user alone to set. `isNamedByUser` is said of the repository.
  package static func discover(
    remote: String, named name: String = "origin", reference: String? = nil, localObjects: String?, config: GitConfig,
    configuredByRepository: String?, isNamedByUser: Bool = true
  ) throws(FetchError) -> Endpoint {
    if let configured = configured(in: config, remote: name) {
      return .http(LFSServer(url: try url(config.rewriting(configured), in: configured), reference: reference))
    }
    if let configuredByRepository {
      let server = try url(config.rewriting(configuredByRepository), in: configuredByRepository)
      let isOwn = (try? url(config.rewriting(remote), in: remote).origin) == server.origin
      return .http(LFSServer(url: server, reference: reference, isNamedByUser: isOwn && isNamedByUser))
    }
    if let localObjects { return .folder(localObjects) }
    let server = derived(from: try url(config.rewriting(remote), in: remote))
    return .http(LFSServer(url: server, reference: reference, isNamedByUser: isNamedByUser))
  }

  /// What a configuration says: the user's, or a repository's `.lfsconfig`; both keys are ones that a repository may
  /// set.
  package static func configured(in config: GitConfig, remote: String = "origin") -> String? {
    config.string("lfs.url") ?? config.string("remote.\(remote).lfsurl")
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

extension Endpoint {
  /// `https://host/path` for a repository that is reached over ssh, by `ssh://` or by `user@host:path`; nil for all
  /// others.
  static func httpsAddress(ofSSH address: String) -> String? {
    for scheme in ["ssh://", "git+ssh://", "ssh+git://"] where address.hasPrefix(scheme) {
      let rest = address.dropFirst(scheme.count)
      guard let slash = rest.firstIndex(of: "/") else { return nil }
      let host = rest[..<slash].split(separator: "@").last?.prefix { $0 != ":" } ?? ""
      return host.isEmpty ? nil : "https://\(host)\(rest[slash...])"
    }
    guard !address.contains("://"), !address.contains("::"), let colon = address.firstIndex(of: ":") else { return nil }
    let host = address[..<colon].split(separator: "@").last ?? ""
    let path = address[colon...].dropFirst().drop { $0 == "/" }
    return host.isEmpty || host.contains("/") || path.isEmpty ? nil : "https://\(host)/\(path)"
  }
}
