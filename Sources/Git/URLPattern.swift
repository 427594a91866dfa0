import HTTP
import Text

/// The `<url>` of `http.<url>.<key>`, matched as git does: the scheme and the port must be the same, the host too,
/// save that `*` stands for one label of it; the path must be the same or lead to it; a user must be the same where
/// the pattern names one. https://git-scm.com/docs/git-config#Documentation/git-config.txt-httplturlgt
struct URLPattern: Equatable {
  /// How well a pattern fits, the greater the better: host before path before user.
  struct Fit: Comparable {
    var hostLength = 0
    var pathLength = 0
    var hasUser = false

    static func < (left: Fit, right: Fit) -> Bool {
      (left.hostLength, left.pathLength, left.hasUser ? 1 : 0)
        < (right.hostLength, right.pathLength, right.hasUser ? 1 : 0)
    }
  }

  private let scheme: String
  private let user: String?
  private let labels: [Substring]
  private let port: Int
  /// Without a slash at its end.
  private let path: String

  /// Nil for what is no URL with a scheme and a host.
  init?(_ text: some StringProtocol) {
    guard let (scheme, afterScheme) = String(text).cut(at: ":"), let rest = afterScheme.rest(after: "//") else {
      return nil
    }
    self.scheme = scheme.inLowerCase
    let end = rest.utf8.firstIndex { "/?#".utf8.contains($0) } ?? rest.endIndex
    var authority = rest[..<end]
    path = URLPattern.normalised(rest[end...])
    if let (name, host) = authority.cut(atLast: "@") {
      user = URLPattern.decoded(name.cut(at: ":")?.before ?? name) { _ in true }
      authority = host
    } else {
      user = nil
    }
    var host = authority
    var port = self.scheme == "https" ? 443 : self.scheme == "http" ? 80 : 0
    if let (name, digits) = authority.cut(atLast: ":"), !digits.has("]") {
      host = name
      if let number = Int(digits) { port = number }
    }
    guard !host.isEmpty else { return nil }
    self.port = port
    labels = host.inLowerCase.fields(at: ".")
  }

  var namesOriginAlone: Bool { path.isEmpty && user == nil }

  /// Nil when the pattern does not fit.
  func fit(to url: HTTPURL) -> Fit? {
    fit(
      scheme: url.scheme, port: url.port, labels: url.host.fields(at: "."),
      user: url.user, path: URLPattern.normalised(url.path))
  }

  /// The same for an address of any scheme.
  func fit(to other: URLPattern) -> Fit? {
    fit(scheme: other.scheme, port: other.port, labels: other.labels, user: other.user, path: other.path)
  }

  private func fit(scheme: String, port: Int, labels: [Substring], user: String?, path: String) -> Fit? {
    guard self.scheme == scheme, self.port == port, self.labels.count == labels.count,
      zip(self.labels, labels).allSatisfy({ $0 == "*" || $0.isSame(as: $1) }),
      self.user.map({ user?.isSame(as: $0) == true }) ?? true
    else { return nil }
    guard self.path.isEmpty || path.isSame(as: self.path) || path.begins(with: self.path + "/") else { return nil }
    // An exact name is longer than any pattern for it, because `*` counts for nothing.
    let hostLength = self.labels.reduce(0) { $0 + ($1 == "*" ? 0 : $1.utf8.count) } + self.labels.count
    return Fit(hostLength: hostLength, pathLength: self.path.utf8.count, hasUser: self.user != nil)
  }

  /// Letters and digits are never percent-encoded, escapes are in upper case, and no slash is at the end.
  private static func normalised(_ path: some StringProtocol) -> String {
    let path = Substring(String(path).utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
    let normalised = decoded(path) { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        true
      default: false
      }
    }
    return String(normalised.withoutLastSlashes)
  }

  /// `text` with the escapes decoded that `condition` approves of.
  private static func decoded(_ text: some StringProtocol, where condition: (UInt8) -> Bool) -> String {
    var output: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%"), rest.count >= 2 else {
        output.append(byte)
        continue
      }
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      if let value = UInt8(digits, radix: 16), condition(value) {
        output.append(value)
      } else {
        output.append(byte)
        output += digits.uppercased().utf8
      }
      rest = rest.dropFirst(2)
    }
    return String(decoding: output, as: UTF8.self)
  }
}

extension GitConfig {
  /// The value of `<section>.<url>.<key>` that fits the address best, else of `<section>.<key>`.
  package func string(_ section: String, for url: String, _ key: String) -> String? {
    var best = URLPattern.Fit()
    var value = string(section + "." + key)
    guard let url = URLPattern(url) else { return value }
    for entry in entries {
      guard let scope = entry.subsection(of: section, key.inLowerCase), let fit = URLPattern(scope)?.fit(to: url),
        fit >= best
      else { continue }
      (best, value) = (fit, entry.value ?? "")
    }
    return value
  }

  /// A value of `http.<key>` (not scoped) or of `http.<url>.<key>` (scoped).
  struct HTTPValue: Equatable {
    let text: String
    let isScoped: Bool
  }

  /// What the two forms say about `url`, weakest first: a variable counts unless one that fits better came before
  /// it.
  func http(_ key: String, for url: HTTPURL) -> [HTTPValue] {
    let key = key.inLowerCase
    var best = URLPattern.Fit()
    var values: [HTTPValue] = []
    for entry in entries {
      var fit = URLPattern.Fit()
      let scope = entry.subsection(of: "http", key)
      if let scope {
        guard let scoped = URLPattern(scope)?.fit(to: url) else { continue }
        fit = scoped
      } else if !entry.name.isSame(as: "http." + key) {
        continue
      }
      guard fit >= best else { continue }
      best = fit
      values.append(HTTPValue(text: entry.value ?? "", isScoped: scope != nil))
    }
    return values
  }
}
