import LFSFetch
import Text

/// What the whole command line asks for when the program is called as git-lfs. Everything that git-lfs answers is
/// answered here in the same stream and with the same status.
enum GitLFSInvocation {
  /// Whose help: that of the program, or of one command.
  enum Topic {
    case program
    case command(CommandSpecification)
  }

  case version
  /// Nothing was asked, which to git-lfs is no mistake.
  case nothing
  case help(Topic)
  /// Help of something that is not there: git-lfs says so, gives its own help, and has the status 0.
  case unknownTopic(FetchError)
  /// A command line that is not understood; the help beside the error, if any, goes to stdout.
  case mistake(FetchError, help: Topic?)
  case elsewhere(FetchError)
  case command(Command, Arguments)

  init(_ words: [String]) {
    guard let first = words.first, !first.isEmpty else {
      self = .nothing
      return
    }
    if first == "help" {
      self = Self.help(Array(words.dropFirst()))
    } else if first.begins(with: "-"), first != "-" {
      self = Self.parsed(words, for: Self.itself, .program) { $0.has(.shortVersion) ? .version : .help(.program) }
    } else if let error = ElsewhereCommand.error(first) {
      self = .elsewhere(error)
    } else if let (command, rest) = GitLFSCommand.find(words) {
      let topic = Topic.command(command.specification)
      self = Self.parsed(rest, for: command.specification, topic) {
        $0.has(.help) ? .help(topic) : .command(command, $0)
      }
    } else {
      self = .mistake(Self.unknown(first), help: nil)
    }
  }

  private static func help(_ words: [String]) -> GitLFSInvocation {
    parsed(words, for: itself, .program) { arguments in
      guard let name = arguments.operands.first, name != "help" else { return .help(.program) }
      if let error = ElsewhereCommand.error(name) { return .elsewhere(error) }
      guard let (command, _) = GitLFSCommand.find(arguments.operands) else { return .unknownTopic(unknown(name)) }
      return .help(.command(command.specification))
    }
  }

  private static func parsed(
    _ words: [String], for command: CommandSpecification, _ topic: Topic,
    then meaning: (Arguments) -> GitLFSInvocation
  ) -> GitLFSInvocation {
    do throws(FetchError) {
      return meaning(try ArgumentParser.parse(words, for: command, of: .gitLFS))
    } catch {
      return .mistake(error, help: topic)
    }
  }

  /// The options that stand in the place of a command, and what stands behind `help`.
  private static let itself = CommandSpecification(
    name: "help", summary: "", description: [],
    operand: .init(placeholder: "COMMAND", count: .zeroOrMore, candidates: .none), options: [.shortVersion],
    program: "git lfs")

  private static func unknown(_ name: String) -> FetchError {
    FetchError(
      .usage, "git-lfs has no command `\(name)`",
      hint: NearestName.hint(for: name, among: GitLFSCommand.all.map(\.name)) ?? "`git lfs help` lists the commands"
    ).inGitLFS(
      "Error: unknown command \"\(name.escapingControls)\" for \"git-lfs\"\nRun 'git-lfs --help' for usage.")
  }
}

extension OptionSpecification {
  static let shortVersion = OptionSpecification(
    name: "version", short: "v", kind: .flag, help: OptionSpecification.version.help)
}
