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
    let references = checkout.references
    var text = configuration(
      fetching: references.fetchSpecifications, filter: checkout.history.filter, workTree: workTree)
    if let branch = references.head.branch, !request.isBare { text.follow(branch, of: references.remote) }
    for module in submodules {
      text.section("submodule", named: module.name.string, [("active", "true"), ("url", module.url)])
    }
    if let exclusion = exclusion(of: checkout), !exclusion.patterns.isEmpty {
      text.section("lfs", [("fetchexclude", exclusion.value)])
      text.section("lfsfetch", [("fetchexclude", FetchExclusion.mark(of: exclusion.value))])
    }
    for entry in request.asGit?.settings ?? [] { text.add(entry) }
    return text
  }

  /// What does not depend on a commit.
  private func configuration(fetching specifications: [String], filter: String?, workTree: String?) -> ConfigText {
    var text = ConfigText()
    let remote = request.asGit?.remote ?? "origin"
    var core = [("repositoryformatversion", "0"), ("filemode", "true"), ("bare", request.isBare ? "true" : "false")]
    if !request.isBare { core.append(("logallrefupdates", "true")) }
    if let workTree { core.append(("worktree", workTree)) }
    if isCaseInsensitive { core.append(("ignorecase", "true")) }
    if isSparse { core += [("sparseCheckout", "true"), ("sparseCheckoutCone", "false")] }
    text.section("core", core)
    var origin = [("url", address)]
    origin += specifications.map { ("fetch", $0) }
    if request.asGit?.isMirror == true { origin.append(("mirror", "true")) }
    if let filter { origin += [("promisor", "true"), ("partialclonefilter", filter)] }
    text.section("remote", named: remote, origin)
    // Git 2.39 honours it in this version of the format, too, and older programs are not kept out.
    if filter != nil { text.section("extensions", [("partialClone", remote)]) }
    return text
  }

  /// The clone of a repository in which there is nothing yet: git's first commit there will be on the branch that the
  /// user's repositories begin with.
  func writeEmptyGitFolder() throws(FetchError) {
    let user = try fetcher.network.parts().config
    let branch = "refs/heads/" + (user.string("init.defaultbranch") ?? "master")
    let specification =
      request.asGit?.isMirror == true
      ? "+refs/*:refs/*" : CloneReferences.allBranches(of: request.asGit?.remote ?? "origin")
    var text = configuration(
      fetching: request.isBare && request.asGit?.isMirror != true ? [] : [specification], filter: nil, workTree: nil)
    if !request.isBare { text.follow(branch, of: request.asGit?.remote ?? "origin") }
    for entry in request.asGit?.settings ?? [] { text.add(entry) }
    try writing { () throws(FileError) in
      try folder.create(for: user)
      try folder.write(head: .branch(branch))
      try folder.write(config: text)
    }
  }

  /// Whether there is no branch and no tag.
  func isOfNothing() async throws(FetchError) -> Bool {
    try await reading(wanted.source) { () async throws(GitError) in try await remote.branchesAndTags().isEmpty }
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
