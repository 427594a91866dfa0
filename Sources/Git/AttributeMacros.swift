import Text

/// The macros of git's attributes, `[attr]name filter=lfs …`: names that stand for several attributes.
///
/// Git knows them from the files of the machine and of the user, from `info/attributes`, and from the `.gitattributes` at
/// the top of a work tree. https://git-scm.com/docs/gitattributes#_defining_macro_attributes
package struct AttributeMacros: Sendable, Equatable {
  private var meanings: [ExactText: [String]] = [:]

  package init() {}

  /// Learns the macros of a file; those that are known already may be used in it.
  package mutating func learn(_ lines: [String]) {
    for line in lines {
      let words = Self.words(line)
      guard let first = words.first, let own = first.rest(after: "[attr]") else { continue }
      // The name may stand apart from the mark.
      let rest = own.isEmpty ? words.dropFirst(2) : words.dropFirst()
      let name = own.isEmpty ? words.dropFirst().first ?? "" : String(own)
      meanings[ExactText(name)] = expanded(Array(rest))
    }
  }

  /// The attributes of a line with what its macros mean. Only a macro that is set means something: `-name` and `!name`
  /// are about the name alone.
  package func expanded(_ attributes: [String]) -> [String] {
    attributes.flatMap { [$0] + (meanings[ExactText($0)] ?? []) }
  }

  /// Those that stand for an attribute among others.
  package func names(meaning attribute: String) -> [String] {
    meanings.filter { $0.value.contains { $0.isSame(as: attribute) } }.keys.sorted().map(\.text)
  }

  /// A pattern, or the name of a macro after its mark, and the attributes behind it.
  package static func words(_ line: String) -> [String] {
    line.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.map { String(Substring($0)) }
  }
}
