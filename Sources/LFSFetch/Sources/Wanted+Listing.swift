import Git
import HTTP
import Text

/// From a place that is no git repository to the files that are wanted of it.
extension Wanted {
  /// Asks the place for its files; nil for a repository.
  func listing(of address: SourceAddress, _ remotes: Remotes) async throws(FetchError) -> Listing? {
    if case .git = address { return nil }
    if let revision {
      throw FetchError(
        .usage, "\(place) has no revision `\(revision.escapingControls)`", causes: ["it is no repository"])
    }
    switch address {
    case .git: return nil
    case .url(let url, let digest): return Listing(files: [try await file(at: url, digest, remotes)])
    case .local(let path):
      let listing = try LocalFiles.listing(of: path)
      guard !isNamedByUser, let reach else { return listing }
      return try await reach.proving(listing, selection)
    case .bucket(let address): return try await listing(of: address, remotes)
    case .release(let address): return try await listing(of: address, remotes)
    case .mirrors: return Listing(files: try await filesAtMirrors(remotes))
    }
  }

  private func file(
    at url: HTTPURL, _ digest: SHA256Digest?, _ remotes: Remotes
  ) async throws(FetchError) -> Listing.Entry {
    guard let name = SourceAddress.fileName(of: source), let path = try? RepositoryPath(validating: name) else {
      throw FetchError(.usage, "\(place) ends in no name that a file could have")
    }
    let promised = pinned[name]
    let content = try await content(at: url, digest ?? promised?.oid, size: promised?.size, remotes)
    return Listing.Entry(path: path, content: content, source: .url(url, isNamedByUser: isNamedByUser))
  }

  /// What is not promised, the host is asked for.
  private func content(
    at url: HTTPURL, _ digest: SHA256Digest?, size: Int64?, _ remotes: Remotes, isOneOfSeveral: Bool = false
  ) async throws(FetchError) -> Listing.Content {
    if let digest, let size { return .known(digest, size: size) }
    let facts = try await remotes.facts(of: url, isNamedByUser: isNamedByUser, isOneOfSeveral: isOneOfSeveral)
    return Listing.Content(url, facts, promised: digest)
  }

  private func filesAtMirrors(_ remotes: Remotes) async throws(FetchError) -> [Listing.Entry] {
    var entries: [Listing.Entry] = []
    for (key, object) in pinned.sorted(by: { $0.key < $1.key }) where selection.contains(Array(key.text.utf8)) {
      let name = key.text
      let path = try reading(name) { () throws(GitError) in try RepositoryPath(validating: name) }
      let (content, url) = try await file(atMirrorsOf: object, remotes)
      entries.append(
        Listing.Entry(path: path, content: content, source: .url(url, isNamedByUser: isNamedByUser)))
    }
    return entries
  }

  /// The first mirror that answers counts. When none does, the first one's reason is told.
  private func file(
    atMirrorsOf object: PinnedObject, _ remotes: Remotes
  ) async throws(FetchError) -> (Listing.Content, HTTPURL) {
    var failure: FetchError?
    for (index, url) in object.mirrors.enumerated() {
      let isLast = index + 1 == object.mirrors.count
      do throws(FetchError) {
        return (
          try await content(at: url, object.oid, size: object.size, remotes, isOneOfSeveral: !isLast), url
        )
      } catch {
        if error.code == .interrupted { throw error }
        failure = failure ?? error
      }
    }
    throw failure ?? FetchError(.notFound, "\(place) has a file without an address")
  }

  /// The wanted files of a listing.
  func resolution(of listing: Listing) throws(FetchError) -> Resolution {
    let state = listing.version.map { "the version is \($0.escapingControls)" }
    var files: [SelectedFile] = []
    var direct: [SHA256Digest: [Source]] = [:]
    try refuseMissing(of: listing)
    for entry in try selected(of: listing.files, state: state, path: { $0.path.bytes }) {
      guard (0...Pointer.largestObject).contains(entry.content.size ?? 0) else { throw impossibleSize(entry) }
      let promised = pinned[entry.path.string]
      let mode: FileMode = entry.isExecutable || promised?.isExecutable == true ? .executable : .regular
      var file: SelectedFile
      switch try content(of: entry, promised) {
      case .known(let oid, let size): file = SelectedFile(path: entry.path, mode: mode, oid: oid, size: size)
      case .unknown(let firstUse): file = SelectedFile(path: entry.path, mode: mode, firstUse)
      case .empty:
        file = SelectedFile(path: entry.path, mode: mode, oid: .ofNothing, size: 0)
        file.isLearned = promised?.oid == nil
      }
      files.append(file)
      if let oid = file.object ?? file.firstUse?.key { direct[oid, default: []].append(entry.source) }
    }
    var resolution = Resolution(sourceName: try sourceName, commit: nil, reference: listing.version, files: files)
    resolution.direct = direct
    return resolution
  }

  /// What a file is by the listing and by what the registry promises.
  private func content(of entry: Listing.Entry, _ promised: PinnedObject?) throws(FetchError) -> Listing.Content {
    switch entry.content {
    case .empty:
      if let oid = promised?.oid, oid != .ofNothing { throw emptiness(entry, oid) }
      return entry.content
    case .known(let digest, let size):
      if let oid = promised?.oid, oid != digest { throw mismatch(entry, oid, digest) }
      // An empty file is never fetched, so that nothing else would find this out.
      if size == 0, digest != .ofNothing { throw emptiness(entry, digest) }
      return entry.content
    case .unknown(let firstUse):
      if let oid = promised?.oid, let size = firstUse.size { return .known(oid, size: size) }
      // Who knows its hash has its bytes already; nobody else gets them by way of somebody else's file.
      if firstUse.isLocal, !isNamedByUser { throw strangersWish(entry) }
      return entry.content
    }
  }

  private func mismatch(_ entry: Listing.Entry, _ promised: SHA256Digest, _ found: SHA256Digest) -> FetchError {
    FetchError(
      .integrity, "`\(entry.path)` of \(place) is not what the registry promises",
      causes: ["the registry promises the SHA-256 \(promised)", "its address says \(found)"], hint: pinHint)
  }

  private func impossibleSize(_ entry: Listing.Entry) -> FetchError {
    FetchError(
      .network, "`\(entry.path)` of \(place) has a size that no file has",
      causes: ["its host says that it has \(entry.content.size ?? 0) bytes"])
  }

  private func emptiness(_ entry: Listing.Entry, _ digest: SHA256Digest) -> FetchError {
    FetchError(
      .integrity, "`\(entry.path)` of \(place) is empty",
      causes: ["it should have the SHA-256 \(digest), which an empty file does not have"], hint: pinHint)
  }

  /// The repositories of this machine are no more for a stranger to name than its files; those that came with the file
  /// that names them are.
  func checkReach() throws(FetchError) {
    guard !isNamedByUser, case .local(let path)? = (try? GitLocation(source))?.absolute,
      reach?.isInFolder(path) != true
    else { return }
    throw FetchError(
      .usage, "\(place) is a repository of this machine that only somebody else's file names",
      causes: [
        reach == nil
          ? "the registry of a project may name files of this machine only with their SHA-256"
          : "a lock may name only what lies beneath its own folder"
      ],
      hint: reach == nil ? "name the path yourself, or in a registry file of your own" : strangersHint)
  }

  private func strangersWish(_ entry: Listing.Entry) -> FetchError {
    FetchError(
      .usage, "`\(entry.path)` of \(place) is a file of this machine that only somebody else's file names",
      causes: ["the registry of a project, or a lock, may name such files only with their SHA-256"], hint: strangersHint
    )
  }

  private var strangersHint: String {
    if let reach {
      "`\(reach.renewal) \(model.escapingControls)`, with its name, takes what it is now"
    } else {
      "name the path yourself, or in a registry file of your own"
        + (isFromRegistry ? "; `lfsfetch registry update \(shownModel)` writes the SHA-256 into a project's" : "")
    }
  }
}
