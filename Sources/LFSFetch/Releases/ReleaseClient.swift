import Git
import HTTP
import JSON
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Asks a forge what a release has.
///
/// https://docs.github.com/en/rest/releases/releases
/// https://docs.gitlab.com/api/releases/
struct ReleaseClient: Sendable {
  let client: HTTPClient
  let address: ReleaseAddress
  /// Of the project.
  let api: HTTPURL
  let isNamedByUser: Bool
  /// As the user wrote it.
  let name: String

  /// The release's tag and its assets.
  func release() async throws(FetchError) -> (tag: String, assets: [ReleaseAsset]) {
    let json = try await ask(api.replacingPath(with: api.path + address.releasePath))
    let isPrivate = try await isPrivate()
    do throws(JSONError) {
      let tag = try json.required("tag_name").string()
      var assets: [ReleaseAsset] = []
      switch address.forge {
      case .gitHub:
        for asset in try json.required("assets").elements() {
          assets.append(try ReleaseAsset(gitHub: asset, isPrivate: isPrivate))
        }
      case .gitLab:
        for link in try json["assets"]?["links"]?.elements() ?? [] { assets.append(try ReleaseAsset(gitLab: link)) }
      }
      return (tag, assets)
    } catch {
      throw FetchError(
        .network, what, causes: ["the answer of \(api.origin.name) cannot be used: \(error.description)"],
        hint: "check that the host is a GitHub or a GitLab")
    }
  }

  /// Assets of private repositories have another address. Who has no token cannot have seen one.
  private func isPrivate() async throws(FetchError) -> Bool {
    guard address.forge == .gitHub, client.goesAheadWithCredentials(request(api)) else { return false }
    let project = try await ask(api)
    return (try? project["private"]?.bool()) ?? false
  }

  private func request(_ url: HTTPURL) -> HTTPRequest {
    var request = HTTPRequest(
      .get, url,
      headers: address.forge == .gitHub
        ? ["Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"]
        : ["Accept": "application/json"])
    request.configuredHeaders = isNamedByUser ? .all : .scoped
    return request
  }

  private func ask(_ url: HTTPURL) async throws(FetchError) -> JSON {
    let response: HTTPResponse
    do throws(HTTPError) { response = try await client.send(request(url)) } catch {
      throw FetchError(http: error, doing: what)
    }
    guard response.status == 200 else { throw refusal(response) }
    do throws(JSONError) { return try JSON.parse(response.body) } catch {
      throw FetchError(
        .network, what, causes: ["the answer of \(api.origin.name) is no JSON: \(error.description)"],
        hint: "check that the host is a GitHub or a GitLab")
    }
  }

  private var what: String { "cannot read the release `\(name.withoutCredentials.escapingControls)`" }

  private func refusal(_ response: HTTPResponse) -> FetchError {
    let said = (try? JSON.parse(response.body)["message"]?.string()).flatMap { $0 }.map { ": " + $0.prefix(200) } ?? ""
    let cause = "\(response.url.origin.name) answered \(response.status)\(said)".escapingControls
    let token = String.credentials(for: address.host.origin.description)
    if response.headers["x-ratelimit-remaining"] == "0", [403, 429].contains(response.status) {
      let limit = response.headers["x-ratelimit-limit"].flatMap { Int($0) }.map { " of \($0) an hour" } ?? ""
      let end = response.headers["x-ratelimit-reset"].flatMap { Int64($0) }.map { " until \(Self.clock($0))" } ?? ""
      return FetchError(
        .network, what, causes: [cause, "the requests\(limit) that \(api.origin.name) allows are used up\(end)"],
        hint: "wait, or \(token)")
    }
    switch response.status {
    case 401, 403: return FetchError(.authentication, what, causes: [cause], hint: token)
    case 404:
      return FetchError(
        .notFound, what, causes: [cause],
        hint: "check the address; a private repository also answers like this without a token: \(token)")
    default: return FetchError(.network, what, causes: [cause])
    }
  }

  /// `14:05 UTC`.
  private static func clock(_ time: Int64) -> String {
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let minutes = (time / 60 % 1440 + 1440) % 1440
    return "\(two(minutes / 60)):\(two(minutes % 60)) UTC"
  }
}

/// A file of a release.
struct ReleaseAsset: Sendable, Equatable {
  let name: String
  /// nil where the forge does not tell.
  let size: Int64?
  let digest: SHA256Digest?
  let url: HTTPURL

  init(gitHub json: JSON, isPrivate: Bool) throws(JSONError) {
    name = try json.required("name").string()
    let size = try json.required("size").integer()
    guard size >= 0 else { throw JSONError("a size cannot be negative", at: json.position) }
    self.size = size
    let prefix = "sha256:"
    let digest = try? json["digest"]?.string()
    self.digest = digest.flatMap { $0.rest(after: prefix).flatMap { SHA256Digest(hex: $0) } }
    url = try Self.url(json.required(isPrivate ? "url" : "browser_download_url"))
  }

  /// Whose address is the forge's own permanent one; the file itself may be anywhere.
  init(gitLab json: JSON) throws(JSONError) {
    let title = try json.required("name").string()
    let address = if let direct = json["direct_asset_url"] { direct } else { try json.required("url") }
    url = try Self.url(address)
    // Its title may be any text.
    let last = url.path.words(at: "/").last.flatMap { String(percentEncoded: $0) } ?? title
    name = (try? RepositoryPath(validating: title)) == nil || title.has("/") ? last : title
    (size, digest) = (nil, nil)
  }

  private static func url(_ json: JSON) throws(JSONError) -> HTTPURL {
    do throws(HTTPURLError) { return try HTTPURL((try? json.string()) ?? "") } catch {
      throw JSONError("expected an http or https URL: \(error)", at: json.position)
    }
  }
}
