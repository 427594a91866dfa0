import Git
import Text

/// A selection as the lines of git's `info/sparse-checkout`, which are like those of `.gitignore`: the last line that
/// fits a path decides.
///
/// https://git-scm.com/docs/git-sparse-checkout#_internalsnon_cone_problems
struct SparsePatterns: Sendable, Equatable {
  private(set) var lines: [String]

  init(lines: [String]) { self.lines = lines }

  /// `paths` are those of the commit: a pattern that is spelled like one of them means that one.
  init(_ selection: Selection, paths: Set<[UInt8]>) {
    lines = selection.include.isEmpty ? ["/*"] : []
    for glob in selection.include { lines += Self.lines(for: glob, paths: paths) }
    for glob in selection.exclude { leaveOut(Self.lines(for: glob, paths: paths)) }
  }

  mutating func take(_ glob: Glob, paths: Set<[UInt8]>) {
    for line in Self.lines(for: glob, paths: paths) { lines += [line, Self.inside(line)] }
  }

  /// One path.
  mutating func take(_ path: RepositoryPath) { lines.append(PathPattern(path.bytes).anchored) }

  mutating func leaveOut(_ glob: Glob, paths: Set<[UInt8]>) {
    leaveOut(Self.lines(for: glob, paths: paths))
  }

  private mutating func leaveOut(_ patterns: [String]) {
    // A file in a folder is decided on by the lines that fit the file before those that fit the folder.
    for line in patterns { lines += ["!" + line, "!" + Self.inside(line)] }
  }

  private static func inside(_ line: String) -> String {
    (line.begins(with: "/") ? line : "**/" + line) + "/**"
  }

  private static func lines(for glob: Glob, paths: Set<[UInt8]>) -> [String] {
    let pattern = Array(glob.pattern.utf8)
    let slash = UInt8(ascii: "/")
    let isAnchored = pattern.dropLastSlashes.contains(slash)
    let body = Array(pattern.dropLastSlashes.drop { $0 == slash })
    var lines: [String] = []
    let isSpecial = body.contains { PathPattern.special.contains($0) }
    if isSpecial, paths.contains(body) { lines.append(PathPattern(body).anchored) }
    lines.append((isAnchored ? "/" : "") + PathPattern.protected(body, isAnchored: isAnchored))
    return lines
  }
}

/// A path written as a pattern that fits nothing else, as `.gitignore` and git-lfs understand patterns.
struct PathPattern: Sendable {
  static let special = Set("*?[\\".utf8)
  private let path: [UInt8]

  init(_ path: [UInt8]) { self.path = path }

  /// `/folder/file`
  var anchored: String {
    var bytes: [UInt8] = [UInt8(ascii: "/")]
    for byte in path {
      if Self.special.contains(byte) { bytes.append(UInt8(ascii: "\\")) }
      bytes.append(byte)
    }
    return Self.protected(bytes, isAnchored: true)
  }

  /// A pattern as it stands in a line of a file: what a line cannot hold is any one character there.
  fileprivate static func protected(_ pattern: [UInt8], isAnchored: Bool) -> String {
    var bytes = pattern.map { $0 == UInt8(ascii: "\n") ? UInt8(ascii: "?") : $0 }
    if bytes.last == UInt8(ascii: " ") { bytes.insert(UInt8(ascii: "\\"), at: bytes.count - 1) }
    if !isAnchored, bytes.first == UInt8(ascii: "#") || bytes.first == UInt8(ascii: "!") {
      bytes.insert(UInt8(ascii: "\\"), at: 0)
    }
    // Bytes that are not UTF-8 are any one character, too: the lines are text.
    return String(validating: bytes, as: UTF8.self)
      ?? String(decoding: bytes.map { $0 < 0x80 ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
  }
}

extension [UInt8] {
  fileprivate var dropLastSlashes: ArraySlice<UInt8> {
    var rest = self[...]
    while rest.last == UInt8(ascii: "/") { rest.removeLast() }
    return rest
  }
}
