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

  package func resolve(_ wanted: Wanted, _ remotes: Remotes) async throws(FetchError) -> Resolution {
    if let pinned = try wanted.pinnedResolution { return pinned }
    let address = try SourceAddress(wanted.source)
    let isSettled = wanted.isFromRegistry || address.isOneFile
    if let remembered = try remembered(wanted, trustingReferences: isOffline || (isSettled && !refreshes)) {
      return remembered
    }
    if case .git = address { return try await ask(wanted, remotes) }
    let listing = try await wanted.listing(of: address, try remotes.client)
    let resolution = try wanted.resolution(of: listing)
    try? ResolutionStore(cache, sourceName: resolution.sourceName).remember(listed: resolution, wanted)
    return resolution
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
    if let commit { return store.resolution(of: commit, wanted.selection, sourceName: sourceName) }
    return trustingReferences ? store.listed(wanted, sourceName: sourceName) : nil
  }

  private func ask(_ wanted: Wanted, _ remotes: Remotes) async throws(FetchError) -> Resolution {
    let sourceName = try wanted.sourceName
    let store = ResolutionStore(cache, sourceName: sourceName)
    let remote = try remotes.remote(of: wanted.source, isNamedByUser: wanted.isNamedByUser)
    let resolved = try await reading(wanted.source) { () async throws(GitError) in
      try await remote.resolve(wanted.revision)
    }
    var resolution = store.resolution(of: resolved.commit.hex, wanted.selection, sourceName: sourceName)
    if resolution == nil {
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
