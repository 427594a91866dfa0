import Git

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What `lfsfetch env` tells, line by line as `git lfs env` does.
package struct LFSEnvironment: Sendable {
  package let lines: [String]

  /// `repository` is nil outside of any.
  package init(_ repository: LFSRepository?, user: GitConfig) {
    let settings = repository?.settings ?? LFSSettings(user)
    let layout = repository?.layout
    let storage = layout.map { settings.storage(of: $0) } ?? "lfs"
    let transfers =
      (["basic", "lfs-standalone-file"] + TransferAgent.offered(in: settings.config).map(\.name)).sorted()
    var lines: [String] = []
    if let repository {
      lines += repository.endpoint(of: repository.defaultRemote, named: "Endpoint")
      for remote in settings.remotes where remote != repository.defaultRemote {
        lines += repository.endpoint(of: remote, named: "Endpoint (\(remote))")
      }
    }
    lines += [
      "LocalWorkingDir=\(layout?.workTree ?? "")", "LocalGitDir=\(layout?.gitFolder ?? "")",
      "LocalGitStorageDir=\(layout?.commonFolder ?? "")", "LocalMediaDir=\(storage)/objects",
      "LocalReferenceDirs=\(repository?.media.references.joined(separator: ", ") ?? "")", "TempDir=\(storage)/tmp",
      "ConcurrentTransfers=\(settings.concurrentTransfers)", "TusTransfers=false",
      "BasicTransfersOnly=\(settings.flag("lfs.basictransfersonly") ?? false)",
      "SkipDownloadErrors=\(settings.skipsDownloadErrors)", "FetchRecentAlways=\(settings.fetchesRecentAlways)",
      "FetchRecentRefsDays=\(settings.recentReferenceDays)", "FetchRecentCommitsDays=\(settings.recentCommitDays)",
      "FetchRecentRefsIncludeRemotes=\(settings.recentIncludesRemotes)",
      "PruneOffsetDays=\(settings.pruneOffsetDays)", "PruneVerifyRemoteAlways=\(settings.prunesVerifiedOnly)",
      "PruneRemoteName=\(settings.pruneRemote)", "LfsStorageDir=\(storage)", "AccessDownload=none",
      "AccessUpload=none", "DownloadTransfers=\(transfers.joined(separator: ","))", "UploadTransfers=",
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
  }

  /// `GIT_…` of the environment, sorted.
  private static var variables: [String] {
    var variables: [String] = []
    var next = environ
    while let text = next.pointee {
      let variable = String(cString: text)
      if variable.hasPrefix("GIT_") { variables.append(variable) }
      next += 1
    }
    return variables.sorted()
  }

  /// Of the working directory, or of no repository where it is in none.
  package static func current(_ configuration: FetcherConfiguration) async throws(FetchError) -> LFSEnvironment {
    do throws(FetchError) {
      let repository = try await LFSRepository(configuration)
      return LFSEnvironment(repository, user: repository.settings.config)
    } catch {
      guard error.code == .notFound else { throw error }
      do throws(GitError) { return LFSEnvironment(nil, user: try GitConfig.user()) } catch {
        throw FetchError(repository: error)
      }
    }
  }
}

extension LFSRepository {
  /// Where the LFS server of a remote is, without credentials, and which host is asked for it over ssh.
  fileprivate func endpoint(of remote: String, named name: String) -> [String] {
    guard let endpoint = try? endpoint(remote: remote, reference: nil) else { return [] }
    switch endpoint {
    case .folder(let path): return ["\(name)=\(path) (auth=none)"]
    case .http(let server):
      let ssh = server.ssh.map { "  SSH=\($0.destination):\($0.path)" }
      return ["\(name)=\(server.url) (auth=none)"] + (ssh.map { [$0] } ?? [])
    }
  }
}
