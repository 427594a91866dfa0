import Files
import Git

/// What git itself reads of a clone: its references, configuration and index.
extension Cloner {
  /// `workTree` leads from a submodule's git folder to its files; where it is not given, they are beside it.
  func writeGitFolder(
    of checkout: Checkout, submodules: [Submodules.Module], workTree: String? = nil
  ) throws(FetchError) {
    let references = checkout.references
    let config = try configuration(of: checkout, submodules, workTree)
    try writing { () throws(FileError) in
      try folder.write(references: references.references)
      if case .detached = references.head {
        try folder.write(head: .detached(checkout.tree.commit))
      } else {
        try folder.write(head: references.head)
      }
      if let branch = references.defaultBranch {
        try folder.write(symbolic: "refs/remotes/\(references.remote)/HEAD", to: branch)
      }
      if isSparse { try folder.write(sparsePatterns: patterns(of: checkout).lines) }
      try folder.write(config: config)
    }
    try writeLogs(of: checkout)
  }

  /// What git notes of each reference that is not merely a copy: when it was made, and of what.
  private func writeLogs(of checkout: Checkout) throws(FetchError) {
    let user = try fetcher.network.parts().config
    guard try keepsLogs(user) else { return }
    let references = checkout.references
    let reason = "clone: from " + (isOfPlainPath ? address : address.withoutCredentials)
    let who = Committer(user)
    let standard = references.defaultBranch.flatMap { name in
      references.references.first { $0.name.isSame(as: name) }
    }
    try writing { () throws(FileError) in
      for name in ["HEAD", references.head.branch].compactMap({ $0 }) {
        try folder.write(log: name, of: checkout.tree.commit, by: who, reason)
      }
      guard let standard else { return }
      try folder.write(log: "refs/remotes/\(references.remote)/HEAD", of: standard.id, by: who, reason)
    }
  }

  private func keepsLogs(_ user: GitConfig) throws(FetchError) -> Bool {
    guard let value = user.string("core.logallrefupdates") else { return !request.isBare }
    return value.inLowerCase.isSame(as: "always") || GitConfig.bool(value) ?? !request.isBare
  }

  /// Whether the work tree holds a part of the files.
  var isSparse: Bool {
    !request.isBare && !(wanted.selection.include.isEmpty && wanted.selection.exclude.isEmpty)
  }

  private func patterns(of checkout: Checkout) -> SparsePatterns {
    SparsePatterns(wanted.selection, paths: Set(checkout.tree.entries.map(\.rawPath)))
  }

  private func configuration(
    of checkout: Checkout, _ submodules: [Submodules.Module], _ workTree: String?
  ) throws(FetchError) -> ConfigText {
    var text = try configuration(of: checkout.references, filter: checkout.history.filter, workTree: workTree)
    for module in submodules {
      text.section("submodule", named: module.name.string, [("active", "true"), ("url", module.url)])
    }
    if let exclusion = exclusion(of: checkout), !exclusion.patterns.isEmpty {
      text.section("lfs", [("fetchexclude", exclusion.value)])
      text.section("lfsfetch", [("fetchexclude", FetchExclusion.mark(of: exclusion.value))])
    }
    return text
  }

  /// What does not depend on a commit.
  func configuration(
    of references: CloneReferences, filter: String?, workTree: String? = nil
  ) throws(FetchError) -> ConfigText {
    var text = ConfigText(startingWith: try settingsOfTemplate())
    let remote = references.remote
    var core = [("repositoryformatversion", "0"), ("filemode", "true"), ("bare", request.isBare ? "true" : "false")]
    if !request.isBare { core.append(("logallrefupdates", "true")) }
    if let workTree { core.append(("worktree", workTree)) }
    if folder.ignoresCase { core.append(("ignorecase", "true")) }
    if isSparse { core += [("sparseCheckout", "true"), ("sparseCheckoutCone", "false")] }
    text.section("core", core)
    // Before what the clone needs itself: of several values the last one counts.
    for entry in request.asGit?.settings ?? [] { text.add(entry) }
    var origin = [("url", address)]
    origin += references.fetchSpecifications.map { ("fetch", $0) }
    if request.asGit?.isMirror == true { origin.append(("mirror", "true")) }
    if let filter { origin += [("promisor", "true"), ("partialclonefilter", filter)] }
    text.section("remote", named: remote, origin)
    // Git 2.39 honours it in this version of the format, too, and older programs are not kept out.
    if filter != nil { text.section("extensions", [("partialClone", remote)]) }
    if let branch = references.head.branch, !request.isBare { text.follow(branch, of: remote) }
    return text
  }

  private func exclusion(of checkout: Checkout) -> FetchExclusion? {
    guard !request.leavesPointers else { return nil }
    return FetchExclusion(
      paths: checkout.tree.entries.map { ($0.rawPath, wanted.selection.contains($0.rawPath)) },
      configured: checkout.configuredFetch.exclude)
  }

  /// As the user wrote it; a path as seen from everywhere.
  private var address: String { isOfPlainPath ? wanted.source.absolutePath : wanted.source }

  /// The index, of the files as they are below `path`. `gitFolder` is where git's folder is by now.
  func writeIndex(
    of checkout: Checkout, filesBelow path: String, left: [WorkTreePlan.File], in gitFolder: String? = nil
  ) throws(FetchError) {
    let tree = try workTree(path)
    let leftPaths = Set(left.map(\.path.bytes))
    var statuses: [[UInt8]: FileStatus] = [:]
    var present: Set<[UInt8]> = []
    for file in checkout.plan.files where !leftPaths.contains(file.path.bytes) {
      present.insert(file.path.bytes)
      statuses[file.path.bytes] = try tree.status(of: file)
    }
    let entries = checkout.tree.entries.map { entry in
      WorkTreeIndex.Entry(entry, isSkipped: !present.contains(entry.rawPath), status: statuses[entry.rawPath])
    }
    try reading(wanted.source) { () throws(GitError) in
      try WorkTreeIndex(entries: entries).write(to: (gitFolder ?? folder.path) + "/index")
    }
  }
}

extension ConfigText {
  /// Makes a branch follow that of the same name.
  fileprivate mutating func follow(_ branch: String, of remote: String) {
    section(
      "branch", named: String(branch.rest(after: "refs/heads/") ?? branch[...]),
      [("remote", remote), ("merge", branch)])
  }
}
