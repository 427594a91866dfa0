extension CompletionScript {
  var fish: String {
    var lines = [
      "# fish completion of lfsfetch, made by `lfsfetch completions fish`",
      "complete -c lfsfetch -f",
      "complete -c lfsfetch -n __fish_use_subcommand -l version -d \(Self.quoted(OptionSpecification.version.help))",
      "complete -c lfsfetch -n __fish_use_subcommand -s h -l help -d \(Self.quoted(OptionSpecification.help.help))",
    ]
    lines += commandNames.map {
      "complete -c lfsfetch -n __fish_use_subcommand -a \($0.name) -d \(Self.quoted($0.summary))"
    }
    for command in commands {
      let prefix = "complete -c lfsfetch -n '__fish_seen_subcommand_from \(command.name)'"
      lines += command.allOptions.map { option in
        let short = option.short.map { " -s \($0)" } ?? ""
        return prefix + short
          + " -l \(option.name)\(Self.fishValue(of: option)) -d \(Self.quoted(Self.brief(option)))"
      }
      switch command.operand?.candidates {
      case .models: lines.append(prefix + " -a '(\(Self.modelsCommand))'")
      case .words(let words): lines.append(prefix + " -a '\(words.joined(separator: " "))'")
      case .paths: lines.append(prefix + " -F")
      case .some(.none), nil: break
      }
    }
    let names = commands.map(\.name).joined(separator: " ")
    lines.append("complete -c lfsfetch -n '__fish_seen_subcommand_from help' -a '\(names)'")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func fishValue(of option: OptionSpecification) -> String {
    switch option.kind {
    case .flag: ""
    case .text, .number: " -x"
    case .choice(_, let words): " -x -a '\(words.joined(separator: " "))'"
    case .file: " -r -F"
    case .folder: " -x -a '(__fish_complete_directories)'"
    }
  }
}
