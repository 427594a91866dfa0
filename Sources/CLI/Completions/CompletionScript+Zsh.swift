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
      "  case $command in",
    ]
    for command in commands {
      let specifications = command.allOptions.flatMap(Self.zshSpecifications) + Self.zshOperands(command)
      lines.append("    \(command.name)) _arguments -s \\")
      lines.append(specifications.map { "      " + Self.quoted($0) }.joined(separator: " \\\n") + " ;;")
    }
    lines += [
      "    help) compadd -- \(commands.map(\.name).joined(separator: " ")) ;;",
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
    let repetition = operand.count == .one ? "" : "*"
    switch operand.candidates {
    case .models: return ["\(repetition):\(operand.placeholder):_lfsfetch_models"]
    case .words(let words): return ["\(repetition):\(operand.placeholder):(\(words.joined(separator: " ")))"]
    case .paths: return ["\(repetition):\(operand.placeholder):_files"]
    case .none: return ["\(repetition):\(operand.placeholder): "]
    }
  }
}
