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
  var headerList: UnsafeMutablePointer<curl_slist>?
  let requestBody: UnsafeMutableBufferPointer<UInt8>
  let errorBuffer = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
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

// MARK: - What arrives

extension EasyHandle {
  func holdBack() -> Bool {
    isPaused = limit.pause > .zero
    if isPaused { speed?.wasHeldBack = true }
    return isPaused
  }

  func fail(_ error: any Error) {
    if failure == nil { failure = error }
  }

  /// One header line, its line end included. An interim answer (1xx) is overwritten by the one that follows it.
  func header(_ line: UnsafeRawBufferPointer) throws {
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

  func body(_ bytes: UnsafeRawBufferPointer) throws {
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

/// Ends a transfer whose status is no success: that must not be hidden by the page's size, and the beginning of the
/// page says enough.
private struct ErrorPageCut: Error {}
