import Git
import Text

/// Which of a repository's branches and tags a clone takes along, and what it calls them.
struct CloneReferences: Sendable, Equatable {
  let head: GitFolder.Head
  /// What the server is asked for.
  let wants: [ObjectID]
  /// As they are called in the clone.
  private(set) var references: [RemoteReference]
  /// What the remote is called.
  let remote: String
  /// `refs/remotes/origin/main`, for which `refs/remotes/origin/HEAD` stands.
  let defaultBranch: String?
  /// `remote.origin.fetch`; empty in a bare clone.
  let fetchSpecifications: [String]
  /// How many branches were left out.
  let skippedBranches: Int

  /// Where a repository has more branches than this, only the one that is wanted comes along: the last commit of each
  /// of hundreds of branches can be more than all the files of one.
  static let maximumBranches = 50

  init(
    of all: [RemoteReference], checkingOut resolved: ResolvedRevision, isBare: Bool, takesAllTags: Bool,
    asGit: CloneAsGit? = nil, configured: [FetchSpecification] = []
  ) {
    let start = Start(
      head: resolved.reference.flatMap { $0.begins(with: Self.branches) ? .branch($0) : nil }
        ?? .detached(resolved.commit),
      reference: resolved.reference, commit: resolved.commit)
    self.init(
      of: all, start, isBare: isBare, takesAllTags: takesAllTags, asGit: asGit, configured: configured)
  }

  /// Of a repository in which there is nothing to check out: HEAD will be on a branch that is not there yet.
  init(
    of all: [RemoteReference], unborn branch: String, isBare: Bool, takesAllTags: Bool, asGit: CloneAsGit? = nil,
    configured: [FetchSpecification] = []
  ) {
    self.init(
      of: all, Start(head: .branch(branch), reference: nil, commit: nil), isBare: isBare, takesAllTags: takesAllTags,
      asGit: asGit, configured: configured)
  }

  /// Where the clone will stand. `commit` is nil where that is nowhere yet.
  private struct Start {
    let head: GitFolder.Head
    let reference: String?
    let commit: ObjectID?
    var branch: String? { commit == nil ? nil : head.branch }
  }

  private init(
    of all: [RemoteReference], _ start: Start, isBare: Bool, takesAllTags: Bool, asGit: CloneAsGit?,
    configured: [FetchSpecification]
  ) {
    let remote = asGit?.remote ?? "origin"
    self.remote = remote
    head = start.head
    let branches = all.filter { $0.name.begins(with: Self.branches) }
    let standard = all.first { $0.name == "HEAD" }?.target
    var kept = branches
    let takesOne = asGit.map(\.takesOneBranch) ?? (branches.count > Self.maximumBranches)
    if takesOne {
      // Git takes no branch along with a tag.
      let wanted = (asGit != nil ? start.branch ?? start.reference : start.branch) ?? standard
      kept = branches.filter { wanted?.isSame(as: $0.name) == true }
    }
    skippedBranches = asGit == nil ? branches.count - kept.count : 0
    let checkedOut = start.commit.map { [$0] } ?? []
    let commits = Set(kept.map(\.id) + checkedOut)
    // With nothing to check out, git takes no tags where it takes one branch.
    let tags = all.filter {
      $0.name.begins(with: "refs/tags/") && (takesAllTags || commits.contains($0.commit))
    }
    let named = takesOne ? kept : all
    let others = configured.flatMap { $0.matches(among: named) }
    let otherReferences = others.compactMap { match in
      match.name.map { RemoteReference(name: $0, id: match.reference.id, peeled: match.reference.peeled) }
    }
    if asGit?.isMirror == true {
      references = Self.unique(all.filter { $0.name.begins(with: "refs/") } + otherReferences)
      wants = Self.ids(checkedOut + references.map(\.id))
      (defaultBranch, fetchSpecifications) = (nil, ["+refs/*:refs/*"])
      return
    }
    wants = Self.ids(checkedOut + kept.map(\.id) + tags.map(\.id) + others.map(\.reference.id))
    if isBare {
      references = Self.unique(kept + tags + otherReferences)
      (defaultBranch, fetchSpecifications) = (nil, [])
      return
    }
    func tracking(_ name: String) -> String {
      "refs/remotes/\(remote)/" + (name.rest(after: Self.branches) ?? name[...])
    }
    let own = start.branch.flatMap { name in start.commit.map { [RemoteReference(name: name, id: $0)] } } ?? []
    references = Self.unique(
      own + kept.map { RemoteReference(name: tracking($0.name), id: $0.id) } + tags + otherReferences)
    defaultBranch = standard.flatMap { name in kept.contains { $0.name.isSame(as: name) } ? tracking(name) : nil }
    let tag = takesOne && kept.isEmpty ? start.reference.map { ["+\($0):\($0)"] } : nil
    fetchSpecifications =
      !takesOne ? [Self.allBranches(of: remote)] : tag ?? kept.map { "+\($0.name):\(tracking($0.name))" }
  }

  /// Tags that were not asked for, and name commits that came along.
  mutating func follow(_ tags: [RemoteReference]) {
    references = Self.unique(references + tags.filter { $0.name.begins(with: "refs/tags/") })
  }

  private static let branches = "refs/heads/"

  private static func ids(_ all: [ObjectID]) -> [ObjectID] { Array(Set(all)).sorted() }

  /// Of several of one name the first.
  private static func unique(_ references: [RemoteReference]) -> [RemoteReference] {
    var known: Set<ExactText> = []
    return references.filter { known.insert(ExactText($0.name)).inserted }
  }

  /// What git fetches of a remote when nothing else is said.
  static func allBranches(of remote: String) -> String {
    "+refs/heads/*:refs/remotes/\(remote)/*"
  }
}
