import HTTP

/// What git's configuration says about the credentials for one address: `credential.*` and `credential.<url>.*`.
/// https://git-scm.com/docs/gitcredentials
package struct CredentialSettings: Sendable, Equatable {
  /// In the order in which they are asked.
  package var helpers: [String] = []
  package var username: String?
  /// Whether credentials are for a path of the host, not for all of it.
  package var usesHTTPPath = false
  /// Whether a person may be asked.
  package var isInteractive = true

  package init() {}
}

extension GitConfig {
  /// Other than with `http.<url>.*`, all that fits counts, in the order in which it stands: helpers add up, and an empty
  /// one forgets those before it.
  package func credentialSettings(for url: HTTPURL) -> CredentialSettings {
    var settings = CredentialSettings()
    for entry in entries where entry.name.hasPrefix("credential.") {
      let rest = entry.name.dropFirst("credential.".count)
      var key = rest
      if let dot = rest.lastIndex(of: ".") {
        guard Self.credentialScope(rest[..<dot], fits: url) else { continue }
        key = rest[rest.index(after: dot)...]
      }
      let value = entry.value ?? ""
      switch key {
      case "helper": if value.isEmpty { settings.helpers = [] } else { settings.helpers.append(value) }
      case "username": settings.username = value.isEmpty ? nil : value
      case "usehttppath": settings.usesHTTPPath = entry.value.map { GitConfig.bool($0) ?? false } ?? true
      // `never` is a word of helpers, which share the variable.
      case "interactive":
        settings.isInteractive = entry.value.map { $0.lowercased() != "never" && GitConfig.bool($0) != false } ?? true
      default: continue
      }
    }
    return settings
  }

  /// Those that are asked whatever the address is.
  package var unscopedCredentialHelpers: [String] {
    let helpers = all("credential.helper")
    return helpers.suffix(from: (helpers.lastIndex(of: "") ?? -1) + 1).map { $0 }
  }

  /// Whether `credential.useHttpPath` is set for any address.
  package var namesCredentialPaths: Bool {
    entries.contains { $0.name.hasPrefix("credential.") && $0.name.hasSuffix(".usehttppath") }
  }

  /// A URL, or a part of one: a scheme without a host, a host without a scheme.
  private static func credentialScope(_ scope: Substring, fits url: HTTPURL) -> Bool {
    if let pattern = URLPattern(scope) { return pattern.fit(to: url) != nil }
    if scope.hasSuffix("://") { return scope.dropLast(3).lowercased() == url.scheme }
    guard !scope.contains("://") else { return false }
    return URLPattern(url.scheme + "://" + scope)?.fit(to: url) != nil
  }
}
