import LFSFetch
import Testing

@testable import CLI

struct InvocationTests {
  /// What was understood, in a word.
  private func meaning(of words: [String]) throws -> String {
    switch try Invocation.parse(words) {
    case .version: "version"
    case .nothing: "nothing"
    case .groupHelp(let group): "help of the group \(group.name)"
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
    (["registry", "add", "a", "https://h/x"], "run registry add [\"a\", \"https://h/x\"]"),
    (["add", "a"], "run add [\"a\"]"),
    (["registry", "add", "--help"], "help registry add"),
    (["registry", "--help"], "help of the group registry"),
    (["help", "registry"], "help of the group registry"),
    (["help", "registry", "add"], "help registry add"),
  ])
  func wordsAreUnderstood(words: [String], expected: String) throws {
    #expect(try meaning(of: words) == expected)
  }

  @Test(arguments: [
    (["gte"], "lfsfetch has no command `gte`", "did you mean `get`?"),
    (["help", "verfiy"], "lfsfetch has no command `verfiy`", "did you mean `verify`?"),
    (
      ["registry"], "`lfsfetch registry` needs a command",
      "known are `add`, `remove`, `alias`, `update`, `validate`, `show`, `search`"
    ),
    (["registry", "ad"], "`lfsfetch registry` has no command `ad`", "did you mean `add`?"),
    (
      ["registry", "--json"], "`lfsfetch registry` needs a command",
      "known are `add`, `remove`, `alias`, `update`, `validate`, `show`, `search`"
    ),
    (["download"], "lfsfetch has no command `download`", "`lfsfetch --help` lists the commands"),
    (
      ["--json", "list"], "lfsfetch has no option `--json` before the command",
      "options stand after the command; `lfsfetch --help` lists the commands"
    ),
  ])
  func mistakesAreNamed(words: [String], message: String, hint: String) {
    let error = #expect(throws: FetchError.self) { try Invocation.parse(words) }
    #expect([error?.code.rawValue, error?.message, error?.hint] == ["usage", message, hint])
  }
}
