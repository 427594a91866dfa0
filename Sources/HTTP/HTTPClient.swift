import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Requests as async functions. A command has one client.
///
/// A client has two curl threads, each with connections of its own: `lanes` for those that serve one request at a
/// time, and `shared` for those that serve many where a host offers HTTP/2. libcurl remembers of each host whether its
/// connections can be shared, and forgets it after an answer over HTTP/1.1: then a burst of small objects would get a
/// connection each.
package final class HTTPClient: Sendable {
  package static let userAgent = "lfsfetch/\(version)"
  package static let version = "0.1.0"

  package let retry: Retry
  let settings: @Sendable (HTTPURL) -> TransportSettings
  let authorizer: Authorizer?
  private let lanes: CurlWorker?
  private let shared: CurlWorker?
  private let isOffline: Bool
  private let cooldown: Cooldown
  private let limit: RateLimit
  /// Hosts that were seen to have no HTTP/2.
  private let serialOrigins = Mutex<Set<Origin>>([])
  private let bucketRegions = BucketRegions()

  /// `settings` is asked for every request, after redirects too. A client that is offline refuses every request:
  /// the one place that keeps the promise, whatever the layers above try. `authorizer` is asked for credentials where a
  /// host wants some. `onPause` is told of hosts that want to be left alone for more than a moment, once each time.
  package init(
    retry: Retry = .standard, isOffline: Bool = false, limit: RateLimit = RateLimit(),
    authorizer: Authorizer? = nil,
    settings: @escaping @Sendable (HTTPURL) -> TransportSettings = { _ in TransportSettings() },
    onPause: @escaping @Sendable (Origin, Duration) -> Void = { _, _ in }
  ) {
    self.retry = retry
    self.isOffline = isOffline
    self.limit = limit
    cooldown = Cooldown(onPause: onPause)
    self.settings = settings
    self.authorizer = authorizer
    lanes = isOffline ? nil : CurlWorker(isShared: false, limit: limit)
    shared = isOffline ? nil : CurlWorker(isShared: true, limit: limit)
  }

  package var isRateLimited: Bool { limit.isSet }

  deinit {
    lanes?.stop()
    shared?.stop()
  }

  /// Sends `request`, follows redirects, tries again as `retry` says, and collects at most `limit` bytes of body.
  /// Whatever status comes in the end is an answer, not an error.
  package func send(_ request: HTTPRequest, limit: Int = 8 << 20) async throws(HTTPError) -> HTTPResponse {
    let sink = BodySink(begin: { _ in .collect }, write: { _ in })
    return try await retrying(request) { try await self.perform(request, sink: sink, collectLimit: limit) }
  }

  /// The same, but a large body is not waited for: what a host says of a file. `retry` is another policy than the
  /// client's, for hosts in whose place others can be asked.
  package func headers(of request: HTTPRequest, retry: Retry? = nil) async throws(HTTPError) -> HTTPResponse {
    let sink = BodySink(
      begin: { response in
        let length = response.headers["Content-Length"].flatMap { Int($0) }
        if response.status == 200, length.map({ $0 > Self.smallBody }) ?? true {
          throw HeadersSuffice(response: response)
        }
        return .collect
      }, write: { _ in })
    return try await retrying(request, retry) {
      do { return try await self.perform(request, sink: sink, collectLimit: Self.smallBody) } catch let end
        as HeadersSuffice
      {
        return end.response
      }
    }
  }

  /// Sooner read to its end than ended with its connection.
  private static let smallBody = 64 << 10

  private struct HeadersSuffice: Error { let response: HTTPResponse }

  private func retrying(
    _ request: HTTPRequest, _ policy: Retry? = nil, _ exchange: () async throws -> HTTPResponse
  ) async throws(HTTPError) -> HTTPResponse {
    let retry = policy ?? retry
    var attempt = 1
    while true {
      let outcome: Retry.Outcome
      let result: Result<HTTPResponse, HTTPError>
      do {
        let response = try await exchange()
        outcome = .status(response.status, retryAfter: response.retryAfter(now: time(nil)))
        result = .success(response)
      } catch {
        let failure = HTTPError(wrapping: error, url: request.url)
        outcome = .failure(failure)
        result = .failure(failure)
      }
      guard let pause = retry.delay(after: attempt, outcome, random: .random(in: 0..<1)) else {
        return try result.get()
      }
      attempt += 1
      do { try await Task.sleep(for: pause) } catch { throw HTTPError(wrapping: error, url: request.url) }
    }
  }

  /// Makes one try, follows redirects, and gives the body to `sink`. Throws `HTTPError` or what the sink threw.
  package func stream(_ request: HTTPRequest, to sink: BodySink) async throws -> HTTPResponse {
    try await perform(request, sink: sink, collectLimit: 64 << 10)
  }

  private func perform(_ request: HTTPRequest, sink: BodySink, collectLimit: Int) async throws -> HTTPResponse {
    var request = bucketRegions.corrected(request)
    // A redirect's own page is not the body that the sink waits for.
    let guarded = BodySink(
      begin: { $0.isRedirect ? .collect : try sink.begin($0) }, write: sink.write)
    for _ in 0...Redirect.limit {
      let response = try await exchange(request, sink: guarded, collectLimit: collectLimit)
      if let elsewhere = bucketRegions.next(after: response, to: request) {
        request = elsewhere
        continue
      }
      guard let next = try Redirect.next(after: response, to: request) else { return response }
      request = next
    }
    throw HTTPError(
      .redirectRefused, "\(request.url.origin.name) redirects more than \(Redirect.limit) times", url: request.url)
  }

  /// One request and its answer, whatever it is.
  func exchangeOnce(_ request: HTTPRequest, sink: BodySink, collectLimit: Int) async throws -> HTTPResponse {
    if isOffline {
      throw HTTPError(.offline, "`--offline` forbids to ask \(request.url.origin.name)", url: request.url)
    }
    guard let worker = worker(for: request) else {
      throw HTTPError(.other, "libcurl could not be started", url: request.url)
    }
    try await cooldown.wait(for: request.url.origin)
    let ticket = CurlWorker.Ticket()
    let settings = await settingsWithPassphrase(for: request.url)
    let response = try await traced(request) {
      try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
          worker.start(
            CurlWorker.Transfer(
              ticket: ticket, request: request, settings: settings, sink: sink, collectLimit: collectLimit,
              continuation: continuation))
        }
      } onCancel: {
        worker.cancel(ticket)
      }
    }
    if worker.isShared, !response.isMultiplexed { _ = serialOrigins.withLock { $0.insert(request.url.origin) } }
    if let pause = response.cooldown(now: time(nil)), pause <= retry.patience {
      cooldown.extend(request.url.origin, by: pause)
      if [403, 429, 503].contains(response.status), retry.attempts > 1 { cooldown.announce(request.url.origin) }
    }
    return response
  }

  private func traced(
    _ request: HTTPRequest, _ exchange: () async throws -> HTTPResponse
  ) async throws -> HTTPResponse {
    guard Trace.steps.isOn else { return try await exchange() }
    let range = request.range.map { ", bytes \($0.lowerBound)-\($0.upperBound)" } ?? ""
    let what = "\(request.method.rawValue) \(request.url)\(range)"
    Trace.steps.say("HTTP: \(what)")
    do {
      let response = try await exchange()
      Trace.steps.say("HTTP: \(response.status) \(what)")
      return response
    } catch {
      Trace.steps.say("HTTP: failed \(what): \(HTTPError(wrapping: error, url: request.url).message)")
      throw error
    }
  }

  /// Over plain http there is no HTTP/2; waiting for a first answer to learn so would only hold the others up.
  private func worker(for request: HTTPRequest) -> CurlWorker? {
    let origin = request.url.origin
    guard request.carriage != .range, origin.scheme == "https" else { return lanes }
    return serialOrigins.withLock { $0.contains(origin) } ? lanes : shared
  }
}

extension HTTPResponse {
  var isRedirect: Bool {
    [301, 302, 303, 307, 308].contains(status) && headers["Location"] != nil
  }
}

extension HTTPError {
  /// An error of any kind as one of ours.
  package init(wrapping error: any Error, url: HTTPURL) {
    switch error {
    case let error as HTTPError: self = error
    case is CancellationError: self.init(.cancelled, "cancelled", url: url)
    default: self.init(.other, "\(error)", url: url)
    }
  }
}
