import Files
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What the program does, line by line, for whoever looks for a fault: on standard error, or wherever git's own variables
/// for that say.
///
/// A line names hosts and paths, and never a credential: addresses are printed without user and query.
package struct Trace: Sendable {
  /// What is asked of whom and what comes of it, by `GIT_TRACE`.
  package static let steps = Trace(getenv("GIT_TRACE").map { String(cString: $0) })
  /// The headers of requests and answers, by `GIT_CURL_VERBOSE`.
  package static let headers = Trace(getenv("GIT_CURL_VERBOSE").map { String(cString: $0) })

  private let log: LineLog?

  package var isOn: Bool { log != nil }

  /// As git reads such a variable: `1`, `2` and `true` are standard error, a whole path is a file to which is added. All
  /// else is no trace; other descriptors are not used, because by now they may be files of our own.
  package init(_ value: String?) {
    switch value?.inLowerCase {
    case "1", "2", "true": log = .standardError
    default: log = value.flatMap { $0.begins(with: "/") ? LineLog(appendingTo: $0) : nil }
    }
  }

  /// A line with the time of day. The text is not even made where nobody wants to know.
  package func say(_ text: @autoclosure () -> String) {
    log?.write("\(Self.timeOfDay) trace lfsfetch: \(text().escapingControls)")
  }

  /// `03:09:55.000123`, as in git's own lines.
  private static var timeOfDay: String {
    var now = timeval()
    gettimeofday(&now, nil)
    var seconds = now.tv_sec
    var parts = tm()
    localtime_r(&seconds, &parts)
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
    let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded(Int($0), 2) }
    return clock.joined(separator: ":") + "." + padded(Int(now.tv_usec), 6)
  }
}

// MARK: - Headers

extension Trace {
  /// Which way a header goes.
  enum Direction: String {
    case sent = ">"
    case received = "<"
  }

  /// The lines of a header, each with a mark, and with nothing in them that lets anybody in.
  func tell(_ headers: some Collection<UInt8>, _ direction: Direction) {
    guard let log else { return }
    for line in headers.split(separator: UInt8(ascii: "\n")) {
      let text = String(decoding: line, as: UTF8.self).trimmed
      if !text.isEmpty { log.write("\(direction.rawValue) \(Self.redacted(String(text)).escapingControls)") }
    }
  }

  /// Whether the value of a field may let somebody in. Hosts and users give such fields names of their own, so it is told
  /// by what the names are made of.
  private static func isSecret(_ name: String) -> Bool {
    if name.ends(with: "-authenticate") { return false }
    return ["auth", "cookie", "token", "secret", "key", "sign", "pass", "credential"].contains { name.has($0) }
  }

  static func redacted(_ line: String) -> String {
    guard let (name, value) = line.cut(at: ":"), !name.has(" ") else { return line.withoutQuery }
    guard isSecret(name.inLowerCase) else { return line.withoutQuery }
    let scheme = value.trimmed.cut(at: " ")?.before
    let isAuthorization = name.inLowerCase.ends(with: "authorization")
    return "\(name): " + (isAuthorization ? scheme.map { "\($0) " } ?? "" : "") + "* * * * *"
  }
}

extension String {
  /// Signed addresses have their secrets behind the `?`, up to the next space.
  fileprivate var withoutQuery: String {
    guard let (before, rest) = cut(at: "?") else { return self }
    return before + "?…" + (rest.cut(at: " ").map { " " + $0.after } ?? "")
  }
}
