import CCurl
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A thread on which libcurl runs.
///
/// Callers put commands into the inbox and wake the thread, which is the only curl call made off it. The thread
/// drains the inbox, lets curl perform, reports what has ended and waits for sockets or the next wake-up. It alone
/// owns the table of transfers, so every continuation is resumed exactly once.
final class CurlWorker: Sendable {
  private enum Command {
    case start(Transfer)
    case cancel(Ticket)
    case stop
  }

  /// One transfer as it is handed to the thread.
  struct Transfer: Sendable {
    let ticket: Ticket
    let request: HTTPRequest
    let settings: TransportSettings
    let sink: BodySink
    let collectLimit: Int
    let continuation: CheckedContinuation<HTTPResponse, any Error>
  }

  /// Identifies a transfer. A cancellation may arrive before the transfer does, so it is noted here as well.
  final class Ticket: Sendable {
    let isCancelled = Atomic(false)
  }

  private struct Inbox {
    var commands: [Command] = []
    var isOpen = true
    /// Whether the thread waits, and has not been woken yet.
    var isAsleep = false
    /// Callers that are about to wake it.
    var wakers = 0
  }

  private let inbox = Mutex(Inbox())
  private let limit: RateLimit
  /// Safe to share: `curl_multi_wakeup` may be called from any thread, and the thread frees the handle only when the
  /// inbox is closed and nobody is about to call it.
  private nonisolated(unsafe) let multi: UnsafeMutableRawPointer

  /// Enough for every lane of a command to keep its connection between two chunks.
  private static let cachedConnections = 80

  /// Whether the worker's connections carry many requests at once, where a host offers HTTP/2.
  let isShared: Bool

  /// A lost packet holds up all requests that share its connection: a hundred on one take fifteen times as long as
  /// without loss over a link of 50 ms that loses one packet in a thousand. With eight on each of sixteen it is a
  /// third more. Without the second limit a burst would make a connection for each request beyond the first eight.
  private static let streamsPerConnection = 8
  private static let sharedConnectionsPerHost = 16

  /// Answers of small objects come in crowds. To look at each as it comes costs more than to take it; a moment later
  /// there are several, and those who wait for them are woken together.
  private static let crowd = 4
  private static let momentForCrowd: UInt32 = 250

  private static let initialized: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  init?(isShared: Bool, limit: RateLimit) {
    self.isShared = isShared
    self.limit = limit
    guard Self.initialized, let multi = curl_multi_init() else { return nil }
    self.multi = multi
    lf_multi_setopt_long(multi, CURLMOPT_MAXCONNECTS, Self.cachedConnections)
    if isShared {
      lf_multi_setopt_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
      lf_multi_setopt_long(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, Self.streamsPerConnection)
      lf_multi_setopt_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, Self.sharedConnectionsPerHost)
    }
    startThread { self.run() }
  }

  func start(_ transfer: Transfer) {
    guard post(.start(transfer)) else {
      return transfer.continuation.resume(throwing: CancellationError())
    }
  }

  func cancel(_ ticket: Ticket) {
    ticket.isCancelled.store(true, ordering: .relaxed)
    _ = post(.cancel(ticket))
  }

  /// Ends the thread; what still runs fails as cancelled.
  func stop() {
    _ = post(.stop)
  }

  private func post(_ command: Command) -> Bool {
    let (isOpen, isAsleep) = inbox.withLock { inbox in
      guard inbox.isOpen else { return (false, false) }
      inbox.commands.append(command)
      defer { inbox.isAsleep = false }
      if inbox.isAsleep { inbox.wakers += 1 }
      return (true, inbox.isAsleep)
    }
    // It costs a system call, after which the thread wants the lock.
    if isAsleep {
      curl_multi_wakeup(multi)
      inbox.withLock { $0.wakers -= 1 }
    }
    return isOpen
  }

  // MARK: On the thread

  private func run() {
    var table = TransferTable(multi: multi, isShared: isShared, limit: limit)
    var isStopping = false
    while !isStopping {
      isStopping = obey(&table)
      var running: Int32 = 0
      curl_multi_perform(multi, &running)
      table.reportFinished()
      let wait = min(table.resumePaused(), table.endSlow(at: .now))
      if !isStopping, fallAsleep() {
        curl_multi_poll(multi, nil, 0, Int32(max(1, (wait / .milliseconds(1)).rounded(.up))), nil)
        if table.smallTransfers >= Self.crowd { usleep(Self.momentForCrowd) }
      }
    }
    let late = inbox.withLock { inbox in
      inbox.isOpen = false
      return inbox.commands
    }
    for case .start(let transfer) in late { transfer.continuation.resume(throwing: CancellationError()) }
    table.cancelAll()
    while inbox.withLock({ $0.wakers > 0 }) { sched_yield() }
    curl_multi_cleanup(multi)
  }

  /// Whether there is nothing in the inbox; from then on a command wakes the thread.
  private func fallAsleep() -> Bool {
    inbox.withLock { inbox in
      inbox.isAsleep = inbox.commands.isEmpty
      return inbox.isAsleep
    }
  }

  /// Does what the inbox asks for; returns whether that is to stop. A function of its own, so that nothing of a
  /// command is kept while curl works.
  private func obey(_ table: inout TransferTable) -> Bool {
    let commands = inbox.withLock { inbox in
      defer { inbox.commands = [] }
      inbox.isAsleep = false
      return inbox.commands
    }
    var isStopping = false
    for command in commands {
      switch command {
      case .start(let transfer): table.start(transfer)
      case .cancel(let ticket): table.cancel(ticket)
      case .stop: isStopping = true
      }
    }
    return isStopping
  }
}

/// The transfers that curl is working on, by their `CURL *`.
private struct TransferTable {
  private struct Active {
    let handle: EasyHandle
    let isSmall: Bool
    let ticket: CurlWorker.Ticket
    let continuation: CheckedContinuation<HTTPResponse, any Error>
  }

  let multi: UnsafeMutableRawPointer
  private var active: [UnsafeMutableRawPointer: Active] = [:]
  private(set) var smallTransfers = 0

  private let isShared: Bool
  private let limit: RateLimit
  private var nextSpeedCheck = ContinuousClock.now
  /// By the file's path.
  private var cookieJars: [String: CookieJar] = [:]

  init(multi: UnsafeMutableRawPointer, isShared: Bool, limit: RateLimit) {
    self.multi = multi
    self.isShared = isShared
    self.limit = limit
  }

  mutating func start(_ transfer: CurlWorker.Transfer) {
    if transfer.ticket.isCancelled.load(ordering: .relaxed) {
      return transfer.continuation.resume(throwing: CancellationError())
    }
    guard
      let handle = EasyHandle(
        transfer.request, isShared: isShared, settings: transfer.settings, sink: transfer.sink,
        collectLimit: transfer.collectLimit, limit: limit, cookies: cookies(by: transfer.settings)),
      curl_multi_add_handle(multi, handle.easy) == CURLM_OK
    else {
      let url = transfer.request.url
      return transfer.continuation.resume(throwing: HTTPError(.other, "libcurl could not start the request", url: url))
    }
    let isSmall = transfer.request.carriage == .small
    if isSmall { smallTransfers += 1 }
    active[handle.easy] = Active(
      handle: handle, isSmall: isSmall, ticket: transfer.ticket, continuation: transfer.continuation)
  }

  private mutating func cookies(by settings: TransportSettings) -> CookieJar? {
    guard let path = settings.cookieFile else { return nil }
    if let jar = cookieJars[path] { return jar }
    let jar = CookieJar(path, isSaved: settings.savesCookies)
    cookieJars[path] = jar
    return jar
  }

  mutating func cancel(_ ticket: CurlWorker.Ticket) {
    guard let easy = active.first(where: { $0.value.ticket === ticket })?.key else { return }
    end(easy) { _ in .failure(CancellationError()) }
  }

  mutating func cancelAll() {
    for ticket in active.values.map({ $0.ticket }) { cancel(ticket) }
  }

  mutating func reportFinished() {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
      // Removing the handle frees the message.
      let code = lf_message_result(message)
      end(easy) { $0.result(code) }
    }
  }

  /// Lets transfers that the rate limit held back go on when they may, in another order each time so that none is
  /// favoured. Returns when it is worth looking again.
  func resumePaused() -> Duration {
    let paused = active.values.filter { $0.handle.isPaused }
    guard !paused.isEmpty else { return Self.idle }
    for entry in paused.shuffled() where limit.pause == .zero { entry.handle.resume() }
    return min(limit.pause, Self.idle)
  }

  /// Ends transfers that bring nothing, or next to nothing. Returns when it is worth looking again.
  mutating func endSlow(at now: ContinuousClock.Instant) -> Duration {
    guard now >= nextSpeedCheck else { return nextSpeedCheck - now }
    // Requests that share a connection wait for each other's bodies to be taken.
    let isHeldBack = isShared && active.values.contains { $0.handle.isPaused }
    let slow = active.compactMapValues { [count = active.count] in
      $0.handle.checkSpeed(active: count, isHeldBack: isHeldBack, at: now)
    }
    for (easy, error) in slow { end(easy) { _ in .failure(error) } }
    let pause =
      active.values.compactMap { $0.handle.speed?.check.interval }.min().map { min($0, Self.idle) } ?? Self.idle
    nextSpeedCheck = now + pause
    return pause
  }

  private static let idle = Duration.seconds(1)

  /// The handle, and with it the caller's sink, is gone before the caller goes on: what the sink held is closed then.
  private mutating func end(
    _ easy: UnsafeMutableRawPointer, with result: (EasyHandle) -> Result<HTTPResponse, any Error>
  ) {
    curl_multi_remove_handle(multi, easy)
    guard let (continuation, outcome) = take(easy, result) else { return }
    continuation.resume(with: outcome)
  }

  private mutating func take(
    _ easy: UnsafeMutableRawPointer, _ result: (EasyHandle) -> Result<HTTPResponse, any Error>
  ) -> (CheckedContinuation<HTTPResponse, any Error>, Result<HTTPResponse, any Error>)? {
    active.removeValue(forKey: easy).map {
      if $0.isSmall { smallTransfers -= 1 }
      return ($0.continuation, result($0.handle))
    }
  }
}
