import LFSFetch

/// `lfsfetch checkout`: puts content that is on this machine in the place of pointers.
enum Checkout {
  static let specification = CommandSpecification(
    name: "checkout",
    summary: "Put content that is here in the place of pointers",
    description: [
      "Writes the content of every LFS file that is missing in the work tree or holds nothing but its pointer, as far "
        + "as its object is on this machine; nothing is downloaded. PATH is a path or a pattern, seen from the working "
        + "directory. What you have changed is left alone.",
      "With `--to`, one side of a conflict is written into another file: of PATH, `--base`, `--ours` or `--theirs`.",
    ],
    operand: .init(placeholder: "PATH", count: .zeroOrMore, candidates: .paths),
    options: [.toFile, .base, .ours, .theirs, .cache],
    examples: [
      .init(line: "lfsfetch checkout weights", meaning: "The files of a folder."),
      .init(line: "lfsfetch checkout --to mine.bin --ours model.bin", meaning: "One side of a conflict."),
    ])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let sides: [(OptionSpecification, ConflictSide)] = [(.base, .base), (.ours, .ours), (.theirs, .theirs)]
    let chosen = sides.filter { arguments.has($0.0) }
    let target = arguments.value(of: .toFile)
    if let words = mistake(chosen.count, hasTarget: target != nil, operands: arguments.operands.count) {
      throw FetchError(.usage, "`--to FILE` needs one PATH, and one of `--base`, `--ours` and `--theirs`")
        .inGitLFS(words)
    }
    let repository = try await LFSRepository(
      FetcherConfiguration(arguments).asking(on: console),
      progress: { if case .warning(let message) = $0 { console.warn(message) } })
    if console.program == .gitLFS, !repository.settings.hasFilter {
      console.output.writeLine("Cannot checkout LFS objects, Git LFS is not installed.")
      return .done
    }
    if repository.layout.workTree == nil {
      // git-lfs says so, too, and takes it for no failure.
      guard console.program == .gitLFS else { throw .noWorkTree("the repository is bare") }
      console.output.writeLine(FetchError.needsWorkTree)
      return .done
    }
    if let target, let (_, side) = chosen.first {
      try await repository.checkOut(side, of: arguments.operands[0], to: target)
      return .done
    }
    let report = try await repository.checkOut(
      try repository.selection(fromWorkingDirectory: arguments.operands), restoresPointers: true,
      fillsUncovered: console.program == .gitLFS)
    let status = tell(report, console)
    if console.program == .gitLFS {
      for file in report.missing {
        console.say("Skipped checkout for \"\(file.name)\", content not local. Use fetch to download.")
      }
    } else if !report.missing.isEmpty {
      let files = report.missing.count == 1 ? "1 file" : "\(report.missing.count) files"
      console.warn("the content of \(files) is not on this machine; `lfsfetch pull` downloads it")
    }
    if console.program == .gitLFS, report.written > 0 {
      GitLFSMeter.tell("Checking out", report.considered, of: report.considered, console)
    }
    return status
  }

  /// Says what was not written. git-lfs takes it for no failure where something of the user's is in the way.
  static func tell(_ report: LFSRepository.CheckoutReport, _ console: Console) -> ExitStatus {
    for failure in report.failures + report.obstructed { console.report(failure) }
    warn(ofUncovered: report, console)
    let isWhole = report.failures.isEmpty && (report.obstructed.isEmpty || console.program == .gitLFS)
    return isWhole ? .done : .failed
  }

  /// Names the pointers that stay in the place of content.
  private static func warn(ofUncovered report: LFSRepository.CheckoutReport, _ console: Console) {
    let names = report.uncovered.map(\.name)
    guard !names.isEmpty else { return }
    let (are, stay) = names.count == 1 ? ("is a pointer", "it stays one") : ("are pointers", "they stay such")
    console.warn(
      "\(NameList.text(names)) \(are) that no `filter=lfs` attribute covers, so \(stay); "
        + "`lfsfetch track` gives files that attribute")
  }

  /// What is wrong with the options of `--to`, in git-lfs's words; nil where nothing is.
  private static func mistake(_ sides: Int, hasTarget: Bool, operands: Int) -> String? {
    if sides > 1 { return "Error parsing args: at most one of --base, --theirs, and --ours is allowed" }
    if hasTarget != (sides == 1) {
      return "--to and exactly one of --theirs, --ours, and --base must be used together"
    }
    return hasTarget && operands != 1 ? "--to requires exactly one Git LFS object file path" : nil
  }
}
