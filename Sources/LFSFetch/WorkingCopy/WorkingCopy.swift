import Files
import Git
import Text

/// A working copy in which `add` and `drop` change which files are there. They work on the index, not on the commit,
/// so that what the user has staged stays.
struct WorkingCopy {
  let fetcher: Fetcher
  let location: WorkTreeLocation
  let remote: GitRemote
  let index: WorkTreeIndex
  /// The paths of the index as a tree: what they need is looked up by it.
  let tree: RemoteTree
  private let remoteURL: String

  /// The one around the working directory.
  init(_ fetcher: Fetcher) throws(FetchError) {
    self.fetcher = fetcher
    let parts = try fetcher.network.parts()
    do throws(GitError) {
      location = try WorkTreeLocation()
      let config = location.config
      if try config.bool("core.sparseCheckout") == true, try config.bool("core.sparseCheckoutCone") == true {
        throw GitError(
          .config, "this work tree is sparse in git's cone mode, which knows whole folders only",
          cause: "use `git sparse-checkout`, or leave the mode with `git sparse-checkout init --no-cone`")
      }
      index = try WorkTreeIndex(readingFrom: location.indexFile)
      guard let url = config.string("remote.origin.url") else {
        throw GitError(.config, "the repository has no remote `origin` to fetch from")
      }
      remoteURL = url
      let isPartial = try config.bool("remote.origin.promisor") == true
      remote = try GitRemote(
        url: url, gitFolder: location.commonFolder, isPartial: isPartial, memory: parts.memory, client: parts.client,
        ssh: parts.ssh,
        config: parts.config)
    } catch { throw FetchError(workingCopy: error) }
    tree = RemoteTree(
      commit: location.head,
      entries: index.entries.filter { $0.stage == 0 }.map { TreeEntry(rawPath: $0.path, mode: $0.mode, id: $0.id) })
  }

  /// The entries that the user names: paths or globs as seen from the working directory.
  func entries(named paths: [String]) throws(FetchError) -> (globs: [Glob], entries: [WorkTreeIndex.Entry]) {
    var globs: [Glob] = []
    for path in paths { globs.append(try glob(path)) }
    let entries = index.entries.filter { $0.stage == 0 }
    for (glob, path) in zip(globs, paths) where !entries.contains(where: { glob.matches($0.path) }) {
      throw FetchError(
        .notFound, "`\(path.escapingControls)` fits no file of the repository",
        hint: NearestName.hint(for: path, among: entries.map { RepositoryPathName.shown($0.path) }))
    }
    return (globs, entries.filter { entry in globs.contains { $0.matches(entry.path) } })
  }

  private func glob(_ path: String) throws(FetchError) -> Glob {
    let absolute = path.absolutePath
    let root = location.workTree.realPath
    guard let place = absolute.isSame(as: root) ? "" : absolute.rest(below: root) else {
      throw FetchError(.usage, "`\(path.escapingControls)` is outside of the work tree `\(root.escapingControls)`")
    }
    return Glob(place.isEmpty ? "/**" : "/" + place)
  }

  /// The content of what is wanted, in the clone and in the store.
  func plan(_ entries: [WorkTreeIndex.Entry]) async throws(FetchError) -> WorkTreePlan {
    let wanted = entries.map { TreeEntry(rawPath: $0.path, mode: $0.mode, id: $0.id) }
    return try await reading(remoteURL) { () async throws(GitError) in
      try await remote.load(wanted, of: tree)
      return try await WorkTreePlan(wanted, of: tree, remote) { _ in true }
    }
  }

  /// Brings the objects of the plan into the store and the clone. Returns how many bytes came over the network, and how
  /// many were here.
  func bringObjects(of plan: WorkTreePlan) async throws(FetchError) -> (downloaded: Int64, reused: Int64) {
    guard !plan.objects.isEmpty else { return (0, 0) }
    let wanted = Wanted(
      model: remoteURL.withoutCredentials, source: remoteURL, revision: nil,
      selection: Selection(include: [], exclude: []), main: nil, pinned: [:], isFromRegistry: false)
    var model = ModelInProgress(request: try ModelRequest("./"))
    model.understood(wanted)
    model.resolved(
      Resolution(
        sourceName: wanted.model, commit: location.head.hex, reference: nil, files: plan.objects,
        configuredLFS: try await configuredLFS()))
    let bytes = try await fetcher.bring(model)
    let objects = MediaFolder(of: location.commonFolder, store: fetcher.store)
    try writing { () throws(FileError) in
      for case .object(let oid) in plan.objects.map(\.content) { try objects.link(oid) }
    }
    return bytes
  }

  /// What the configuration of the clone says of the LFS server, else what the repository says.
  private func configuredLFS() async throws(FetchError) -> String? {
    if let configured = Endpoint.configured(in: location.config) { return configured }
    return Endpoint.configured(in: try await lfsconfig())
  }

  /// The repository's own settings for git-lfs.
  func lfsconfig() async throws(FetchError) -> GitConfig {
    guard let entry = tree.file(".lfsconfig") else { return GitConfig() }
    return try await reading(remoteURL) { () async throws(GitError) in
      try await remote.load([entry], of: tree)
      return try GitConfig(parsing: try await remote.content(of: entry), name: ".lfsconfig")
    }
  }

  /// As git would write it.
  func bytes(of entry: TreeEntry) async throws(FetchError) -> [UInt8] {
    try await reading(remoteURL) { () async throws(GitError) in
      entry.mode == .symlink
        ? try await remote.content(of: entry) : try await remote.checkoutContent(of: entry, in: tree)
    }
  }

  func workTree() throws(FetchError) -> WorkTreeFiles {
    let symlinks: Bool
    do throws(GitError) { symlinks = try location.config.bool("core.symlinks") ?? true } catch {
      throw FetchError(workingCopy: error)
    }
    return try writing { () throws(FileError) in
      try WorkTreeFiles(location.workTree, store: fetcher.store, hasSymlinks: symlinks)
    }
  }

  func writing<Value>(_ body: () throws(FileError) -> Value) throws(FetchError) -> Value {
    do throws(FileError) { return try body() } catch {
      throw FetchError(workTree: error, doing: "cannot change the work tree `\(location.workTree.escapingControls)`")
    }
  }
}

/// How messages name a path of the index.
enum RepositoryPathName {
  static func shown(_ path: [UInt8]) -> String { String(decoding: path, as: UTF8.self).escapingControls }
}

extension FetchError {
  /// Something about a folder of the user's.
  init(workTree error: FileError, doing message: String) {
    self.init(file: error, doing: message)
    if error.isNotPermitted { hint = "check who owns the folder" }
  }

  /// Something about the repository that is worked in.
  init(workingCopy error: GitError) {
    let causes = error.cause.map { [$0] } ?? []
    switch error.code {
    case .repositoryNotFound:
      self.init(.notFound, error.message, causes: causes, hint: "go into a folder of a clone")
    case .emptyRepository, .missingObject, .revisionNotFound: self.init(.notFound, error.message, causes: causes)
    case .config, .invalidURL, .unsupportedTransport: self.init(.usage, error.message, causes: causes)
    case .disk, .notOwned: self.init(.disk, error.message, causes: causes)
    default: self.init(.integrity, error.message, causes: causes)
    }
  }
}
