import CCurl

/// A request that got no answer, or an answer that was not acceptable as such. Statuses are not errors here.
package struct HTTPError: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Kind: String, Sendable {
    case badURL, cannotResolve, cannotConnect, tls, timeout, connectionLost, bodyTooLarge, redirectRefused, proxyRefused
    /// The host takes none of the credentials that there are for it.
    case unauthorized
    /// Access to the repository has to be asked for.
    case gated
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
    case .badURL, .tls, .bodyTooLarge, .redirectRefused, .proxyRefused, .unauthorized, .gated, .offline, .cancelled:
      false
    }
  }
}

extension HTTPError {
  /// `detail` is curl's own error buffer, which knows more than the code; `proxy` is the one that may have been asked.
  init(curl code: CURLcode, detail: String, url: HTTPURL, proxy: ProxyName?) {
    let reason = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
    let host = url.origin.name
    switch code {
    case _ where reason.hasPrefix("Unsupported proxy"):
      // The rest of it would be the whole address, password included.
      self.init(.badURL, "the address of the proxy for \(host) is not valid", url: url)
    case CURLE_COULDNT_RESOLVE_HOST:
      self.init(.cannotResolve, "the name `\(url.host)` cannot be resolved", url: url)
    case CURLE_COULDNT_RESOLVE_PROXY:
      self.init(.cannotResolve, "the name of the proxy `\(proxy?.description ?? host)` cannot be resolved", url: url)
    case CURLE_COULDNT_CONNECT where proxy.map { reason.contains($0.hostAndPort) } == true:
      self.init(.cannotConnect, "cannot connect to the proxy for \(host): \(reason)", url: url)
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

  /// A proxy that answered for itself. `status` is that of its answer to CONNECT, or of one that only proxies give.
  init(proxy: ProxyName?, status: Int, url: HTTPURL) {
    let name = proxy.map { "the proxy `\($0)`" } ?? "the proxy"
    let host = url.origin.name
    switch status {
    case 407, 401:  // tinyproxy says 401 to a wrong password
      self.init(
        .proxyRefused,
        "\(name) wants a user and a password, or others than it got: give them in `http.proxy` or "
          + "`\(url.scheme)_proxy`, as `http://USER:PASSWORD@HOST:PORT`", url: url)
    case 500...:
      self.init(.cannotConnect, "\(name) cannot connect to \(host): it answered \(status)", url: url)
    default:
      self.init(.proxyRefused, "\(name) refuses to connect to \(host): it answered \(status)", url: url)
    }
  }
}
