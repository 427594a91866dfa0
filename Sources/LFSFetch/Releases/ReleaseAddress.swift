import Git
import HTTP
import Text

/// A release of GitHub or GitLab, by the address of its page: its assets are the files.
///
/// `https://HOST/OWNER/REPOSITORY/releases/tag/TAG`, `…/releases/latest` and `…/releases/download/TAG/ASSET` are GitHub's
/// way of writing, which the GitHubs of one's own have, too; `https://HOST/GROUP/PROJECT/-/releases/TAG` and
/// `…/-/releases/permalink/latest` are GitLab's.
package struct ReleaseAddress: Sendable, Hashable {
  enum Forge: Sendable, Hashable { case gitHub, gitLab }

  let forge: Forge
  /// The address of the host, without a path.
  let host: HTTPURL
  /// `OWNER/REPOSITORY`, or the groups and the project.
  let project: String
  /// nil is the latest.
  let tag: String?
  /// The one that is wanted.
  let asset: String?

  /// nil for all other addresses.
  init?(_ text: String) {
    guard text.begins(with: "https://") || text.begins(with: "http://"), text.has("/releases/"),
      let url = try? HTTPURL(text), url.query == nil
    else { return nil }
    var parts: [String] = []
    for part in url.path.words(at: "/") {
      guard let decoded = String(percentEncoded: part) else { return nil }
      parts.append(decoded)
    }
    host = url.replacingPath(with: "/")
    if let dash = parts.firstIndex(of: "-"), dash >= 2, parts.count > dash + 2, parts[dash + 1] == "releases" {
      let place = parts[(dash + 2)...].joined(separator: "/")
      forge = .gitLab
      project = parts[..<dash].joined(separator: "/")
      tag = place == "permalink/latest" ? nil : place
      asset = nil
      return
    }
    guard parts.count >= 4, parts[2] == "releases" else { return nil }
    forge = .gitHub
    project = parts[0] + "/" + parts[1]
    switch (parts[3], parts.count) {
    case ("latest", 4): (tag, asset) = (nil, nil)
    case ("latest", 6) where parts[4] == "download": (tag, asset) = (nil, parts[5])
    case ("tag", 5...): (tag, asset) = (parts[4...].joined(separator: "/"), nil)
    case ("download", 6...):
      (tag, asset) = (parts[4...].dropLast().joined(separator: "/"), parts.last)
    default: return nil
    }
  }

  /// The page, and the glob behind the first `:` of the path.
  static func split(_ text: String) -> (page: String, glob: String?)? {
    guard let authority = text.authorityStart, let path = text[authority...].cut(at: "/")?.after else { return nil }
    let parts = path.cut(at: ":")
    let page = String(text[..<(parts?.before.endIndex ?? text.endIndex)])
    guard ReleaseAddress(page) != nil else { return nil }
    return (page, parts.map { String($0.after) })
  }

  /// The name in the cache; the same for all ways to write it.
  var key: String { host.origin.description + "/" + project + "/releases/" + (tag ?? "latest") }

  /// Where the forge is asked about the project. `GITHUB_API_URL` tells it of the GitHub that `GITHUB_SERVER_URL` names.
  func projectAPI(variable: (String) -> String?) throws(HTTPURLError) -> HTTPURL {
    switch forge {
    case .gitLab: return host.replacingPath(with: "/api/v4/projects/" + project.percentEncoded())
    case .gitHub:
      let server = variable("GITHUB_SERVER_URL").flatMap { try? HTTPURL($0) }?.origin.description ?? Self.gitHub
      var api = host.replacingPath(with: "/api/v3")
      if host.origin.description == Self.gitHub { api = try HTTPURL("https://api.github.com") }
      if host.origin.description == server, let text = variable("GITHUB_API_URL")?.trimmingBlanks, !text.isEmpty {
        api = try HTTPURL(text)
      }
      let folder = api.path.hasSuffix("/") ? String(api.path.dropLast()) : api.path
      return api.replacingPath(with: folder + "/repos/" + project.percentEncoded(keepingSlashes: true))
    }
  }

  private static let gitHub = "https://github.com"

  /// Below the address of the project.
  var releasePath: String {
    guard let tag else { return forge == .gitHub ? "/releases/latest" : "/releases/permalink/latest" }
    return (forge == .gitHub ? "/releases/tags/" : "/releases/") + tag.percentEncoded()
  }
}
