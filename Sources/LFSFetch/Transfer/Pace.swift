/// How many connections to one host are of use: found by trying. Pure; the engine tells it how fast things went.
///
/// It doubles the connections and looks whether more came in. When it did, it goes on; when it did not, the added ones
/// are dropped again, and the next try is some time later. A host that turns us away (429, 503) gets half, and after
/// that more only one by one.
struct Pace: Sendable {
  private struct Measurement: Sendable {
    let connections: Int
    let rate: Double
  }

  /// How many may be used now.
  private(set) var connections: Int
  let cap: Int

  /// What there was before the last growth.
  private var before: Measurement?
  /// The first period after a change says nothing: new connections have yet to begin.
  private var isSettling = false
  /// No growth until then.
  private var quietUntil: ContinuousClock.Instant?
  private var rest: Duration = .seconds(5)
  private var lastTurnedAway: ContinuousClock.Instant?

  /// How long a measurement takes.
  static let period: Duration = .milliseconds(300)
  private static let first = 8
  private static let longestRest: Duration = .seconds(80)
  private static let restAfterRefusal: Duration = .seconds(10)
  /// A growth must bring this part of what as many connections brought before it.
  private static let gain = 0.25
  /// Bytes a second beyond which hashing and the disk are the limit.
  private static let enough = 400e6

  init(cap: Int) {
    self.cap = max(1, cap)
    connections = min(Self.first, self.cap)
  }

  /// A period is over in which all connections were busy, and `rate` bytes a second came.
  mutating func observe(rate: Double, at now: ContinuousClock.Instant) {
    if let quietUntil, now < quietUntil { return }
    if isSettling {
      isSettling = false
      return
    }
    if let before {
      self.before = nil
      let expected = Double(connections) / Double(before.connections) - 1
      if rate < before.rate * (1 + expected * Self.gain) {
        connections = before.connections
        keepQuiet(for: rest, from: now)
        rest = min(rest * 2, Self.longestRest)
        return
      }
    }
    guard connections < cap, rate < Self.enough else { return }
    before = Measurement(connections: connections, rate: rate)
    connections = min(cap, lastTurnedAway == nil ? connections * 2 : connections + 1)
    isSettling = true
  }

  /// The host said to a request that these are too many. Requests that went out together hear it together, which
  /// counts once.
  mutating func turnedAway(requestSentAt sent: ContinuousClock.Instant, at now: ContinuousClock.Instant) {
    if let lastTurnedAway, sent < lastTurnedAway { return }
    lastTurnedAway = now
    before = nil
    connections = max(1, connections / 2)
    keepQuiet(for: Self.restAfterRefusal, from: now)
  }

  private mutating func keepQuiet(for pause: Duration, from now: ContinuousClock.Instant) {
    quietUntil = now + pause
    isSettling = true
  }
}
