import CCurl
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What an answer says about how many more requests its host takes, and when it takes more.
///
/// There is no standard yet. Hosts send `RateLimit-Remaining` and `RateLimit-Reset`, the same with `X-` before it, or
/// one field in the forms of the IETF's drafts: `RateLimit: limit=100, remaining=0, reset=5` in earlier ones,
/// `RateLimit: "hour";r=0;t=55, "day";r=10;t=3600` in later ones.
struct RequestQuota: Sendable, Equatable {
  /// nil where the host does not say.
  var remaining: Int?
  /// From now.
  var reset: Duration?

  /// All that the answer names: a host may count by the minute and by the day. `now` is seconds since 1970.
  static func all(in headers: HTTPHeaders, now: Int) -> [RequestQuota] {
    var quotas = structured(headers.all("RateLimit").joined(separator: ","), now: now)
    for prefix in ["", "X-"] {
      let remaining = headers[prefix + "RateLimit-Remaining"].flatMap(number)
      let reset = headers[prefix + "RateLimit-Reset"].flatMap(number)
      quotas.append(RequestQuota(remaining: remaining, reset: reset.map { pause(until: $0, now: now) }))
    }
    return quotas.filter { $0.reset != nil }
  }

  private static func structured(_ text: String, now: Int) -> [RequestQuota] {
    var quotas: [RequestQuota] = []
    var flat = RequestQuota()
    for member in text.splitOutsideQuotes(UInt8(ascii: ",")) {
      var named = RequestQuota()
      for item in member.splitOutsideQuotes(UInt8(ascii: ";")) {
        guard let (name, digits) = item.cut(at: "="), let value = number(String(digits)) else { continue }
        switch name.trimmed {
        case "r": named.remaining = value
        case "t": named.reset = pause(until: value, now: now)
        case "remaining": flat.remaining = value
        case "reset": flat.reset = pause(until: value, now: now)
        default: break
        }
      }
      quotas.append(named)
    }
    return quotas + [flat]
  }

  /// The number at the beginning; what follows it, as in `0;w=60`, says something else. A part of a second counts as
  /// a whole one, since coming back too early is worse than too late.
  private static func number(_ text: String) -> Int? {
    let digits = text.trimmed.utf8.prefix { 0x30...0x39 ~= $0 }
    guard let value = Int(Substring(digits.prefix(18))) else { return nil }
    return text.trimmed.utf8.dropFirst(digits.count).first == UInt8(ascii: ".") ? value + 1 : value
  }

  /// Some hosts count seconds from now, others seconds or milliseconds since 1970; nobody means decades from now.
  private static func pause(until value: Int, now: Int) -> Duration {
    let seconds =
      switch value {
      case 1_000_000_000_000...: value / 1000 - now
      case 1_000_000_000...: value - now
      default: value
      }
    return .seconds(max(0, seconds))
  }
}

extension HTTPResponse {
  /// When the host wants the next try of a request that it turned away. `Retry-After` has two forms; without it the
  /// host's quota counts. `now` is seconds since 1970, and of use only where the answer does not say when it was made:
  /// the clock of this machine may be wrong.
  package func retryAfter(now: Int) -> Duration? {
    let now = headers["Date"].flatMap(Self.seconds) ?? now
    if let text = headers["Retry-After"] {
      if let seconds = Int(text) { return .seconds(max(0, min(seconds, 86_400 * 365))) }
      if let date = Self.seconds(text) { return .seconds(max(0, date - now)) }
    }
    if status == 403 { return exhausted(now: now) }
    guard [429, 503].contains(status) else { return nil }
    return exhausted(now: now) ?? RequestQuota.all(in: headers, now: now).filter { $0.remaining == nil }.longest
  }

  /// Whether too much was asked of the host. Some say so with 403, and when they want to be asked again: then it is no
  /// question of what is allowed.
  package var isTooManyRequests: Bool { status == 429 || status == 403 && retryAfter(now: time(nil)) != nil }

  /// How long the host must be left alone after this answer, by whoever wants something of it.
  func cooldown(now: Int) -> Duration? {
    if [403, 429, 503].contains(status) { return retryAfter(now: now) }
    return exhausted(now: headers["Date"].flatMap(Self.seconds) ?? now)
  }

  private func exhausted(now: Int) -> Duration? {
    RequestQuota.all(in: headers, now: now).filter { $0.remaining == 0 }.longest
  }

  private static func seconds(_ date: String) -> Int? {
    let seconds = curl_getdate(date, nil)
    return seconds < 0 ? nil : seconds
  }
}

extension [RequestQuota] {
  fileprivate var longest: Duration? { compactMap(\.reset).max() }
}

extension StringProtocol {
  /// The parts between separators that stand in no quoted string.
  fileprivate func splitOutsideQuotes(_ separator: UInt8) -> [Substring] {
    var isQuoted = false
    var isEscaped = false
    return Substring(self).utf8.split { byte in
      defer { isEscaped = isQuoted && byte == UInt8(ascii: "\\") && !isEscaped }
      if byte == UInt8(ascii: "\""), !isEscaped { isQuoted.toggle() }
      return byte == separator && !isQuoted
    }.map { Substring($0) }
  }
}
