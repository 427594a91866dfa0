/// Renders the completion scripts of the shells from the specifications of the commands.
struct CompletionScript {
  enum Shell: String, CaseIterable, Sendable {
    case bash, zsh, fish
  }

  let commands: [CommandSpecification]

  /// What a shell runs to learn the names of the models.
  static let modelsCommand = "lfsfetch completions models 2>/dev/null"

  func text(for shell: Shell) -> String {
    switch shell {
    case .bash: bash
    case .zsh: zsh
    case .fish: fish
    }
  }

  /// The commands, and `help`, which has no specification of its own.
  var commandNames: [(name: String, summary: String)] {
    CommandGroup.rows(commands) + [("help", "Print the help of a command")]
  }

  var groups: [(group: CommandGroup, members: [(name: String, command: CommandSpecification)])] {
    CommandGroup.all.map { ($0, $0.members(of: commands)) }
  }

  /// The first clause of an option's help: menus have a line for it.
  static func brief(_ option: OptionSpecification) -> String {
    String(option.help.prefix { $0 != ";" && $0 != ":" })
  }

  static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
