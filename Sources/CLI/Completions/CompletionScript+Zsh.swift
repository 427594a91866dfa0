extension CompletionScript {
  /// Serves as a file of `fpath` and to be sourced.
  var zsh: String {
    var lines = [
      "#compdef lfsfetch",
      "# zsh completion of lfsfetch, made by `lfsfetch completions zsh`",
      "_lfsfetch_models() {",
      "  local -a names",
      "  names=(${(f)\"$(\(Self.modelsCommand))\"})",
      "  compadd -a names",
      "}",
      "_lfsfetch() {",
      "  local -a commands",
      "  commands=(",
    ]
    lines += commandNames.map { "    " + Self.quoted($0.name + ":" + $0.summary) }
    lines += [
      "  )",
      "  if (( CURRENT == 2 )); then",
      "    _describe command commands",
      "    compadd -- --help --version",
      "    return",
      "  fi",
      "  local command=$words[2]",
      "  shift words",
      "  (( CURRENT-- ))",
    ]
    for (group, members) in groups {
      lines += [
        "  if [[ $command == \(group.name) ]]; then",
        "    if (( CURRENT == 2 )); then compadd -- \(members.map(\.name).joined(separator: " ")); return; fi",
        "    command=\"$command $words[2]\"",
        "    shift words",
        "    (( CURRENT-- ))",
        "  fi",
      ]
    }
    lines.append("  case $command in")
    for command in commands {
      let specifications = command.allOptions.flatMap(Self.zshSpecifications) + Self.zshOperands(command)
      lines.append("    \(command.name.replacing(" ", with: "\\ "))) _arguments -s \\")
      lines.append(specifications.map { "      " + Self.quoted($0) }.joined(separator: " \\\n") + " ;;")
    }
    lines += [
      "    help) compadd -- \(commandNames.map(\.name).filter { $0 != "help" }.joined(separator: " ")) ;;",
      "  esac", "}",
      "if [[ $funcstack[1] == _lfsfetch ]]; then _lfsfetch \"$@\"; else compdef _lfsfetch lfsfetch; fi",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  /// One for the long name, and one for the short name where there is one.
  private static func zshSpecifications(_ option: OptionSpecification) -> [String] {
    let help = "[" + brief(option) + "]"
    let names = ["--" + option.name] + (option.short.map { ["-\($0)"] } ?? [])
    let exclusion = option.isRepeatable ? "*" : names.count > 1 ? "(" + names.joined(separator: " ") + ")" : ""
    return names.map { name in
      // `=` takes the value with an equals sign or as the next word, `+` the same for a short name.
      let joint = option.placeholder == nil ? "" : name.hasPrefix("--") ? "=" : "+"
      let value = option.placeholder.map { ":\($0):" + zshAction(option) } ?? ""
      return exclusion + name + joint + help + value
    }
  }

  private static func zshAction(_ option: OptionSpecification) -> String {
    switch option.kind {
    case .flag, .text, .number: ""
    case .choice(_, let words): "(" + words.joined(separator: " ") + ")"
    case .file: "_files"
    case .folder: "_files -/"
    }
  }

  private static func zshOperands(_ command: CommandSpecification) -> [String] {
    guard let operand = command.operand else { return [] }
    let repetition = [.one, .zeroOrOne].contains(operand.count) ? "" : "*"
    let action =
      switch operand.candidates {
      case .models: "_lfsfetch_models"
      case .words(let words): "(\(words.joined(separator: " ")))"
      case .paths: "_files"
      case .none: " "
      }
    let leading = operand.leading.map { [":\($0):\(action)"] } ?? []
    return leading + ["\(repetition):\(operand.placeholder):\(action)"]
  }
}
