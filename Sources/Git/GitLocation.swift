import Files
import HTTP
import Text

/// Where a repository is: at an HTTP server, behind ssh, or in a folder of this machine. All else is not spoken here.
package enum GitLocation: Sendable, Equatable {
  case http(HTTPURL)
  case ssh(SSHAddress)
  /// A path as it was given.
  case local(String)

  package init(_ text: String) throws(GitError) {
    guard !text.isEmpty else { throw GitError(.invalidURL, "the address of the repository is empty") }
    guard !text.utf8.contains(0) else {
      throw GitError(.invalidURL, "the address of the repository contains a NUL byte")
    }
    guard let (scheme, rest) = GitLocation.split(text) else {
      self = SSHAddress.colonOfShortForm(text) == nil ? .local(text) : .ssh(try SSHAddress(short: text))
      return
    }
    switch scheme {
    case "http", "https":
      let url: HTTPURL
      do throws(HTTPURLError) {
        url = try HTTPURL(text)
      } catch {
        throw GitError(.invalidURL, "the address of the repository is not usable", cause: error.description)
      }
      // Git would send it with no request, and it may be a secret, which must not get into names and messages.
      guard url.query == nil else {
        throw GitError(.invalidURL, "the address of a repository cannot have a query (`?…`)")
      }
      self = .http(url)
    case "file":
      self = .local(try GitLocation.localPath(rest))
    case _ where SSHAddress.schemes.contains(scheme): self = .ssh(try SSHAddress(url: rest))
    default: throw GitLocation.unsupported(text, "`\(scheme.escapingControls)`")
    }
  }

  /// Whether the text has a form that is git's for ssh; whether it is a usable address is another question.
  static func isSSH(_ text: String) -> Bool {
    guard let (scheme, _) = split(text) else { return SSHAddress.colonOfShortForm(text) != nil }
    return SSHAddress.schemes.contains(scheme)
  }

  /// `scheme://rest`, or a helper's `scheme::rest`.
  private static func split(_ text: String) -> (scheme: String, rest: Substring)? {
    func isLetter(_ byte: UInt8) -> Bool { 0x61...0x7a ~= byte | 0x20 }
    guard let (scheme, rest) = text.cut(at: ":"), let first = scheme.utf8.first, isLetter(first),
      scheme.utf8.allSatisfy({ isLetter($0) || 0x30...0x39 ~= $0 || "+-.".utf8.contains($0) })
    else { return nil }
    guard let place = rest.rest(after: "//") ?? (rest.begins(with: ":") ? rest : nil) else { return nil }
    return (scheme.inLowerCase, place)
  }

  private static func unsupported(_ text: String, _ transport: String) -> GitError {
    // The user part may hold a password, and the query another secret.
    let address = text.cut(at: "?")?.before ?? text[...]
    let shown = address.cut(atLast: "@")?.after ?? address
    return GitError(
      .unsupportedTransport,
      "`\(String(shown).escapingControls)` is reached over \(transport), which is not supported: "
        + "use the repository's https address")
  }

  /// Behind `file://` stands a host, which can only be this machine, and a path from `/` (RFC 8089). Of another host's
  /// files, those of the same path here would be others.
  private static func localPath(_ rest: Substring) throws(GitError) -> String {
    let host = Substring(rest.utf8.prefix { $0 != UInt8(ascii: "/") })
    let path = rest.dropFirst(host.count)
    guard host.isEmpty || host.lowercased() == "localhost", !path.isEmpty else {
      // Before the host there may be a password.
      let shown = host.utf8.split(separator: UInt8(ascii: "@")).last.map { Substring($0) } ?? ""
      throw GitError(
        .invalidURL, "`file://\(String(shown + path).escapingControls)` names no file of this machine",
        cause: "a path from `/` follows the two slashes, as in `file:///srv/model.bin`"
          + (shown.isEmpty ? "" : "; `\(String(shown).escapingControls)` would be a host"))
    }
    return try percentDecoded(path)
  }

  private static func percentDecoded(_ text: Substring) throws(GitError) -> String {
    guard let path = String(percentEncoded: text), !path.utf8.contains(0) else {
      throw GitError(.invalidURL, "`file://\(String(text).escapingControls)` is not a valid address")
    }
    return path
  }
}

extension String {
  /// Nil where a `%` is not followed by two digits.
  package init?(percentEncoded text: some StringProtocol) {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
        return nil
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    self.init(decoding: bytes, as: UTF8.self)
  }
}

extension GitLocation {
  /// One text for one repository, without credentials: what the cache is named by.
  var canonical: String {
    var text: String
    switch self {
    case .http(let url): text = url.string
    case .ssh(let address): text = address.canonical
    case .local(let path): text = "file://" + path
    }
    text = String(text.withoutLastSlashes)
    return text.rest(before: ".git").map(String.init) ?? text
  }

  /// The same place, whatever the working directory is.
  package var absolute: GitLocation {
    if case .local(let path) = self { .local(path.absolutePath) } else { self }
  }

  /// Where a repository of this machine keeps its LFS objects; nil for one at a server.
  package var lfsObjectsFolder: String? {
    get throws(GitError) {
      guard case .local(let path) = self else { return nil }
      return try LocalRepository(at: path).lfsObjectsFolder
    }
  }

  /// For people.
  package var name: String {
    switch self {
    case .http(let url): url.description.escapingControls
    case .ssh(let address): address.name.escapingControls
    case .local(let path): path.escapingControls
    }
  }

  /// The name of the repository's folder in the cache: legible, and unique by a digest of the canonical address.
  package var folderName: String { canonical.folderName(uniqueFor: canonical) + ".git" }
}

extension String {
  /// A name for a folder that belongs to an address: legible, and unique by a digest of `whole`, which may have parts
  /// that are not to be read.
  package func folderName(uniqueFor whole: String) -> String {
    let digest = ObjectID.digest(of: Array(whole.utf8)).hex.prefix(16)
    let legible = utf8.drop { $0 != UInt8(ascii: "/") }.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"):
        Character(Unicode.Scalar(byte))
      default: Character("-")
      }
    }
    return String(String(legible.drop { $0 == "-" || $0 == "." }).suffix(80)) + "-" + digest
  }
}
