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
    for (group, members) in groups {
      let names = members.map(\.name).joined(separator: " ")
      let condition =
        "__fish_seen_subcommand_from \(group.name); and not __fish_seen_subcommand_from \(names)"
      lines += members.map {
        "complete -c lfsfetch -n '\(condition)' -a \($0.name) -d \(Self.quoted($0.command.summary))"
      }
    }
    for command in commands {
      let prefix = "complete -c lfsfetch -n '\(condition(of: command))'"
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
    let names = commandNames.map(\.name).filter { $0 != "help" }.joined(separator: " ")
    lines.append("complete -c lfsfetch -n '__fish_seen_subcommand_from help' -a '\(names)'")
    return lines.joined(separator: "\n") + "\n"
  }

  /// Two commands may have the same last word.
  private func condition(of command: CommandSpecification) -> String {
    let words = command.name.split(separator: " ")
    let conditions = words.map { "__fish_seen_subcommand_from \($0)" }
    let others = groups.filter { group, members in
      words.count == 1 && members.contains { $0.name == command.name }
    }
    return (conditions + others.map { "not __fish_seen_subcommand_from \($0.group.name)" })
      .joined(separator: "; and ")
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
