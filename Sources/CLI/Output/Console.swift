import LFSFetch
import Text

/// Where a command talks: data goes to `output`, talk goes to `errors`.
struct Console: Sendable {
  let program: Program
  let output: StandardStream
  let errors: StandardStream
  let outputTerminal: Terminal
  let errorTerminal: Terminal
  /// What is said when the user interrupts.
  let interruption = InterruptionNotice()
  let interlude = Interlude()
  let echo = TerminalEcho(descriptor: 0)

  init(output: Int32 = 1, errors: Int32 = 2, program: Program = .lfsfetch) {
    self.program = program
    self.output = StandardStream(descriptor: output, endsProgramWhenClosed: true)
    self.errors = StandardStream(descriptor: errors)
    outputTerminal = Terminal(descriptor: output)
    errorTerminal = Terminal(descriptor: errors)
  }

  /// A line of data. A path may hold any character, so programs get it raw and only a terminal is protected.
  func printPath(_ path: String) {
    output.writeLine(outputTerminal.isInteractive ? path.escapingControls : path)
  }

  /// The same for one that need not be UTF-8.
  func printPath(_ line: [UInt8]) {
    guard !outputTerminal.isInteractive else { return printPath(String(decoding: line, as: UTF8.self)) }
    output.write(line + [UInt8(ascii: "\n")])
  }

  func report(_ error: FetchError) {
    if program == .gitLFS, let words = error.wordsOfGitLFS { return errors.writeLine(words) }
    errors.write(ErrorReport(error).text(colour: errorTerminal.hasColour))
  }

  /// For commands that show no progress: what else the user should know.
  func tell(_ event: ProgressEvent) {
    if let remark = ErrorReport.remark(on: event, colour: errorTerminal.hasColour) { errors.write(remark) }
  }

  /// A line of talk.
  func say(_ message: String) {
    errors.writeLine(message.escapingControls)
  }

  /// An error that stops nobody.
  func warn(_ error: FetchError) {
    errors.write(ErrorReport(error).text(colour: errorTerminal.hasColour, isWarning: true))
  }

  func warn(_ message: String) {
    errors.write(ErrorReport.warning(message, colour: errorTerminal.hasColour))
  }
}
