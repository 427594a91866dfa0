import HTTP

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
    let text = String(text)
    guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else { return nil }
    scheme = text[..<colon].lowercased()
    let rest = text[colon...].dropFirst(3)
    var authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    path = URLPattern.normalised(rest.dropFirst(authority.count))
    if let at = authority.lastIndex(of: "@") {
      let name = authority[..<at].prefix { $0 != ":" }
      user = URLPattern.decoded(name) { _ in true }
      authority = authority[authority.index(after: at)...]
    } else {
      user = nil
    }
    var host = authority
    var port = scheme == "https" ? 443 : scheme == "http" ? 80 : 0
    if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
      host = authority[..<colon]
      if let number = Int(authority[colon...].dropFirst()) { port = number }
    }
    guard !host.isEmpty else { return nil }
    self.port = port
    labels = host.lowercased().split(separator: ".", omittingEmptySubsequences: false)
  }

  var namesOriginAlone: Bool { path.isEmpty && user == nil }

  /// Nil when the pattern does not fit.
  func fit(to url: HTTPURL) -> Fit? {
    fit(
      scheme: url.scheme, port: url.port, labels: url.host.split(separator: ".", omittingEmptySubsequences: false),
      user: url.user, path: URLPattern.normalised(url.path))
  }

  /// The same for an address of any scheme.
  func fit(to other: URLPattern) -> Fit? {
    fit(scheme: other.scheme, port: other.port, labels: other.labels, user: other.user, path: other.path)
  }

  private func fit(scheme: String, port: Int, labels: [Substring], user: String?, path: String) -> Fit? {
    guard self.scheme == scheme, self.port == port, self.labels.count == labels.count,
      zip(self.labels, labels).allSatisfy({ $0 == "*" || $0 == $1 }), self.user == nil || self.user == user
    else { return nil }
    guard self.path.isEmpty || path == self.path || path.hasPrefix(self.path + "/") else { return nil }
    // An exact name is longer than any pattern for it, because `*` counts for nothing.
    let hostLength = self.labels.reduce(0) { $0 + ($1 == "*" ? 0 : $1.utf8.count) } + self.labels.count
    return Fit(hostLength: hostLength, pathLength: self.path.utf8.count, hasUser: self.user != nil)
  }

  /// Letters and digits are never percent-encoded, escapes are in upper case, and no slash is at the end.
  private static func normalised(_ path: some StringProtocol) -> String {
    var path = decoded(path.prefix { $0 != "?" && $0 != "#" }) { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        true
      default: false
      }
    }
    while path.hasSuffix("/") { path.removeLast() }
    return path
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
    let prefix = section + "."
    let suffix = "." + key.lowercased()
    var best = URLPattern.Fit()
    var value = string(prefix + key)
    guard let url = URLPattern(url) else { return value }
    for entry in entries where entry.name.hasPrefix(prefix) && entry.name.hasSuffix(suffix) {
      let scope = entry.name.dropFirst(prefix.utf8.count)
      guard scope.utf8.count > suffix.utf8.count, let fit = URLPattern(scope.dropLast(suffix.utf8.count))?.fit(to: url),
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
    let suffix = "." + key.lowercased()
    var best = URLPattern.Fit()
    var values: [HTTPValue] = []
    for entry in entries where entry.name.hasPrefix("http.") && entry.name.hasSuffix(suffix) {
      var fit = URLPattern.Fit()
      let isScoped = entry.name.utf8.count > 4 + suffix.utf8.count
      if isScoped {
        let scope = entry.name.dropFirst(5).dropLast(suffix.utf8.count)
        guard let scoped = URLPattern(scope)?.fit(to: url) else { continue }
        fit = scoped
      }
      guard fit >= best else { continue }
      best = fit
      values.append(HTTPValue(text: entry.value ?? "", isScoped: isScoped))
    }
    return values
  }
}
