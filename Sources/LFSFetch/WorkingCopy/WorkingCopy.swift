import Files
import Git
import Text

/// A working copy in which `add` and `drop` change which files are there. They work on the index, not on the commit,
/// so that what the user has staged stays.
struct WorkingCopy {
  let fetcher: Fetcher
  let repository: WorkingRepository
  /// That of the work tree.
  let folder: String
  let head: ObjectID
  let remote: GitRemote
  /// As it was read, with the files of the folders of a sparse one.
  let gitIndex: GitIndex
  let index: WorkTreeIndex
  /// What is selected in git's cone mode; nil in any other.
  let cone: Cone?
  /// The paths of the index as a tree: what they need is looked up by it.
  let tree: RemoteTree
  private let remoteName: String
  private let remoteURL: String

  /// The one around the working directory.
  init(_ fetcher: Fetcher) async throws(FetchError) {
    self.fetcher = fetcher
    let parts = try fetcher.network.parts()
    do throws(GitError) {
      repository = try WorkingRepository()
      let (layout, config) = (repository.layout, repository.config)
      guard let workTree = layout.workTree else {
        throw GitError(.repositoryNotFound, "the repository is bare: it has no work tree")
      }
      guard let head = try await repository.head().commit else {
        throw GitError(.emptyRepository, "the repository has no commit yet")
      }
      (folder, self.head) = (workTree, head)
      cone = try Self.cone(layout, config)
      guard let name = Self.remote(in: config), let url = config.string("remote.\(name).url") else {
        throw GitError(
          .config, "the repository has no remote `origin` to fetch from",
          cause: config.remotes.isEmpty
            ? nil : "its remotes are \(config.remotes.map { "`\($0.escapingControls)`" }.joined(separator: ", "))")
      }
      (remoteName, remoteURL) = (name, url)
      let isPartial = try config.bool("remote.\(name).promisor") == true
      remote = try GitRemote(
        url: url, gitFolder: layout.commonFolder, isPartial: isPartial, memory: parts.memory, client: parts.client,
        ssh: parts.ssh, config: parts.config, uploadPack: config.string("remote.\(name).uploadpack"))
      let found = try layout.index()
      if let whole = try await repository.unfolded(found) {
        gitIndex = whole
      } else {
        // The repository was cloned without its folders.
        _ = try await remote.tree(of: head)
        guard let whole = try await repository.unfolded(found) else { throw GitError.foldedIndex }
        gitIndex = whole
      }
      index = try WorkTreeIndex(gitIndex)
    } catch { throw FetchError(repository: error) }
    tree = RemoteTree(
      commit: head,
      entries: index.entries.filter { $0.stage == 0 }.map { TreeEntry(rawPath: $0.path, mode: $0.mode, id: $0.id) })
  }

  /// The remote that has what was left out of the clone; else `origin`, or the only one.
  private static func remote(in config: GitConfig) -> String? {
    let remotes = config.remotes
    let promisor = remotes.first { (try? config.bool("remote.\($0).promisor")) == true }
    return promisor ?? remotes.first { $0.isSame(as: "origin") } ?? (remotes.count == 1 ? remotes[0] : nil)
  }

  private static func cone(
    _ layout: WorkingRepository.Layout, _ config: GitConfig
  ) throws(GitError) -> Cone? {
    guard try config.bool("core.sparseCheckout") == true, try config.bool("core.sparseCheckoutCone") == true else {
      return nil
    }
    guard let patterns = try? readFile(layout.sparsePatternsFile), let cone = Cone(patterns: patterns) else {
      throw GitError(
        .config, "the file `info/sparse-checkout` does not have what git writes there in cone mode",
        cause:
          "`git sparse-checkout set FOLDER...` writes it anew, `git sparse-checkout init --no-cone` leaves the mode")
    }
    return cone
  }

  /// The entries that the user names: paths or globs as seen from the working directory.
  func entries(named paths: [String]) throws(FetchError) -> (globs: [Glob], entries: [WorkTreeIndex.Entry]) {
    var globs: [Glob] = []
    for path in paths { globs.append(try glob(path)) }
    let entries = index.entries.filter { $0.stage == 0 }
    for (glob, path) in zip(globs, paths) where !entries.contains(where: { glob.matches($0.path) }) {
      guard !index.entries.contains(where: { glob.matches($0.path) }) else {
        throw FetchError(
          .usage, "`\(path.escapingControls)` has a conflict that is not resolved",
          hint: "resolve it, and run `git add` on the file")
      }
      if let submodule = entries.first(where: { $0.isSubmodule(around: glob) }) {
        let name = RepositoryPathName.shown(submodule.path)
        throw FetchError(
          .usage, "`\(path.escapingControls)` is in the submodule `\(name)`, which is a repository of its own",
          hint: "run the same command inside it")
      }
      throw FetchError(
        .notFound, "`\(path.escapingControls)` fits no file of the repository",
        hint: NearestName.hint(for: path, among: entries.map { RepositoryPathName.shown($0.path) }))
    }
    return (globs, entries.filter { entry in globs.contains { $0.matches(entry.path) } })
  }

  /// Submodules that the user names themselves, and that were not cloned.
  func unclonedSubmodules(
    named globs: [Glob], among entries: [WorkTreeIndex.Entry], in tree: WorkTreeFiles
  ) throws(FetchError) -> [RepositoryPath] {
    var uncloned: [RepositoryPath] = []
    for entry in entries where entry.mode == .submodule {
      guard globs.contains(where: { $0.pattern.utf8.elementsEqual(entry.place) }), let path = try? entry.safePath
      else { continue }
      if try isEmptyFolder(path, in: tree) { uncloned.append(path) }
    }
    return uncloned
  }

  private func glob(_ path: String) throws(FetchError) -> Glob {
    let absolute = path.absolutePath
    let root = folder.realPath
    // The work tree may be named through a link.
    let names = sequence(first: absolute) { $0.parentFolder }
    let name = names.first { $0.isSame(as: root) } ?? names.first { $0.realPath.isSame(as: root) }
    guard let name, let place = absolute.isSame(as: name) ? "" : absolute.rest(below: name) else {
      throw FetchError(.usage, "`\(path.escapingControls)` is outside of the work tree `\(root.escapingControls)`")
    }
    return Glob(place.isEmpty ? "/**" : folder(named: place) ?? pattern(spelled: String(place)) ?? "/" + place)
  }

  /// The name of a folder that would be a glob means that folder, as that of a file means that file.
  private func folder(named place: Substring) -> String? {
    let path = Array(place.utf8)
    guard path.contains(where: { PathPattern.special.contains($0) }),
      index.entries.contains(where: { $0.path.starts(with: path + [slash]) })
    else { return nil }
    return PathPattern(path).anchored
  }

  /// A name that is not UTF-8 comes with replacement characters, as arguments are text; so it means the file or the
  /// folder whose name is the same as a text. nil where there is none.
  private func pattern(spelled place: String) -> String? {
    guard place.has("\u{FFFD}") else { return nil }
    let slash = UInt8(ascii: "/")
    let depth = place.utf8.count { $0 == slash } + 1
    for entry in index.entries {
      let parts = entry.path.split(separator: slash)
      let path = Array(parts.prefix(depth).joined(separator: [slash]))
      guard String(validating: path, as: UTF8.self) == nil, String(decoding: path, as: UTF8.self).isSame(as: place)
      else { continue }
      return PathPattern(path).anchored
    }
    return nil
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
        sourceName: wanted.model, commit: head.hex, reference: nil, files: plan.objects,
        configuredLFS: try await configuredLFS()))
    let bytes = try await fetcher.bring(model)
    let media = try await media()
    try writing { () throws(FileError) in
      for case .object(let oid) in plan.objects.map(\.content) { try media.link(oid) }
    }
    return bytes
  }

  private func media() async throws(FetchError) -> MediaFolder {
    let settings = LFSSettings(repository.config, lfsconfig: try await lfsconfig())
    return MediaFolder(of: repository.layout, settings, store: fetcher.store)
  }

  /// What the configuration of the clone says of the LFS server, else what the repository says.
  private func configuredLFS() async throws(FetchError) -> String? {
    Endpoint.configured(in: try await lfsconfig().overlaid(with: repository.config), remote: remoteName)
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

  func workTree() async throws(FetchError) -> WorkTreeFiles {
    let media = try await media()
    let symlinks: Bool
    do throws(GitError) { symlinks = try repository.config.bool("core.symlinks") ?? true } catch {
      throw FetchError(repository: error)
    }
    return try writing { () throws(FileError) in
      try WorkTreeFiles(folder, media: media, hasSymlinks: symlinks)
    }
  }

  func writing<Value>(_ body: () throws(FileError) -> Value) throws(FetchError) -> Value {
    do throws(FileError) { return try body() } catch {
      throw FetchError(workTree: error, doing: "cannot change the work tree `\(folder.escapingControls)`")
    }
  }
}

private let slash = UInt8(ascii: "/")

extension WorkTreeIndex.Entry {
  /// The path as the globs of a working copy spell it.
  fileprivate var place: [UInt8] { [slash] + path }

  fileprivate func isSubmodule(around glob: Glob) -> Bool {
    mode == .submodule && glob.pattern.utf8.starts(with: place + [slash])
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
}
