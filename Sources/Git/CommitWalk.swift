/// A walk through history from the youngest commit to the oldest, as git does it: a commit has the parents that a graft
/// gives it, and none at the edge of a shallow clone. libgit2's own walk gives up at that edge.
///
/// It stops where only excluded commits wait that are older than all that were found. Clocks that went wrong can so
/// bring a commit into the result that is excluded; none that belongs to it is ever left out.
struct CommitWalk {
  /// What a repository says of a commit.
  typealias Facts = (time: Int64, parents: [ObjectID])

  private struct Commit {
    let time: Int64
    let parents: [ObjectID]
    var isExcluded: Bool
    var isWaiting = true
  }

  private let graftedParents: [ObjectID: [ObjectID]]
  private var seen: [ObjectID: Commit] = [:]
  /// The youngest last; of those that are equally old, the first that was met.
  private var waiting: [(time: Int64, id: ObjectID)] = []
  private var wantedAndWaiting = 0
  /// How many commits are looked at beyond the point where all seems to be told, in case clocks went wrong: as in git.
  private static let patience = 5

  init(graftedParents: [ObjectID: [ObjectID]] = [:]) { self.graftedParents = graftedParents }

  /// `read` returns nil for a commit that is not there: an error, unless the commit is excluded anyway.
  mutating func commits(
    from tips: [ObjectID], excluding excluded: [ObjectID], _ read: (ObjectID) throws(GitError) -> Facts?
  ) throws(GitError) -> [ObjectID] {
    for tip in excluded { try meet(tip, isExcluded: true, read) }
    for tip in tips { try meet(tip, isExcluded: false, read) }
    var found: [ObjectID] = []
    var oldest = Int64.max
    var patience = Self.patience
    while let next = waiting.popLast(), let commit = seen[next.id] {
      seen[next.id]?.isWaiting = false
      if commit.isExcluded {
        if wantedAndWaiting == 0, next.time < oldest {
          patience -= 1
          if patience < 0 || found.isEmpty { break }
        }
      } else {
        wantedAndWaiting -= 1
        found.append(next.id)
        oldest = min(oldest, next.time)
        patience = Self.patience
      }
      for parent in commit.parents { try meet(parent, isExcluded: commit.isExcluded, read) }
    }
    return found.filter { seen[$0]?.isExcluded == false }
  }

  private mutating func meet(
    _ id: ObjectID, isExcluded: Bool, _ read: (ObjectID) throws(GitError) -> Facts?
  ) throws(GitError) {
    if seen[id] != nil {
      if isExcluded { exclude(id) }
      return
    }
    guard let facts = try read(id) else {
      if isExcluded { return }
      throw GitError(
        .corrupt, "the history of the repository has a gap: the commit `\(id)` is not there",
        cause: "`git fsck` says more; `git fetch` of the commit may bring it back")
    }
    seen[id] = Commit(time: facts.time, parents: graftedParents[id] ?? facts.parents, isExcluded: isExcluded)
    if !isExcluded { wantedAndWaiting += 1 }
    var (low, high) = (0, waiting.count)
    while low < high {
      let middle = (low + high) / 2
      if waiting[middle].time < facts.time { low = middle + 1 } else { high = middle }
    }
    waiting.insert((facts.time, id), at: low)
  }

  /// What was met as wanted turns out to be excluded, and so do those before it.
  private mutating func exclude(_ id: ObjectID) {
    var rest = [id]
    while let id = rest.popLast() {
      guard let commit = seen[id], !commit.isExcluded else { continue }
      seen[id]?.isExcluded = true
      if commit.isWaiting { wantedAndWaiting -= 1 }
      rest += commit.parents
    }
  }
}
