import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A moment as a user names it to git: `2024-05-17`, `2024-05-17 12:30 +0200`, `@1700000000`, `2 weeks ago`.
///
/// Git takes any text for some date; here what is not understood is nil, so that a slip of the pen is told.
/// https://git-scm.com/docs/git-commit#_date_formats
package struct PastMoment: Sendable, Equatable {
  /// Since 1970.
  package let seconds: Int64

  package init?(_ text: String, now: Int64 = Int64(time(nil))) {
    let text = String(text.trimmed).inLowerCase
    guard let seconds = Self.raw(text) ?? Self.date(text, now) ?? Self.ago(text, now) else { return nil }
    self.seconds = seconds
  }

  /// `@SECONDS`, or so many seconds that they are no year; what stands behind tells only how it is shown.
  private static func raw(_ text: String) -> Int64? {
    guard let first = text.words(at: " ").first else { return nil }
    if let digits = first.rest(after: "@") { return Int64(digits) }
    return first.utf8.count >= 9 ? Int64(first) : nil
  }

  // MARK: Dates

  /// A day, and perhaps a time and a zone; without a time it is that of now, as with git.
  private static func date(_ text: String, _ now: Int64) -> Int64? {
    // A `T` may stand between the day and the time.
    let parted = text.cut(at: "t").flatMap { $0.before.has(" ") ? nil : "\($0.before) \($0.after)" } ?? text
    let words = parted.words(at: " ")
    guard let day = words.first, let sign = ["-", "/", "."].first(where: { day.has($0) }) else { return nil }
    let numbers = day.fields(at: Unicode.Scalar(sign) ?? "-").map { Int32($0) }
    guard numbers.count == 3, let year = numbers[0], let month = numbers[1], let date = numbers[2],
      1900...9999 ~= year, 1...12 ~= month, 1...31 ~= date, words.count <= 3
    else { return nil }
    // Where there is summer time in one of the two, git takes the clock of now for the other, too.
    var parts = local(now)
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (year - 1900, month - 1, date)
    guard words.count > 1 else { return Int64(mktime(&parts)) }
    let (clock, zone) = separated(words[1])
    let times = clock.fields(at: ":").map { field in Int32(field.cut(at: ".")?.before ?? field) }
    guard 2...3 ~= times.count, let hour = times[0], let minute = times[1],
      let second = times.count == 3 ? times[2] : 0, 0...24 ~= hour, 0...59 ~= minute, 0...60 ~= second
    else { return nil }
    (parts.tm_hour, parts.tm_min, parts.tm_sec, parts.tm_isdst) = (hour, minute, second, -1)
    guard let zone = words.count == 3 ? words[2] : zone else { return Int64(mktime(&parts)) }
    return offset(zone).map { Int64(timegm(&parts)) - $0 }
  }

  /// The zone may follow the time without a space.
  private static func separated(_ word: Substring) -> (clock: Substring, zone: Substring?) {
    guard let index = word.utf8.firstIndex(where: { "+-z".utf8.contains($0) }) else { return (word, nil) }
    return (word[..<index], word[index...])
  }

  /// `z`, `utc`, `+0100`, `+01:00`, `+01`, in seconds.
  private static func offset(_ zone: Substring) -> Int64? {
    if ["z", "utc", "gmt"].contains(where: { zone.isSame(as: $0) }) { return 0 }
    guard let sign = zone.utf8.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
    let digits = String(zone.dropFirst()).replacingBytes(":", with: "")
    guard digits.utf8.count == 2 || digits.utf8.count == 4, let number = Int64(digits), number >= 0 else { return nil }
    let minutes = digits.utf8.count == 2 ? number * 60 : number / 100 * 60 + number % 100
    return (sign == UInt8(ascii: "-") ? -60 : 60) * minutes
  }

  // MARK: Spans

  /// `2 weeks ago`, `1.year.6.months.ago`, `yesterday`.
  private static func ago(_ text: String, _ now: Int64) -> Int64? {
    switch text {
    case "now": return now
    case "yesterday": return now - 86_400
    default: break
    }
    var words = text.replacingBytes(".", with: " ").words(at: " ")[...]
    guard words.last?.isSame(as: "ago") == true else { return nil }
    words.removeLast()
    guard !words.isEmpty, words.count.isMultiple(of: 2) else { return nil }
    var moment = now
    while let number = words.popFirst(), let unit = words.popFirst() {
      guard let count = Int32(number), 0...100_000 ~= count else { return nil }
      var parts = local(moment)
      switch unit.rest(before: "s") ?? unit {
      case "second": moment -= Int64(count)
      case "minute": moment -= Int64(count) * 60
      case "hour": moment -= Int64(count) * 3_600
      case "day": moment -= Int64(count) * 86_400
      case "week": moment -= Int64(count) * 7 * 86_400
      case "month":
        parts.tm_mon -= count
        moment = Int64(mktime(&parts))
      case "year":
        parts.tm_year -= count
        moment = Int64(mktime(&parts))
      default: return nil
      }
    }
    return moment
  }

  private static func local(_ seconds: Int64) -> tm {
    var (moment, parts) = (time_t(seconds), tm())
    localtime_r(&moment, &parts)
    return parts
  }
}
