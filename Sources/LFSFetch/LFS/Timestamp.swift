#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Seconds since 1970 of an RFC 3339 date such as `2026-11-21T10:00:00.5+01:00`; nil when it is none.
package func timestamp(_ text: String) -> Int64? {
  let bytes = Array(text.utf8)
  func number(_ range: Range<Int>, in allowed: ClosedRange<Int32>) -> Int32? {
    guard range.upperBound <= bytes.count, bytes[range].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
      let number = Int32(String(decoding: bytes[range], as: UTF8.self)), allowed.contains(number)
    else { return nil }
    return number
  }
  func has(_ character: Unicode.Scalar, at index: Int) -> Bool {
    index < bytes.count && bytes[index] == UInt8(ascii: character)
  }
  guard bytes.count >= 20, has("-", at: 4), has("-", at: 7), bytes[10] | 0x20 == UInt8(ascii: "t"), has(":", at: 13),
    has(":", at: 16), let year = number(0..<4, in: 0...9999), let month = number(5..<7, in: 1...12),
    let day = number(8..<10, in: 1...31), let hour = number(11..<13, in: 0...23),
    let minute = number(14..<16, in: 0...59), let second = number(17..<19, in: 0...60)
  else { return nil }
  var parts = tm()
  (parts.tm_year, parts.tm_mon, parts.tm_mday) = (year - 1900, month - 1, day)
  (parts.tm_hour, parts.tm_min, parts.tm_sec) = (hour, minute, second)
  let seconds = Int64(timegm(&parts))
  var zone = bytes[19...]
  if zone.first == UInt8(ascii: ".") { zone = zone.dropFirst().drop { $0 >= 0x30 && $0 <= 0x39 } }
  if zone.count == 1, zone.first.map({ $0 | 0x20 }) == UInt8(ascii: "z") { return seconds }
  let start = zone.startIndex
  guard zone.count == 6, has("+", at: start) || has("-", at: start), has(":", at: start + 3),
    let hours = number(start + 1..<start + 3, in: 0...23), let minutes = number(start + 4..<start + 6, in: 0...59)
  else { return nil }
  let offset = Int64(hours) * 3600 + Int64(minutes) * 60
  return has("+", at: start) ? seconds - offset : seconds + offset
}
