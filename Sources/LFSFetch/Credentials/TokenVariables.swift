import Git
import HTTP
import Text

/// Tokens in environment variables. Each is for the hosts that it was made for, and goes to no other.
struct TokenVariables: Sendable {
  /// Looks a variable up.
  let variable: @Sendable (String) -> String?

  /// The token for a host, and the variable that it stands in.
  func token(for origin: Origin) -> (credential: Credential, name: String)? {
    if let name = Self.name(for: origin), let text = value(name) {
      // Hosts that go by the name of the user get it before a colon, as everywhere else.
      guard let (user, token) = text.cut(at: ":") else { return (.token(text), name) }
      return (Credential(.password(String(token), of: String(user))), name)
    }
    for (name, hosts, user) in known where hosts.contains(origin) {
      if let token = value(name) { return (Credential(.token(token, user: user)), name) }
    }
    return nil
  }

  /// The variables of others, with the hosts that they are for and the name that goes with the token where it must
  /// travel as a password.
  private var known: [(name: String, hosts: Set<Origin>, user: String)] {
    let hub: Set = [Self.origin("huggingface.co"), Self.origin(value("HF_ENDPOINT"))]
    let github: Set = [Self.origin("github.com"), Self.origin("api.github.com")]
    // In the actions of a GitHub of one's own, the token is for that.
    let server = Self.origin(value("GITHUB_SERVER_URL"))
    let isOwn = server != nil && server != Self.origin("github.com")
    return [
      ("HF_TOKEN", Set(hub.compactMap { $0 }), "user"),
      ("GH_TOKEN", Set(github.compactMap { $0 }), "x-access-token"),
      ("GITHUB_TOKEN", isOwn ? Set([server].compactMap { $0 }) : Set(github.compactMap { $0 }), "x-access-token"),
      ("GITLAB_TOKEN", Set([Self.origin(value("GITLAB_HOST") ?? "gitlab.com")].compactMap { $0 }), "oauth2"),
    ]
  }

  private func value(_ name: String) -> String? {
    guard let text = variable(name) else { return nil }
    let trimmed = text.trimmingBlanks
    return trimmed.isEmpty || trimmed.hasControls ? nil : trimmed
  }

  /// Of a URL, or of a host alone.
  private static func origin(_ text: String?) -> Origin? {
    guard let text else { return nil }
    return try? HTTPURL(text.has("://") ? text : "https://" + text).origin
  }

  /// `LFSFETCH_TOKEN_` and the host in upper case: a dot becomes `_`, a hyphen `__`, and a port other than the usual one
  /// stands at the end after `_`. No two hosts have the same variable: a token for `models.example.com` must not go to
  /// whoever owns `models-example.com`. Nil for what cannot be written so.
  static func name(for origin: Origin) -> String? {
    var name = "LFSFETCH_TOKEN_"
    for byte in origin.host.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): name.unicodeScalars.append(Unicode.Scalar(byte - 0x20))
      case UInt8(ascii: "0")...UInt8(ascii: "9"): name.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: "."): name += "_"
      case UInt8(ascii: "-"): name += "__"
      default: return nil
      }
    }
    let isUsual = origin.port == (origin.scheme == "https" ? 443 : 80)
    return isUsual ? name : name + "_\(origin.port)"
  }
}

extension Credential {
  /// A token for a host of which nothing is known: all that are known take any name beside it.
  static func token(_ text: String) -> Credential { Credential(.token(text, user: "x-access-token")) }
}

extension String {
  /// Without white space at its ends.
  package var trimmingBlanks: String {
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0d).contains($0) }
    guard let first = utf8.firstIndex(where: { !isBlank($0) }), let last = utf8.lastIndex(where: { !isBlank($0) })
    else { return "" }
    return String(self[first...last])
  }

  /// A line break in a credential would be a second line wherever it is written to.
  package var hasControls: Bool { utf8.contains { $0 < 0x20 || $0 == 0x7f } }
}
