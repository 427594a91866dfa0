import Text

/// Git's configuration as a value: every variable that was set, from the weakest source to the strongest.
///
/// Names are `section.subsection.key` with section and key in lower case, as git compares them.
package struct GitConfig: Sendable, Equatable {
  package struct Entry: Sendable, Equatable {
    package let name: String
    /// Nil for a variable without `=`, which is true.
    package let value: String?

    package init(_ name: String, _ value: String?) {
      self.name = name
      self.value = value
    }

    /// The variable as a user writes it; nil where it is no name of one.
    package init?(key: String, value: String?) {
      let parts = key.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      func isPlain(_ part: Substring.UTF8View) -> Bool {
        !part.isEmpty
          && part.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
              UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
              true
            default: false
            }
          }
      }
      guard parts.count > 1, isPlain(parts[0]), isPlain(parts[parts.count - 1]), !key.utf8.contains(UInt8(ascii: "\n"))
      else { return nil }
      self.init(GitConfig.normalised(key), value)
    }

    /// What stands between section and key; nil when they are others, or nothing stands between them.
    package func subsection(of section: String, _ key: String) -> Substring? {
      name.rest(after: section + ".")?.rest(before: "." + key)
    }

    package static func == (left: Entry, right: Entry) -> Bool {
      left.name.isSame(as: right.name) && left.value.map(ExactText.init) == right.value.map(ExactText.init)
    }
  }

  package private(set) var entries: [Entry]

  package init(entries: [Entry] = []) {
    self.entries = entries
  }

  /// This configuration with the entries of another on top of it.
  package func overlaid(with other: GitConfig) -> GitConfig {
    GitConfig(entries: entries + other.entries)
  }

  /// The value that counts; empty for a variable without `=`.
  package func string(_ name: String) -> String? {
    let name = GitConfig.normalised(name)
    return entries.last { $0.name.isSame(as: name) }.map { $0.value ?? "" }
  }

  /// All values, weakest first.
  package func all(_ name: String) -> [String] {
    let name = GitConfig.normalised(name)
    return entries.filter { $0.name.isSame(as: name) }.map { $0.value ?? "" }
  }

  package func bool(_ name: String) throws(GitError) -> Bool? {
    let name = GitConfig.normalised(name)
    guard let entry = entries.last(where: { $0.name.isSame(as: name) }) else { return nil }
    guard let value = entry.value else { return true }
    guard let bool = GitConfig.bool(value) else {
      throw GitError(
        .config,
        "git's configuration variable `\(name.escapingControls)` must be true or false, and is `\(value.escapingControls)`"
      )
    }
    return bool
  }

  /// What git takes for true and false; nil for what it does not.
  package static func bool(_ value: String) -> Bool? {
    switch value.inLowerCase {
    case "true", "yes", "on": true
    case "false", "no", "off", "": false
    default: Int(value).map { $0 != 0 }
    }
  }

  /// Section and key in lower case; the subsection between them is as it is.
  static func normalised(_ name: String) -> String {
    let dot = UInt8(ascii: ".")
    guard let first = name.utf8.firstIndex(of: dot), let last = name.utf8.lastIndex(of: dot) else {
      return name.inLowerCase
    }
    return name[..<first].inLowerCase + name[first..<last] + name[last...].inLowerCase
  }

  /// The URL after `url.<base>.insteadOf`: the longest value that it begins with is replaced by its base.
  package func rewriting(_ url: String) -> String {
    var best: (base: Substring, prefix: String)?
    for entry in entries {
      guard let base = entry.subsection(of: "url", "insteadof"), let prefix = entry.value, url.begins(with: prefix)
      else { continue }
      if prefix.utf8.count > best?.prefix.utf8.count ?? 0 { best = (base, prefix) }
    }
    guard let best, let rest = url.rest(after: best.prefix) else { return url }
    return String(best.base + rest)
  }
}
