import Git
import Text

/// A `.gitattributes` file as lines: which patterns it gives to LFS, and a pattern more or less.
///
/// https://git-scm.com/docs/gitattributes
package struct AttributesFile: Sendable, Equatable {
  /// A pattern with something said about LFS.
  package struct Pattern: Sendable, Equatable {
    package let text: String
    /// `filter=lfs`; else the filter is another one, or none, or nothing is said of it.
    package let isTracked: Bool
    package let isLockable: Bool
  }

  /// In whatever encoding: what is not changed stays as it is.
  private var lines: [[UInt8]]
  private let ending: String

  /// `ending` is that of the lines where the file has none to go by.
  package init(_ bytes: some Sequence<UInt8>, ending: String = "\n") {
    var fields = Array(bytes).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let cr = UInt8(ascii: "\r")
    self.ending = fields.count < 2 ? ending : fields.dropLast().contains { $0.last == cr } ? "\r\n" : "\n"
    if fields.last?.isEmpty == true { fields.removeLast() }
    lines = fields.map { Array($0.last == cr ? $0.dropLast() : $0) }
  }

  package var bytes: [UInt8] { lines.flatMap { $0 + ending.utf8 } }

  /// The lines as git understands them; of one at the beginning of which an editor left its mark, without that.
  package var attributeLines: [AttributeLine] { AttributeLine.lines(ofFile: bytes) }

  package func patterns(_ macros: AttributeMacros = .init()) -> [Pattern] {
    attributeLines.compactMap { Self.pattern($0, macros) }
  }

  private static func pattern(_ parsed: AttributeLine, _ macros: AttributeMacros = .init()) -> Pattern? {
    guard case .pattern(let bytes) = parsed.subject else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    let values = macros.values(parsed)
    let isLockable = values["lockable"] == .set
    guard let filter = values["filter"] ?? (isLockable ? .unspecified : nil) else { return nil }
    return Pattern(
      text: text.rest(before: "/").map(String.init) ?? text, isTracked: filter == .value("lfs"),
      isLockable: isLockable)
  }

  /// The pattern of a line, without quotes around it, be the rest of it sound or not.
  private static func subject(_ line: [UInt8]) -> String? {
    guard let first = line.first(where: { !" \t".utf8.contains($0) }), first != UInt8(ascii: "#") else {
      return nil
    }
    if case .pattern(let bytes)? = AttributeLine(line)?.subject { return String(decoding: bytes, as: UTF8.self) }
    return line.split { " \t".utf8.contains($0) }.first.map { String(decoding: $0, as: UTF8.self) }
  }

  /// What became of a pattern that was to be tracked.
  package enum Change: Sendable, Equatable { case added, replaced, none }

  /// Gives a pattern to LFS. `isLockable` is nil where it stays as it is.
  @discardableResult
  package mutating func track(_ pattern: String, isLockable: Bool?) -> Change {
    func line(isLockable: Bool) -> [UInt8] {
      Array("\(pattern) filter=lfs diff=lfs merge=lfs -text\(isLockable ? " lockable" : "")".utf8)
    }
    guard let index = lines.firstIndex(where: { Self.subject($0)?.isSame(as: pattern) == true }) else {
      lines.append(line(isLockable: isLockable == true))
      return .added
    }
    let present = AttributeLine(lines[index]).flatMap { Self.pattern($0) }
    let lockable = isLockable ?? present?.isLockable ?? false
    if let present, present.isTracked, present.isLockable == lockable { return .none }
    lines[index] = line(isLockable: lockable)
    return .replaced
  }

  /// Takes a pattern from LFS, however it is written; whether it was there.
  package mutating func untrack(_ pattern: String) -> Bool {
    let count = lines.count
    lines.removeAll { line in
      Self.subject(line).map(Self.plain)?.isSame(as: Self.plain(pattern)) == true
        && AttributeLine(line).flatMap { Self.pattern($0) }?.isTracked == true
    }
    return lines.count < count
  }

  private static func plain(_ pattern: String) -> String {
    shown(pattern.rest(after: "./").map(String.init) ?? pattern)
  }

  /// A pattern as it stands in the file, where a blank ends it and `#` begins a comment. A name is a pattern whose
  /// special characters mean nothing.
  package static func written(_ pattern: String, isName: Bool) -> String {
    var text = pattern.rest(after: "./").map(String.init) ?? pattern
    if isName {
      for mark in ["\\", "*", "[", "]", "?"] { text = text.replacingBytes(mark, with: "\\" + mark) }
    }
    text = text.replacingBytes(" ", with: "[[:space:]]")
    return text.begins(with: "#") ? "\\" + text : text
  }

  /// The pattern as a person wrote it.
  package static func shown(_ written: String) -> String {
    written.replacingBytes("[[:space:]]", with: " ").replacingBytes("\\#", with: "#")
  }
}
