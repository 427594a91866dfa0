import Synchronization

/// Until when each host asked to be left alone. One table for all connections: when a server says "too many
/// requests" to one of them, the others wait too instead of making it worse.
final class Cooldown: Sendable {
  private let until = Mutex<[Origin: ContinuousClock.Instant]>([:])

  func extend(_ origin: Origin, by pause: Duration) {
    let end = ContinuousClock.now + pause
    until.withLock { $0[origin] = max($0[origin] ?? end, end) }
  }

  func wait(for origin: Origin) async throws {
    while let end = until.withLock({ $0[origin] }), end > .now {
      try await Task.sleep(until: end)
    }
  }
}
