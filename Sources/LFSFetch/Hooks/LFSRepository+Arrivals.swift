import Files
import Git
import Text

/// What git has just put into the work tree, as far as it tells its hooks.
package enum Arrival: Sendable, Equatable {
  /// Of `post-checkout`: HEAD before and after; nil where there was none.
  case checkout(from: ObjectID?, to: ObjectID)
  /// Of `post-merge`, which is told only whether HEAD has moved.
  case merge(isSquash: Bool)
  /// Of `post-rewrite` after a rebase: the commits that were made.
  case rebase([ObjectID])
}

extension Arrival {
  /// Of what git tells `post-checkout`: HEAD before and after, and whether it was more than some files. nil where
  /// nothing came of another commit.
  package static func checkout(_ words: [String]) throws(FetchError) -> Arrival? {
    guard words.count == 3 else {
      throw FetchError(.usage, "git gives the hook `post-checkout` three arguments, but got \(words.count)")
    }
    guard words[2] == "1", words[0] != words[1], let new = ObjectID(toldToHook: words[1]) else { return nil }
    return .checkout(from: ObjectID(toldToHook: words[0]), to: new)
  }

  /// Of what git tells `post-merge`.
  package static func merge(_ words: [String]) -> Arrival { .merge(isSquash: words.first == "1") }

  /// Of what git tells `post-rewrite`, and the lines `OLD-ID NEW-ID` that it writes to it. A commit that was amended
  /// has changed nothing in the work tree.
  package static func rewrite(_ words: [String], _ lines: [String]) -> Arrival? {
    guard words.first == "rebase" else { return nil }
    var made: [ObjectID] = []
    for line in lines {
      let ids = line.words(at: " ").compactMap { ObjectID(toldToHook: String($0)) }
      // Several commits may have become one.
      if ids.count == 2, made.last != ids[1] { made.append(ids[1]) }
    }
    return .rebase(made)
  }
}

extension LFSRepository {
  /// The LFS files that git has just written and that hold nothing but their pointers; nil where it has written none.
  /// What the commits before and after have alike is not looked at.
  package func unfilled(after arrival: Arrival) async throws(FetchError) -> UnfilledFiles? {
    // What a rebase brings is filled when it is over, and git tells so.
    if case .checkout = arrival, try rebase() == .makingCommits { return nil }
    var written = try await reading { git async throws(GitError) in try await git.filesWritten(by: arrival) }
    if case .merge(isSquash: true) = arrival {
      written = try await stagedEntries().map { BlobAtPath(id: $0.id, path: $0.path) }
    }
    let selection = settings.selection()
    let wanted = Array(Set(written.filter { selection.contains($0.path) }))
    let pointers = try await reading { git async throws(GitError) in try await git.lfsFiles(among: wanted) }
    guard !pointers.isEmpty else { return nil }
    let files = Set(pointers.map { BlobAtPath(id: $0.blob, path: $0.path) })
    return try await unfilled(includingMissing: false) { files.contains(BlobAtPath(id: $0.id, path: $0.path)) }
  }

  /// Why the files cannot be filled yet; nil where they can.
  package func obstacle(to arrival: Arrival) throws(FetchError) -> FetchError? {
    guard case .checkout = arrival, try rebase() != .none else { return nil }
    // It keeps the index in memory, with the sizes of the pointers, and writes it again in the end.
    return FetchError(
      .usage, "git is not yet through with its rebase, and would take files that are filled now for changed ones")
  }

  private enum Rebase { case none, makingCommits, makingNone }

  /// The rebase that is under way: whether there are commits that it has yet to make.
  private func rebase() throws(FetchError) -> Rebase {
    let folder = layout.gitFolder + "/rebase-merge"
    do throws(FileError) {
      guard try FileStatus.of(folder) != nil else { return .none }
      guard try FileStatus.of(folder + "/git-rebase-todo") != nil else { return .makingNone }
      let todo = String(decoding: try readFile(folder + "/git-rebase-todo"), as: UTF8.self)
      let hasSteps = todo.words(at: "\n").contains { !$0.begins(with: "#") && !$0.begins(with: "noop") }
      return hasSteps ? .makingCommits : .makingNone
    } catch { throw FetchError(file: error, doing: "cannot tell whether a rebase is under way") }
  }
}

extension WorkingRepository {
  /// Without what is in the index only.
  fileprivate func filesWritten(by arrival: Arrival) throws(GitError) -> [BlobAtPath] {
    switch arrival {
    case .checkout(let old, let new): return try changedFiles(from: old, to: new)
    case .merge(isSquash: true): return []
    case .merge(isSquash: false):
      guard let new = try head().commit else { return [] }
      var old = formerHead()
      if old == nil { old = try parents(of: new).first }
      return try changedFiles(from: old, to: new)
    case .rebase(let made):
      guard let new = try head().commit else { return [] }
      var files = try changedFiles(from: formerHead(), to: new)
      // A file that git took away at the beginning and brought back with a commit is the same as before the rebase.
      for commit in made { files += try changedFiles(from: try parents(of: commit).first, to: commit) }
      return files
    }
  }

  /// Where HEAD was before the merge or rebase.
  private func formerHead() -> ObjectID? { try? commit(named: "ORIG_HEAD") }
}
