/// Byte counts, speeds and times in the words people read, in units of a thousand as disks and downloads are sold.
enum Quantity {
  /// `466 B`, `1.5 kB`, `183.7 MB`: at most one decimal.
  static func bytes(_ count: Int64) -> String {
    let magnitude = UInt64(max(0, count))
    guard magnitude >= 1000 else { return "\(magnitude) B" }
    var unit: UInt64 = 1000
    var names = ["kB", "MB", "GB", "TB", "PB", "EB"][...]
    // 999,950 bytes would be rounded to "1000.0 kB".
    while names.count > 1, tenths(of: magnitude, in: unit) >= 10_000 {
      unit *= 1000
      names.removeFirst()
    }
    let tenths = tenths(of: magnitude, in: unit)
    return "\(tenths / 10).\(tenths % 10) \(names.first ?? "")"
  }

  /// `466 B`, `1.5 KB`, `184 MB`: as git-lfs writes sizes, which scripts compare.
  static func lfs(_ count: Int64) -> String {
    var unit: UInt64 = 1
    var names = ["B", "KB", "MB", "GB", "TB", "PB", "EB"][...]
    let magnitude = UInt64(max(0, count))
    while names.count > 1, magnitude / unit >= 1000 {
      unit *= 1000
      names.removeFirst()
    }
    if unit == 1 { return "\(magnitude) B" }
    let tenths = tenths(of: magnitude, in: unit)
    let number = tenths < 100 ? "\(tenths / 10).\(tenths % 10)" : "\((tenths + 5) / 10)"
    return "\(number) \(names.first ?? "")"
  }

  static func speed(_ bytesPerSecond: Double) -> String {
    bytes(Int64(bytesPerSecond.rounded())) + "/s"
  }

  /// A time to wait, whole seconds as a clock shows them: `0:08`, `1:02:03`, `2 d 3 h`.
  static func clock(seconds: Int64) -> String {
    let (minutes, second) = seconds.quotientAndRemainder(dividingBy: 60)
    let (hours, minute) = minutes.quotientAndRemainder(dividingBy: 60)
    if hours >= 48 { return "\(hours / 24) d \(hours % 24) h" }
    return hours > 0 ? "\(hours):\(twoDigits(minute)):\(twoDigits(second))" : "\(minute):\(twoDigits(second))"
  }

  /// A time that passed: `0.03 s`, `12.3 s`, `1 min 12 s`, `2 h 3 min`.
  static func elapsed(seconds: Double) -> String {
    let hundredths = Int64((max(0, seconds) * 100).rounded())
    if hundredths < 100 { return "0.\(twoDigits(hundredths)) s" }
    let tenths = (hundredths + 5) / 10
    if tenths < 600 { return "\(tenths / 10).\(tenths % 10) s" }
    let whole = (tenths + 5) / 10
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }

  private static func tenths(of count: UInt64, in unit: UInt64) -> UInt64 {
    (count + unit / 20) / (unit / 10)
  }

  private static func twoDigits(_ number: Int64) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
