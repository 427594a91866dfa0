import LFSFetch
import Testing

@testable import CLI

struct InvocationTests {
  /// What was understood, in a word.
  private func meaning(of words: [String]) throws -> String {
    switch try Invocation.parse(words) {
    case .version: "version"
    case .nothing: "nothing"
    case .help(let command): "help " + (command?.name ?? "of the program")
    case .command(let command, let arguments): "run \(command.name) \(arguments.operands)"
    }
  }

  @Test(arguments: [
    ([], "nothing"),
    (["--version"], "version"),
    (["--help"], "help of the program"),
    (["-h"], "help of the program"),
    (["help"], "help of the program"),
    (["help", "get"], "help get"),
    (["help", "help"], "help of the program"),
    (["get", "--help"], "help get"),
    (["get", "fast", "-h"], "help get"),
    (["get", "fast", "accurate"], "run get [\"fast\", \"accurate\"]"),
    (["list"], "run list []"),
  ])
  func wordsAreUnderstood(words: [String], expected: String) throws {
    #expect(try meaning(of: words) == expected)
  }

  @Test(arguments: [
    (["gte"], "lfsfetch has no command `gte`", "did you mean `get`?"),
    (["help", "verfiy"], "lfsfetch has no command `verfiy`", "did you mean `verify`?"),
    (["download"], "lfsfetch has no command `download`", "`lfsfetch --help` lists the commands"),
    (
      ["--json", "list"], "lfsfetch has no option `--json` before the command",
      "options stand after the command; `lfsfetch --help` lists the commands"
    ),
  ])
  func mistakesAreNamed(words: [String], message: String, hint: String) {
    #expect(throws: FetchError(.usage, message, hint: hint)) { try Invocation.parse(words) }
  }
}
