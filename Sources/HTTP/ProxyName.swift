import Text

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
    let place = address.flatMap { $0.cut(atLast: "@")?.after ?? $0[...] }
    guard let host = place?.words(at: "/").first(where: { !$0.ends(with: ":") }) else { return nil }
    description = String(host)
  }

  /// As libcurl writes them in "Failed to connect to …".
  var hostAndPort: String {
    guard let (host, port) = description.cut(atLast: ":") else { return description }
    return "\(host) port \(port)"
  }
}
