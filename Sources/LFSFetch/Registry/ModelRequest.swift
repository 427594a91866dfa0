import Files
import Git
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What the user asked for: a name of the registry, or a repository with perhaps a revision and a path.
///
/// `NAME` or `NAME:VARIANT` is a model of the registry.
///
/// `URL[@REVISION][:PATH-OR-GLOB]`: in the path part of the URL, the path or glob begins after the first `:`, and
/// the revision after an `@` before that; see `startOfRevision`. User names, passwords and ports stand before the path part
/// and stay what they are. Where a repository's path itself has such a character, it is written `%40` or `%3A`.
///
/// `URL#sha256=HEX` or `URL#unverified` is a plain file, which has neither revision nor path: the URL is taken as it is.
///
/// `s3://BUCKET/KEY[:GLOB]` is an object or a folder of an S3 store; see `BucketAddress`.
///
/// `https://…/releases/tag/TAG[:GLOB]` is a release of GitHub or GitLab; see `ReleaseAddress`.
///
/// `hf://…` is a repository of Hugging Face; see `HuggingFaceAddress`.
public struct ModelRequest: Sendable, Hashable {
  /// As it was given, but without credentials: for names and messages.
  public let text: String
  public var revision: String?
  /// Globs of what is wanted; they replace the registry's own list.
  public var include: [String] = []
  public var exclude: [String] = []
  /// Whether it was read from a file, which may be somebody else's, and not typed.
  var isFromFile = false
  /// Which files of this machine the lock that it was read from may name.
  var reach: LocalReach?

  enum Target: Sendable, Hashable {
    case name(String)
    case repository(String)
  }

  private(set) var target: Target
  /// Of a name: which of the model's variants.
  public internal(set) var variant: String?
  /// The revision in the text itself.
  let ownRevision: String?
  /// The path or glob of the text itself.
  let path: String?

  public init(_ text: String) throws(FetchError) {
    let text = text.withLowercaseScheme
    try Self.refuseLoneSlash(text)
    self.text = text.withoutCredentials
    if text.begins(with: HuggingFaceAddress.scheme) {
      let address = try HuggingFaceAddress(text)
      target = .repository(address.repository)
      (path, ownRevision, revision) = (address.path, address.revision, address.revision)
      return
    }
    if text.begins(with: BucketAddress.scheme) {
      let parts = BucketAddress.split(text)
      if parts.glob == "" { throw Self.empty("path", in: self.text) }
      if let glob = parts.glob { try BucketAddress.refuseSettings(in: glob, of: text) }
      target = .repository(parts.place)
      (path, ownRevision) = (parts.glob, nil)
      return
    }
    guard let pathStart = Self.startOfPath(text) else {
      let words = (text.cut(at: ":").map { [$0.before, $0.after] } ?? [text[...]]).map(String.init)
      guard words.allSatisfy(RegistryReader.isName) else {
        throw FetchError(
          .usage, "`\(self.text.escapingControls)` is neither a model's name nor a repository's URL",
          hint: "a repository is given as URL[@REVISION][:PATH-OR-GLOB], or as a path that begins with `/` or `./`")
      }
      target = .name(words[0])
      variant = words.count == 2 ? words[1] : nil
      (path, ownRevision) = (nil, nil)
      return
    }
    guard text.plainFragment == nil else {
      target = .repository(text)
      (path, ownRevision) = (nil, nil)
      return
    }
    if let release = ReleaseAddress.split(text) {
      if release.glob == "" { throw Self.empty("path", in: self.text) }
      try UnknownFragment.refuse(in: text, namingRepository: release.page)
      target = .repository(release.page)
      (path, ownRevision) = (release.glob, nil)
      return
    }
    var repository = text[...]
    if let (place, glob) = text[pathStart...].cut(at: ":") {
      path = String(glob)
      repository = text[..<place.endIndex]
      if path == "" { throw Self.empty("path", in: self.text) }
    } else {
      path = nil
    }
    if let at = Self.startOfRevision(in: repository, pathStart) {
      ownRevision = String(repository.unicodeScalars[at...].dropFirst())
      repository = repository[..<at]
      if ownRevision == "" { throw Self.empty("revision", in: self.text) }
    } else {
      ownRevision = nil
    }
    revision = ownRevision
    try UnknownFragment.refuse(in: text, namingRepository: repository)
    target = .repository(String(repository))
  }

  /// The same with a relative path seen from a folder; its text stays.
  func read(in folder: String) -> ModelRequest {
    guard case .repository(let source) = target else { return self }
    var request = self
    request.target = .repository(source.read(in: folder))
    return request
  }

  /// The text that says the same in a file of a folder.
  func text(in folder: String) -> String {
    guard case .repository(let source) = target, text.utf8.starts(with: source.utf8) else { return text }
    let place = source.writtenAsName(in: folder)
    let rest = String(decoding: text.utf8.dropFirst(source.utf8.count), as: UTF8.self)
    // A dot before a colon or an `@` would be a host.
    return (place == "." && !rest.isEmpty ? "./" : place) + rest
  }

  /// A git repository by its address alone, as git reads it: a path where there is something, and nothing in it is a
  /// revision or a file.
  package init(repository address: String, revision: String?) {
    text = address.withoutCredentials
    target = .repository(access(address, F_OK) == 0 ? address.realPath : address)
    (path, ownRevision) = (nil, nil)
    self.revision = revision
  }

  /// `s3:/bucket/key` would be the host `s3`, asked over ssh.
  private static func refuseLoneSlash(_ text: String) throws(FetchError) {
    for scheme in ["s3", "hf", "file", "http", "https"]
    where text.begins(with: scheme + ":") && text.has("/") && !text.begins(with: scheme + "://") {
      throw FetchError(
        .usage, "`\(text.withoutCredentials.escapingControls)` is no address",
        hint: "two slashes follow the colon: `\(scheme)://…`")
    }
  }

  private static func empty(_ what: String, in text: String) -> FetchError {
    FetchError(.usage, "`\(text.escapingControls)` has an empty \(what)")
  }

  /// Where the path part of a URL or path begins; nil for a name.
  private static func startOfPath(_ text: String) -> String.Index? {
    if let authority = text.authorityStart {
      return text[authority...].utf8.firstIndex(of: UInt8(ascii: "/")) ?? text.endIndex
    }
    if text == "." || text == ".." || ["/", "./", "../"].contains(where: { text.begins(with: $0) }) {
      return text.startIndex
    }
    // git's short form for ssh, `user@host:path`.
    guard let colon = SSHAddress.colonOfShortForm(text),
      text[..<colon].has("@") || text[..<colon].has("]") || text[colon...].has("/")
    else { return nil }
    return text.utf8.index(after: colon)
  }
}
