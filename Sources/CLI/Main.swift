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
    let console = Console()
    do {
      switch try Invocation.parse(Array(CommandLine.arguments.dropFirst())) {
      case .version:
        console.output.writeLine("lfsfetch \(Fetcher.version)")
        end(.done, console)
      case .help(let command):
        console.output.write(help(command, on: console.outputTerminal))
        end(.done, console)
      case .nothing:
        console.errors.write(help(nil, on: console.errorTerminal))
        end(.usage, console)
      case .command(let command, let arguments):
        SignalLoop.run(console) { await status(of: command, arguments, console) }
      }
    } catch {
      console.report(error)
      end(ExitStatus(error.code), console)
    }
  }

  /// A standard descriptor that the caller has closed (`>&-`) would be given to the next file that is opened, and
  /// what is printed would go into that file. What takes its place here cannot be written to, so that is noticed.
  private static func reserveStandardDescriptors() {
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 { _ = open("/dev/null", O_RDONLY) }
  }

  /// Leaves the program; data that could not be written is a failure of its own.
  static func end(_ status: ExitStatus, _ console: Console) -> Never {
    guard let reason = console.output.failureReason else { exit(status.rawValue) }
    console.report(FetchError(.disk, "cannot write to standard output", causes: [reason]))
    exit(ExitStatus.disk.rawValue)
  }

  private static func status(of command: Command, _ arguments: Arguments, _ console: Console) async -> ExitStatus {
    do {
      return try await command.run(arguments, console)
    } catch {
      if error.code != .interrupted { console.report(error) }
      let status = ExitStatus(error.code)
      if arguments.has(.json) { console.output.writeLine(EventLine.failure(error, status)) }
      return status
    }
  }

  private static func help(_ command: CommandSpecification?, on terminal: Terminal) -> String {
    let text = HelpText(width: terminal.size.columns)
    return command.map(text.command) ?? text.program(Command.all.map(\.specification))
  }
}
