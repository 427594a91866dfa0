import LFSFetch
import Text

/// A word under which several commands stand together, such as `registry` of `lfsfetch registry add`. The name of each
/// of them is two words.
struct CommandGroup: Sendable {
  let name: String
  /// For the list of commands.
  let summary: String

  static let all = [
    CommandGroup(name: "registry", summary: "Change, check and search registries of models")
  ]

  static func named(_ name: String) -> CommandGroup? { all.first { $0.name == name } }

  /// The group of a command's name; nil for one that stands alone.
  static func of(_ command: String) -> CommandGroup? {
    all.first { command.hasPrefix($0.name + " ") }
  }

  /// What the list of all commands says: a line for each command, and one for each group.
  static func rows(_ commands: [CommandSpecification]) -> [(name: String, summary: String)] {
    var rows: [(name: String, summary: String)] = []
    for command in commands {
      guard let group = of(command.name) else {
        rows.append((command.name, command.summary))
        continue
      }
      if !rows.contains(where: { $0.name == group.name }) { rows.append((group.name, group.summary)) }
    }
    return rows
  }

  /// Its commands, by the second word of their names.
  func members(of commands: [CommandSpecification]) -> [(name: String, command: CommandSpecification)] {
    commands.filter { $0.name.hasPrefix(name + " ") }.map { (String($0.name.dropFirst(name.count + 1)), $0) }
  }

  func command(named word: String?) throws(FetchError) -> Command {
    let names = members(of: Command.all.map(\.specification)).map(\.name)
    let hint = "known are \(names.map { "`\($0)`" }.joined(separator: ", "))"
    guard let word, !word.hasPrefix("-") else {
      throw FetchError(.usage, "`lfsfetch \(name)` needs a command", hint: hint)
    }
    if let command = Command.all.first(where: { $0.name == name + " " + word }) { return command }
    throw FetchError(
      .usage, "`lfsfetch \(name)` has no command `\(word)`", hint: NearestName.hint(for: word, among: names) ?? hint)
  }
}
