#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Seconds since 1970 of an RFC 3339 date such as `2026-11-21T10:00:00.5+01:00`; nil when it is none.
package func timestamp(_ text: String) -> Int64? {
  let bytes = Array(text.utf8)
  func number(_ range: Range<Int>) -> Int32? {
    guard range.upperBound <= bytes.count else { return nil }
    return Int32(String(decoding: bytes[range], as: UTF8.self))
  }
  guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[10] | 0x20 == UInt8(ascii: "t"),
    bytes[13] == UInt8(ascii: ":"), let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
    let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19)
  else { return nil }
  var parts = tm()
  (parts.tm_year, parts.tm_mon, parts.tm_mday) = (year - 1900, month - 1, day)
  (parts.tm_hour, parts.tm_min, parts.tm_sec) = (hour, minute, second)
  var zone = bytes[19...]
  if zone.first == UInt8(ascii: ".") { zone = zone.dropFirst().drop { $0 >= 0x30 && $0 <= 0x39 } }
  let seconds = Int64(timegm(&parts))
  if zone.first.map({ $0 | 0x20 }) == UInt8(ascii: "z") { return seconds }
  guard let sign = zone.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), zone.count == 6,
    let hours = number(zone.startIndex + 1..<zone.startIndex + 3),
    let minutes = number(zone.startIndex + 4..<zone.startIndex + 6)
  else { return nil }
  let offset = Int64(hours) * 3600 + Int64(minutes) * 60
  return sign == UInt8(ascii: "+") ? seconds - offset : seconds + offset
}
