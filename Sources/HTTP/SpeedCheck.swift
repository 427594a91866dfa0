/// Finds a transfer that has stalled or that dribbles: over every window it must bring at least so much.
///
/// The window slides by tenths. libcurl's own check is of no use here: it would count the time in which our rate limit
/// holds a transfer back.
struct SpeedCheck: Sendable {
  private struct Slice {
    let received: Int
    let required: Double
    let isHeldBack: Bool
  }

  private let window: Duration
  private var slices: [Slice] = []
  private var lastTick: ContinuousClock.Instant

  init(window: Duration, start: ContinuousClock.Instant) {
    self.window = window
    lastTick = start
  }

  /// How often the check is to be made.
  var interval: Duration { window / Self.slicesPerWindow }

  private static let slicesPerWindow = 10

  /// Begins anew: the time until now does not count.
  mutating func restart(at now: ContinuousClock.Instant) {
    slices.removeAll(keepingCapacity: true)
    lastTick = now
  }

  func isDue(at now: ContinuousClock.Instant) -> Bool { now - lastTick >= interval }

  /// Takes what came in since the last call. Returns what came in over the window, if that is too little.
  ///
  /// `isHeldBack` says that the transfer was slow for a reason of ours at some time since then.
  mutating func shortfall(
    received: Int, bytesPerSecond: Double, isHeldBack: Bool, at now: ContinuousClock.Instant
  ) -> Int? {
    let elapsed = now - lastTick
    // This process was stopped, or its disk was: no fault of the host.
    guard elapsed < interval * 3 + .seconds(1) else {
      restart(at: now)
      return nil
    }
    lastTick = now
    slices.append(
      Slice(received: received, required: bytesPerSecond * (elapsed / .seconds(1)), isHeldBack: isHeldBack))
    if slices.count > Self.slicesPerWindow { slices.removeFirst() }
    guard slices.count == Self.slicesPerWindow, !slices.contains(where: \.isHeldBack) else { return nil }
    let sum = slices.reduce(0) { $0 + $1.received }
    return Double(sum) < slices.reduce(0) { $0 + $1.required } ? sum : nil
  }
}
