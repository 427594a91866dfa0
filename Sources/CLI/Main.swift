import Files
import LFSFetch

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The program `lfsfetch`: understands the command line, then answers at once or runs a command.
///
/// `main` is not `async`: the main thread waits for signals while the command runs on others, and `--version`
/// need not start any thread.
@main
enum Main {
  static func main() {
    reserveStandardDescriptors()
    // A host that closes its connection and a reader that closes our output are errors to handle, not to die of.
    signal(SIGPIPE, SIG_IGN)
    let program = Program(calledAs: CommandLine.arguments.first)
    let console = Console(program: program)
    let words = Array(CommandLine.arguments.dropFirst())
    if program == .gitLFS { answerAsGitLFS(to: words, console) }
    do {
      switch try Invocation.parse(words) {
      case .version:
        console.output.writeLine("lfsfetch \(Fetcher.version)")
        end(.done, console)
      case .help(let command):
        console.output.write(help(command, on: console.outputTerminal))
        end(.done, console)
      case .groupHelp(let group):
        let help = HelpText(width: console.outputTerminal.size.columns)
        console.output.write(help.group(group, Command.all.map(\.specification)))
        end(.done, console)
      case .nothing:
        console.errors.write(help(nil, on: console.errorTerminal))
        end(.usage, console)
      case .command(let command, let arguments):
        try UnreadableName.refuse(in: arguments, of: command.specification)
        SignalLoop.run(console) { await ending(of: command, arguments, console) }
      }
    } catch {
      console.report(error)
      end(.init(error, program, command: nil), console)
    }
  }

  /// A standard descriptor that the caller has closed (`>&-`) would be given to the next file that is opened, and
  /// what is printed would go into that file. What takes its place here cannot be written to, so that is noticed.
  private static func reserveStandardDescriptors() {
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 { _ = open("/dev/null", O_RDONLY) }
  }

  /// Leaves the program; data that could not be written is a failure of its own. Nothing is left to do by `exit`, which
  /// would let OpenSSL take away what threads still use that are ending just then.
  static func end(_ ending: Ending, _ console: Console) -> Never {
    console.echo.restore()
    // A thread that has just done with one may not have let go of it yet.
    TemporaryFile.removeAll()
    guard let reason = console.output.failureReason else { _exit(ending.code) }
    console.report(FetchError(.disk, "cannot write to standard output", causes: [reason]))
    _exit(ExitStatus.disk.rawValue)
  }

  static func ending(of command: Command, _ arguments: Arguments, _ console: Console) async -> Ending {
    do {
      return Ending(try await command.run(arguments, console), console.program, command: command.name)
    } catch {
      if console.program == .gitLFS, error.isAboutThePlace, let words = error.wordsOfGitLFS {
        console.output.writeLine(words)
      } else if error.code != .interrupted {
        console.report(error)
      }
      if console.program == .lfsfetch, arguments.has(.json) {
        console.output.writeLine(EventLine.failure(error, ExitStatus(error.code)))
      }
      return Ending(error, console.program, command: command.name)
    }
  }

  private static func help(_ command: CommandSpecification?, on terminal: Terminal) -> String {
    let text = HelpText(width: terminal.size.columns)
    return command.map(text.command) ?? text.program(Command.all.map(\.specification))
  }
}
