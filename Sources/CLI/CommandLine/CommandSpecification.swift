/// A command as a value: its name, its operands, its options and the words of its help.
struct CommandSpecification: Sendable {
  /// What stands after the options, such as NAME.
  struct Operand: Sendable {
    enum Count: Sendable { case one, zeroOrMore, oneOrMore }
    /// What a shell offers for it.
    enum Candidates: Sendable {
      case models
      case words([String])
      case paths
      /// Nothing: the shell does not know what there is.
      case none
    }

    let placeholder: String
    let count: Count
    let candidates: Candidates
    /// The flag that stands in for all operands, such as `--all`.
    var standIn: OptionSpecification?
    /// What may stand after the one operand, such as DIR.
    var second: String?
    /// What may stand after the one operand in any number, such as ARG.
    var others: String?
  }

  struct Example: Sendable {
    let line: String
    let meaning: String
  }

  let name: String
  /// For the list of commands: an imperative without a full stop.
  let summary: String
  /// The paragraphs of the help.
  let description: [String]
  var operand: Operand?
  var options: [OptionSpecification] = []
  var examples: [Example] = []

  /// The command's own options and `--help`, which every command has.
  var allOptions: [OptionSpecification] { options + [.help] }

  /// `lfsfetch get [OPTION]… NAME…`
  var synopsis: String {
    let operandText = operand.map { operand in
      switch operand.count {
      case .one:
        " " + operand.placeholder + (operand.second.map { " [\($0)]" } ?? "")
          + (operand.others.map { " [\($0)…]" } ?? "")
      case .zeroOrMore: " [" + operand.placeholder + "…]"
      case .oneOrMore: " " + operand.placeholder + "…"
      }
    }
    return "lfsfetch " + name + (options.isEmpty ? "" : " [OPTION]…") + (operandText ?? "")
  }
}
