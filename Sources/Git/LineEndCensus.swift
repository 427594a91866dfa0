/// How often each kind of line end, and of byte, is in a file: what git guesses by whether it is text.
struct LineEndCensus: Sendable, Equatable {
  private(set) var lf = 0
  private(set) var cr = 0
  private(set) var crlf = 0
  private var nul = 0
  private var printable = 0
  private var unprintable = 0

  init(_ content: [UInt8]) {
    var index = 0
    while index < content.count {
      count(content[index], before: index + 1 < content.count ? content[index + 1] : nil)
      if content[index] == 0x0d, index + 1 < content.count, content[index + 1] == 0x0a { index += 1 }
      index += 1
    }
    // The end of a file of old DOS programs.
    if content.last == 0x1a { unprintable -= 1 }
  }

  private mutating func count(_ byte: UInt8, before next: UInt8?) {
    switch byte {
    case 0x0d: if next == 0x0a { crlf += 1 } else { cr += 1 }
    case 0x0a: lf += 1
    case 0x08, 0x09, 0x0c, 0x1b: printable += 1
    case 0:
      nul += 1
      unprintable += 1
    case 0x01..<0x20, 0x7f: unprintable += 1
    default: printable += 1
    }
  }

  /// Git's guess.
  var isBinary: Bool { cr > 0 || nul > 0 || printable >> 7 < unprintable }
}
