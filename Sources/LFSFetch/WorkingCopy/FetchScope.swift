import Git
import HTTP
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Which files of a repository's history a command is about: those of some references, of what changed recently, or
/// of everything.
package struct FetchScope: Sendable {
  /// What the user named; nothing is the commit that is checked out.
  package var references: [String] = []
  /// Every object that any commit has from which a reference (or a named one) can be reached.
  package var all = false
  /// Also what changed within the days that the configuration says.
  package var recent = false
  /// In place of `lfs.fetchinclude` and `lfs.fetchexclude`.
  package var include: String?
  package var exclude: String?
  /// Only what is in the work tree, or is to be: nothing that a sparse checkout leaves out.
  package var isForWorkTree = false

  package init() {}
}

extension LFSRepository {
  /// The LFS files of the scope, in the order of their paths; `remote` is whose branches count as recent.
  package func files(in scope: FetchScope, remote: String) async throws(FetchError) -> [LFSFile] {
    if scope.all {
      guard scope.include == nil, scope.exclude == nil, !scope.recent else {
        throw FetchError(.usage, "`--all` fetches everything, and cannot be combined with a choice")
          .inGitLFS("Cannot combine --all with \(scope.recent ? "--recent" : "--include or --exclude")")
      }
      return try await reading { repository async throws(GitError) in
        try await repository.lfsFiles(ofAny: repository.commits(from: repository.tips(scope.references)))
      }
    }
    let commits = try await commits(of: scope.references)
    var files: [LFSFile] = []
    for commit in commits {
      files += try await reading { git async throws(GitError) in try await git.lfsFiles(of: commit) }
    }
    if scope.recent || settings.fetchesRecentAlways {
      let recent = try await recentCommits(besides: commits, remote: remote, offset: 0)
      files += try await reading { git async throws(GitError) in try await git.lfsFiles(ofAny: recent) }
    }
    let selection = settings.selection(include: scope.include, exclude: scope.exclude)
    files = files.filter { file in
      let isWanted = selection.contains(file.path)
      Trace.steps.say("filepathfilter: \(isWanted ? "accepting" : "rejecting") \"\(file.name)\"")
      return isWanted
    }
    // A clone that holds a part of the files gets no more than that, unless somebody asks for it.
    guard scope.isForWorkTree || (settings.isPartialClone && scope.include == nil) else { return files }
    let leftOut = LeftOutOfWorkTree(try index())
    return files.filter { !leftOut.contains($0.path) }
  }

  private func commits(of references: [String]) async throws(FetchError) -> [ObjectID] {
    if references.isEmpty { return [try commit] }
    var commits: [ObjectID] = []
    for name in references {
      do throws(FetchError) {
        commits.append(try await reading { git async throws(GitError) in try await git.commit(named: name) })
      } catch { throw error.inGitLFS("Invalid ref argument: [\(name.escapingControls)]") }
    }
    return commits
  }

  /// The whole name of a reference, such as `refs/heads/main` for `main`, and for `HEAD` that of its branch; of what is no
  /// reference, the name as it is.
  package func fullName(of name: String) async throws(FetchError) -> String {
    if name == "HEAD" { return head.branch ?? name }
    let known = try await reading { git async throws(GitError) in try await git.references().map(\.name) }
    let candidates = ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"].map { $0 + name }
    return candidates.first { candidate in known.contains { $0.isSame(as: candidate) } } ?? name
  }

  /// The commits whose files count as recent, by `lfs.fetchrecent*`; `offset` is a number of days more, where such a
  /// setting is used at all.
  func recentCommits(
    besides commits: [ObjectID], remote: String?, offset: Int
  ) async throws(FetchError) -> [ObjectID] {
    let settings = settings
    return try await reading { repository async throws(GitError) in
      var tips = commits
      let remotes = "refs/remotes/" + (remote.map { $0 + "/" } ?? "")
      if settings.recentReferenceDays > 0 {
        let limit = Int64(time(nil)) - Int64(settings.recentReferenceDays + offset) * 86_400
        for reference in try await repository.references() {
          let isWanted =
            reference.name.begins(with: "refs/heads/")
            || settings.recentIncludesRemotes && reference.name.begins(with: remotes)
          if isWanted, try await repository.time(of: reference.commit) >= limit { tips.append(reference.commit) }
        }
      }
      guard settings.recentCommitDays > 0 else { return Array(Set(tips)) }
      var recent: Set<ObjectID> = []
      for tip in Set(tips) {
        let limit = try await repository.time(of: tip) - Int64(settings.recentCommitDays + offset) * 86_400
        recent.formUnion(try await repository.commitsBeforeEachChange(from: tip, since: limit))
      }
      return Array(recent)
    }
  }
}

extension WorkingRepository {
  /// The commits that the names mean, or, without names, those of all references.
  func tips(_ names: [String]) throws(GitError) -> [ObjectID] {
    guard names.isEmpty else {
      var commits: [ObjectID] = []
      for name in names { commits.append(try commit(named: name)) }
      return commits
    }
    // A tag of a tree or of a blob is no history.
    return Array(Set(try [head().commit].compactMap { $0 } + commits(among: references().map(\.commit))))
  }

  /// The commits since a time, and what was there before each of them.
  func commitsBeforeEachChange(from tip: ObjectID, since limit: Int64) throws(GitError) -> [ObjectID] {
    var found: [ObjectID] = [tip]
    for commit in try commits(from: [tip]) {
      guard try time(of: commit) >= limit else { break }
      found.append(commit)
      found += try parents(of: commit)
    }
    return found
  }
}
