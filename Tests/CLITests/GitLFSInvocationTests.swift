import Testing

@testable import CLI

/// What is understood under the name git-lfs.
struct GitLFSInvocationTests {
  /// In a word.
  private func meaning(of words: [String]) -> String {
    func name(_ topic: GitLFSInvocation.Topic?) -> String {
      switch topic {
      case nil: "without help"
      case .program: "help of the program"
      case .command(let specification): "help of " + specification.call
      }
    }
    switch GitLFSInvocation(words) {
    case .version: return "version"
    case .nothing: return "nothing"
    case .help(let topic): return name(topic)
    case .unknownTopic(let error): return error.message
    case .mistake(let error, let topic): return (error.wordsOfGitLFS ?? error.message) + ", " + name(topic)
    case .elsewhere(let error): return error.message
    case .command(let command, let arguments): return "run \(command.name) \(arguments.operands)"
    }
  }

  @Test(arguments: [
    ([], "nothing"), ([""], "nothing"), (["--version"], "version"), (["-v"], "version"),
    (["--help"], "help of the program"), (["-h"], "help of the program"), (["help"], "help of the program"),
    (["help", "help"], "help of the program"), (["help", "--help"], "help of the program"),
    (["update"], "run update []"), (["help", "update"], "help of git lfs update"),
    (["ext", "list", "a"], "run ext list [\"a\"]"), (["ext", "a"], "run ext [\"a\"]"),
    (["ext", "a", "--help"], "help of git lfs ext"), (["help", "ext", "list"], "help of git lfs ext list"),
    (["install", "hooks"], "run install hooks []"), (["install"], "run install []"),
    (["help", "install", "hooks"], "help of git lfs install hooks"),
    (["pull", "origin"], "run pull [\"origin\"]"), (["update", "x"], "run update [\"x\"]"),
    (["pull", "--", "--help"], "run pull [\"--help\"]"), (["status", "x"], "run status [\"x\"]"),
    (["pull", "--help", "x"], "help of git lfs pull"), (["pull", "-h"], "help of git lfs pull"),
    (["help", "pull", "fetch"], "help of git lfs pull"), (["help", "pre-push"], "help of git lfs pre-push"),
    (["post-checkout", "a", "b", "1"], "run post-checkout [\"a\", \"b\", \"1\"]"),
    (["--nope"], "Error: unknown flag: --nope, help of the program"),
    (["-x"], "Error: unknown shorthand flag: 'x' in -x, help of the program"),
    (["help", "--nope"], "Error: unknown flag: --nope, help of the program"),
    (["pull", "--help", "--nope"], "Error: unknown flag: --nope, help of git lfs pull"),
    (["help", "nope"], "git-lfs has no command `nope`"),
    (["push", "--help"], "`git lfs push` is not part of lfsfetch, which only downloads"),
    (["help", "push"], "`git lfs push` is not part of lfsfetch, which only downloads"),
  ]) func `what is asked for`(_ words: [String], _ expected: String) {
    #expect(meaning(of: words) == expected)
  }

  /// What only lfsfetch has is no command of git-lfs.
  @Test(arguments: ["get", "add", "drop", "hooks", "nope"]) func `no command`(_ name: String) {
    #expect(
      meaning(of: [name, "--help"])
        == "Error: unknown command \"\(name)\" for \"git-lfs\"\nRun 'git-lfs --help' for usage., without help")
  }

  @Test func `of an option that is given twice the last counts, and flags take a truth`() throws {
    guard
      case .command(_, let arguments) = GitLFSInvocation([
        "ls-files", "-I", "a", "--include=b", "--long=true", "--size=false", "--json=F",
      ])
    else { return #expect(Bool(false)) }
    #expect(arguments.value(of: .lfsInclude) == "b")
    #expect(arguments.has(.long) && !arguments.has(.size) && !arguments.has(.scopeJSON))
    #expect(meaning(of: ["ls-files", "--long=maybe"]) == "`--long` takes no value, help of git lfs ls-files")
  }

  @Test func `the help of the program names every command, and what is elsewhere`() {
    let help = HelpText(width: 80).programOfGitLFS
    for name in GitLFSCommand.all.map(\.name) + ElsewhereCommand.all.map(\.name) + ["help"] {
      #expect(help.contains("\n  \(name) "), "\(name)")
    }
    #expect(help.contains("Usage: git lfs COMMAND"))
    #expect(!help.split(separator: "\n").contains { $0.count > 80 })
  }

  @Test(arguments: GitLFSCommand.all.map(\.specification.name))
  func `the help of a command speaks of git-lfs's commands`(_ name: String) throws {
    let command = try #require(GitLFSCommand.all.first { $0.name == name }).specification
    let help = HelpText(width: 80).command(command)
    #expect(help.contains("Usage: git lfs \(name)"))
    for option in command.allOptions { #expect(help.contains(option.spelling)) }
    let text =
      command.description.joined() + command.options.map(\.help).joined()
      + command.examples.map(\.line).joined()
    for other in GitLFSCommand.all { #expect(!text.contains("`lfsfetch \(other.name)`"), "\(text)") }
  }
}
