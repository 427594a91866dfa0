extension CompletionScript {
  /// Works with the bash 3.2 of macOS, too.
  var bash: String {
    var lines = [
      "# bash completion of lfsfetch, made by `lfsfetch completions bash`",
      "_lfsfetch() {",
      "  local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\"",
      "  local command=\"${COMP_WORDS[1]}\"",
      "  COMPREPLY=()",
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then",
      "    " + Self.bashWords(commandNames.map(\.name) + ["--help", "--version"]),
      "    return",
      "  fi",
      "  case \"$command:$previous\" in",
    ]
    for command in commands {
      for option in command.options {
        guard let action = Self.bashValue(of: option) else { continue }
        lines.append("    \(Self.bashPatterns(command, option))) \(action); return ;;")
      }
    }
    lines += ["  esac", "  case \"$command:$current\" in"]
    for command in commands {
      lines.append("    \(command.name):-*) \(Self.bashWords(command.allOptions.map { "--" + $0.name })) ;;")
      if let operand = command.operand {
        lines.append("    \(command.name):*) \(Self.bashOperand(operand)) ;;")
      }
    }
    lines += [
      "    help:*) \(Self.bashWords(commands.map(\.name))) ;;",
      "  esac", "}", "complete -F _lfsfetch lfsfetch",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private static func bashPatterns(_ command: CommandSpecification, _ option: OptionSpecification) -> String {
    let long = "\(command.name):--\(option.name)"
    return option.short.map { long + "|\(command.name):-\($0)" } ?? long
  }

  /// Nil for a flag.
  private static func bashValue(of option: OptionSpecification) -> String? {
    switch option.kind {
    case .flag: nil
    // Nothing to offer; but the models, which would be offered otherwise, are wrong here.
    case .text, .number: ":"
    case .choice(_, let words): bashWords(words)
    case .file: bashFiles("-f")
    case .folder: bashFiles("-d")
    }
  }

  private static func bashOperand(_ operand: CommandSpecification.Operand) -> String {
    switch operand.candidates {
    case .models: "COMPREPLY=($(compgen -W \"$(\(modelsCommand))\" -- \"$current\"))"
    case .words(let words): bashWords(words)
    case .paths: bashFiles("-f")
    case .none: ":"
    }
  }

  private static func bashWords(_ words: [String]) -> String {
    "COMPREPLY=($(compgen -W \"\(words.joined(separator: " "))\" -- \"$current\"))"
  }

  /// Names may hold spaces, so only line ends part them.
  private static func bashFiles(_ flag: String) -> String {
    "local IFS=$'\\n'; compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen \(flag) -- \"$current\"))"
  }
}
