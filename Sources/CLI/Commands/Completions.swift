import LFSFetch

/// `lfsfetch completions SHELL`: prints the script that completes lfsfetch's command lines in a shell.
enum Completions {
  static let specification = CommandSpecification(
    name: "completions",
    summary: "Print a script that completes command lines",
    description: [
      "SHELL is `bash`, `zsh` or `fish`. The scripts complete commands, options and the names of models; for the "
        + "names they call `lfsfetch completions models`, which prints a name, alias, variant or preset a line."
    ],
    operand: .init(
      placeholder: "SHELL", count: .one,
      candidates: .words(CompletionScript.Shell.allCases.map(\.rawValue) + [modelsWord])),
    examples: [
      .init(line: "source <(lfsfetch completions bash)", meaning: "For this session of bash."),
      .init(
        line: "lfsfetch completions zsh > ~/.zfunc/_lfsfetch",
        meaning: "For zsh, when `~/.zfunc` is in `fpath` before `compinit`."),
      .init(
        line: "lfsfetch completions fish > ~/.config/fish/completions/lfsfetch.fish", meaning: "For fish."),
    ])

  /// What the scripts themselves ask for.
  private static let modelsWord = "models"

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let word = arguments.operands[0]
    if let shell = CompletionScript.Shell(rawValue: word) {
      console.output.write(CompletionScript(commands: Command.all.map(\.specification)).text(for: shell))
    } else {
      console.output.write(
        try names(known: try Fetcher(try FetcherConfiguration(arguments))).map { $0 + "\n" }.joined())
    }
    return .done
  }

  private static func names(known fetcher: Fetcher) throws(FetchError) -> [String] {
    let models = try fetcher.models().flatMap { model in
      let variants = model.variants.isEmpty ? [] : model.variants.map(\.name) + ["auto"]
      return [model.name] + model.aliases + variants.map { model.name + ":" + $0 }
    }
    return models + fetcher.presets().map(\.name)
  }
}
