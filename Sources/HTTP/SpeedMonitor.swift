/// What one transfer must bring, and what it has brought since it was last looked at.
struct SpeedMonitor: Sendable {
  private let carriage: HTTPRequest.Carriage
  /// Bytes a second, where the user says.
  private let configured: Int?
  private let window: Duration
  private(set) var check: SpeedCheck
  var received = 0
  var wasHeldBack = false

  /// A source that gives less than 1 KiB a second is worth leaving for another connection, or another host.
  private static let objectBytesPerSecond = 1024.0
  /// More transfers than these may bring less each: a slow line is no reason to break them all off.
  private static let fullSpeedTransfers = 8.0

  /// nil where the user has switched the check off.
  init?(_ carriage: HTTPRequest.Carriage, _ settings: TransportSettings, now: ContinuousClock.Instant = .now) {
    guard settings.lowSpeedLimit != 0, settings.lowSpeedTime > .zero else { return nil }
    self.carriage = carriage
    configured = settings.lowSpeedLimit
    window = settings.lowSpeedTime
    check = SpeedCheck(window: window, start: now)
  }

  /// What is wrong, in words.
  mutating func check(hasBegun: Bool, active: Int, isHeldBack: Bool, at now: ContinuousClock.Instant) -> String? {
    guard hasBegun else {
      check.restart(at: now)
      return nil
    }
    guard check.isDue(at: now) else { return nil }
    defer { (received, wasHeldBack) = (0, false) }
    return check.shortfall(
      received: received, bytesPerSecond: required(active), isHeldBack: isHeldBack || wasHeldBack, at: now
    ).map { "\($0) bytes in \(window)" }
  }

  private func required(_ active: Int) -> Double {
    if let configured { return Double(configured) }
    switch carriage {
    // A service that thinks, such as one that makes a pack, may send no more than signs of life.
    case .api: return 0.5 / (window / .seconds(1))
    case .range, .object, .small:
      return Self.objectBytesPerSecond * min(1, Self.fullSpeedTransfers / Double(max(1, active)))
    }
  }
}
