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
  let references: [RemoteReference]
  /// `refs/remotes/origin/main`, for which `refs/remotes/origin/HEAD` stands.
  let defaultBranch: String?
  /// `remote.origin.fetch`; empty in a bare clone.
  let fetchSpecifications: [String]
  /// How many branches were left out.
  let skippedBranches: Int

  /// Where a repository has more branches than this, only the one that is wanted comes along: the last commit of each
  /// of hundreds of branches can be more than all the files of one.
  static let maximumBranches = 50

  init(of all: [RemoteReference], checkingOut resolved: ResolvedRevision, isBare: Bool, takesAllTags: Bool) {
    let prefix = "refs/heads/"
    let branches = all.filter { $0.name.begins(with: prefix) }
    let standard = all.first { $0.name == "HEAD" }?.target
    let current = resolved.reference.flatMap { $0.begins(with: prefix) ? $0 : nil }
    var kept = branches
    if branches.count > Self.maximumBranches {
      kept = branches.filter { (current ?? standard)?.isSame(as: $0.name) == true }
    }
    skippedBranches = branches.count - kept.count
    let commits = Set(kept.map(\.id) + [resolved.commit])
    let tags = all.filter { $0.name.begins(with: "refs/tags/") && (takesAllTags || commits.contains($0.commit)) }

    commit = resolved.commit
    head = current.map { .branch($0) } ?? .detached(resolved.commit)
    wants = Array(Set([resolved.commit] + kept.map(\.id) + tags.map(\.id))).sorted()
    if isBare {
      references = kept + tags
      (defaultBranch, fetchSpecifications) = (nil, [])
      return
    }
    func tracking(_ name: String) -> String { "refs/remotes/origin/" + (name.rest(after: prefix) ?? name[...]) }
    let own = current.map { [RemoteReference(name: $0, id: resolved.commit)] } ?? []
    references = own + kept.map { RemoteReference(name: tracking($0.name), id: $0.id) } + tags
    defaultBranch = standard.flatMap { name in kept.contains { $0.name.isSame(as: name) } ? tracking(name) : nil }
    let isAll = skippedBranches == 0
    fetchSpecifications =
      isAll ? ["+refs/heads/*:refs/remotes/origin/*"] : kept.map { "+\($0.name):\(tracking($0.name))" }
  }
}
