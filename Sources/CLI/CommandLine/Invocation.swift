import LFSFetch

/// What the whole command line asks for, under the program's own name, found out before anything is touched.
enum Invocation {
  case version
  /// The help of the program, or of one command.
  case help(CommandSpecification?)
  /// The help of a group of commands.
  case groupHelp(CommandGroup)
  /// Nothing was asked: the help, but as an answer to a mistake.
  case nothing
  case command(Command, Arguments)

  /// `words` are those after the program's own name.
  static func parse(_ words: [String]) throws(FetchError) -> Invocation {
    guard let first = words.first else { return .nothing }
    let rest = Array(words.dropFirst())
    switch first {
    case "--version": return .version
    case "--help", "-h": return .help(nil)
    case "help":
      let words = rest.filter { !$0.hasPrefix("-") }
      guard let name = words.first, name != "help" else { return .help(nil) }
      if rest.count == 1, let group = CommandGroup.named(name) { return .groupHelp(group) }
      let (command, others) = try Command.find(words[...])
      guard others.isEmpty, words.count == rest.count else {
        throw FetchError(.usage, "`lfsfetch help` takes one command, but got \(rest.count)")
      }
      return .help(command.specification)
    case _ where first.hasPrefix("-"):
      throw FetchError(
        .usage, "lfsfetch has no option `\(first)` before the command",
        hint: "options stand after the command; `lfsfetch --help` lists the commands")
    default:
      if let group = CommandGroup.named(first), rest == ["--help"] || rest == ["-h"] { return .groupHelp(group) }
      let (command, rest) = try Command.find(words[...])
      let arguments = try ArgumentParser.parse(Array(rest), for: command.specification)
      return arguments.has(.help) ? .help(command.specification) : .command(command, arguments)
    }
  }
}
