import Files
import Git
import HTTP
import Text

/// Turns what is wanted into a commit and a list of files, asking as few hosts as possible: nobody when the registry
/// pins everything or the cache remembers; else the repository, in at most three requests.
package struct Resolver: Sendable {
  let cache: Cache
  /// Ask where branches point, even when the cache remembers.
  let refreshes: Bool
  let isOffline: Bool
  /// Whether what a place beside git has now becomes what is known of it.
  var remembersListings = true
  var report: @Sendable (ProgressEvent) -> Void = { _ in }

  package func resolve(_ wanted: Wanted, _ remotes: Remotes) async throws(FetchError) -> Resolution {
    if let pinned = try wanted.pinnedResolution { return pinned }
    let address = try SourceAddress(wanted.source)
    // A file of this machine is sooner looked at than remembered.
    let isSettled = isOffline || ((wanted.isFromRegistry || address.isOneFile) && !refreshes)
    if let remembered = try remembered(wanted, trustingReferences: isSettled && !address.isLocal) { return remembered }
    guard let listing = try await wanted.listing(of: address, remotes) else { return try await ask(wanted, remotes) }
    let known = LearnedHashes(cache)
    let resolution = try wanted.resolution(of: listing).learning { file in
      if let promised = file.promised { return store(promised) }
      return known.hash(of: file)
    }
    for warning in wanted.warnings(of: listing) { report(.warning(warning)) }
    if resolution.isKnown { try remember(resolution, of: wanted) }
    return resolution
  }

  /// The object of that hash, where it is here; then its size is known as well.
  private func store(_ promised: SHA256Digest) -> Learned? {
    let status = (try? FileStatus.of(ObjectStore(cache).path(of: promised))) ?? nil
    return status.map { Learned(digest: promised, size: $0.size) }
  }

  /// Remembers what a place beside git has. A file that was trusted, and had another hash when it was first fetched, is an
  /// error, unless the user has asked for what is there now by `--refresh`.
  func remember(_ resolution: Resolution, of wanted: Wanted) throws(FetchError) {
    guard remembersListings else { return }
    let store = ResolutionStore(cache, sourceName: resolution.sourceName)
    let old = store.listed(wanted, sourceName: resolution.sourceName)?.files ?? []
    let before = Dictionary(old.filter(\.isLearned).map { ($0.path, $0) }) { first, _ in first }
    for file in resolution.files where file.isLearned {
      guard let now = file.digest else { continue }
      guard let first = before[file.path]?.digest else {
        // Nothing of it is fetched, so that nobody else says it.
        if file.size == 0 {
          report(
            .warning(
              "nothing tells what `\(file.path)` of \(wanted.place) should be: it is empty now, and that is trusted"))
        }
        continue
      }
      guard first != now else { continue }
      guard refreshes else {
        throw FetchError(
          .integrity, "`\(file.path)` is not the file any more that was fetched at first",
          causes: ["it had the SHA-256 \(first)", "it has the SHA-256 \(now) now"],
          hint:
            "if it was changed on purpose, `lfsfetch get --refresh \(wanted.model.escapingControls)` takes what it is now"
        )
      }
      report(
        .warning(
          "`\(file.path)` of \(wanted.place) is another file than before: it has the SHA-256 \(now), and had \(first)"))
    }
    try? store.remember(listed: resolution, wanted)
  }

  /// What the cache knows. References are trusted for models of the registry: who asks for a model gets the one
  /// that is there, and `--refresh` looks for a newer one. Who names a repository and a branch means its tip. A plain
  /// file is expected to stay what it is.
  package func remembered(_ wanted: Wanted, trustingReferences: Bool) throws(FetchError) -> Resolution? {
    if let pinned = try wanted.pinnedResolution { return pinned }
    let sourceName = try wanted.sourceName
    let store = ResolutionStore(cache, sourceName: sourceName)
    var commit = wanted.revision.flatMap { ObjectID(hex: $0) }?.hex
    if commit == nil, trustingReferences { commit = store.commit(of: wanted.revision)?.commit }
    let resolution =
      if let commit {
        store.resolution(of: commit, wanted.selection, sourceName: sourceName)
      } else {
        trustingReferences ? store.listed(wanted, sourceName: sourceName) : nil
      }
    return resolution.flatMap { wanted.keepsPromises($0) ? $0 : nil }
  }

  private func ask(_ wanted: Wanted, _ remotes: Remotes) async throws(FetchError) -> Resolution {
    try wanted.checkReach()
    let sourceName = try wanted.sourceName
    let store = ResolutionStore(cache, sourceName: sourceName)
    let remote = try remotes.remote(of: wanted.source, isNamedByUser: wanted.isNamedByUser)
    let resolved = try await reading(wanted.source) { () async throws(GitError) in
      try await remote.resolve(wanted.revision)
    }
    var resolution = store.resolution(of: resolved.commit.hex, wanted.selection, sourceName: sourceName)
    // What was remembered for somebody else may not be what this registry promises; then the tree tells what is wrong.
    if resolution.map(wanted.keepsPromises) != true {
      let tree = try await reading(wanted.source) { () async throws(GitError) in
        try await remote.tree(of: resolved.commit)
      }
      let reader = TreeReader(remote: remote, tree: tree, wanted: wanted)
      resolution = try await reader.read(sourceName: sourceName, reference: resolved.reference)
    }
    guard let resolution, let commit = resolution.commit else {
      throw FetchError(.integrity, "\(wanted.place) gave no commit")
    }
    // A memory that cannot be written costs the next run a request; what must be written fails by itself.
    try? store.remember(resolution, wanted.selection)
    try? store.remember(commit, reference: resolved.reference, of: wanted.revision)
    return resolution
  }
}
