/// When a request that failed is worth another try, and how long to wait before it.
///
/// A pure function of what happened: nothing here sleeps, counts or looks at a clock. The wait doubles from `base`
/// up to `cap`, each time spread at random between half and the whole of it, so that many clients that were
/// turned away together do not come back together. A server that says when to come back is believed, unless that
/// is later than `patience`: then the failure is reported at once instead of in an hour. Ten minutes are enough for
/// hosts that count requests in windows of five.
package struct Retry: Sendable, Equatable {
  /// All tries, the first one included.
  package var attempts: Int
  package var base: Duration
  package var cap: Duration
  package var patience: Duration

  package init(
    attempts: Int, base: Duration = .milliseconds(250), cap: Duration = .seconds(10), patience: Duration = .seconds(600)
  ) {
    self.attempts = attempts
    self.base = base
    self.cap = cap
    self.patience = patience
  }

  package static let standard = Retry(attempts: 5)
  package static let never = Retry(attempts: 1)
  /// Who retries for ever also waits as long as a server asks for.
  package static let forever = Retry(attempts: .max, patience: .seconds(Int64.max))

  package enum Outcome: Sendable, Equatable {
    case failure(HTTPError)
    /// An answer that began and did not end, or a conversation that was not over.
    case brokenOff
    case status(Int, retryAfter: Duration?)
  }

  /// The pause before the next try, or nil when there must not be one. `attempt` counts from 1; `random` is in 0..<1.
  package func delay(after attempt: Int, _ outcome: Outcome, random: Double) -> Duration? {
    guard attempt < attempts else { return nil }
    let backoff = min(cap, base * (1 << min(attempt - 1, 16)))
    let spread = backoff * (0.5 + random / 2)
    switch outcome {
    case .failure(let error):
      return error.isTransient ? spread : nil
    case .brokenOff: return spread
    case .status(let status, let retryAfter):
      // 403 is also what some hosts send when too much was asked of them; then they say when to come back.
      guard [408, 429, 500, 502, 503, 504].contains(status) || status == 403 && retryAfter != nil else { return nil }
      guard let retryAfter else { return spread }
      return retryAfter <= patience ? max(retryAfter, .zero) : nil
    }
  }
}
