import Synchronization

/// Until when each host asked to be left alone. One table for all connections: when a server says "too many
/// requests" to one of them, the others wait too instead of making it worse.
final class Cooldown: Sendable {
  private struct Entry {
    var end: ContinuousClock.Instant
    /// The latest end that was announced.
    var announced: ContinuousClock.Instant
  }

  private let entries = Mutex<[Origin: Entry]>([:])
  private let onPause: @Sendable (Origin, Duration) -> Void

  /// Shorter waits are not worth a word, and many connections that are turned away one after the other are one pause.
  private static let worthTelling = Duration.seconds(5)

  init(onPause: @escaping @Sendable (Origin, Duration) -> Void) {
    self.onPause = onPause
  }

  func extend(_ origin: Origin, by pause: Duration) {
    let now = ContinuousClock.now
    entries.withLock { entries in
      var entry = entries[origin] ?? Entry(end: now, announced: now)
      entry.end = max(entry.end, now + pause)
      entries[origin] = entry
    }
  }

  /// Tells how long the host is to be left alone, unless that has been told.
  func announce(_ origin: Origin) {
    let now = ContinuousClock.now
    let pause = entries.withLock { entries -> Duration? in
      guard let entry = entries[origin] else { return nil }
      guard entry.end - max(now, entry.announced) > Self.worthTelling else { return nil }
      entries[origin]?.announced = entry.end
      return entry.end - now
    }
    if let pause { onPause(origin, pause) }
  }

  func wait(for origin: Origin) async throws {
    while let end = entries.withLock({ $0[origin]?.end }), end > .now {
      announce(origin)
      try await Task.sleep(until: end)
    }
  }
}
