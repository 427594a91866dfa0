import Text

/// The entries of a `.netrc` file, in which programs look for the passwords of hosts. A value; `default` stands for
/// every host that is not named before it.
/// https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html
struct Netrc: Sendable {
  struct Entry: Sendable, Equatable {
    /// Nil for `default`.
    let machine: String?
    var login: String?
    var password: String?
  }

  private(set) var entries: [Entry] = []

  init(parsing bytes: [UInt8]) {
    var words = Words(rest: bytes[...])
    while let word = words.next() {
      switch word {
      case "machine": if let name = words.next() { entries.append(Entry(machine: name.inLowerCase)) }
      case "default": entries.append(Entry(machine: nil))
      case "login": set(\.login, words.next())
      case "password": set(\.password, words.next())
      case "account": _ = words.next()
      case "macdef": words.skipMacro()
      default: continue
      }
    }
  }

  private mutating func set(_ field: WritableKeyPath<Entry, String?>, _ word: String?) {
    if let last = entries.indices.last { entries[last][keyPath: field] = word }
  }

  /// The first entry that is for the host and, where the user is known, for that user.
  func entry(for host: String, user: String?) -> Entry? {
    entries.first { entry in
      (entry.machine?.isSame(as: host) ?? true) && entry.password != nil
        && (user.flatMap { entry.login?.isSame(as: $0) } ?? true)
    }
  }

  /// Words between white space; one in quotes may hold white space and escapes, and one that begins with `#` begins a
  /// comment, as for curl.
  private struct Words {
    var rest: ArraySlice<UInt8>

    mutating func next() -> String? {
      while let first = rest.first {
        if isBlank(first) {
          rest.removeFirst()
        } else if first == UInt8(ascii: "#") {
          rest = rest.drop { $0 != 0x0a }
        } else {
          return first == UInt8(ascii: "\"") ? quoted() : plain()
        }
      }
      return nil
    }

    private mutating func plain() -> String {
      let word = rest.prefix { !isBlank($0) }
      rest = rest.dropFirst(word.count)
      return String(decoding: word, as: UTF8.self)
    }

    private mutating func quoted() -> String {
      rest.removeFirst()
      var word: [UInt8] = []
      while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
        guard byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() else {
          word.append(byte)
          continue
        }
        switch escaped {
        case UInt8(ascii: "n"): word.append(0x0a)
        case UInt8(ascii: "r"): word.append(0x0d)
        case UInt8(ascii: "t"): word.append(0x09)
        default: word.append(escaped)
        }
      }
      return String(decoding: word, as: UTF8.self)
    }

    /// A macro ends with an empty line.
    mutating func skipMacro() {
      var isEmpty = false
      while let byte = rest.popFirst() {
        if byte == 0x0a {
          if isEmpty { return }
          isEmpty = true
        } else if byte != 0x0d {
          isEmpty = false
        }
      }
    }

    private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
  }
}
