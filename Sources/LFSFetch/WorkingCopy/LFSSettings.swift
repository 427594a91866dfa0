import Files
import Git
import Text

/// What git's configuration says about LFS in a repository: a value, made from the configuration of git and the
/// repository's `.lfsconfig`.
///
/// https://github.com/git-lfs/git-lfs/blob/main/docs/man/git-lfs-config.adoc
package struct LFSSettings: Sendable {
  /// git's own configuration over what `.lfsconfig` may say.
  package let config: GitConfig
  /// What `.lfsconfig` says of the LFS server alone: who named a server decides which headers it is sent.
  let repositoryConfig: GitConfig
  /// What `.lfsconfig` sets and must not set.
  package let ignoredKeys: [String]

  /// Keys that a repository may set; all others could make a program run, or name files of this machine.
  private static let safeKeys: Set<String> = [
    "lfs.allowincompletepush", "lfs.fetchexclude", "lfs.fetchinclude", "lfs.gitprotocol", "lfs.locksverify",
    "lfs.pushurl", "lfs.skipdownloaderrors", "lfs.url",
  ]

  package init(_ config: GitConfig, lfsconfig: GitConfig = GitConfig()) {
    repositoryConfig = GitConfig(entries: lfsconfig.entries.filter { Self.isSafe($0.name) })
    ignoredKeys = lfsconfig.entries.map(\.name).filter { !Self.isSafe($0) }
    self.config = repositoryConfig.overlaid(with: config)
  }

  private static func isSafe(_ key: String) -> Bool {
    safeKeys.contains(key) || (key.begins(with: "remote.") && key.ends(with: ".lfsurl"))
      || (key.begins(with: "lfs.") && key.ends(with: ".access"))
      || (key.begins(with: "lfs.extension.") && key.ends(with: ".priority"))
  }

  /// The paths to be fetched, by `lfs.fetchinclude` and `lfs.fetchexclude`; what is given here stands in their place.
  /// What `lfsfetch clone` has written there is for git-lfs alone: here the sparse checkout itself says what is wanted.
  package func selection(include: String? = nil, exclude: String? = nil) -> Selection {
    Selection(
      include: Self.patterns(include ?? config.string("lfs.fetchinclude") ?? ""),
      exclude: Self.patterns(exclude ?? configuredExclusion ?? ""))
  }

  private var configuredExclusion: String? {
    let values = config.all(FetchExclusion.name)
    return isPartialClone ? values.dropLast().last : values.last
  }

  /// Whether the repository is a clone of lfsfetch's that holds a part of the files, and tells git-lfs so.
  var isPartialClone: Bool {
    guard let value = config.string(FetchExclusion.name), let mark = config.string(FetchExclusion.markName) else {
      return false
    }
    return mark.isSame(as: FetchExclusion.mark(of: value))
  }

  private static func patterns(_ list: String) -> [String] {
    list.words(at: ",").map { cleaned($0.trimmed) }.filter { !$0.isEmpty }
  }

  /// Without the detours that a path may have: `./a//b/../c/` is `a/c`.
  private static func cleaned(_ pattern: Substring) -> String {
    let parts = pattern.fields(at: "/")
    guard parts.dropFirst().dropLast().contains("") || parts.contains(".") || parts.contains("..") else {
      return String(pattern)
    }
    var kept: [Substring] = []
    for part in parts where !part.isEmpty && part != "." {
      if part == ".." { _ = kept.popLast() } else { kept.append(part) }
    }
    return (pattern.begins(with: "/") ? "/" : "") + kept.joined(separator: "/")
  }

  package var concurrentTransfers: Int { number("lfs.concurrenttransfers", atLeast: 1) ?? 8 }
  /// How often a request that failed is sent again.
  package var retries: Int { number("lfs.transfer.maxretries", atLeast: 1) ?? 8 }
  /// The longest pause before that, unless a server asks for another.
  package var longestPause: Duration { .seconds(number("lfs.transfer.maxretrydelay", atLeast: 0) ?? 10) }
  /// Pushing what has no content is no mistake.
  package var allowsIncompletePush: Bool { flag("lfs.allowincompletepush") ?? false }
  package var skipsDownloadErrors: Bool {
    processEnvironment("GIT_LFS_SKIP_DOWNLOAD_ERRORS").flatMap { GitConfig.bool($0) } == true
      || flag("lfs.skipdownloaderrors") == true
  }

  package var fetchesRecentAlways: Bool { flag("lfs.fetchrecentalways") ?? false }
  package var recentReferenceDays: Int { number("lfs.fetchrecentrefsdays") ?? 7 }
  package var recentCommitDays: Int { number("lfs.fetchrecentcommitsdays") ?? 0 }
  package var recentIncludesRemotes: Bool { flag("lfs.fetchrecentremoterefs") ?? true }
  package var pruneOffsetDays: Int { number("lfs.pruneoffsetdays") ?? 3 }
  package var prunesVerifiedOnly: Bool { flag("lfs.pruneverifyremotealways") ?? false }
  package var pruneRemote: String { config.string("lfs.pruneremotetocheck") ?? "origin" }

  /// What is less counts as not set, as with git-lfs.
  private func number(_ key: String, atLeast least: Int) -> Int? { number(key).flatMap { $0 < least ? nil : $0 } }
  func number(_ key: String) -> Int? { config.string(key).flatMap { Int($0) } }
  /// What is neither true nor false counts as not set, as with git-lfs.
  func flag(_ key: String) -> Bool? { (try? config.bool(key)).flatMap { $0 } }

  /// Where LFS keeps its files: `lfs.storage`, relative to the repository's folder, without detours.
  package func storage(of layout: WorkingRepository.Layout) -> String {
    guard let path = config.string("lfs.storage"), !path.isEmpty else { return layout.commonFolder + "/lfs" }
    return path.begins(with: "/") ? path : (layout.commonFolder + "/" + path).absolutePath
  }

  /// The remotes that are configured, each once, in the order of the configuration.
  package var remotes: [String] { config.remotes }

  /// The remote that is asked when none is named: the branch's own, `remote.lfsdefault`, the only one, or `origin`.
  package func defaultRemote(branch: String?) -> String {
    if let branch = branch.map(shortened), let own = config.string("branch.\(branch).remote"), own != "." {
      return own
    }
    if let remote = config.string("remote.lfsdefault") { return remote }
    let remotes = remotes
    return remotes.count == 1 ? remotes[0] : "origin"
  }

  /// Whether git is told what to run for LFS files.
  package var hasFilter: Bool { config.string("filter.lfs.clean")?.isEmpty == false }

  /// Whether the remote is to be the one that has the commit which git checks out.
  var detectsRemote: Bool { flag("lfs.remote.autodetect") ?? false }
  /// Whether all remotes are to be asked for what the first does not have.
  var searchesAllRemotes: Bool { flag("lfs.remote.searchall") ?? false }

  /// The name under which a server knows the branch.
  package func upstream(of branch: String?) -> String? {
    branch.map { config.string("branch.\(shortened($0)).merge") ?? $0 }
  }

  private func shortened(_ branch: String) -> String {
    branch.rest(after: "refs/heads/").map(String.init) ?? branch
  }
}

extension GitConfig {
  /// The remotes that have an address, each once, in the order of the configuration.
  var remotes: [String] {
    var names: [String] = []
    for entry in entries {
      guard let name = entry.subsection(of: "remote", "url") else { continue }
      if !names.contains(where: name.isSame(as:)) { names.append(String(name)) }
    }
    return names
  }
}
