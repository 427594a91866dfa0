import Git
import HTTP
import Text

/// From a bucket to the files that are wanted of it.
extension Wanted {
  func listing(of address: BucketAddress, _ remotes: Remotes) async throws(FetchError) -> Listing {
    let settings = try AWSSettings(variable: remotes.variable)
    let place = try BucketPlace(address, settings, isNamedByUser: isNamedByUser)
    let client = BucketClient(
      client: try remotes.client, place: place, address: source, unusedSource: settings.unusedSource)
    guard address.isFolder else {
      let object = try await client.head(address.key)
      return Listing(files: [entry(object, try path(of: object, address), place)].compactMap { $0 })
    }
    let objects = try await client.list(prefix: address.key).filter { !$0.isFolderMark }
    guard !objects.isEmpty else {
      throw FetchError(
        .notFound, "\(self.place) holds nothing", hint: "check the prefix: it must end where a folder ends")
    }
    var paths: [ExactText: RepositoryPath] = [:]
    for object in objects { paths[object.key] = try path(of: object, address) }
    // A hash is asked for only where nothing tells it yet.
    let open = objects.filter { object in
      guard let path = paths[object.key] else { return false }
      return object.size > 0 && selection.contains(path.bytes) && pinned[path.string]?.oid == nil
    }
    let known = Dictionary(
      try await client.withDigests(open).map { (ExactText($0.key), $0) }, uniquingKeysWith: { first, _ in first })
    return Listing(
      files: objects.compactMap { object in
        entry(known[object.key] ?? object, paths[object.key], place)
      })
  }

  /// nil for a key that no file can be named by, and that is not wanted.
  private func path(of object: BucketObject, _ address: BucketAddress) throws(FetchError) -> RepositoryPath? {
    let name = address.path(of: object.key)
    if let path = try? RepositoryPath(validating: name) { return path }
    guard address.isFolder, !selection.contains(Array(name.utf8)) else {
      throw FetchError(
        .usage, "no file can be called like the key `\(object.key.escapingControls)` of \(place)",
        hint: address.isFolder ? "leave it out with `--exclude`" : nil)
    }
    return nil
  }

  private func entry(_ object: BucketObject, _ path: RepositoryPath?, _ place: BucketPlace) -> Listing.Entry? {
    guard let path else { return nil }
    let url = place.url(of: object.key)
    let content: Listing.Content
    if let digest = object.digest {
      content = .known(digest, size: object.size)
    } else if object.size == 0 {
      content = .empty
    } else {
      content = .unknown(FirstUse(of: url, FileFacts(size: object.size, validator: object.etag)))
    }
    return Listing.Entry(path: path, content: content, source: .bucket(url, place.signing))
  }
}

extension BucketAddress {
  /// Of the file that an object becomes.
  func path(of key: String) -> String {
    String((isFolder ? key.rest(after: self.key) : key.words(at: "/").last) ?? "")
  }
}

extension Fetcher {
  /// Where each file is by the user's settings as they are now: what is remembered and written into locks has none.
  func sources(of files: [SelectedFile], in address: BucketAddress, _ wanted: Wanted) throws(FetchError)
    -> [SHA256Digest: Source]
  {
    let settings = try AWSSettings(variable: configuration.variable)
    let place = try BucketPlace(address, settings, isNamedByUser: wanted.isNamedByUser)
    var sources: [SHA256Digest: Source] = [:]
    for file in files {
      guard let oid = file.object ?? file.firstUse?.key else { continue }
      let key = address.isFolder ? address.key + file.path.string : address.key
      sources[oid] = .bucket(place.url(of: key), place.signing)
    }
    return sources
  }
}
