import HTTP
import Text

extension GitConfig {
  /// Whether the settings are the same for all addresses of one host: no variable for one names a path or a user.
  package var transportSettingsDependOnOriginAlone: Bool {
    entries.allSatisfy { entry in
      guard let (scope, _) = entry.name.rest(after: "http.")?.cut(atLast: ".") else { return true }
      return URLPattern(scope)?.namesOriginAlone ?? true
    }
  }

  /// How to connect to `url`: git's `http.*` variables, git's environment variables over them, and, last,
  /// OpenSSL's own variables for certificates. Of `http.extraHeader`, those that are bound to a URL are kept apart
  /// from those that are not: sent to wherever an LFS server points, the latter would give a token away.
  package func transportSettings(
    for url: HTTPURL, environment: (String) -> String? = processEnvironment
  ) -> TransportSettings {
    func value(_ key: String, _ variable: String? = nil) -> String? {
      variable.flatMap(environment) ?? http(key, for: url).last?.text
    }
    func path(_ key: String, _ variable: String? = nil) -> String? {
      guard let path = value(key, variable), !path.isEmpty else { return nil }
      guard let rest = path.rest(after: "~/"), let home = environment("HOME") else { return path }
      return home + "/" + rest
    }
    var settings = TransportSettings()
    settings.proxy = value("proxy")
    settings.caFile = path("sslCAInfo", "GIT_SSL_CAINFO")
    settings.caDirectory = path("sslCAPath", "GIT_SSL_CAPATH")
    if settings.caFile == nil, settings.caDirectory == nil {
      settings.caFile = environment("SSL_CERT_FILE").flatMap { $0.isEmpty ? nil : $0 }
      settings.caDirectory = environment("SSL_CERT_DIR").flatMap { $0.isEmpty ? nil : $0 }
    }
    // Only a clear no turns the check off.
    if let verify = value("sslVerify"), GitConfig.bool(verify) == false, !verify.isEmpty {
      settings.verifyPeer = false
    }
    if environment("GIT_SSL_NO_VERIFY") != nil { settings.verifyPeer = false }
    settings.clientCertificate = path("sslCert", "GIT_SSL_CERT")
    settings.clientKey = path("sslKey", "GIT_SSL_KEY")
    settings.isClientKeyProtected =
      environment("GIT_SSL_CERT_PASSWORD_PROTECTED") != nil
      || value("sslCertPasswordProtected").flatMap { GitConfig.bool($0) } ?? false
    if let file = value("cookieFile") {
      settings.cookieFile = path("cookieFile") ?? file
      settings.savesCookies = value("saveCookies").flatMap { GitConfig.bool($0) } ?? false
    }
    settings.userAgent = value("userAgent", "GIT_HTTP_USER_AGENT").flatMap { $0.isEmpty ? nil : $0 }
    for line in extraHeaders(for: url) {
      guard let (name, rest) = line.text.cut(at: ":") else { continue }
      let value = String(Substring(rest.utf8.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }))
      if line.isScoped {
        settings.headers.add(String(name), value)
      } else {
        settings.globalHeaders.add(String(name), value)
      }
    }
    if let limit = value("lowSpeedLimit", "GIT_HTTP_LOW_SPEED_LIMIT").flatMap({ Int($0) }), limit >= 0 {
      settings.lowSpeedLimit = limit
    }
    if let time = value("lowSpeedTime", "GIT_HTTP_LOW_SPEED_TIME").flatMap({ Int($0) }), time >= 0 {
      settings.lowSpeedTime = .seconds(time)
    }
    return settings
  }

  /// All `http.extraHeader` for `url`; an empty one forgets those before it.
  private func extraHeaders(for url: HTTPURL) -> ArraySlice<HTTPValue> {
    let lines = http("extraHeader", for: url)
    guard let reset = lines.lastIndex(where: \.text.isEmpty) else { return lines[...] }
    return lines[(reset + 1)...]
  }
}
