import Text

/// A `Content-Range` header: `bytes 0-99/1234`, or `bytes 0-99/*`.
package struct ContentRange: Equatable, Sendable {
  package let range: ClosedRange<Int64>
  /// nil when the server does not tell. Not every server tells the truth: Gitea up to 1.24.3 says what is left.
  package let total: Int64?

  /// nil for anything that is not exactly of that form.
  package init?(_ text: String) {
    guard text.utf8.count < 100, let parts = text.inLowerCase.rest(after: "bytes ")?.fields(at: "/"), parts.count == 2
    else { return nil }
    let ends = parts[0].fields(at: "-").map(Self.number)
    guard ends.count == 2, let start = ends[0], let end = ends[1], start <= end else { return nil }
    range = start...end
    if parts[1] == "*" {
      total = nil
    } else {
      guard let number = Self.number(parts[1]) else { return nil }
      total = number
    }
  }

  private static func number(_ text: Substring) -> Int64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
    return Int64(text)
  }
}
