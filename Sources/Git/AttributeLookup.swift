/// What attributes say of paths, of one state of a repository. Each `.gitattributes` is read once, when a path of its
/// folder is first asked for.
struct AttributeLookup {
  /// The lines of the `.gitattributes` of a folder, which is empty for the top and else ends with a slash.
  typealias Reader = ([UInt8]) throws(GitError) -> [AttributeLine]

  /// What is not in the tree of files. The strongest of all; then those of folders; then the user's and the machine's.
  struct Outside: Sendable {
    /// Of `info/attributes`.
    var own: [AttributeLine] = []
    /// The stronger first.
    var machine: [[AttributeLine]] = []
    var ignoresCase = false
  }

  /// A pattern with what it says, as far as anybody wants to know; the last word first.
  private struct Rule {
    let pattern: AttributePattern
    let states: [(attribute: Int, value: AttributeValue)]
  }

  /// The rules of one file, the stronger first.
  private struct Rules {
    let rules: [Rule]
    /// Where the part of a path begins that its patterns are about.
    let folder: Int
  }

  private let wanted: Int
  private var numbers: [String: Int] = [:]
  private var macros: [Int: [(attribute: Int, value: AttributeValue)]] = [:]
  private let ignoresCase: Bool
  private let read: Reader
  private var own: [Rules] = []
  private var chains: [[UInt8]: [Rules]] = [:]

  init(_ names: [String], outside: Outside, read: @escaping Reader) throws(GitError) {
    wanted = names.count
    ignoresCase = outside.ignoresCase
    self.read = read
    let top = try read([])
    var known = AttributeMacros()
    for lines in outside.machine.reversed() + [top, outside.own] { known.learn(lines) }
    for name in names + known.meanings.keys.sorted() where numbers[name] == nil { numbers[name] = numbers.count }
    for (name, states) in known.meanings {
      if let number = numbers[name] { macros[number] = numbered(states) }
    }
    own = [rules(outside.own, folder: 0)]
    chains[[]] = [rules(top, folder: 0)] + outside.machine.map { rules($0, folder: 0) }
  }

  /// In the order of the names.
  mutating func values(of path: [UInt8]) throws(GitError) -> [AttributeValue] {
    let name = path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    var values = [AttributeValue?](repeating: nil, count: numbers.count)
    var missing = wanted
    search: for rules in own + (try chain(of: path[..<name])) {
      for rule in rules.rules where rule.pattern.fits(path, name: name, below: rules.folder) {
        fill(&values, rule.states, &missing)
        if missing == 0 { break search }
      }
    }
    return values.prefix(wanted).map { $0 ?? .unspecified }
  }

  /// What is known already, from a stronger place, stays.
  private func fill(
    _ values: inout [AttributeValue?], _ states: [(attribute: Int, value: AttributeValue)], _ missing: inout Int
  ) {
    for state in states where values[state.attribute] == nil {
      values[state.attribute] = state.value
      if state.attribute < wanted { missing -= 1 }
      if state.value == .set, let meaning = macros[state.attribute] { fill(&values, meaning, &missing) }
    }
  }

  /// The rules of a folder, of those above it, and of the machine.
  private mutating func chain(of folder: ArraySlice<UInt8>) throws(GitError) -> [Rules] {
    let key = Array(folder)
    if let known = chains[key] { return known }
    let parent = folder.dropLast().lastIndex(of: UInt8(ascii: "/")).map { folder[...$0] } ?? []
    var chain = try chain(of: parent)
    let rules = rules(try read(key), folder: key.count)
    if !rules.rules.isEmpty { chain.insert(rules, at: 0) }
    chains[key] = chain
    return chain
  }

  private func rules(_ lines: [AttributeLine], folder: Int) -> Rules {
    let rules = lines.reversed().compactMap { line -> Rule? in
      guard case .pattern(let text) = line.subject else { return nil }
      let states = numbered(line.states)
      guard !states.isEmpty, let pattern = AttributePattern(text, ignoresCase: ignoresCase) else { return nil }
      return Rule(pattern: pattern, states: states)
    }
    return Rules(rules: rules, folder: folder)
  }

  private func numbered(_ states: [AttributeLine.State]) -> [(attribute: Int, value: AttributeValue)] {
    states.reversed().compactMap { state in numbers[state.name].map { ($0, state.value) } }
  }
}
