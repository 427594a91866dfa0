import Git
import HTTP
import Text

/// From a release to the files that are wanted of it.
extension Wanted {
  func listing(of address: ReleaseAddress, _ remotes: Remotes) async throws(FetchError) -> Listing {
    let api: HTTPURL
    do throws(HTTPURLError) { api = try address.projectAPI(variable: remotes.variable) } catch {
      throw FetchError(.usage, "cannot use `GITHUB_API_URL`", causes: [error.description])
    }
    let client = ReleaseClient(
      client: try remotes.client, address: address, api: try remotes.rewritten(api), isNamedByUser: isNamedByUser,
      name: source)
    let (tag, assets) = try await client.release()
    guard !assets.isEmpty else {
      throw FetchError(.notFound, "\(place) has no assets", causes: ["its tag is \(tag.escapingControls)"])
    }
    if let asset = address.asset, !assets.contains(where: { $0.name.isSame(as: asset) }) {
      throw FetchError(
        .notFound, "\(place) has no asset `\(asset.escapingControls)`",
        hint: NearestName.hint(for: asset, among: assets.map(\.name.escapingControls)))
    }
    var entries: [Listing.Entry] = []
    for asset in assets where address.asset?.isSame(as: asset.name) ?? true {
      guard let path = try? RepositoryPath(validating: asset.name), !asset.name.has("/") else {
        throw FetchError(
          .usage, "no file can be called like the asset `\(asset.name.escapingControls)` of \(place)")
      }
      guard !entries.contains(where: { $0.path == path }) || !selection.contains(path.bytes) else {
        throw FetchError(
          .network, "\(place) has two assets that are called `\(path)`",
          causes: ["nothing tells which of them is meant"],
          hint: "name one by its own address, with `#sha256=HEX` or `#unverified` behind it")
      }
      if let entry = try await entry(asset, path, address, api, remotes) { entries.append(entry) }
    }
    return Listing(version: tag, files: entries)
  }

  /// nil for one that is not wanted, and of which more would have to be asked.
  private func entry(
    _ asset: ReleaseAsset, _ path: RepositoryPath, _ address: ReleaseAddress, _ api: HTTPURL, _ remotes: Remotes
  ) async throws(FetchError) -> Listing.Entry? {
    let isOwn = asset.url.origin == address.host.origin || asset.url.origin == api.origin
    let source = Source.url(asset.url, isNamedByUser: isNamedByUser && isOwn)
    let promised = pinned[path.string]
    let content: Listing.Content
    if let digest = asset.digest, let size = asset.size {
      content = .known(digest, size: size)
    } else if let digest = promised?.oid, let size = asset.size ?? promised?.size {
      content = .known(digest, size: size)
    } else if selection.contains(path.bytes) {
      var facts = try await remotes.facts(of: asset.url, isNamedByUser: isNamedByUser && isOwn)
      if let announced = asset.size {
        // That no file is so large is told by itself.
        if let size = facts.size, size != announced, announced <= Pointer.largestObject {
          throw otherSize(asset, announced, size)
        }
        facts = FileFacts(size: announced, validator: facts.validator)
      }
      content = Listing.Content(asset.url, facts, promised: promised?.oid)
    } else {
      return nil
    }
    return Listing.Entry(path: path, content: content, source: source)
  }

  private func otherSize(_ asset: ReleaseAsset, _ announced: Int64, _ found: Int64) -> FetchError {
    FetchError(
      .integrity, "`\(asset.name.escapingControls)` of \(place) is not the file that the release announces",
      causes: ["the release says that it has \(announced) bytes", "\(asset.url.origin.name) has one of \(found)"])
  }
}
