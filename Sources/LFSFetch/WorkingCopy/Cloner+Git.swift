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
      if let branch = references.defaultBranch { try folder.write(symbolic: "refs/remotes/origin/HEAD", to: branch) }
      if isSparse { try folder.write(sparsePatterns: patterns(of: checkout).lines) }
      try folder.write(config: config)
    }
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
    let isPartial = checkout.history.filter != nil
    var text = ConfigText()
    var core = [("repositoryformatversion", "0"), ("filemode", "true"), ("bare", request.isBare ? "true" : "false")]
    if !request.isBare { core.append(("logallrefupdates", "true")) }
    if let workTree { core.append(("worktree", workTree)) }
    if isCaseInsensitive { core.append(("ignorecase", "true")) }
    if isSparse { core += [("sparseCheckout", "true"), ("sparseCheckoutCone", "false")] }
    text.section("core", core)
    var origin = [("url", address)]
    origin += checkout.references.fetchSpecifications.map { ("fetch", $0) }
    if let filter = checkout.history.filter { origin += [("promisor", "true"), ("partialclonefilter", filter)] }
    text.section("remote", named: "origin", origin)
    // Git 2.39 honours it in this version of the format, too, and older programs are not kept out.
    if isPartial { text.section("extensions", [("partialClone", "origin")]) }
    if let branch = checkout.references.head.branch, !request.isBare {
      text.section(
        "branch", named: String(branch.dropFirst("refs/heads/".utf8.count)), [("remote", "origin"), ("merge", branch)])
    }
    for module in submodules {
      text.section("submodule", named: module.name.string, [("active", "true"), ("url", module.url)])
    }
    if let exclusion = exclusion(of: checkout), !exclusion.patterns.isEmpty {
      text.section("lfs", [("fetchexclude", exclusion.value)])
      text.section("lfsfetch", [("fetchexclude", FetchExclusion.mark(of: exclusion.value))])
    }
    return text
  }

  private func exclusion(of checkout: Checkout) -> FetchExclusion? {
    guard !request.leavesPointers else { return nil }
    return FetchExclusion(
      paths: checkout.tree.entries.map { ($0.rawPath, wanted.selection.contains($0.rawPath)) },
      configured: checkout.configuredFetch.exclude)
  }

  /// As the user wrote it; a path as seen from everywhere.
  private var address: String {
    if let location = try? GitLocation(wanted.source), case .local(let path) = location.absolute { return path }
    return wanted.source
  }

  /// The index, when the files are where they stay: `path`.
  func writeIndex(
    of checkout: Checkout, filesBelow path: String, left: [WorkTreePlan.File]
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
      try WorkTreeIndex(entries: entries).write(to: folder.path + "/index")
    }
  }
}
