import HTTP
import Text

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
    for entry in entries {
      guard var key = entry.name.rest(after: "credential.") else { continue }
      if let (scope, last) = key.cut(atLast: ".") {
        guard Self.credentialScope(scope, fits: url) else { continue }
        key = last
      }
      let value = entry.value ?? ""
      switch key {
      case "helper": if value.isEmpty { settings.helpers = [] } else { settings.helpers.append(value) }
      case "username": settings.username = value.isEmpty ? nil : value
      case "usehttppath": settings.usesHTTPPath = entry.value.map { GitConfig.bool($0) ?? false } ?? true
      // `never` is a word of helpers, which share the variable.
      case "interactive":
        settings.isInteractive = entry.value.map { $0.inLowerCase != "never" && GitConfig.bool($0) != false } ?? true
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
    entries.contains { $0.name.begins(with: "credential.") && $0.name.ends(with: ".usehttppath") }
  }

  /// A URL, or a part of one: a scheme without a host, a host without a scheme.
  private static func credentialScope(_ scope: Substring, fits url: HTTPURL) -> Bool {
    if let pattern = URLPattern(scope) { return pattern.fit(to: url) != nil }
    if let scheme = scope.rest(before: "://") { return scheme.inLowerCase == url.scheme }
    guard !scope.has("://") else { return false }
    return URLPattern(url.scheme + "://" + scope)?.fit(to: url) != nil
  }
}
