import Files
import Git
import HTTP
import Text

/// Fetches a registry layer that another host has: a file of a web server, or of a git repository.
package struct LayerDownload: Sendable {
  package let network: Network
  package let cache: LayerCache

  private static let largestFile = 16 << 20

  package init(_ network: Network) {
    self.network = network
    cache = LayerCache(network.cache)
  }

  /// Puts it into the cache; returns what it is pinned by from now on.
  package func fetch(_ layer: RegistryLoader.RemoteLayer) async throws(FetchError) -> String {
    let (bytes, pin) =
      switch layer.address {
      case .file: ([UInt8](), "")
      case .web(let url, let digest): try await file(url, digest, isNamedByUser: layer.kind != .project)
      case .repository(let request): try await file(of: request, isNamedByUser: layer.kind != .project)
      }
    // A layer with a fault is told now, and is not kept.
    _ = try RegistryLayer.parse(bytes, name: layer.address.description, kind: layer.kind)
    do throws(FileError) {
      try network.cache.create()
      try cache.store(bytes, of: layer.address)
    } catch {
      throw FetchError(file: error, doing: "cannot keep the registry `\(layer.address.description.escapingControls)`")
    }
    return pin
  }

  private func file(
    _ text: String, _ digest: SHA256Digest?, isNamedByUser: Bool
  ) async throws(FetchError) -> ([UInt8], String) {
    let name = text.withoutCredentials.escapingControls
    let what = "cannot fetch the registry `\(name)`"
    let parts = try network.parts()
    let url: HTTPURL
    do throws(HTTPURLError) { url = try HTTPURL(parts.config.rewriting(text)) } catch {
      throw FetchError(.usage, what, causes: [error.description])
    }
    try check(url, what)
    var request = HTTPRequest(.get, url)
    if !isNamedByUser { request.configuredHeaders = .scoped }
    let response: HTTPResponse
    do throws(HTTPError) { response = try await parts.client.send(request, limit: Self.largestFile) } catch {
      throw FetchError(http: error, doing: what)
    }
    guard response.status == 200 else {
      let host = response.url.origin.name
      switch response.status {
      case _ where response.isTooManyRequests:
        throw FetchError(
          .network, what, causes: ["\(host) answered \(response.status)", "too many requests"],
          hint: "wait, and try again")
      case 401, 403:
        throw FetchError(
          .authentication, what, causes: ["\(host) answered \(response.status)"], hint: .credentials(for: text))
      case 404, 410: throw FetchError(.notFound, what, causes: ["\(host) answered \(response.status)"])
      default: throw FetchError(.network, what, causes: ["\(host) answered \(response.status)"])
      }
    }
    let found = SHA256.hash(response.body)
    if let digest, digest != found {
      throw FetchError(
        .integrity, "the registry `\(name)` is not the one that it is pinned to",
        causes: ["its bytes have the SHA-256 \(found)", "the pin says \(digest)"],
        hint: "if it was changed on purpose, change the pin")
    }
    return (response.body, "sha256=\(found.hex)")
  }

  private func file(
    of request: ModelRequest, isNamedByUser: Bool
  ) async throws(FetchError) -> ([UInt8], String) {
    guard case .repository(let source) = request.target, let path = request.path else { return ([], "") }
    let what = "cannot fetch the registry `\(request.text.escapingControls)`"
    let config = try network.parts().config
    if let url = try? HTTPURL(config.rewriting(source)) { try check(url, what) }
    let remote = try Remotes(network).remote(of: source, isNamedByUser: isNamedByUser)
    return try await reading(source) { () async throws(GitError) in
      let commit = try await remote.resolve(request.revision).commit
      let tree = try await remote.tree(of: commit)
      guard let entry = tree.entries.first(where: { $0.rawPath.elementsEqual(path.utf8) && $0.mode != .symlink }) else {
        throw GitError(.revisionNotFound, "the commit \(commit) has no file `\(path.escapingControls)`")
      }
      try await remote.load([entry], of: tree)
      return (try await remote.content(of: entry), tree.commit.hex)
    }
  }

  /// What names models must not be changed on its way.
  private func check(_ url: HTTPURL, _ what: String) throws(FetchError) {
    let isLoopback = url.host == "localhost" || url.host == "[::1]" || url.host.begins(with: "127.")
    guard url.scheme == "https" || isLoopback else {
      throw FetchError(
        .usage, what, causes: ["http is not protected against changes on the way"], hint: "use https")
    }
  }
}
