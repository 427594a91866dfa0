import LFSFetch
import Text

/// Turns the words after the command's name into `Arguments`, by the command's specification alone.
///
/// Understood are `--option value`, `--option=value`, `-o value`, `-ovalue`, `-o=value`, flags in one word (`-qj4`), options
/// after operands, and `--`, after which all is operands.
struct ArgumentParser {
  let command: CommandSpecification
  private var arguments = Arguments()
  private var words: ArraySlice<String>
  private let program: Program

  static func parse(
    _ words: [String], for command: CommandSpecification, of program: Program = .lfsfetch
  ) throws(FetchError) -> Arguments {
    var parser = ArgumentParser(command: command, words: words[...], program: program)
    try parser.parse()
    return parser.arguments
  }

  private init(command: CommandSpecification, words: ArraySlice<String>, program: Program) {
    self.command = command
    self.words = words
    self.program = program
  }

  private mutating func parse() throws(FetchError) {
    while let word = words.popFirst() {
      if word == "--" {
        for operand in words { arguments.add(operand: operand) }
        words = []
      } else if word.begins(with: "--") {
        try parseLong(word)
      } else if word.begins(with: "-"), word.utf8.count > 1 {
        try parseShort(word)
      } else {
        arguments.add(operand: word)
      }
    }
    // Help is given whatever else is wrong with the operands.
    if !arguments.has(.help) { try checkOperands() }
  }

  private mutating func parseLong(_ word: String) throws(FetchError) {
    let rest = word.rest(after: "--") ?? ""
    let parts = rest.cut(at: "=")
    let name = String(parts?.before ?? rest)
    let attached = parts.map { String($0.after) }
    guard let option = command.allOptions.first(where: { $0.name == name }) else {
      throw unknown(
        "--" + name, inGitLFS: "--" + name,
        NearestName.hint(for: name, among: command.allOptions.map(\.name), prefix: "--"))
    }
    if option.kind == .flag, let attached {
      guard program == .gitLFS, let isMeant = Self.truth[attached] else { throw usage("`--\(name)` takes no value") }
      guard isMeant else { return }
    }
    try add(option, attached: attached)
  }

  /// How git-lfs takes the value of a flag, as in `--json=false`.
  private static let truth: [String: Bool] = {
    let yes = ["1", "t", "T", "true", "TRUE", "True"].map { ($0, true) }
    let no = ["0", "f", "F", "false", "FALSE", "False"].map { ($0, false) }
    return Dictionary(uniqueKeysWithValues: yes + no)
  }()

  private mutating func parseShort(_ word: String) throws(FetchError) {
    var letters = Substring(word.utf8.dropFirst())
    while let letter = letters.unicodeScalars.popFirst() {
      guard let option = command.allOptions.first(where: { $0.short == Character(letter) }) else {
        throw unknown("-\(letter)", inGitLFS: "'\(letter)' in -\(letter)\(letters)", nil)
      }
      if option.kind == .flag {
        try add(option, attached: nil)
      } else {
        try add(option, attached: letters.isEmpty ? nil : String(letters.rest(after: "=") ?? letters))
        return
      }
    }
  }

  private mutating func add(_ option: OptionSpecification, attached: String?) throws(FetchError) {
    guard let placeholder = option.placeholder else {
      if !arguments.has(option) { arguments.add("", for: option) }
      return
    }
    let value = if let attached { attached } else { try nextWord(for: option, placeholder) }
    if value.isEmpty, !option.mayBeEmpty {
      throw usage("`--\(option.name)` needs a \(placeholder)")
    }
    // git-lfs takes the last one.
    if arguments.has(option), !option.isRepeatable, program == .lfsfetch {
      throw usage("`--\(option.name)` is given twice")
    }
    switch option.kind {
    case .number(_, let range):
      guard let number = Int(value), range.contains(number) else {
        throw usage(
          "`--\(option.name)` takes a number from \(range.lowerBound) to \(range.upperBound), not `\(value)`")
      }
    case .choice(_, let words) where !words.contains(value):
      throw FetchError(
        .usage, "`--\(option.name)` takes one of \(words.joined(separator: ", ")), not `\(value)`",
        hint: NearestName.hint(for: value, among: words))
    default: break
    }
    arguments.add(value, for: option)
    while option.takesSeveral, attached == nil, let next = words.first, !next.begins(with: "-") {
      words.removeFirst()
      try add(option, attached: next)
    }
  }

  /// A forgotten value must not swallow the option behind it, so a dash is taken only with `=`.
  private mutating func nextWord(
    for option: OptionSpecification, _ placeholder: String
  ) throws(FetchError) -> String {
    guard let next = words.first else { throw usage("`--\(option.name)` needs a \(placeholder)") }
    if next.begins(with: "-"), next.utf8.count > 1 {
      throw FetchError(
        .usage, "`--\(option.name)` needs a \(placeholder)",
        hint: "if `\(next)` is the \(placeholder), write `--\(option.name)=\(next)`")
    }
    words.removeFirst()
    return next
  }

  private func checkOperands() throws(FetchError) {
    if let empty = arguments.operands.firstIndex(of: "") {
      throw usage("operand \(empty + 1) of `\(command.call)` is empty")
    }
    guard let operand = command.operand else {
      // git-lfs passes them over.
      if let first = arguments.operands.first, program == .lfsfetch {
        throw usage("`\(command.call)` takes no operand, but got `\(first)`")
      }
      return
    }
    if let leading = operand.leading, arguments.operands.isEmpty {
      throw usage("`\(command.call)` needs a \(leading)")
    }
    let count = arguments.operands.count - (operand.leading == nil ? 0 : 1)
    if [.one, .zeroOrOne].contains(operand.count), operand.others == nil,
      count > (operand.second == nil ? 1 : 2)
    {
      throw usage("`\(command.call)` takes one \(operand.placeholder), but got \(count)")
    }
    let standIn = operand.standIn.flatMap { arguments.has($0) ? $0 : nil }
    if let standIn, count > 0 {
      throw usage("`--\(standIn.name)` and a \(operand.placeholder) exclude each other")
    }
    if count == 0, [.one, .oneOrMore].contains(operand.count), standIn == nil,
      operand.optionalWith.map({ arguments.has($0) }) != true
    {
      throw usage("`\(command.call)` needs a \(operand.placeholder)")
    }
    if case .words(let candidates) = operand.candidates,
      let stranger = arguments.operands.prefix(operand.others == nil ? count : 1).first(where: {
        !candidates.contains($0)
      })
    {
      throw FetchError(
        .usage, "`\(stranger)` is no \(operand.placeholder); known are \(candidates.joined(separator: ", "))",
        hint: NearestName.hint(for: stranger, among: candidates))
    }
  }

  private func unknown(_ option: String, inGitLFS flag: String, _ hint: String?) -> FetchError {
    let kind = flag.begins(with: "'") ? "shorthand flag" : "flag"
    return FetchError(
      .usage, "`\(command.call)` has no option `\(option)`",
      hint: hint ?? "`\(command.call) --help` lists its options"
    ).inGitLFS("Error: unknown \(kind): \(flag.escapingControls)")
  }

  private func usage(_ message: String) -> FetchError {
    FetchError(.usage, message, hint: "`\(command.call) --help` tells how to use it")
  }
}
