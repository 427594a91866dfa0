#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The proxy that a request may go through, as messages name it: host and port, never user and password.
///
/// libcurl decides whether it is used; this is only for words, so `no_proxy` is left to it.
struct ProxyName: Sendable, Equatable, CustomStringConvertible {
  let description: String

  /// nil where neither git's configuration nor the environment names a proxy. The order is libcurl's, which reads
  /// `HTTP_PROXY` in lower case only, because a CGI server sets it to what a client sent.
  init?(
    for url: HTTPURL, _ settings: TransportSettings,
    environment: (String) -> String? = { getenv($0).map { String(cString: $0) } }
  ) {
    var variables = [url.scheme + "_proxy", "all_proxy", "ALL_PROXY"]
    if url.scheme == "https" { variables.insert("HTTPS_PROXY", at: 1) }
    var address = settings.proxy
    for variable in variables where address == nil { address = environment(variable) }
    // What stands before the last `@` is secret, and may have any character in it.
    let rest = address?.split(separator: "@").last?.split(separator: "/") ?? []
    guard let host = rest.first(where: { !$0.hasSuffix(":") }) else { return nil }
    description = String(host)
  }

  /// As libcurl writes them in "Failed to connect to …".
  var hostAndPort: String {
    guard let colon = description.lastIndex(of: ":") else { return description }
    return "\(description[..<colon]) port \(description[colon...].dropFirst())"
  }
}
