import Synchronization

/// How many bytes a second may come in over all connections together; may be changed at any time.
package final class RateLimit: Sendable {
  private let bucket: Mutex<TokenBucket>

  /// nil is no limit.
  package init(bytesPerSecond: Int64? = nil) {
    bucket = Mutex(TokenBucket(bytesPerSecond: bytesPerSecond))
  }

  package func set(bytesPerSecond: Int64?) {
    bucket.withLock { bucket in
      guard bucket.bytesPerSecond != bytesPerSecond else { return }
      bucket = TokenBucket(bytesPerSecond: bytesPerSecond)
    }
  }

  var isSet: Bool { bucket.withLock { $0.bytesPerSecond != nil } }

  func spend(_ bytes: Int) {
    bucket.withLock { $0.spend(Int64(bytes), at: .now) }
  }

  /// How long to wait before more may come in; zero when it may now.
  var pause: Duration { bucket.withLock { $0.pause(at: .now) } }
}

/// The arithmetic of a rate limit: a bucket that fills at the rate, holds a tenth of a second's worth, and may be
/// overdrawn by whatever arrives at once.
struct TokenBucket: Sendable {
  let bytesPerSecond: Int64?
  private var tokens: Double
  private var filledAt: ContinuousClock.Instant?

  init(bytesPerSecond: Int64?) {
    self.bytesPerSecond = bytesPerSecond.map { max(1, $0) }
    tokens = 0
  }

  mutating func spend(_ bytes: Int64, at now: ContinuousClock.Instant) {
    guard bytesPerSecond != nil else { return }
    fill(at: now)
    tokens -= Double(bytes)
  }

  mutating func pause(at now: ContinuousClock.Instant) -> Duration {
    guard let bytesPerSecond else { return .zero }
    fill(at: now)
    return tokens >= 0 ? .zero : .seconds(-tokens / Double(bytesPerSecond))
  }

  private mutating func fill(at now: ContinuousClock.Instant) {
    guard let bytesPerSecond else { return }
    let elapsed = filledAt.map { (now - $0) / .seconds(1) } ?? 0
    tokens = min(tokens + elapsed * Double(bytesPerSecond), Double(bytesPerSecond) / 10)
    filledAt = now
  }
}
