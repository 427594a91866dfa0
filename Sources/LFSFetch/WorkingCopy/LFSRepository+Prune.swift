import Files
import Git
import HTTP
import Text

/// Which objects of the media folder nobody is likely to need soon, and can be had again.
extension LFSRepository {
  package struct PruneOptions: Sendable {
    /// Do not keep what is merely recent.
    package var ignoresRecent = false
    /// Do not even keep what is checked out.
    package var isForced = false
    /// Ask the remote whether it has what is to be removed; nil is what the configuration says.
    package var verifiesRemote: Bool?

    package init() {}
  }

  package struct PrunePlan: Sendable {
    package let local: Int
    package let retained: Int
    package let objects: [(oid: SHA256Digest, size: Int64)]
    /// What of it the remote lacks; nil where it was not asked.
    package var unverified: [SHA256Digest]?
    /// The remote that was asked.
    package let remote: String
    package var bytes: Int64 { objects.totalSize { $0.size } }

    /// Why nothing must be removed.
    package var obstacle: FetchError? {
      guard let unverified, !unverified.isEmpty else { return nil }
      return FetchError(
        .notFound, "the remote `\(remote.escapingControls)` lacks objects that were to be removed",
        causes: unverified.map(\.hex), hint: "nothing was removed; push them first"
      ).inGitLFS(
        "These objects to be pruned are missing on remote:\n" + unverified.map { " * \($0)" }.joined(separator: "\n"))
    }
  }

  /// What could go: what is neither checked out in a work tree nor recent, and is not the only copy, because it is on
  /// the remote, as far as its branches tell. Stashes keep theirs.
  package func planPruning(_ options: PruneOptions) async throws(FetchError) -> PrunePlan {
    var retained = try await unpushed().union(stashed()).union(staged())
    if !options.isForced {
      let selection = settings.selection(include: "")
      var commits = head.commit.map { [$0] } ?? []
      commits += try await reading { git async throws(GitError) in try await git.headsOfWorkTrees() }
      var files = try await list(.present, selection).map(\.file)
      if !options.ignoresRecent {
        commits = try await recentCommits(besides: commits, remote: nil, offset: settings.pruneOffsetDays)
      }
      let kept = commits
      files += try await reading { git async throws(GitError) in
        var files: [LFSFile] = []
        for commit in kept { files += try await git.lfsFiles(of: commit) }
        return files
      }
      retained.formUnion(files.filter { selection.contains($0.path) }.map(\.pointer.oid))
    }
    let keep = retained
    let all = try inMedia { () throws(FileError) in try media.all() }
    var plan = PrunePlan(
      local: all.count, retained: keep.count, objects: all.filter { !keep.contains($0.oid) },
      remote: settings.pruneRemote)
    if options.verifiesRemote ?? settings.prunesVerifiedOnly { plan.unverified = try await lackedByRemote(plan) }
    return plan
  }

  package func prune(_ plan: PrunePlan) async throws(FetchError) {
    if let error = plan.obstacle { throw error }
    try inMedia { () throws(FileError) in
      for object in plan.objects { try removeFile(media.path(of: object.oid)) }
    }
  }

  /// Objects of commits that the remote's branches do not have.
  private func unpushed() async throws(FetchError) -> Set<SHA256Digest> {
    let prefix = "refs/remotes/\(settings.pruneRemote)/"
    return try await reading { git async throws(GitError) in
      let references = try await git.references()
      let pushed = references.filter { $0.name.begins(with: prefix) }.map(\.commit)
      var own = references.filter { $0.name.begins(with: "refs/heads/") || $0.name.begins(with: "refs/tags/") }.map(
        \.commit)
      own += try await git.headsOfWorkTrees()
      let tips = await git.commits(among: own)
      return Set(try await git.lfsFiles(broughtBy: git.commits(from: tips, excluding: pushed)).map(\.pointer.oid))
    }
  }

  /// Objects that an index names and no work tree's HEAD does: of what was staged nothing else tells. It counts whether
  /// the file is in the work tree or not.
  private func staged() async throws(FetchError) -> Set<SHA256Digest> {
    let own = layout.indexFile
    return try await reading { git async throws(GitError) in
      var known: Set<ObjectID> = []
      for commit in try await git.headsOfWorkTrees() {
        known.formUnion(try await git.files(of: commit).map(\.id))
      }
      var staged: [BlobAtPath] = []
      let others = try await git.indexFilesOfWorkTrees()
      for file in [own] + others {
        let found = try GitIndex(file: file, sharedIn: file == own ? git.layout.gitFolder : nil)
        guard let index = try await git.unfolded(found) else { throw GitError.foldedIndex }
        let entries = index.entries.filter { $0.mode == .regular || $0.mode == .executable }
        staged += entries.filter { !known.contains($0.id) }.map { BlobAtPath(id: $0.id, path: $0.path) }
      }
      return Set(try await git.lfsFiles(among: staged).map(\.pointer.oid))
    }
  }

  /// Objects of stashes, of all of their commits.
  private func stashed() async throws(FetchError) -> Set<SHA256Digest> {
    try await reading { git async throws(GitError) in
      var files: [LFSFile] = []
      for stash in try await git.stashes() {
        let parents = try await git.parents(of: stash)
        // The first is what was stashed upon; the others are the index, and files that git did not know.
        files += try await git.lfsFiles(
          among: git.blobs(ofAny: [stash] + parents.dropFirst(), notIn: Array(parents.prefix(1))))
      }
      return Set(files.map(\.pointer.oid))
    }
  }

  /// What of it the remote does not have.
  private func lackedByRemote(_ plan: PrunePlan) async throws(FetchError) -> [SHA256Digest] {
    guard !plan.objects.isEmpty else { return [] }
    let source = try source(remote: settings.pruneRemote, reference: defaultReference)
    return try await missing(plan.objects.map { Batch.Object(oid: $0.oid, size: $0.size) }, at: source)
      .sorted { $0.hex < $1.hex }
  }
}
