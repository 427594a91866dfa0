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
  /// The host to be asked over ssh where the server is and with what it lets in; `url` is where it most likely is.
  package let ssh: SSHAddress?
  /// The name or the address of the remote, for transfer agents.
  package var remote = "origin"

  package init(url: HTTPURL, reference: String? = nil, isNamedByUser: Bool = true, ssh: SSHAddress? = nil) {
    self.url = url
    self.reference = reference
    self.isNamedByUser = isNamedByUser
    self.ssh = ssh
  }

  var configuredHeaders: HTTPRequest.ConfiguredHeaders { isNamedByUser ? .all : .scoped }
}

extension Endpoint {
  /// The endpoint of the repository at `remote` (as the user wrote it, `insteadOf` not yet applied). The user's
  /// configuration is asked before the repository's own `.lfsconfig`, unless that overrules it, and of which nothing else is
  /// looked at: keys that name programs or files of this machine are for the user alone to set. `isNamedByUser` is said
  /// of the repository.
  package static func discover(
    remote: String, named name: String = "origin", reference: String? = nil, localObjects: String?, config: GitConfig,
    configuredByRepository: String?, isOverruled: Bool = false, isNamedByUser: Bool = true, isPush: Bool = false
  ) throws(FetchError) -> Endpoint {
    if !isOverruled, let configured = configured(in: config, remote: name, isPush: isPush) {
      return .http(try server(at: configured, isDerived: false, reference: reference, config))
    }
    if let configuredByRepository {
      let named = try server(at: configuredByRepository, isDerived: false, reference: reference, config)
      let own = try? server(at: remote, isDerived: true, reference: reference, config)
      return .http(
        LFSServer(
          url: named.url, reference: reference,
          isNamedByUser: isNamedByUser && own?.url.origin == named.url.origin, ssh: named.ssh))
    }
    if let localObjects { return .folder(localObjects) }
    let derived = try server(at: remote, isDerived: true, reference: reference, config)
    return .http(
      LFSServer(url: derived.url, reference: reference, isNamedByUser: isNamedByUser, ssh: derived.ssh))
  }

  /// Where objects come from that are here: the user may have told a program to bring them, whatever is here. `remote`
  /// is what the program is told of it.
  func source(asking remote: String, _ config: GitConfig) throws(FetchError) -> Source {
    switch self {
    case .http(var server):
      if let agent = try TransferAgent.standalone(for: server.url.string, in: config) {
        return .agent(agent, remote: remote)
      }
      server.remote = remote
      return .lfs(server)
    case .folder(let path):
      if let agent = try TransferAgent.standalone(for: "file://" + path, in: config) {
        return .agent(agent, remote: remote)
      }
      return .folder(path)
    }
  }

  /// The server at an address, or, where the address is that of a repository, the one that is derived from it.
  private static func server(
    at address: String, isDerived: Bool, reference: String?, _ config: GitConfig
  ) throws(FetchError) -> LFSServer {
    let rewritten = config.rewriting(address)
    let ssh = try sshAddress(rewritten, in: address)
    if let ssh { try checkTransfer(of: ssh, config) }
    let url = try url(ssh?.httpsAddress ?? (isDerived ? beside(rewritten, config) : rewritten), in: address)
    return LFSServer(url: isDerived ? derived(from: url) : url, reference: reference, ssh: ssh)
  }

  /// A host that has a repository by git's own protocol has its LFS server by another.
  private static func beside(_ address: String, _ config: GitConfig) -> String {
    guard let rest = address.rest(after: "git://") else { return address }
    return (config.string("lfs.gitprotocol") ?? "https") + "://" + rest
  }

  private static func sshAddress(_ text: String, in configured: String) throws(FetchError) -> SSHAddress? {
    do throws(GitError) { return try SSHAddress(text) } catch {
      throw FetchError(
        .usage, "cannot use the LFS server `\(configured.withoutCredentials.escapingControls)`",
        causes: [error.cause ?? error.message])
    }
  }

  /// `git-lfs-transfer`, by which objects themselves would come over ssh, is not spoken.
  private static func checkTransfer(of address: SSHAddress, _ config: GitConfig) throws(FetchError) {
    guard config.string("lfs", for: address.url, "sshtransfer") == "always" else { return }
    throw FetchError(
      .usage, "LFS objects of `\(address.name.escapingControls)` are to come over ssh alone",
      causes: ["`lfs.sshtransfer` is `always`, and the protocol that this needs, `git-lfs-transfer`, is not spoken"],
      hint: "set `lfs.sshtransfer` to `negotiate` or `never`: then they come over https")
  }

  /// What a configuration says: the user's, or a repository's `.lfsconfig`; both keys are ones that a repository may
  /// set. What is pushed may go to another server than the one from which it is fetched.
  package static func configured(
    in config: GitConfig, remote: String = "origin", isPush: Bool = false
  ) -> String? {
    func value(_ key: String, forPushes: Bool = false) -> String? { forPushes && !isPush ? nil : config.string(key) }
    return value("lfs.pushurl", forPushes: true) ?? value("lfs.url")
      ?? value("remote.\(remote).lfspushurl", forPushes: true) ?? value("remote.\(remote).lfsurl")
  }

  /// `https://host/org/name` → `https://host/org/name.git/info/lfs`; GitHub needs the `.git`, and none doubles it.
  private static func derived(from remote: HTTPURL) -> HTTPURL {
    let path = remote.path.withoutLastSlashes
    let suffix = path.ends(with: ".git") ? "/info/lfs" : ".git/info/lfs"
    return remote.replacingPath(with: path + suffix)
  }

  private static func url(_ text: String, in configured: String) throws(FetchError) -> HTTPURL {
    do throws(HTTPURLError) {
      return try HTTPURL(text)
    } catch {
      throw FetchError(
        .usage, "cannot use the LFS server `\(configured.escapingControls)`", causes: [error.description],
        hint: "only http, https and ssh addresses are supported; set `lfs.url` in git's configuration to one")
    }
  }
}
