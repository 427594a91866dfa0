import Files
import Git
import HTTP
import Text

/// Makes one clone: git's folder, the objects, the files. `Fetcher.clone` runs its steps; submodules are made by
/// others of its kind.
struct Cloner {
  let fetcher: Fetcher
  let request: CloneRequest
  let wanted: Wanted
  let folder: GitFolder
  let remote: GitRemote
  /// Where a file will be when the clone is in place.
  let settled: (String) -> String

  /// What the first steps found out.
  struct Checkout: Sendable {
    let references: CloneReferences
    let history: FetchedHistory
    let tree: RemoteTree
    let plan: WorkTreePlan
    /// The repository's own settings for git-lfs.
    let lfsconfig: GitConfig
    let configuredFetch: ConfiguredFetch
  }

  init(
    _ fetcher: Fetcher, _ request: CloneRequest, _ wanted: Wanted, gitFolder: String,
    settled: @escaping (String) -> String
  ) throws(FetchError) {
    (self.fetcher, self.request, self.wanted, self.settled) = (fetcher, request, wanted, settled)
    folder = GitFolder(gitFolder)
    let parts = try fetcher.network.parts()
    remote = try reading(wanted.source) { () throws(GitError) in
      try GitRemote(
        url: wanted.source, gitFolder: gitFolder, isPartial: false, memory: parts.memory, client: parts.client,
        ssh: parts.ssh, config: parts.config, uploadPack: request.asGit?.uploadPack,
        isNamedByUser: wanted.isNamedByUser)
    }
  }

  private var source: String { wanted.source }

  // MARK: History

  /// Fetches commits and trees, and reads what the selected files are. `commit` is the one to be checked out.
  func fetchHistory(_ names: Names, of commit: ObjectID) async throws(FetchError) -> Checkout {
    let user = try fetcher.network.parts().config
    try await prepareGitFolder()
    let (references, history, tree) = try await reading(source) { () async throws(GitError) in
      var references = chosen(among: names)
      let (history, tree) = try await bringTree(of: commit, references)
      // Tags that name what came along came with it.
      if request.asGit != nil || remote.isOnThisMachine { references.follow(try await remote.present(names.all)) }
      return (references, history, tree)
    }
    try writing { () throws(FileError) in try folder.write(shallow: history.shallow) }
    // A path that git would not have in its index is refused before anything is downloaded for the others.
    if request.hasFiles {
      try reading(source) { () throws(GitError) in
        try WorkTreeIndex(entries: tree.entries.map { .init($0, isSkipped: true) }).write(to: folder.path + "/index")
      }
    }
    let (plan, lfsconfig, configuredFetch) = try await plan(for: tree, user)
    return Checkout(
      references: references, history: history, tree: tree, plan: plan, lfsconfig: lfsconfig,
      configuredFetch: configuredFetch)
  }

  private func plan(
    for tree: RemoteTree, _ user: GitConfig
  ) async throws(FetchError) -> (WorkTreePlan, GitConfig, ConfiguredFetch) {
    let entries = request.hasFiles || request.asGit == nil ? try wanted.selected(of: tree) : []
    let settings = [".lfsconfig", ".gitmodules"].compactMap { tree.file($0) }
    return try await reading(source) { () async throws(GitError) in
      try await remote.load(entries + settings, of: tree)
      var lfsconfig = GitConfig()
      if let entry = tree.file(".lfsconfig") {
        lfsconfig = try GitConfig(parsing: try await remote.content(of: entry), name: ".lfsconfig")
      }
      let configured = ConfiguredFetch(user: user, lfsconfig: lfsconfig)
      // Who names files wants their content.
      let isNamed = !wanted.selection.include.isEmpty
      let plan = try await WorkTreePlan(entries, of: tree, remote) { path in
        !request.leavesPointers && (isNamed || configured.contains(path))
      }
      return (plan, lfsconfig, configured)
    }
  }

  /// Small blobs come along with the trees, because git-lfs reads them one by one wherever it looks for pointers, and
  /// git would fetch them one by one. Where a few files of very many are wanted, they would be most of what is moved;
  /// so then the trees are looked at first.
  private func bringTree(
    of commit: ObjectID, _ references: CloneReferences
  ) async throws(GitError) -> (FetchedHistory, RemoteTree) {
    let isSmallPart = !wanted.selection.include.isEmpty && request.history == .commits(1)
    var history = try await bringHistory(
      references.wants, blobs: request.asGit != nil ? .all : isSmallPart ? .none : .small)
    let tree = try await remote.tree(of: commit)
    if isSmallPart, history.filter != nil, tree.entries.count <= Self.filesWithSmallBlobs {
      history = try await bringHistory(references.wants)
    }
    return (history, tree)
  }

  /// Of a commit with more files the small blobs are left out, too.
  private static let filesWithSmallBlobs = 5000

  // MARK: Objects

  /// What the engine is to fetch for this clone.
  func objects(of checkout: Checkout) -> ModelInProgress {
    var model = ModelInProgress(request: request.repository)
    model.understood(wanted)
    model.resolved(
      Resolution(
        sourceName: wanted.model, commit: checkout.tree.commit.hex,
        reference: checkout.references.head.branch, files: checkout.plan.objects,
        configuredLFS: Endpoint.configured(in: checkout.lfsconfig)))
    return model
  }

  /// The objects must be in the store.
  func linkObjects(of checkout: Checkout) throws(FetchError) {
    let media = media
    try writing { () throws(FileError) in
      for case .object(let oid) in checkout.plan.objects.map(\.content) { try media.link(oid) }
    }
  }

  private var media: MediaFolder { MediaFolder(of: folder.path, store: fetcher.store) }

  // MARK: Files

  /// Writes the files below `path`. Returns those for which there was no room beside another, on a disk that does not
  /// tell upper from lower case.
  func writeFiles(of checkout: Checkout, below path: String) async throws(FetchError) -> [WorkTreePlan.File] {
    let tree = try workTree(path)
    var left: [WorkTreePlan.File] = []
    var clashing: Set<RepositoryPath> = []
    let clashes = try writing { () throws(FileError) in
      try CaseClash.find(among: checkout.plan.files.map(\.path), in: path)
    }
    for clash in clashes {
      clashing.formUnion(clash.others)
      fetcher.progress(.warning(clash.warning))
    }
    for file in checkout.plan.files {
      if Task.isCancelled { throw .interruption }
      if clashing.contains(file.path) {
        left.append(file)
        continue
      }
      try await tree.put(file) { entry throws(FetchError) in
        try await reading(source) { () async throws(GitError) in
          entry.mode == .symlink
            ? try await remote.content(of: entry) : try await remote.checkoutContent(of: entry, in: checkout.tree)
        }
      }
    }
    return left
  }

  func workTree(_ path: String) throws(FetchError) -> WorkTreeFiles {
    let config = try fetcher.network.parts().config
    let symlinks = try reading(source) { () throws(GitError) in try config.bool("core.symlinks") ?? true }
    return try writing { () throws(FileError) in
      try WorkTreeFiles(path, media: media, hasSymlinks: symlinks)
    }
  }

  func writing<Value>(_ body: () throws(FileError) -> Value) throws(FetchError) -> Value {
    do throws(FileError) { return try body() } catch {
      throw FetchError(workTree: error, doing: "cannot write the clone")
    }
  }
}

extension Cloner.Checkout {
  /// Where `--separate-git-dir` has git's folder among the files.
  func refuseFiles(in gitPath: String) throws(FetchError) {
    let clash = plan.files.first { file in
      let path = file.path.string
      return path.isSame(as: gitPath) || path.rest(below: gitPath) != nil || gitPath.rest(below: path) != nil
    }
    guard let clash else { return }
    throw FetchError(
      .usage, "git's own folder cannot be at `\(gitPath.escapingControls)`",
      causes: ["the repository has the file `\(clash.path)`"], hint: "name another place after `--separate-git-dir`")
  }
}

extension GitFolder.Head {
  /// The full name of the branch.
  var branch: String? {
    if case .branch(let name) = self { name } else { nil }
  }
}

extension RemoteTree {
  /// The plain file of that name at the top.
  func file(_ name: String) -> TreeEntry? {
    entries.first { $0.rawPath.elementsEqual(name.utf8) && $0.mode == .regular }
  }
}
