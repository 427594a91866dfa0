import Files
import Git
import Text

/// What a clone will stand on: the references that the repository has, and the one of them that is checked out.
extension Cloner {
  struct Names: Sendable {
    let all: [RemoteReference]
    /// nil where there is nothing to check out.
    let resolved: ResolvedRevision?
    /// The branch on which the clone will be then.
    let unborn: String
    /// What is fetched beside branches and tags.
    let configured: [FetchSpecification]
  }

  func names() async throws(FetchError) -> Names {
    let user = try fetcher.network.parts().config
    let remoteName = request.asGit?.remote ?? "origin"
    let configured =
      request.asGit == nil ? [] : user.all("remote.\(remoteName).fetch").compactMap { FetchSpecification($0) }
    var all = try await reading(wanted.source) { () async throws(GitError) in
      request.asGit?.isMirror == true
        ? try await remote.allReferences() : try await remote.branchesAndTags(and: configured.flatMap(\.prefixes))
    }
    try refuseMissing(configured, all)
    if let revision = wanted.revision {
      let resolved = try await self.resolved(revision, among: all)
      return Names(all: all, resolved: resolved, unborn: "", configured: configured)
    }
    if let index = all.firstIndex(where: { $0.name == "HEAD" }) {
      let head = all[index]
      if head.target == nil, request.asGit != nil { all[index].target = Self.branch(at: head.id, among: all, user) }
      let resolved = ResolvedRevision(commit: head.commit, reference: all[index].target)
      return Names(all: all, resolved: resolved, unborn: "", configured: configured)
    }
    // Who names files wants them.
    let isPart = !(wanted.selection.include.isEmpty && wanted.selection.exclude.isEmpty)
    return try await reading(wanted.source) { [all] () async throws(GitError) in
      if isPart { _ = try await remote.resolve(nil) }
      if let branch = try await remote.unbornBranch(), branch.begins(with: "refs/heads/") {
        return Names(all: all, resolved: nil, unborn: branch, configured: configured)
      }
      // The server does not tell: then it is the branch with which the user's own repositories begin.
      let branch = Self.firstBranch(by: user)
      // Git looks for a single branch by HEAD alone.
      if request.asGit?.takesOneBranch == true {
        return Names(all: all, resolved: nil, unborn: branch, configured: configured)
      }
      let present = all.first { $0.name.isSame(as: branch) }
      return Names(
        all: all, resolved: present.map { ResolvedRevision(commit: $0.commit, reference: branch) }, unborn: branch,
        configured: configured)
    }
  }

  /// What `--branch` names, or in a clone that is not as git's any revision.
  private func resolved(
    _ revision: String, among all: [RemoteReference]
  ) async throws(FetchError) -> ResolvedRevision {
    guard let asGit = request.asGit, asGit.isPickyAboutBranches else {
      return try await reading(wanted.source) { () async throws(GitError) in try await remote.resolve(revision) }
    }
    for name in ["refs/heads/", "refs/tags/"].map({ $0 + revision }) {
      guard let found = all.first(where: { $0.name.isSame(as: name) }) else { continue }
      return ResolvedRevision(commit: found.commit, reference: name)
    }
    let shown = revision.escapingControls
    throw FetchError(
      .notFound, "`\(remote.name)` has no branch or tag `\(shown)`",
      hint: "`--branch` takes the name of one, not a commit; clone without it, and check the commit out then"
    ).inGitLFS("fatal: Remote branch \(shown) not found in upstream \(asGit.remote.escapingControls)")
  }

  private func refuseMissing(
    _ configured: [FetchSpecification], _ all: [RemoteReference]
  ) throws(FetchError) {
    for specification in configured where request.asGit?.takesOneBranch != true {
      guard let name = specification.onlySource, specification.matches(among: all).isEmpty else { continue }
      throw FetchError(
        .notFound, "`\(remote.name)` has no `\(name.escapingControls)`",
        causes: ["the setting `remote.\(request.asGit?.remote.escapingControls ?? "origin").fetch` names it"],
        hint: "take it out of the settings, or name what is there"
      ).inGitLFS("fatal: couldn't find remote ref \(name.escapingControls)")
    }
  }

  /// The branch that git takes for the default one where HEAD does not tell: its own first, then any.
  private static func branch(at id: ObjectID, among all: [RemoteReference], _ user: GitConfig) -> String? {
    let fitting = all.filter { $0.id == id && $0.name.begins(with: "refs/heads/") }.map(\.name)
    let best = [firstBranch(by: user), "refs/heads/master"].first { name in fitting.contains { $0.isSame(as: name) } }
    return best ?? fitting.first
  }

  /// The branch with which the user's own repositories begin.
  private static func firstBranch(by user: GitConfig) -> String {
    "refs/heads/" + (user.string("init.defaultbranch") ?? "master")
  }

  // MARK: The history

  /// Whether the address is a path: of such a repository git takes all objects as they are.
  var isOfPlainPath: Bool {
    guard case .local? = try? GitLocation(wanted.source) else { return false }
    return !wanted.source.inLowerCase.begins(with: "file:")
  }

  /// How the objects of a repository of this machine are taken.
  var taking: GitRemote.Taking {
    guard isOfPlainPath else {
      // Who does not say how much wants no less than what can be had for nothing.
      let isAll = request.asGit.map { !$0.takesOneBranch && request.history == .full } ?? !isLimited
      return isAll ? .links : .part(request.history)
    }
    guard let asGit = request.asGit else { return .links }
    return asGit.borrowsObjects ? .borrowed : asGit.copiesObjects ? .copies : .links
  }

  /// Whether the user wants no more than some commits.
  private var isLimited: Bool { if case .commits? = request.depth { true } else { false } }

  /// What is not done for an address of this kind, which is said. Git has a program for its local clones, too, and, like
  /// this, none for http.
  var ignoredOptions: [String] {
    var ignored: [String] = []
    if request.asGit?.uploadPack != nil {
      if case .http = remote.location { ignored = ["--upload-pack is ignored over http, where the server runs it."] }
      if remote.isOnThisMachine {
        ignored = ["--upload-pack is ignored for a repository of this machine, which lfsfetch reads by itself."]
      }
    }
    guard isOfPlainPath else { return ignored }
    let given = [
      ("--depth", isLimited), ("--shallow-since", request.asGit?.since != nil),
      ("--shallow-exclude", request.asGit?.without.isEmpty == false),
    ]
    return ignored + given.filter(\.1).map { "\($0.0) is ignored in local clones; use file:// instead." }
  }

  func chosen(among names: Names) -> CloneReferences {
    let takesAllTags =
      request.asGit.map { !$0.takesOneBranch } ?? (request.depth == .full || remote.isOnThisMachine && taking == .links)
    guard let resolved = names.resolved else {
      return CloneReferences(
        of: names.all, unborn: names.unborn, isBare: request.isBare, takesAllTags: takesAllTags, asGit: request.asGit,
        configured: names.configured)
    }
    return CloneReferences(
      of: names.all, checkingOut: resolved, isBare: request.isBare, takesAllTags: takesAllTags, asGit: request.asGit,
      configured: names.configured)
  }

  /// Fetches what there is where nothing can be checked out, and writes git's folder. Returns why that is so.
  func cloneUnborn(_ names: Names) async throws(FetchError) -> ClonedRepository.Emptiness {
    var references = chosen(among: names)
    try await prepareGitFolder()
    var history = FetchedHistory(shallow: [], filter: nil)
    if !references.wants.isEmpty {
      history = try await reading(wanted.source) { () async throws(GitError) in
        try await bringHistory(references.wants, blobs: request.asGit == nil ? .small : .all)
      }
    }
    if request.asGit != nil {
      let present = try await reading(wanted.source) { () async throws(GitError) in
        try await remote.present(names.all)
      }
      references.follow(present)
    }
    let config = try configuration(of: references, filter: history.filter)
    try writing { () throws(FileError) in
      try folder.write(shallow: history.shallow)
      if !references.references.isEmpty { try folder.write(references: references.references) }
      try folder.write(head: references.head)
      try folder.write(config: config)
    }
    let branches = names.all.compactMap { $0.name.rest(after: "refs/heads/").map(String.init) }
    guard request.asGit == nil ? !names.all.isEmpty : !references.references.isEmpty else { return .emptyRepository }
    return .noSuchBranch(String(names.unborn.rest(after: "refs/heads/") ?? names.unborn[...]), others: branches)
  }

  func bringHistory(
    _ wants: [ObjectID], blobs: HistoryBlobs = .small
  ) async throws(GitError) -> FetchedHistory {
    if let taken = try await remote.takeHistory(of: wants, as: taking) { return taken }
    return try await remote.bringHistory(
      of: wants, depth: request.history, blobs: blobs, includingTags: request.asGit?.takesOneBranch == true)
  }
}
