import CCurl

/// A request that got no answer, or an answer that was not acceptable as such. Statuses are not errors here.
package struct HTTPError: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Kind: String, Sendable {
    case badURL, cannotResolve, cannotConnect, tls, timeout, connectionLost, bodyTooLarge, redirectRefused
    case offline, cancelled, other
  }

  package let kind: Kind
  /// One sentence that names the host and never a credential.
  package let message: String
  package let url: HTTPURL

  package init(_ kind: Kind, _ message: String, url: HTTPURL) {
    self.kind = kind
    self.message = message
    self.url = url
  }

  package var description: String { message }

  /// Whether the same request may succeed a moment later.
  package var isTransient: Bool {
    switch kind {
    case .cannotResolve, .cannotConnect, .timeout, .connectionLost, .other: true
    case .badURL, .tls, .bodyTooLarge, .redirectRefused, .offline, .cancelled: false
    }
  }
}

extension HTTPError {
  /// `detail` is curl's own error buffer, which knows more than the code.
  init(curl code: CURLcode, detail: String, url: HTTPURL) {
    let reason = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
    let host = url.origin.name
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST:
      self.init(.cannotResolve, "the name `\(url.host)` cannot be resolved", url: url)
    case CURLE_COULDNT_RESOLVE_PROXY:
      self.init(.cannotResolve, "the proxy's name cannot be resolved: \(reason)", url: url)
    case CURLE_COULDNT_CONNECT:
      self.init(.cannotConnect, "cannot connect to \(host): \(reason)", url: url)
    case CURLE_OPERATION_TIMEDOUT:
      self.init(.timeout, "\(host) did not answer in time: \(reason)", url: url)
    case CURLE_SSL_CONNECT_ERROR where !reason.contains("certificate"):
      // A connection that breaks during the handshake is as passing as one that breaks later.
      self.init(.connectionLost, "the TLS handshake with \(host) broke off: \(reason)", url: url)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE,
      CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED, CURLE_SSL_ENGINE_NOTFOUND:
      self.init(.tls, "no secure connection to \(host): \(reason)", url: url)
    case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2,
      CURLE_HTTP2_STREAM, CURLE_WEIRD_SERVER_REPLY:
      self.init(.connectionLost, "the connection to \(host) broke off: \(reason)", url: url)
    case CURLE_URL_MALFORMAT:
      self.init(.badURL, "the address is not a valid URL", url: url)
    default:
      self.init(.other, "the request to \(host) failed: \(reason)", url: url)
    }
  }
}
