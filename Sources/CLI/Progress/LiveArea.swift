/// The last lines of a terminal, which are drawn over and over; gives the characters that do it.
///
/// The cursor rests at the end of the last line, so that what the user types does not push the area up.
struct LiveArea: Sendable {
  /// The lines that stand there now.
  private var drawn: [String] = []

  /// Replaces the area by `lines`; `above` is printed for good, and stays above it. Nothing new needs no characters.
  mutating func redraw(_ lines: [String], above: String = "", width: Int) -> String {
    if lines == drawn, above.isEmpty { return "" }
    let text = erase(width: width) + above + lines.joined(separator: "\n")
    drawn = lines
    return text
  }

  /// Takes the area away. A window that became narrower has wrapped the lines: they take more rows than they did.
  mutating func erase(width: Int) -> String {
    guard !drawn.isEmpty else { return "" }
    let rows = drawn.reduce(0) { $0 + max(1, (DisplayText.columns($1) + width - 1) / max(1, width)) }
    drawn = []
    return "\r" + String(repeating: "\u{1B}[A", count: rows - 1) + "\u{1B}[J"
  }
}
