import Git
import Text

/// Which of a repository's branches and tags a clone takes along, and what it calls them.
struct CloneReferences: Sendable, Equatable {
  let head: GitFolder.Head
  /// What is to be checked out.
  let commit: ObjectID
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
    asGit: CloneAsGit? = nil
  ) {
    let prefix = "refs/heads/"
    let remote = asGit?.remote ?? "origin"
    self.remote = remote
    let branches = all.filter { $0.name.begins(with: prefix) }
    let standard = all.first { $0.name == "HEAD" }?.target
    let current = resolved.reference.flatMap { $0.begins(with: prefix) ? $0 : nil }
    var kept = branches
    let takesOne = asGit.map(\.takesOneBranch) ?? (branches.count > Self.maximumBranches)
    if takesOne {
      // Git takes no branch along with a tag.
      let wanted = (asGit != nil ? current ?? resolved.reference : current) ?? standard
      kept = branches.filter { wanted?.isSame(as: $0.name) == true }
    }
    skippedBranches = asGit == nil ? branches.count - kept.count : 0
    let commits = Set(kept.map(\.id) + [resolved.commit])
    let tags = all.filter { $0.name.begins(with: "refs/tags/") && (takesAllTags || commits.contains($0.commit)) }

    commit = resolved.commit
    head = current.map { .branch($0) } ?? .detached(resolved.commit)
    if asGit?.isMirror == true {
      references = all.filter { $0.name.begins(with: "refs/") }
      wants = Array(Set([resolved.commit] + references.map(\.id))).sorted()
      (defaultBranch, fetchSpecifications) = (nil, ["+refs/*:refs/*"])
      return
    }
    wants = Array(Set([resolved.commit] + kept.map(\.id) + tags.map(\.id))).sorted()
    if isBare {
      references = kept + tags
      (defaultBranch, fetchSpecifications) = (nil, [])
      return
    }
    func tracking(_ name: String) -> String { "refs/remotes/\(remote)/" + (name.rest(after: prefix) ?? name[...]) }
    let own = current.map { [RemoteReference(name: $0, id: resolved.commit)] } ?? []
    references = own + kept.map { RemoteReference(name: tracking($0.name), id: $0.id) } + tags
    defaultBranch = standard.flatMap { name in kept.contains { $0.name.isSame(as: name) } ? tracking(name) : nil }
    let tag = takesOne && kept.isEmpty ? resolved.reference.map { ["+\($0):\($0)"] } : nil
    fetchSpecifications =
      !takesOne ? [Self.allBranches(of: remote)] : tag ?? kept.map { "+\($0.name):\(tracking($0.name))" }
  }

  /// Tags that were not asked for, and name commits that came along.
  mutating func follow(_ tags: [RemoteReference]) {
    let known = Set(references.map { ExactText($0.name) })
    references += tags.filter { $0.name.begins(with: "refs/tags/") && !known.contains(ExactText($0.name)) }
  }

  /// What git fetches of a remote when nothing else is said.
  static func allBranches(of remote: String) -> String {
    "+refs/heads/*:refs/remotes/\(remote)/*"
  }
}
