/// Commands that are the same under both names of the program, as they are described under that of git-lfs.
extension CommandSpecification {
  /// `names` are the commands that are there under that name, too: only what the help says of those is said of git-lfs.
  func ofGitLFS(among names: [String]) -> CommandSpecification {
    func renamed(_ text: String) -> String {
      names.reduce(text) { $0.replacing("`lfsfetch \($1)", with: "`git lfs \($1)") }
    }
    return CommandSpecification(
      name: name, summary: renamed(summary), description: description.map(renamed), operand: operand,
      options: options.map { $0.helping(renamed($0.help)) },
      examples: examples.map { example in
        .init(line: example.line.replacing("lfsfetch ", with: "git lfs ", maxReplacements: 1), meaning: example.meaning)
      },
      program: "git lfs")
  }
}

extension OptionSpecification {
  /// The same option in other words.
  func helping(_ help: String) -> OptionSpecification {
    OptionSpecification(
      name: name, short: short, kind: kind, isRepeatable: isRepeatable, takesSeveral: takesSeveral,
      mayBeEmpty: mayBeEmpty, help: help)
  }
}
