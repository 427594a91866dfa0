import Files
import Git
import HTTP
import Text

/// What kind of place a source is, as the user or the registry wrote it. What no other rule fits is a git repository.
package enum SourceAddress: Sendable, Hashable {
  /// A repository: its files are those of a commit.
  case git
  /// One file, by its plain address, with its hash where that is known.
  case url(HTTPURL, SHA256Digest?)
  /// A file of this machine, or a folder that is no repository, by its absolute path.
  case local(String)
  /// An object of an S3 store, or all below a prefix.
  case bucket(BucketAddress)
  /// The assets of a release.
  case release(ReleaseAddress)
  /// No place of its own: the registry names an address for each file.
  case mirrors

  /// How a model is told that has no source but addresses of its files. No source that a user writes looks like it.
  static let mirrorsOnly = "mirrors:"

  /// Looks at the file system where the source is a path.
  package init(_ source: String) throws(FetchError) {
    try UnknownFragment.refuse(in: source)
    if source == Self.mirrorsOnly {
      self = .mirrors
    } else if source.begins(with: BucketAddress.scheme) {
      self = .bucket(try BucketAddress(source))
    } else if let fragment = source.plainFragment {
      self = try Self.plainFile(source, fragment)
    } else if let release = ReleaseAddress(source) {
      self = .release(release)
    } else if case .local(let path)? = try? GitLocation(source).absolute, Self.isPlain(path) {
      self = .local(path)
    } else {
      self = .git
    }
  }

  /// Finds what is wrong with a source whatever is on this machine: for those that are only written down.
  static func check(_ source: String) throws(FetchError) {
    try UnknownFragment.refuse(in: source)
    if source.begins(with: BucketAddress.scheme) {
      _ = try BucketAddress(source)
    } else if let fragment = source.plainFragment {
      _ = try plainFile(source, fragment)
    } else if ReleaseAddress(source) == nil {
      try reading(source) { () throws(GitError) in _ = try GitLocation(source) }
    }
  }

  private static func plainFile(_ source: String, _ fragment: Substring) throws(FetchError) -> SourceAddress {
    let name = source.withoutCredentials.escapingControls
    let digest = fragment.rest(after: "sha256=").flatMap { SHA256Digest(hex: $0) }
    guard digest != nil || fragment == "unverified" else {
      throw FetchError(
        .usage, "`\(name)` has a hash that is none",
        causes: ["expected `#sha256=` and 64 lowercase hexadecimal digits behind the URL"])
    }
    do throws(HTTPURLError) { return .url(try HTTPURL(source), digest) } catch {
      throw FetchError(.usage, "cannot use the address `\(name)`", causes: [error.description])
    }
  }

  /// What is there and is no repository. A repository that cannot be read is one nevertheless, and its error is told
  /// later.
  private static func isPlain(_ path: String) -> Bool {
    guard let status = (try? FileStatus.of(path, followingLinks: true)) ?? nil else { return false }
    if status.kind == .file { return true }
    guard status.kind == .folder else { return false }
    do throws(GitError) {
      _ = try GitLocation.local(path).lfsObjectsFolder
      return false
    } catch { return error.code == .repositoryNotFound }
  }

  /// Whether it means one file, so that one that is here will do.
  var isOneFile: Bool {
    if case .url = self { true } else { false }
  }

  var isRepository: Bool {
    if case .git = self { true } else { false }
  }

  var isLocal: Bool {
    if case .local = self { true } else { false }
  }

  /// What the one file of a place is called; nil for all other places, and where the address ends in no name.
  static func fileName(of source: String) -> String? {
    switch try? SourceAddress(source) {
    case .url(let url, _)?: return String(percentEncoded: url.path.behindLastSlash).flatMap(safe)
    case .local(let path)?:
      let isFile = (try? FileStatus.of(path, followingLinks: true))??.kind == .file
      return isFile ? safe(String(path.behindLastSlash)) : nil
    case .bucket(let address)?: return address.isFolder ? nil : safe(address.path(of: address.key))
    case .release(let address)?: return address.asset.flatMap(safe)
    case .git?, .mirrors?, nil: return nil
    }
  }

  private static func safe(_ name: String) -> String? {
    name.has("/") || (try? RepositoryPath(validating: name)) == nil ? nil : name
  }

  /// The name of the source's folders in the cache, without what is secret in the source.
  static func folderName(of source: String) throws(FetchError) -> String {
    switch try SourceAddress(source) {
    case .git, .local: try reading(source) { () throws(GitError) in try GitLocation(source).absolute.folderName }
    case .url(let url, let digest):
      url.description.folderName(uniqueFor: "\(url.string)#\(digest?.hex ?? "unverified")")
    case .bucket(let address): "s3/\(address.bucket)/\(address.key)".folderName(uniqueFor: source)
    case .release(let address): address.key.folderName(uniqueFor: address.key + " " + (address.asset ?? ""))
    case .mirrors: "mirrors"
    }
  }
}

extension String {
  fileprivate var behindLastSlash: Substring { cut(atLast: "/")?.after ?? self[...] }
}
