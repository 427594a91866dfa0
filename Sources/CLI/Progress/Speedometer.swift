/// The speed of a download, smoothed: what came within the last seconds, divided by them.
///
/// A window, and not a decaying mean, because it is honest in both ways: a stall shows as 0 once the window has
/// passed, and one burst does not linger.
struct Speedometer: Sendable {
  static let window = Duration.seconds(8)
  /// Before so much time has passed a speed would be a guess.
  static let settling = Duration.seconds(1)
  /// Readings nearer than this replace each other, so their number is bounded.
  private static let spacing = Duration.milliseconds(100)

  /// In the order of time; of those that are older than the window only the youngest is kept.
  private var readings: [(time: Duration, total: Int64)] = []

  mutating func start(at time: Duration) {
    if readings.isEmpty { readings.append((time, 0)) }
  }

  mutating func record(total: Int64, at time: Duration) {
    if readings.count > 1, time - readings[readings.count - 2].time < Self.spacing {
      readings[readings.count - 1] = (time, total)
    } else {
      readings.append((time, total))
    }
    while readings.count > 1, readings[1].time <= time - Self.window {
      readings.removeFirst()
    }
  }

  func speed(at time: Duration) -> Double? {
    guard let first = readings.first, let last = readings.last, time - first.time >= Self.settling else {
      return nil
    }
    let base = readings.last { $0.time <= time - Self.window } ?? first
    return Double(last.total - base.total) / ((time - base.time) / .seconds(1))
  }
}
