import HTTP
import Text

/// Something that proves to a host who the user is.
///
/// Its description is not what it holds, so that no message can give it away by accident.
package struct Credential: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
  package enum Content: Sendable, Hashable {
    case password(String, of: String)
    /// A token is proof enough; where it must travel as a password, `user` is the name that goes with it.
    case token(String, user: String)
    /// What a credential helper says is to follow the scheme that it names.
    case value(String, scheme: String)
  }

  package let content: Content

  package init(_ content: Content) { self.content = content }

  package var description: String { "a credential" }
  package var debugDescription: String { description }

  /// The value of `Authorization`. Git and LFS servers want a token as a password, all else wants it as it is, unless
  /// the host says that it understands only the other way. Nil where it understands neither.
  package func authorization(for url: HTTPURL, challenges: [String] = []) -> String? {
    let known = challenges.filter { $0 == "basic" || $0 == "bearer" }
    guard challenges.isEmpty || !known.isEmpty || isValue else { return nil }
    switch content {
    case .password(let password, let user):
      return known.isEmpty || known.contains("basic") ? Self.basic(user, password) : nil
    case .token(let token, let user):
      let wanted = url.isOfGitServer ? "basic" : "bearer"
      let scheme = known.isEmpty || known.contains(wanted) ? wanted : known[0]
      return scheme == "basic" ? Self.basic(user, token) : "Bearer " + token
    case .value(let value, let scheme): return scheme + " " + value
    }
  }

  private var isValue: Bool {
    if case .value = content { true } else { false }
  }

  private static func basic(_ user: String, _ password: String) -> String {
    "Basic " + base64("\(user):\(password)".utf8)
  }
}

extension HTTPURL {
  private static let services = ["/info/refs", "/git-upload-pack", "/info/lfs"]

  /// Whether it is an address of git's protocol, or of LFS's.
  var isOfGitServer: Bool { gitServiceStart != nil }

  /// The path of the repository whose git or LFS server this is, without slashes at its ends; else the whole path.
  var repositoryPath: String {
    let whole = gitServiceStart.map { path[..<$0] } ?? path[...]
    return String(Substring(whole.utf8.drop { $0 == UInt8(ascii: "/") }).withoutLastSlashes)
  }

  private var gitServiceStart: String.Index? {
    for service in Self.services {
      guard let range = path.ranges(of: service).last else { continue }
      if range.upperBound == path.endIndex || path[range.upperBound] == "/" { return range.lowerBound }
    }
    return nil
  }
}
