extension CompletionScript {
  /// Works with the bash 3.2 of macOS, too.
  var bash: String {
    var lines = [
      "# bash completion of lfsfetch, made by `lfsfetch completions bash`",
      "# A colon ends a word of bash's, and NAME:VARIANT has one.",
      "_lfsfetch_models() {",
      "  local line=\"${COMP_LINE:0:${COMP_POINT:-0}}\"",
      "  local word=\"${line##* }\"",
      "  case \"$word\" in *:*) ;; *) word=\"$current\" ;; esac",
      "  COMPREPLY=($(compgen -W \"$(\(Self.modelsCommand))\" -- \"$word\"))",
      "  case \"$word\" in *:*) COMPREPLY=(\"${COMPREPLY[@]#\"${word%\"${word##*:}\"}\"}\") ;; esac",
      "}",
      "_lfsfetch() {",
      "  local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\"",
      "  local command=\"${COMP_WORDS[1]}\"",
      "  COMPREPLY=()",
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then",
      "    " + Self.bashWords(commandNames.map(\.name) + ["--help", "--version"]),
      "    return",
      "  fi",
    ]
    for (group, members) in groups {
      lines += [
        "  if [ \"$command\" = \(group.name) ]; then",
        "    if [ \"$COMP_CWORD\" -eq 2 ]; then \(Self.bashWords(members.map(\.name))); return; fi",
        "    command=\"$command ${COMP_WORDS[2]}\"",
        "  fi",
      ]
    }
    lines.append("  case \"$command:$previous\" in")
    for command in commands {
      for option in command.options {
        guard let action = Self.bashValue(of: option) else { continue }
        lines.append("    \(Self.bashPatterns(command, option))) \(action); return ;;")
      }
    }
    lines += ["  esac", "  case \"$command:$current\" in"]
    for command in commands {
      lines.append("    \(Self.bashName(command)):-*) \(Self.bashWords(command.allOptions.map { "--" + $0.name })) ;;")
      if let operand = command.operand {
        lines.append("    \(Self.bashName(command)):*) \(Self.bashOperand(operand)) ;;")
      }
    }
    lines += [
      "    help:*) \(Self.bashWords(commandNames.map(\.name).filter { $0 != "help" })) ;;",
      "  esac", "}", "complete -F _lfsfetch lfsfetch",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private static func bashPatterns(_ command: CommandSpecification, _ option: OptionSpecification) -> String {
    let name = bashName(command)
    let long = "\(name):--\(option.name)"
    return option.short.map { long + "|\(name):-\($0)" } ?? long
  }

  /// As a pattern of `case`.
  private static func bashName(_ command: CommandSpecification) -> String {
    command.name.replacing(" ", with: "\\ ")
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
    case .models: "_lfsfetch_models"
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
