/// Text measured in the columns of a terminal, not in characters: paths come in every script.
enum DisplayText {
  /// How many columns of a terminal the text takes: two for wide characters, none for combining marks.
  static func columns(_ text: String) -> Int {
    text.reduce(0) { $0 + columns($1) }
  }

  static func columns(_ character: Character) -> Int {
    character.unicodeScalars.reduce(0) { max($0, columns($1)) }
  }

  /// `text` in at most `limit` columns; the middle gives way, because of a path the beginning tells the folder and
  /// the end tells the file.
  static func shortened(_ text: String, to limit: Int) -> String {
    guard columns(text) > limit else { return text }
    guard limit > 0 else { return "" }
    let tailRoom = (limit - 1) * 2 / 3
    let tail = String(fitting(text.reversed(), in: tailRoom).reversed())
    let head = String(fitting(Array(text), in: limit - 1 - tailRoom))
    return head + "…" + tail
  }

  /// `text` filled with spaces up to `width` columns.
  static func padded(_ text: String, to width: Int, alignedRight: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - columns(text)))
    return alignedRight ? space + text : text + space
  }

  private static func fitting(_ characters: [Character], in limit: Int) -> [Character] {
    var used = 0
    return Array(
      characters.prefix { character in
        used += columns(character)
        return used <= limit
      })
  }

  private static func columns(_ scalar: Unicode.Scalar) -> Int {
    if scalar.isASCII { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    if scalar.properties.isEmojiPresentation { return 2 }
    // The blocks whose characters are wide or full-width in Unicode's East Asian Width.
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
      0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
      0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
