import CCurl

/// What curl is told of a transfer before it begins.
extension EasyHandle {
  func configure(_ request: HTTPRequest, isShared: Bool) {
    lf_setopt_string(easy, CURLOPT_URL, request.url.string)
    lf_setopt_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
    lf_setopt_long(easy, CURLOPT_NOSIGNAL, 1)
    lf_setopt_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    lf_setopt_pointer(easy, CURLOPT_ERRORBUFFER, errorBuffer)
    if Trace.headers.isOn { lf_setopt_debug(easy, tellHeaders) }
    let context = Unmanaged.passUnretained(self).toOpaque()
    lf_setopt_header(easy, { receive($0, $1 * $2, $3) { try $0.header($1) } }, context)
    lf_setopt_write(
      easy, { isHeldBack($3) ? Int(CURL_WRITEFUNC_PAUSE) : receive($0, $1 * $2, $3) { try $0.body($1) } }, context)
    switch request.method {
    case .get: break
    case .head: lf_setopt_long(easy, CURLOPT_NOBODY, 1)
    case .post:
      lf_setopt_long(easy, CURLOPT_POST, 1)
      lf_setopt_off(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(requestBody.count))
      lf_setopt_pointer(easy, CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(requestBody.baseAddress))
    }
    if let signing = request.signing { sign(with: signing) }
    if let range = request.range {
      lf_setopt_string(easy, CURLOPT_RANGE, "\(range.lowerBound)-\(range.upperBound)")
    }
    if isShared {
      // HTTP/2 over TLS where the host offers it. A request waits for a connection that is being made instead of
      // making another, since it may become a stream of it.
      lf_setopt_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
      lf_setopt_long(easy, CURLOPT_PIPEWAIT, 1)
    } else {
      lf_setopt_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    }
    switch request.carriage {
    // Every encoding that this libcurl can undo.
    case .api: lf_setopt_string(easy, CURLOPT_ACCEPT_ENCODING, "")
    case .range: lf_setopt_long(easy, CURLOPT_BUFFERSIZE, 128 << 10)
    case .object, .small: break
    }
  }

  func configure(_ settings: TransportSettings) {
    if let proxy = settings.proxy { lf_setopt_string(easy, CURLOPT_PROXY, proxy) }
    if let file = settings.caFile { lf_setopt_string(easy, CURLOPT_CAINFO, file) }
    if let folder = settings.caDirectory { lf_setopt_string(easy, CURLOPT_CAPATH, folder) }
    if let certificate = settings.clientCertificate { lf_setopt_string(easy, CURLOPT_SSLCERT, certificate) }
    if let key = settings.clientKey { lf_setopt_string(easy, CURLOPT_SSLKEY, key) }
    if let passphrase = settings.clientKeyPassphrase { lf_setopt_string(easy, CURLOPT_KEYPASSWD, passphrase) }
    if !settings.verifyPeer {
      lf_setopt_long(easy, CURLOPT_SSL_VERIFYPEER, 0)
      lf_setopt_long(easy, CURLOPT_SSL_VERIFYHOST, 0)
    }
    lf_setopt_string(easy, CURLOPT_USERAGENT, settings.userAgent ?? HTTPClient.userAgent)
    lf_setopt_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Int(settings.connectTimeout / .milliseconds(1)))
  }

  /// libcurl makes the signature of what it sends, and the secret key stays on this machine.
  private func sign(with signing: RequestSigning) {
    lf_setopt_string(easy, CURLOPT_AWS_SIGV4, "aws:amz:\(signing.region):\(RequestSigning.service)")
    lf_setopt_string(easy, CURLOPT_USERNAME, signing.keyID)
    lf_setopt_string(easy, CURLOPT_PASSWORD, signing.secret)
  }

  func setHeaders(of request: HTTPRequest, settings: TransportSettings) {
    var all = request.headers
    all.add(request.boundHeaders)
    // libcurl signs nothing that has an authorization of its own.
    let configuredHeaders = request.signing == nil ? request.configuredHeaders : .none
    var configured = configuredHeaders == .none ? [:] : settings.headers
    if configuredHeaders == .all { configured.add(settings.globalHeaders) }
    if let signing = request.signing { all.add(signing.headers) }
    for field in configured.fields where request.boundHeaders[field.name] == nil { all.add(field.name, field.value) }
    // "Expect: 100-continue" costs a round trip and confuses some servers; an empty value stops curl from sending it.
    if request.method == .post { headerList = curl_slist_append(headerList, "Expect:") }
    // The bytes of objects are checked as they are; a compressed range could not be.
    // In a signed request the header would be signed, and some stores change it before they look at the signature.
    if request.carriage != .api, request.signing == nil {
      headerList = curl_slist_append(headerList, "Accept-Encoding: identity")
    }
    for field in all.fields {
      // "Name;" is how curl is told to send a header without a value.
      let line = field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)"
      headerList = curl_slist_append(headerList, line)
    }
    lf_setopt_slist(easy, CURLOPT_HTTPHEADER, headerList)
  }
}

// MARK: - Callbacks

/// Finds the handle behind a callback's context. Returning another count than was given makes curl end the transfer.
private func receive(
  _ data: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?,
  _ deliver: (EasyHandle, UnsafeRawBufferPointer) throws -> Void
) -> Int {
  guard let data, let context else { return 0 }
  let handle = Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue()
  do {
    try deliver(handle, UnsafeRawBufferPointer(start: data, count: count))
    return count
  } catch {
    handle.fail(error)
    // Never equal to `count`, also for an empty delivery.
    return count == 0 ? 1 : 0
  }
}

/// Tells the headers of a request and of its answer to whoever wants to see them.
private func tellHeaders(
  _: UnsafeMutableRawPointer?, _ kind: curl_infotype, _ data: UnsafeMutablePointer<CChar>?, _ count: Int,
  _: UnsafeMutableRawPointer?
) -> Int32 {
  guard kind == CURLINFO_HEADER_OUT || kind == CURLINFO_HEADER_IN, let data else { return 0 }
  Trace.headers.tell(
    UnsafeRawBufferPointer(start: data, count: count), kind == CURLINFO_HEADER_OUT ? .sent : .received)
  return 0
}

/// Whether the rate limit forbids to take a delivery now.
private func isHeldBack(_ context: UnsafeMutableRawPointer?) -> Bool {
  guard let context else { return false }
  return Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue().holdBack()
}
