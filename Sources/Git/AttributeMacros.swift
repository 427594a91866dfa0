import Text

/// The macros of git's attributes, `[attr]name filter=lfs …`: names that stand for several attributes.
///
/// Git knows them from the files of the machine and of the user, from `info/attributes`, and from the `.gitattributes` at
/// the top of a work tree. https://git-scm.com/docs/gitattributes#_defining_macro_attributes
package struct AttributeMacros: Sendable, Equatable {
  private(set) var meanings: [String: [AttributeLine.State]] = [
    "binary": [.init("diff", .unset), .init("merge", .unset), .init("text", .unset)]
  ]

  package init() {}

  /// Learns the macros of a file that is stronger than those before it.
  package mutating func learn(_ lines: [AttributeLine]) {
    for line in lines {
      if case .macro(let name) = line.subject { meanings[name] = line.states }
    }
  }

  /// What a line says in the end of each attribute that it names, or that its macros name. Only a macro that is set means
  /// something: `-name` and `!name` are about the name alone. The last word counts.
  package func values(_ line: AttributeLine) -> [String: AttributeValue] {
    var values: [String: AttributeValue] = [:]
    fill(&values, line.states)
    return values
  }

  private func fill(_ values: inout [String: AttributeValue], _ states: [AttributeLine.State]) {
    for state in states.reversed() where values[state.name] == nil {
      values[state.name] = state.value
      if state.value == .set, let meaning = meanings[state.name] { fill(&values, meaning) }
    }
  }
}
