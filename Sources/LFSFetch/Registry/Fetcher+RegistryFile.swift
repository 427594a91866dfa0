import Git
import JSON
import Text

/// The commands that change a registry file.
extension Fetcher {
  /// The file that is changed when none is named: the project's, where there is one, else the user's.
  public static func registryFile(_ configuration: FetcherConfiguration) -> String {
    let places = configuration.registryPlaces
    return places.project ?? places.user ?? RegistryPlaces.projectFile
  }

  /// Reads the repository and writes a model into the file, with its commit, and the hash and size of each LFS object.
  public func addModel(
    _ name: String, _ request: ModelRequest, to path: String
  ) async throws(FetchError) -> RegistryChange {
    guard RegistryReader.isName(name) else {
      throw FetchError(
        .usage, "`\(name.escapingControls)` is no name for a model", hint: "use letters, digits, `.`, `_` and `-`")
    }
    let source = try request.registrySource
    var file = try RegistryFile(path)
    let files = [request.path ?? SourceAddress.fileName(of: source) ?? "*"]
    let wanted = Wanted(
      model: name, source: source, revision: request.revision, selection: Selection(include: files), main: nil,
      pinned: [:], isFromRegistry: false)
    let resolution = try await fresh(wanted, Remotes(network)).hashingLocalFiles()
    let objects = RenewedFacts.objects(of: resolution)
    tellOfHashes(in: resolution, of: name)
    // Only repositories have branches; what a release calls itself is a part of its address.
    let branch = resolution.commit == nil ? nil : resolution.shortReference
    let only = objects.count == 1 ? objects.first?.key.text : resolution.files.count == 1 ? files[0] : nil
    try file.add(
      name,
      .object([
        ("source", .string(writtenSource(source, in: path))), ("branch", branch.map { .string($0) }),
        ("revision", resolution.commit.map { .string($0) }), ("files", .array(files.map { .string($0) })),
        (
          "main",
          only.flatMap { path in resolution.files.contains { $0.path.string.isSame(as: path) } ? .string(path) : nil }
        ),
        ("objects", objects.isEmpty ? nil : RenewedFacts.json(objects)),
      ]))
    try file.save()
    var change = RegistryChange(file: path, model: name)
    change.commit = resolution.commit
    change.branch = branch
    change.files = resolution.files.count
    change.added = objects.keys.sorted().map(\.text)
    change.bytes = resolution.commit == nil ? resolution.totalSize : objects.values.totalSize { $0.size }
    return change
  }

  /// A path beneath the folder of the file is written as seen from there, so that it holds for every checkout.
  private func writtenSource(_ source: String, in file: String) -> String {
    guard source.begins(with: "/"), let folder = file.absolutePath.parentFolder?.realPath else { return source }
    let written = source.realPath.written(in: folder)
    if written.begins(with: "/"), file.absolutePath == configuration.registryPlaces.project {
      progress(
        .warning(
          "`\(source.escapingControls)` is a path of this machine outside of the project; others who have "
            + "`\(RegistryPlaces.projectFile)` do not have it"))
    }
    return written.begins(with: "/") ? source : written
  }

  /// What is pinned is held to; whoever relies on it is told where that is not so, or on whose word it is.
  private func tellOfHashes(in resolution: Resolution, of model: String) {
    for file in resolution.files {
      let name = file.path.string.escapingControls
      if file.firstUse != nil {
        progress(
          .warning(
            "nothing tells what `\(name)` should be, so that no hash of it is written: what comes at the first "
              + "`lfsfetch get \(model)` is trusted; `lfsfetch lock \(model)` writes its SHA-256 down"))
      } else if file.isLearned, let digest = file.digest {
        progress(.warning(.trusted(name, digest)))
      }
    }
  }

  /// Takes a model, a preset or an alias out of the file.
  public func removeFromRegistry(_ name: String, in path: String) throws(FetchError) -> String {
    var file = try RegistryFile(path)
    guard let removed = try file.remove(name) else { throw notInFile(name, path) }
    try file.save()
    switch removed {
    case .model: return "the model `\(name)`"
    case .preset: return "the preset `\(name)`"
    case .alias(let model): return "the alias `\(name)` of `\(model)`"
    }
  }

  public func addAliases(_ aliases: [String], to name: String, in path: String) throws(FetchError) {
    var file = try RegistryFile(path)
    guard try file.add(aliases: aliases, to: name) else { throw notInFile(name, path) }
    try file.save()
  }

  private func notInFile(_ name: String, _ path: String) -> FetchError {
    let origin = (registry.find(name)?.name ?? name).escapingControls
    let layer = registry.statements(of: origin).first?.layer.name
    return FetchError(
      .notFound, "`\(name.escapingControls)` is not in `\(path.escapingControls)`",
      hint: layer.map { "it comes from `\($0.escapingControls)`; `--registry FILE` says which file to change" }
        ?? "`lfsfetch list` shows the names that are known")
  }

  func fresh(_ wanted: Wanted, _ remotes: Remotes) async throws(FetchError) -> Resolution {
    try prepareCache()
    return try await lookingResolver.resolve(wanted, remotes)
  }

  /// What it finds goes into a registry file, and not into the memory of what was trusted here.
  var lookingResolver: Resolver {
    var resolver = Resolver(cache: cache, refreshes: true, isOffline: configuration.offline, report: progress)
    resolver.remembersListings = false
    return resolver
  }
}

extension String {
  /// That a hash goes into a registry file which nothing confirms.
  static func trusted(_ file: String, _ digest: SHA256Digest) -> String {
    "the SHA-256 of `\(file)` that is pinned, \(digest), is that of the bytes which came here; nothing else confirms it"
  }
}

/// What became of a model in a registry file.
public struct RegistryChange: Sendable, Equatable {
  public let file: String
  public let model: String
  /// What the revision was before; nil for a new model, or where there was none.
  public internal(set) var previous: String?
  public internal(set) var commit: String?
  /// The branch or tag that the commit is of.
  public internal(set) var branch: String?
  /// How many files are selected.
  public internal(set) var files = 0
  /// The size of the LFS objects among them; where the place is no repository, of all.
  public internal(set) var bytes: Int64 = 0
  /// The paths of LFS objects.
  public internal(set) var added: [String] = []
  public internal(set) var changed: [String] = []
  public internal(set) var removed: [String] = []

  public var isChange: Bool { previous != commit || !(added.isEmpty && changed.isEmpty && removed.isEmpty) }
}

extension ModelRequest {
  /// The address as it gets into a file that others may read, and that is read from other folders.
  fileprivate var registrySource: String {
    get throws(FetchError) {
      guard case .repository(let source) = target else {
        throw FetchError(
          .usage, "`\(text.escapingControls)` is the name of a model, where a repository's URL is wanted",
          hint: "a repository is given as URL[@REVISION][:PATH-OR-GLOB], or as a path that begins with `/` or `./`")
      }
      guard source == source.withoutCredentials else {
        throw FetchError(
          .usage, "the URL of `\(text.escapingControls)` holds credentials or a query",
          causes: ["it would stand in a file that others may read"],
          hint: "give them in git's configuration: `http.<url>.extraHeader`")
      }
      if source.begins(with: ".") { return source.absolutePath }
      return source
    }
  }
}

extension Resolution {
  var shortReference: String? { reference?.shortReference }
}

extension String {
  /// `main` of `refs/heads/main`.
  var shortReference: String {
    for prefix in ["refs/heads/", "refs/tags/"] { if let name = rest(after: prefix) { return String(name) } }
    return self
  }
}
