#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The hours of the day in which downloads may run, by the machine's own clock: `22:00-06:00`.
public struct TimeWindow: Sendable, Equatable {
  /// Minutes since midnight; the window ends before `end`. Where `end` is not later than `start`, it goes on past
  /// midnight.
  let start: Int
  let end: Int

  public init?(_ text: String) {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(Self.minutes)
    guard ends.count == 2, let start = ends[0], let end = ends[1], start != end else { return nil }
    self.start = start
    self.end = end
  }

  private static func minutes(_ text: Substring) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }),
      let hours = Int(parts[0]), let minutes = Int(parts[1]), hours < 24, minutes < 60
    else { return nil }
    return hours * 60 + minutes
  }

  /// How long until the window opens; zero while it is open. `second` counts from midnight.
  func untilOpen(atSecond second: Int) -> Duration {
    isOpen(atSecond: second) ? .zero : .seconds((start * 60 - second + Self.day) % Self.day)
  }

  /// How long until the window closes; zero while it is closed.
  func untilClosed(atSecond second: Int) -> Duration {
    isOpen(atSecond: second) ? .seconds((end * 60 - second + Self.day - 1) % Self.day + 1) : .zero
  }

  /// When it opens, as it was written.
  var opening: String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return two(start / 60) + ":" + two(start % 60)
  }

  private func isOpen(atSecond second: Int) -> Bool {
    let minute = second / 60
    return start < end ? minute >= start && minute < end : minute >= start || minute < end
  }

  private static let day = 24 * 3600

  /// The time of day here.
  static var secondOfDay: Int {
    var now = time(nil)
    var local = tm()
    localtime_r(&now, &local)
    return Int(local.tm_hour) * 3600 + Int(local.tm_min) * 60 + Int(local.tm_sec)
  }
}
