import CCurl

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Owns one `CURL *` and everything that curl holds pointers into while a transfer runs.
///
/// A class, because curl's callbacks point back at it. It is made, used and freed on the curl thread alone, which
/// is why it needs no lock; `CurlWorker` keeps it alive until curl has let go of it.
final class EasyHandle {
  let easy: OpaqueHandle
  private var headerList: UnsafeMutablePointer<curl_slist>?
  private let requestBody: UnsafeMutableBufferPointer<UInt8>
  private let errorBuffer = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
  private let url: HTTPURL
  private let settings: TransportSettings
  private let sink: BodySink
  private let limit: RateLimit
  private let cookies: CookieJar?
  /// Set while curl holds back the body because of the rate limit; the worker lets it go on.
  private(set) var isPaused = false
  private(set) var speed: SpeedMonitor?

  private var status = 0
  private var headers = HTTPHeaders()
  private var headerBytes = 0
  private var disposition: BodySink.Disposition?
  private var collected: [UInt8] = []
  private let collectLimit: Int
  private(set) var failure: (any Error)?

  typealias OpaqueHandle = UnsafeMutableRawPointer

  /// More than any honest server sends; curl itself stops at 100 KiB a line but not in sum.
  private static let headerLimit = 256 << 10

  init?(
    _ request: HTTPRequest, isShared: Bool, settings: TransportSettings, sink: BodySink, collectLimit: Int,
    limit: RateLimit, cookies: CookieJar? = nil
  ) {
    guard let easy = curl_easy_init() else { return nil }
    self.easy = easy
    self.url = request.url
    self.settings = settings
    self.sink = sink
    self.limit = limit
    self.cookies = cookies
    self.collectLimit = collectLimit
    speed = SpeedMonitor(request.carriage, settings)
    requestBody = .allocate(capacity: request.body?.count ?? 0)
    _ = requestBody.initialize(from: request.body ?? [])
    errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    configure(request, isShared: isShared)
    configure(settings)
    cookies?.attach(to: easy)
    setHeaders(of: request, settings: settings)
  }

  deinit {
    curl_easy_cleanup(easy)
    curl_slist_free_all(headerList)
    errorBuffer.deallocate()
    requestBody.deallocate()
  }

  /// Lets a paused body go on; curl gives again at once what it had held back.
  func resume() {
    isPaused = false
    curl_easy_pause(easy, CURLPAUSE_CONT)
  }

  /// The answer, once curl has said that the transfer is over.
  func result(_ code: CURLcode) -> Result<HTTPResponse, any Error> {
    if headers["Set-Cookie"] != nil { cookies?.save(by: easy) }
    switch failure {
    case is ErrorPageCut: break
    case let failure?: return .failure(failure)
    case nil:
      guard code == CURLE_OK else {
        let answer = lf_getinfo_long(easy, CURLINFO_HTTP_CONNECTCODE)
        if answer >= 300 { return .failure(HTTPError(proxy: proxy, status: answer, url: url)) }
        return .failure(HTTPError(curl: code, detail: String(cString: errorBuffer), url: url, proxy: proxy))
      }
    }
    guard status >= 200 else {
      return .failure(HTTPError(.connectionLost, "\(url.origin.name) sent no answer", url: url))
    }
    var answer = answer
    answer.body = collected
    return .success(answer)
  }

  private var proxy: ProxyName? { ProxyName(for: url, settings) }

  /// What status and headers tell.
  private var answer: HTTPResponse {
    let isMultiplexed = lf_getinfo_long(easy, CURLINFO_HTTP_VERSION) >= Int(CURL_HTTP_VERSION_2_0)
    return HTTPResponse(status: status, headers: headers, url: url, isMultiplexed: isMultiplexed)
  }
}

// MARK: - Speed

extension EasyHandle {
  /// What is wrong with the transfer's speed, if anything is. `active` is the number of transfers beside which it runs,
  /// and `isHeldBack` says whether the rate limit holds back another that it may have to wait for.
  func checkSpeed(active: Int, isHeldBack: Bool, at now: ContinuousClock.Instant) -> HTTPError? {
    // Before that it waits for a connection, which has a time limit of its own, or for its turn.
    let hasBegun = lf_getinfo_off(easy, CURLINFO_PRETRANSFER_TIME_T) > 0
    guard let shortfall = speed?.check(hasBegun: hasBegun, active: active, isHeldBack: isHeldBack || isPaused, at: now)
    else { return nil }
    return HTTPError(.timeout, "\(url.origin.name) did not answer in time: \(shortfall)", url: url)
  }
}

// MARK: - Options

extension EasyHandle {
  private func configure(_ request: HTTPRequest, isShared: Bool) {
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

  private func configure(_ settings: TransportSettings) {
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

  private func setHeaders(of request: HTTPRequest, settings: TransportSettings) {
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

/// Ends a transfer whose status is no success: that must not be hidden by the page's size, and the beginning of the
/// page says enough.
private struct ErrorPageCut: Error {}

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

extension EasyHandle {
  fileprivate func holdBack() -> Bool {
    isPaused = limit.pause > .zero
    if isPaused { speed?.wasHeldBack = true }
    return isPaused
  }

  fileprivate func fail(_ error: any Error) {
    if failure == nil { failure = error }
  }

  /// One header line, its line end included. An interim answer (1xx) is overwritten by the one that follows it.
  fileprivate func header(_ line: UnsafeRawBufferPointer) throws {
    guard disposition == nil else { return }  // a trailer
    headerBytes += line.count
    speed?.received += line.count
    guard headerBytes <= Self.headerLimit else {
      throw HTTPError(.bodyTooLarge, "\(url.origin.name) sent too many headers", url: url)
    }
    let text = line.trimmingSpace()
    if text.starts(with: "HTTP/".utf8) {
      status = lf_getinfo_long(easy, CURLINFO_RESPONSE_CODE)
      headers = HTTPHeaders()
    } else if text.isEmpty {
      guard status >= 200 else { return }
      // Only a proxy asks for this, so it must not be taken for the host's answer.
      if status == 407 { throw HTTPError(proxy: proxy, status: status, url: url) }
      disposition = try sink.begin(answer)
    } else if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
      headers.add(
        String(decoding: text[..<colon], as: UTF8.self),
        String(decoding: text[(colon + 1)...].trimmingSpace(), as: UTF8.self))
    }
  }

  fileprivate func body(_ bytes: UnsafeRawBufferPointer) throws {
    limit.spend(bytes.count)
    speed?.received += bytes.count
    if disposition == .deliver { return try sink.write(bytes) }
    guard collected.count + bytes.count <= collectLimit else {
      if status >= 300 {
        collected.append(contentsOf: bytes.prefix(collectLimit - collected.count))
        throw ErrorPageCut()
      }
      throw HTTPError(
        .bodyTooLarge, "\(url.origin.name) sent more than the \(collectLimit) bytes that its answer may have", url: url)
    }
    collected.append(contentsOf: bytes)
  }
}

extension Collection where Element == UInt8, Self: BidirectionalCollection {
  fileprivate func trimmingSpace() -> SubSequence {
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d || $0 == 0x0a }
    guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) }) else {
      return self[startIndex..<startIndex]
    }
    return self[first...last]
  }
}
