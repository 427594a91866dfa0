import Git
import Synchronization
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What `lfsfetch env` tells, line by line as `git lfs env` does.
package struct LFSEnvironment: Sendable {
  package let lines: [String]
  package let extensions: [LFSExtension]
  /// What in the configuration is not as it should be.
  package private(set) var warnings: [String]

  /// `repository` is nil outside of any.
  package init(_ repository: LFSRepository?, user: GitConfig) {
    let settings = repository?.settings ?? LFSSettings(user)
    let layout = repository?.layout
    let storage = layout.map { settings.storage(of: $0) } ?? "lfs"
    let usesTus = settings.flag("lfs.tustransfers") ?? false
    let methods = ["basic", "lfs-standalone-file"]
    let downloads = methods + TransferAgent.offered(in: settings.config).map(\.name)
    // Nothing is uploaded here; it is what git-lfs does in the same repository.
    let uploads = methods + TransferAgent.uploading(in: settings.config) + (usesTus ? ["tus"] : [])
    var lines: [String] = []
    var access = "none"
    if let repository {
      // Where another remote is the default one, git-lfs tells of all by their names.
      let own = repository.endpoint(of: repository.defaultRemote, named: "Endpoint")
      let isOrigin = repository.defaultRemote == "origin"
      if isOrigin { lines += own.lines }
      access = own.access
      for remote in settings.remotes where remote != repository.defaultRemote || !isOrigin {
        lines += repository.endpoint(of: remote, named: "Endpoint (\(remote))").lines
      }
    }
    lines += [
      "LocalWorkingDir=\(layout.flatMap(\.currentWorkTree) ?? "")", "LocalGitDir=\(layout?.gitFolder ?? "")",
      "LocalGitStorageDir=\(layout?.commonFolder ?? "")", "LocalMediaDir=\(storage)/objects",
      "LocalReferenceDirs=\(repository?.media.references.joined(separator: ", ") ?? "")", "TempDir=\(storage)/tmp",
      "ConcurrentTransfers=\(settings.concurrentTransfers)", "TusTransfers=\(usesTus)",
      "BasicTransfersOnly=\(settings.flag("lfs.basictransfersonly") ?? false)",
      "SkipDownloadErrors=\(settings.skipsDownloadErrors)", "FetchRecentAlways=\(settings.fetchesRecentAlways)",
      "FetchRecentRefsDays=\(settings.recentReferenceDays)", "FetchRecentCommitsDays=\(settings.recentCommitDays)",
      "FetchRecentRefsIncludeRemotes=\(settings.recentIncludesRemotes)",
      "PruneOffsetDays=\(settings.pruneOffsetDays)", "PruneVerifyRemoteAlways=\(settings.prunesVerifiedOnly)",
      "PruneRemoteName=\(settings.pruneRemote)", "LfsStorageDir=\(storage)", "AccessDownload=\(access)",
      "AccessUpload=\(access)", "DownloadTransfers=\(downloads.sorted().joined(separator: ","))",
      "UploadTransfers=\(uploads.sorted().joined(separator: ","))",
    ]
    let selection = settings.selection()
    for (name, patterns) in [("FetchExclude", selection.exclude), ("FetchInclude", selection.include)]
    where !patterns.isEmpty {
      lines.append("\(name)=\(patterns.map(\.pattern).joined(separator: ", "))")
    }
    lines += Self.variables
    for key in ["process", "smudge", "clean"] {
      lines.append("git config filter.lfs.\(key) = \"\(settings.config.string("filter.lfs.\(key)") ?? "")\"")
    }
    self.lines = lines
    extensions = settings.extensions
    let ignored = settings.ignoredKeys.map { "\n  " + $0.escapingControls }.joined()
    let aliases = settings.config.ambiguousAliases.map { "\n  " + $0.escapingControls }.joined()
    var warnings: [String] = []
    if !ignored.isEmpty { warnings.append("warning: These unsafe '.lfsconfig' keys were ignored:\n\(ignored)") }
    if !aliases.isEmpty { warnings.append("warning: Multiple 'url.*.insteadof' keys have the same alias:\n\(aliases)") }
    self.warnings = warnings
  }

  /// `GIT_…` of the environment, sorted.
  private static var variables: [String] {
    var variables: [String] = []
    var next = environ
    while let text = next.pointee {
      let variable = String(cString: text)
      if variable.begins(with: "GIT_") { variables.append(variable) }
      next += 1
    }
    return variables.sorted()
  }

  /// Of the working directory, or of no repository where it is in none.
  package static func current(_ configuration: FetcherConfiguration) async throws(FetchError) -> LFSEnvironment {
    do throws(FetchError) {
      let told = Mutex<[String]>([])
      let repository = try await LFSRepository(configuration) { event in
        if case .warning(let text) = event { told.withLock { $0.append("warning: " + text) } }
      }
      var environment = LFSEnvironment(repository, user: repository.settings.config)
      environment.warnings += told.withLock { $0 }
      return environment
    } catch {
      guard error.code == .notFound else { throw error }
      do throws(GitError) { return LFSEnvironment(nil, user: try GitConfig.user()) } catch {
        throw FetchError(repository: error)
      }
    }
  }
}

extension LFSRepository {
  /// Where the LFS server of a remote is, without credentials, and which host is asked for it over ssh; and which kind
  /// of credentials the configuration says it wants.
  fileprivate func endpoint(of remote: String, named name: String) -> (lines: [String], access: String) {
    guard let endpoint = try? endpoint(remote: remote, reference: nil) else { return ([], "none") }
    switch endpoint {
    case .folder: return (["\(name)=\(server(of: remote)) (auth=none)"], "none")
    case .http(let server):
      let access = settings.config.access(toLFS: server.url) ?? "none"
      let ssh = server.ssh.map { "  SSH=\($0.destination):\($0.path)" }
      var address = server.url.description
      let configured = Endpoint.configured(in: settings.config, remote: remote)
      if configured?.ends(with: "/") == false, let rest = address.rest(before: "/") { address = String(rest) }
      return (["\(name)=\(address) (auth=\(access))"] + (ssh.map { [$0] } ?? []), access)
    }
  }
}

extension GitConfig {
  /// Beginnings of addresses for which several `url.<base>.insteadOf` say what to put in their place.
  fileprivate var ambiguousAliases: [String] {
    var bases: [ExactText: Set<ExactText>] = [:]
    for entry in entries {
      guard let base = entry.subsection(of: "url", "insteadof"), let alias = entry.value else { continue }
      bases[ExactText(alias), default: []].insert(ExactText(base))
    }
    return bases.filter { $0.value.count > 1 }.keys.sorted().map(\.text)
  }
}
