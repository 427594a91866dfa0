/// A command as a value: its name, its operands, its options and the words of its help.
struct CommandSpecification: Sendable {
  /// What stands after the options, such as NAME.
  struct Operand: Sendable {
    enum Count: Sendable { case one, zeroOrOne, zeroOrMore, oneOrMore }
    /// What a shell offers for it.
    enum Candidates: Sendable {
      case models
      case words([String])
      case paths
      /// Nothing: the shell does not know what there is.
      case none
    }

    /// What stands before all others, such as NAME in `NAME URL`.
    var leading: String?
    let placeholder: String
    let count: Count
    let candidates: Candidates
    /// The flag that stands in for all operands, such as `--all`.
    var standIn: OptionSpecification?
    /// The flag with which there need be none, such as `--locked`.
    var optionalWith: OptionSpecification?
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

  /// Under which name of the program there is such a command.
  var program = "lfsfetch"

  /// `lfsfetch get`
  var call: String { program + " " + name }

  /// `lfsfetch get [OPTION]… NAME…`
  var synopsis: String {
    let operandText = operand.map { operand in
      let leading = operand.leading.map { " " + $0 } ?? ""
      return switch operand.count {
      case .one:
        leading + " " + operand.placeholder + (operand.second.map { " [\($0)]" } ?? "")
          + (operand.others.map { " [\($0)…]" } ?? "")
      case .zeroOrOne: leading + " [" + operand.placeholder + "]"
      case .zeroOrMore: leading + " [" + operand.placeholder + "…]"
      case .oneOrMore: leading + " " + operand.placeholder + "…"
      }
    }
    return call + (options.isEmpty ? "" : " [OPTION]…") + (operandText ?? "")
  }
}
