import Text

extension GitConfig {
  /// Reads configuration that came out of a repository, such as `.lfsconfig`. libgit2 reads the user's own files,
  /// but it always follows `include.path`, and a repository must not choose files of this machine to be read.
  /// `name` is for messages. https://git-scm.com/docs/git-config#_syntax
  package init(parsing bytes: [UInt8], name: String) throws(GitError) {
    var parser = ConfigParser(bytes, name: name)
    self.init(entries: try parser.parse())
  }
}

/// Git's configuration syntax: `[section "subsection"]`, `key = value`, quotes, escapes, continued lines, comments.
private struct ConfigParser {
  private var rest: ArraySlice<UInt8>
  private var line = 1
  private let name: String

  init(_ bytes: [UInt8], name: String) {
    rest = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...]
    self.name = name
  }

  mutating func parse() throws(GitError) -> [GitConfig.Entry] {
    var entries: [GitConfig.Entry] = []
    // As git has it, a variable before the first section has a name of one part, which nothing asks for.
    var section = ""
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): next()
      case UInt8(ascii: "#"), UInt8(ascii: ";"): skipLine()
      case UInt8(ascii: "["): section = try header() + "."
      default: entries.append(try variable(in: section))
      }
    }
    return entries
  }

  /// `[section]`, `[section "sub\"section"]`, or the old `[section.subsection]`.
  private mutating func header() throws(GitError) -> String {
    next()
    var section: [UInt8] = []
    while let byte = peek(), byte.isKeyByte || byte == UInt8(ascii: ".") {
      section.append(byte)
      next()
    }
    guard !section.isEmpty else { throw error("a section without a name") }
    var name = String(decoding: section, as: UTF8.self).inLowerCase
    while peek() == UInt8(ascii: " ") || peek() == UInt8(ascii: "\t") { next() }
    if peek() == UInt8(ascii: "\"") {
      next()
      var subsection: [UInt8] = []
      while let byte = peek(), byte != UInt8(ascii: "\"") {
        if byte == UInt8(ascii: "\n") { throw error("a section name that is not closed") }
        next()
        if byte == UInt8(ascii: "\\"), let escaped = peek(), escaped != UInt8(ascii: "\n") {
          subsection.append(escaped)
          next()
        } else {
          subsection.append(byte)
        }
      }
      next()
      name += "." + String(decoding: subsection, as: UTF8.self)
    }
    guard peek() == UInt8(ascii: "]") else { throw error("a section name that is not closed") }
    next()
    return name
  }

  private mutating func variable(in section: String) throws(GitError) -> GitConfig.Entry {
    guard let first = peek(), first.isKeyByte, first != UInt8(ascii: "-"), !first.isDigit else {
      throw error("a line that is neither a section nor a variable")
    }
    var key: [UInt8] = []
    while let byte = peek(), byte.isKeyByte {
      key.append(byte)
      next()
    }
    let name = section + String(decoding: key, as: UTF8.self).inLowerCase
    while let byte = peek(), byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r") {
      next()
    }
    switch peek() {
    case UInt8(ascii: "="):
      next()
      return GitConfig.Entry(name, try value())
    case nil, UInt8(ascii: "\n"), UInt8(ascii: "#"), UInt8(ascii: ";"): return GitConfig.Entry(name, nil)
    default: throw error("a variable without `=`")
    }
  }

  private mutating func value() throws(GitError) -> String {
    var value: [UInt8] = []
    // Blanks inside the value stay, those at its end do not.
    var blanks: [UInt8] = []
    var isQuoted = false
    while let byte = peek(), byte != UInt8(ascii: "\n") {
      next()
      switch byte {
      case UInt8(ascii: "\r") where peek() == UInt8(ascii: "\n") || peek() == nil: continue
      case UInt8(ascii: " "), UInt8(ascii: "\t"):
        if isQuoted { value.append(byte) } else if !value.isEmpty { blanks.append(byte) }
        continue
      case UInt8(ascii: "#") where !isQuoted, UInt8(ascii: ";") where !isQuoted:
        skipLine()
        return String(decoding: value, as: UTF8.self)
      default: break
      }
      value += blanks
      blanks = []
      switch byte {
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: "\\"): if let escaped = try escape() { value.append(escaped) }
      default: value.append(byte)
      }
    }
    if isQuoted { throw error("a quoted value that is not closed") }
    return String(decoding: value, as: UTF8.self)
  }

  /// What follows a backslash; nil for a line break, where the value goes on.
  private mutating func escape() throws(GitError) -> UInt8? {
    let byte = peek()
    next()
    switch byte {
    case UInt8(ascii: "\n"): return nil
    case UInt8(ascii: "\r") where peek() == UInt8(ascii: "\n"):
      next()
      return nil
    case UInt8(ascii: "n"): return 0x0a
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "\\"), UInt8(ascii: "\""): return byte
    default: throw error("an unknown escape")
    }
  }

  private func peek() -> UInt8? { rest.first }

  private mutating func next() {
    if rest.popFirst() == UInt8(ascii: "\n") { line += 1 }
  }

  private mutating func skipLine() {
    while let byte = peek(), byte != UInt8(ascii: "\n") { next() }
  }

  private func error(_ what: String) -> GitError {
    GitError(.config, "`\(name.escapingControls)` is not valid configuration", cause: "\(what), in line \(line)")
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  /// Letters, digits and hyphens make the names of sections and variables.
  fileprivate var isKeyByte: Bool {
    isDigit || self == UInt8(ascii: "-") || (self | 0x20 >= UInt8(ascii: "a") && self | 0x20 <= UInt8(ascii: "z"))
  }
}
