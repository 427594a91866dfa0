/// A pattern for paths of a repository.
///
/// `*` and `?` stay within a folder, `**` crosses folders, `[…]` is one of some characters, `\` takes the next
/// character as it is. A pattern without `/` fits the name in any folder; one that fits a folder selects all in it.
/// A path that is spelled exactly like the pattern is selected whatever characters it has.
package struct Glob: Sendable, Hashable {
  package let pattern: String
  private let bytes: [UInt8]
  private let isAnchored: Bool

  package init(_ pattern: String) {
    self.pattern = pattern
    var bytes = Array(pattern.utf8)
    while bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    isAnchored = bytes.contains(UInt8(ascii: "/"))
    if bytes.first == UInt8(ascii: "/") { bytes.removeFirst() }
    self.bytes = bytes
  }

  package func matches(_ path: [UInt8]) -> Bool {
    if path == bytes { return true }
    // The path itself, and each folder above it.
    var end = path.count
    while true {
      if matchesWhole(path[..<end]) { return true }
      guard let slash = path[..<end].lastIndex(of: UInt8(ascii: "/")) else { return false }
      end = slash
    }
  }

  package func matches(_ path: String) -> Bool { matches(Array(path.utf8)) }

  private func matchesWhole(_ path: ArraySlice<UInt8>) -> Bool {
    if isAnchored { return Self.match(bytes[...], path) }
    let name = path.lastIndex(of: UInt8(ascii: "/")).map { path[($0 + 1)...] } ?? path
    return Self.match(bytes[...], name)
  }

  /// Goes along both, remembering the last star of each kind to come back to: no pattern makes the time grow
  /// exponentially.
  private static func match(_ pattern: ArraySlice<UInt8>, _ path: ArraySlice<UInt8>) -> Bool {
    let slash = UInt8(ascii: "/")
    var (p, t) = (pattern.startIndex, path.startIndex)
    var star: (pattern: Int, text: Int)?
    var doubleStar: (pattern: Int, text: Int, takesWholeFolders: Bool)?
    while true {
      if p < pattern.endIndex, pattern[p] == UInt8(ascii: "*") {
        if p + 1 < pattern.endIndex, pattern[p + 1] == UInt8(ascii: "*") {
          p += 2
          // `a/**/b` fits `a/b` as well, and does not fit `a/xb`.
          let isFolders = p < pattern.endIndex && pattern[p] == slash && (t == path.startIndex || path[t - 1] == slash)
          if isFolders { p += 1 }
          doubleStar = (p, t, isFolders)
          star = nil
        } else {
          p += 1
          star = (p, t)
        }
        continue
      }
      if t == path.endIndex {
        if p == pattern.endIndex { return true }
      } else if p < pattern.endIndex, let next = single(pattern, p, path[t]) {
        p = next
        t += 1
        continue
      }
      // Let the last star take one more byte, if there is one that may.
      if let last = star, last.text < path.endIndex, path[last.text] != slash {
        star = (last.pattern, last.text + 1)
        (p, t) = (last.pattern, last.text + 1)
      } else if let last = doubleStar, last.text < path.endIndex {
        let next = last.takesWholeFolders ? path[last.text...].firstIndex(of: slash) : last.text
        guard let next else { return false }
        doubleStar = (last.pattern, next + 1, last.takesWholeFolders)
        star = nil
        (p, t) = (last.pattern, next + 1)
      } else {
        return false
      }
    }
  }

  /// Where the pattern goes on after fitting one byte, or nil when it does not fit.
  private static func single(_ pattern: ArraySlice<UInt8>, _ p: Int, _ byte: UInt8) -> Int? {
    switch pattern[p] {
    case UInt8(ascii: "?"): return byte == UInt8(ascii: "/") ? nil : p + 1
    case backslash where p + 1 < pattern.endIndex: return pattern[p + 1] == byte ? p + 2 : nil
    case UInt8(ascii: "["):
      guard let end = endOfSet(pattern, p) else { return byte == pattern[p] ? p + 1 : nil }
      return byte != UInt8(ascii: "/") && isIn(pattern[(p + 1)..<end], byte) ? end + 1 : nil
    default: return pattern[p] == byte ? p + 1 : nil
    }
  }

  /// The `]` that closes the set which begins at `start`; as the first of the set it is one of the characters.
  private static func endOfSet(_ pattern: ArraySlice<UInt8>, _ start: Int) -> Int? {
    var end = start + 1
    if end < pattern.endIndex, isNegation(pattern[end]) { end += 1 }
    if end < pattern.endIndex, pattern[end] == UInt8(ascii: "]") { end += 1 }
    while end < pattern.endIndex, pattern[end] != UInt8(ascii: "]") { end += pattern[end] == backslash ? 2 : 1 }
    return end < pattern.endIndex ? end : nil
  }

  private static func isIn(_ set: ArraySlice<UInt8>, _ byte: UInt8) -> Bool {
    let isNegated = set.first.map(isNegation) ?? false
    var rest = isNegated ? set.dropFirst() : set
    func next() -> UInt8? {
      if rest.first == backslash, rest.count > 1 { rest.removeFirst() }
      return rest.popFirst()
    }
    var found = false
    while let low = next() {
      if rest.count >= 2, rest.first == UInt8(ascii: "-") {
        rest.removeFirst()
        if let high = next(), low <= byte && byte <= high { found = true }
      } else if low == byte {
        found = true
      }
    }
    return found != isNegated
  }

  private static func isNegation(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "!") || byte == UInt8(ascii: "^") }

  private static let backslash = UInt8(ascii: "\\")
}
