import LFSFetch

/// What the whole command line asks for, found out before anything is touched.
enum Invocation {
  case version
  /// The help of the program, or of one command.
  case help(CommandSpecification?)
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
      guard let name = rest.first(where: { !$0.hasPrefix("-") }) else { return .help(nil) }
      if rest.count > 1 { throw FetchError(.usage, "`lfsfetch help` takes one command, but got \(rest.count)") }
      return name == "help" ? .help(nil) : .help(try Command.named(name).specification)
    case _ where first.hasPrefix("-"):
      throw FetchError(
        .usage, "lfsfetch has no option `\(first)` before the command",
        hint: "options stand after the command; `lfsfetch --help` lists the commands")
    default:
      let command = try Command.named(first)
      let arguments = try ArgumentParser.parse(rest, for: command.specification)
      return arguments.has(.help) ? .help(command.specification) : .command(command, arguments)
    }
  }
}
