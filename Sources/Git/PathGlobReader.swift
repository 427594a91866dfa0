/// Reads the part of a glob that is more than plain bytes.
struct PathGlobReader {
  private let pattern: [UInt8]
  private let ignoresCase: Bool
  private var index = 0

  init(_ pattern: [UInt8], ignoresCase: Bool) {
    self.pattern = pattern
    self.ignoresCase = ignoresCase
  }

  private var current: UInt8? { index < pattern.count ? pattern[index] : nil }

  private static let slash = UInt8(ascii: "/")
  private static let backslash = UInt8(ascii: "\\")
  /// What no byte fits.
  private static let nothing = PathGlob.Element.set(ByteSet())

  mutating func elements() -> [PathGlob.Element] {
    var elements: [PathGlob.Element] = []
    while let byte = current {
      switch byte {
      case UInt8(ascii: "*"): elements.append(stars())
      case UInt8(ascii: "?"):
        elements.append(.one)
        index += 1
      case UInt8(ascii: "["):
        guard let set = set() else { return [Self.nothing] }
        elements.append(.set(set))
      case Self.backslash:
        index += 1
        // To git, a letter behind a backslash is that letter only, whether case is ignored or not: the path is in
        // lower case by then.
        guard let escaped = current else { return [Self.nothing] }
        elements.append(.byte(escaped))
        index += 1
      default:
        elements.append(.byte(ignoresCase ? byte.inLowerCase : byte))
        index += 1
      }
    }
    return elements
  }

  private mutating func stars() -> PathGlob.Element {
    let start = index
    while current == UInt8(ascii: "*") { index += 1 }
    guard index - start > 1, start == 0 || pattern[start - 1] == Self.slash else { return .many }
    let isBeforeEscapedSlash =
      current == Self.backslash && index + 1 < pattern.count && pattern[index + 1] == Self.slash
    guard current == nil || current == Self.slash || isBeforeEscapedSlash else { return .many }
    return .folders(mayVanish: current == Self.slash)
  }

  /// `[a-z]`, `[!a]`, `[[:digit:]]`; nil for one without an end, or with a class that does not exist.
  private mutating func set() -> ByteSet? {
    index += 1
    var set = ByteSet()
    let isNegated = current == UInt8(ascii: "!") || current == UInt8(ascii: "^")
    if isNegated { index += 1 }
    /// What a `-` would make a range from.
    var previous: UInt8?
    repeat {
      guard var byte = current else { return nil }
      if byte == UInt8(ascii: "-"), let low = previous, index + 1 < pattern.count,
        pattern[index + 1] != UInt8(ascii: "]")
      {
        index += 1
        guard let high = member() else { return nil }
        insert(low, high, into: &set)
        previous = nil
      } else if byte == UInt8(ascii: "["), index + 1 < pattern.count, pattern[index + 1] == UInt8(ascii: ":") {
        guard let end = pattern[(index + 2)...].firstIndex(of: UInt8(ascii: "]")) else { return nil }
        if end - 1 < index + 2 || pattern[end - 1] != UInt8(ascii: ":") {
          // No class: a bracket among others.
          set.insert(byte)
          previous = byte
        } else {
          guard let members = ByteSet(className: pattern[(index + 2)..<(end - 1)], ignoresCase: ignoresCase) else {
            return nil
          }
          set.formUnion(members)
          previous = nil
          index = end
        }
      } else {
        guard let found = member() else { return nil }
        byte = found
        set.insert(byte)
        previous = byte
      }
      index += 1
    } while current != UInt8(ascii: "]")
    index += 1
    if isNegated { set.negate() }
    return set
  }

  /// The byte at this place, or the one behind a backslash.
  private mutating func member() -> UInt8? {
    if current == Self.backslash { index += 1 }
    return current
  }

  /// The path is in lower case where case is ignored; a letter of it is in a range, too, when its capital is.
  private func insert(_ low: UInt8, _ high: UInt8, into set: inout ByteSet) {
    guard low <= high else { return }
    for byte in low...high {
      set.insert(byte)
      if ignoresCase { set.insert(byte.inLowerCase) }
    }
  }
}
