import Git
import HTTP
import Text

/// From a place that is no git repository to the files that are wanted of it.
extension Wanted {
  /// Asks the place for its files.
  func listing(of address: SourceAddress, _ client: HTTPClient) async throws(FetchError) -> Listing {
    switch address {
    case .git: Listing(files: [])
    case .url(let url, let digest): Listing(files: [try await file(at: url, digest, client)])
    }
  }

  private func file(at url: HTTPURL, _ digest: SHA256Digest, _ client: HTTPClient) async throws(FetchError)
    -> Listing.Entry
  {
    if let revision {
      throw FetchError(
        .usage, "\(place) has no revision `\(revision.escapingControls)`", causes: ["it is a plain file"])
    }
    guard let name = SourceAddress.fileName(inURL: source), let path = try? RepositoryPath(validating: name) else {
      throw FetchError(.usage, "\(place) ends in no name that a file could have")
    }
    var size = pinned[name]?.size
    if size == nil { size = try await FileFacts.of(url, isNamedByUser: isNamedByUser, client).size }
    guard let size else {
      throw FetchError(
        .network, "\(url.origin.name) does not tell the size of \(place)",
        hint: "name it in a registry file, as the `size` of the object `\(name.escapingControls)`")
    }
    return Listing.Entry(path: path, size: size, digest: digest, source: .url(url, isNamedByUser: isNamedByUser))
  }

  /// The wanted files of a listing.
  func resolution(of listing: Listing) throws(FetchError) -> Resolution {
    let state = listing.version.map { "the version is \($0.escapingControls)" }
    let chosen = try selected(of: listing.files, state: state) { $0.path.bytes }
    var files: [SelectedFile] = []
    var direct: [SHA256Digest: [Source]] = [:]
    for file in chosen {
      if let promised = pinned[file.path.string], promised.oid != file.digest { throw mismatch(file, promised) }
      // An empty file is never fetched, so that nothing else would find this out.
      if file.size == 0, file.digest != SHA256.hash([]) { throw emptiness(file) }
      let isExecutable = pinned[file.path.string]?.isExecutable ?? false
      files.append(
        SelectedFile(
          path: file.path, mode: isExecutable ? .executable : .regular, oid: file.digest, size: file.size))
      direct[file.digest, default: []].append(file.source)
    }
    var resolution = Resolution(sourceName: try sourceName, commit: nil, reference: listing.version, files: files)
    resolution.direct = direct
    return resolution
  }

  private func mismatch(_ file: Listing.Entry, _ promised: PinnedObject) -> FetchError {
    FetchError(
      .integrity, "`\(file.path)` of \(place) is not what the registry promises",
      causes: ["the registry promises the SHA-256 \(promised.oid)", "its address says \(file.digest)"])
  }

  private func emptiness(_ file: Listing.Entry) -> FetchError {
    FetchError(
      .integrity, "`\(file.path)` of \(place) is empty",
      causes: ["it should have the SHA-256 \(file.digest), which an empty file does not have"])
  }
}
