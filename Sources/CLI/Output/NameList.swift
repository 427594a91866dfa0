/// Names of files in a sentence: the first few, and how many more there are.
enum NameList {
  private static let limit = 10

  /// "`a`, `b` and 3 more"
  static func text(_ names: [String]) -> String {
    let shown = names.prefix(limit).map { "`\($0)`" }.joined(separator: ", ")
    return names.count > limit ? "\(shown) and \(names.count - limit) more" : shown
  }

  /// "1 file", "3 files"
  static func files(_ count: Int) -> String { count == 1 ? "1 file" : "\(count) files" }
}
