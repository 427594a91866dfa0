import Files
import Git
import HTTP
import Text

/// What kind of place a source is, as the user or the registry wrote it. What no other rule fits is a git repository.
package enum SourceAddress: Sendable, Hashable {
  /// A repository: its files are those of a commit.
  case git
  /// One file, by its plain address, and its hash.
  case url(HTTPURL, SHA256Digest)

  package init(_ source: String) throws(FetchError) {
    guard let fragment = source.plainFragment else {
      self = .git
      return
    }
    let name = source.withoutCredentials.escapingControls
    guard let digest = SHA256Digest(hex: fragment.dropFirst("sha256=".count)) else {
      throw FetchError(
        .usage, "`\(name)` has a hash that is none",
        causes: ["expected `#sha256=` and 64 lowercase hexadecimal digits behind the URL"])
    }
    do throws(HTTPURLError) { self = .url(try HTTPURL(source), digest) } catch {
      throw FetchError(.usage, "cannot use the address `\(name)`", causes: [error.description])
    }
  }

  /// Whether it can only ever mean the same file, so that one that is here will do.
  var isOneFile: Bool {
    switch self {
    case .git: false
    case .url: true
    }
  }

  /// What the file of a plain address is called; nil for all other addresses, and where the URL ends in no name.
  static func fileName(inURL source: String) -> String? {
    guard case .url(let url, _)? = try? SourceAddress(source),
      let name = String(percentEncoded: url.path.drop(through: "/")),
      !name.contains("/"), (try? RepositoryPath(validating: name)) != nil
    else { return nil }
    return name
  }

  /// The name of the source's folders in the cache, without what is secret in the source.
  static func folderName(of source: String) throws(FetchError) -> String {
    switch try SourceAddress(source) {
    case .git: try reading(source) { () throws(GitError) in try GitLocation(source).absolute.folderName }
    case .url(let url, let digest): url.description.folderName(uniqueFor: "\(url.string)#\(digest)")
    }
  }
}

extension String {
  /// What stands behind the last `separator`.
  fileprivate func drop(through separator: Character) -> Substring {
    lastIndex(of: separator).map { self[index(after: $0)...] } ?? self[...]
  }
}
