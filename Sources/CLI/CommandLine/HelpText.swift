/// Renders the help of the program and of each command from their specifications, to the width of the terminal.
struct HelpText {
  /// Lines are at most this wide; more than 80 columns are hard to read, under 40 nothing can be laid out.
  let width: Int

  init(width: Int) {
    self.width = min(max(width, 40), 80)
  }

  func program(_ commands: [CommandSpecification]) -> String {
    let rows = CommandGroup.rows(commands).map { ($0.name, $0.summary) } + [("help", "Print the help of a command")]
    var lines = wrap("Fetch model files out of Git LFS repositories, without git or git-lfs", indent: 0)
    lines += ["", "Usage: lfsfetch COMMAND [OPTION]… [NAME]…", "", "Commands:"]
    lines += columns(rows)
    lines += ["", "Options:"]
    lines += columns([OptionSpecification.help, .version].map { (optionLabel($0), $0.help) })
    lines += ["", "Exit status:"]
    lines += columns(ExitStatus.allCases.map { (String($0.rawValue), $0.meaning) })
    lines += [""] + wrap("`lfsfetch help COMMAND` tells more about a command.", indent: 0)
    return lines.joined(separator: "\n") + "\n"
  }

  /// The help of the program that is called as git-lfs.
  var programOfGitLFS: String {
    var lines = wrap("lfsfetch in the place of git-lfs: the parts of Git LFS that download", indent: 0)
    lines += ["", "Usage: git lfs COMMAND [OPTION]… [NAME]…", "", "Commands:"]
    lines += columns(
      GitLFSCommand.all.map { ($0.name, $0.specification.summary) } + [("help", "Print the help of a command")])
    lines += ["", "For these the real git-lfs is needed, and can be used in the same repository:"]
    lines += columns(ElsewhereCommand.all.map { ($0.name, $0.summary) })
    lines += ["", "Options:"]
    lines += columns([OptionSpecification.help, .shortVersion].map { (optionLabel($0), $0.help) })
    lines += [""] + wrap("`git lfs help COMMAND` tells more about a command.", indent: 0)
    return lines.joined(separator: "\n") + "\n"
  }

  func group(_ group: CommandGroup, _ commands: [CommandSpecification]) -> String {
    var lines = wrap(group.summary, indent: 0)
    lines += ["", "Usage: lfsfetch \(group.name) COMMAND [OPTION]…", "", "Commands:"]
    lines += columns(group.members(of: commands).map { ($0.name, $0.command.summary) })
    lines += [""] + wrap("`lfsfetch help \(group.name) COMMAND` tells more about a command.", indent: 0)
    return lines.joined(separator: "\n") + "\n"
  }

  func command(_ command: CommandSpecification) -> String {
    var lines = wrap(command.summary, indent: 0)
    lines += ["", "Usage: " + command.synopsis]
    for paragraph in command.description {
      lines += [""] + wrap(paragraph, indent: 0)
    }
    lines += ["", "Options:"]
    lines += columns(command.allOptions.map { (optionLabel($0), $0.help) })
    if !command.examples.isEmpty {
      lines += ["", "Examples:"]
      for example in command.examples {
        lines += ["  " + example.line] + wrap(example.meaning, indent: 6)
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Options without a short name stand under the long names of the others.
  private func optionLabel(_ option: OptionSpecification) -> String {
    (option.short == nil ? "    " : "") + option.spelling
  }

  /// A label a row and its text beside it; where there is no room beside it, beneath it.
  private func columns(_ rows: [(label: String, text: String)]) -> [String] {
    let labelWidth = rows.map(\.label.count).max() ?? 0
    let indent = 2 + labelWidth + 2
    guard width - indent >= 30 else {
      return rows.flatMap { ["  " + $0.label] + wrap($0.text, indent: 8) }
    }
    return rows.flatMap { row in
      var lines = wrap(row.text, indent: indent)
      let label = "  " + row.label + String(repeating: " ", count: indent - 2 - row.label.count)
      lines[0] = label + lines[0].dropFirst(indent)
      return lines
    }
  }

  private func wrap(_ text: String, indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, indent + line.count + 1 + word.count > width {
        lines.append(margin + line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + [margin + line]
  }
}
