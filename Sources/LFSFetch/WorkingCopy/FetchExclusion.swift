import Text

/// What git-lfs is to leave alone in a clone that holds a part of the files: the value of `lfs.fetchexclude`. It knows
/// no sparse checkouts, so without this `git lfs pull` would download everything, and `git lfs fsck` miss it.
struct FetchExclusion: Sendable, Equatable {
  /// Whole folders where nothing in them is selected, else single files.
  let patterns: [String]

  /// `paths` in the order of git's trees; `configured` are patterns that hold where the clone has none of its own, and
  /// would be overridden by them.
  init(paths: [(path: [UInt8], isSelected: Bool)], configured: [String] = []) {
    let slash = UInt8(ascii: "/")
    var taken: Set<ArraySlice<UInt8>> = []
    for (path, isSelected) in paths where isSelected {
      for end in path.indices where path[end] == slash { taken.insert(path[..<end]) }
    }
    var patterns: [String] = []
    for (path, isSelected) in paths where !isSelected {
      let folderEnd = path.indices.first { path[$0] == slash && !taken.contains(path[..<$0]) }
      let pattern = Self.pattern(path[..<(folderEnd ?? path.endIndex)])
      if patterns.last != pattern { patterns.append(pattern) }
    }
    self.patterns = patterns.isEmpty ? [] : patterns + configured
  }

  /// Commas part patterns, and blanks around them are not part of one: both are any one character here.
  private static func pattern(_ path: ArraySlice<UInt8>) -> String {
    var pattern = String.UnicodeScalarView()
    for scalar in PathPattern(Array(path)).anchored.unicodeScalars {
      pattern.append(scalar == "," || scalar.properties.isWhitespace ? "?" : scalar)
    }
    let text = String(pattern)
    // `\ ` has become `\?`, which would be a question mark.
    return text.rest(before: "\\?").map { $0 + "?" } ?? text
  }

  var value: String { patterns.joined(separator: ",") }

  /// Stands beside the value in the configuration of a clone: a value of another mark is the user's own, and stays.
  static func mark(of value: String) -> String { String(SHA256.hash(Array(value.utf8)).hex.prefix(16)) }

  static let name = "lfs.fetchexclude"
  /// The variable of the mark.
  static let markName = "lfsfetch.fetchexclude"
}
