/// A glob as git compares it with a path, byte by byte: `*` and `?` fit no slash, `**` between slashes fits folders.
///
/// The time that it takes is bounded by the product of the two lengths, whatever a stranger's pattern looks like: all
/// the places in the pattern that the text so far can have led to are kept, and nothing is tried twice.
struct PathGlob: Sendable {
  enum Element: Sendable {
    case byte(UInt8)
    /// `?`
    case one
    case set(ByteSet)
    /// `*`
    case many
    /// `**` as a whole component. With a slash behind it, both may stand for nothing.
    case folders(mayVanish: Bool)
  }

  /// What the text begins with, in lower case where case is ignored.
  private let prefix: [UInt8]
  /// The rest of the pattern.
  private let elements: [Element]
  /// The rest where it is one star and bytes that the text ends with.
  private let suffix: [UInt8]?
  private let ignoresCase: Bool

  init(_ pattern: ArraySlice<UInt8>, ignoresCase: Bool) {
    let prefix = pattern.prefix { !"*?[\\".utf8.contains($0) }
    self.ignoresCase = ignoresCase
    self.prefix = ignoresCase ? prefix.map(\.inLowerCase) : Array(prefix)
    var reader = PathGlobReader(Array(pattern.dropFirst(prefix.count)), ignoresCase: ignoresCase)
    let elements = reader.elements()
    self.elements = elements
    let bytes = elements.dropFirst().compactMap { if case .byte(let byte) = $0 { byte } else { nil } }
    if case .many = elements.first, bytes.count == elements.count - 1, !bytes.contains(UInt8(ascii: "/")) {
      suffix = bytes
    } else {
      suffix = nil
    }
  }

  func fits(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.count >= prefix.count else { return false }
    var index = text.startIndex
    for byte in prefix {
      guard folded(text[index]) == byte else { return false }
      index += 1
    }
    let rest = text[index...]
    if elements.isEmpty { return rest.isEmpty }
    guard let suffix else { return fitsElements(rest) }
    guard rest.count >= suffix.count else { return false }
    let end = rest.endIndex - suffix.count
    for (offset, byte) in suffix.enumerated() where folded(rest[end + offset]) != byte { return false }
    return !rest[..<end].contains(UInt8(ascii: "/"))
  }

  private func folded(_ byte: UInt8) -> UInt8 { ignoresCase ? byte.inLowerCase : byte }

  private func fitsElements(_ text: ArraySlice<UInt8>) -> Bool {
    var places = Places(elements)
    places.enter(0)
    for byte in text {
      guard places.advance(over: folded(byte)) else { return false }
    }
    return places.isAtEnd
  }

  /// How far into the pattern the text may have led.
  private struct Places {
    private let elements: [Element]
    private var current: [Bool]
    private var next: [Bool]

    init(_ elements: [Element]) {
      self.elements = elements
      current = Array(repeating: false, count: elements.count + 1)
      next = current
    }

    var isAtEnd: Bool { current[elements.count] }

    /// The first element is the next to be compared.
    mutating func enter(_ index: Int) { Self.enter(index, elements, &current) }

    /// Whether there is any place left.
    mutating func advance(over byte: UInt8) -> Bool {
      let isSlash = byte == UInt8(ascii: "/")
      var isAnywhere = false
      for index in next.indices { next[index] = false }
      for index in elements.indices where current[index] {
        switch elements[index] {
        case .byte(let wanted):
          guard wanted == byte else { continue }
          Self.enter(index + 1, elements, &next)
        case .one:
          guard !isSlash else { continue }
          Self.enter(index + 1, elements, &next)
        case .set(let set):
          guard !isSlash, set.contains(byte) else { continue }
          Self.enter(index + 1, elements, &next)
        case .many:
          guard !isSlash else { continue }
          next[index] = true
          Self.enter(index + 1, elements, &next)
        case .folders:
          // Having taken something, it no longer stands for nothing.
          next[index] = true
          Self.enter(index + 1, elements, &next)
        }
        isAnywhere = true
      }
      swap(&current, &next)
      return isAnywhere
    }

    private static func enter(_ first: Int, _ elements: [Element], _ places: inout [Bool]) {
      var index = first
      places[index] = true
      while index < elements.count {
        switch elements[index] {
        case .many: index += 1
        case .folders(let mayVanish):
          places[index + 1] = true
          guard mayVanish else { return enter(index + 1, elements, &places) }
          // Behind it is the slash, which fits only itself.
          index += 2
        case .byte, .one, .set: return
        }
        places[index] = true
      }
    }
  }
}

extension UInt8 {
  var inLowerCase: UInt8 { 0x41...0x5a ~= self ? self | 0x20 : self }
}
