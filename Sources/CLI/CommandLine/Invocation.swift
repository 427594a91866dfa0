import LFSFetch

/// What the whole command line asks for, found out before anything is touched.
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
  static func parse(_ words: [String], for program: Program = .lfsfetch) throws(FetchError) -> Invocation {
    guard let first = words.first else { return .nothing }
    if program == .gitLFS, let (command, rest) = GitLFSCommand.find(words) {
      let arguments = try ArgumentParser.parse(rest, for: command.specification, of: program)
      return arguments.has(.help) ? .help(command.specification) : .command(command, arguments)
    }
    let rest = Array(words.dropFirst())
    if program == .gitLFS, first == "help", let (command, _) = GitLFSCommand.find(rest) {
      return .help(command.specification)
    }
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
      let arguments = try ArgumentParser.parse(Array(rest), for: command.specification, of: program)
      return arguments.has(.help) ? .help(command.specification) : .command(command, arguments)
    }
  }
}
