/// Standard input as a list.
enum StandardInput {
  /// All lines that are left, without blank ones.
  static func lines() -> [String] {
    var lines: [String] = []
    while let line = readLine() {
      if !line.isEmpty { lines.append(line) }
    }
    return lines
  }
}
