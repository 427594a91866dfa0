/// One option of a command as a value: what it is called, what it takes, what it does.
///
/// The parser, the help, the completion scripts and the test of the reference pages all read these values, so an
/// option is described in one place only (`OptionSpecification+All.swift`).
struct OptionSpecification: Sendable, Equatable {
  /// What stands after the option; the case tells the parser what to check and the shells what to complete.
  enum Kind: Sendable, Equatable {
    case flag
    case text(placeholder: String)
    case number(placeholder: String, ClosedRange<Int>)
    case choice(placeholder: String, [String])
    case file(placeholder: String)
    case folder(placeholder: String)
  }

  /// Without the dashes.
  let name: String
  var short: Character?
  let kind: Kind
  var isRepeatable = false
  /// All words up to the next option are values of it.
  var takesSeveral = false
  /// An empty value means something, too.
  var mayBeEmpty = false
  /// A sentence without a full stop; more sentences are parted by semicolons.
  let help: String

  /// `DIR` in `--to DIR`; nil for a flag.
  var placeholder: String? {
    switch kind {
    case .flag: nil
    case .text(let placeholder), .number(let placeholder, _), .choice(let placeholder, _),
      .file(let placeholder), .folder(let placeholder):
      placeholder
    }
  }

  /// `--to DIR`, or `-q, --quiet`: how the help and the reference pages name the option.
  var spelling: String {
    (short.map { "-\($0), " } ?? "") + "--" + name + (placeholder.map { " " + $0 } ?? "")
  }
}
