import LFSFetch

/// `lfsfetch install`: tells git to run the filters.
enum Install {
  static let specification = CommandSpecification(
    name: "install",
    summary: "Make git use lfsfetch for LFS files",
    description: [
      "Writes `filter.lfs.*` into git's configuration, the user's unless an option says otherwise. From then on "
        + "`git clone`, `git checkout` and the like fetch the content of LFS files with lfsfetch, all files of a "
        + "checkout together, and `git add` makes pointers. Hooks are installed by `lfsfetch hooks`.",
      "With `--as-git-lfs` the program can also be called as `git lfs pull`, `git lfs ls-files` and so on, and answers "
        + "as git-lfs does.",
    ],
    options: [.global, .local, .system, .worktree, .skipSmudge, .force, .asGitLFS, .skipRepo],
    examples: [
      .init(line: "lfsfetch install", meaning: "For all repositories of the user."),
      .init(line: "lfsfetch install --local --skip-smudge", meaning: "For this one, and download only on demand."),
    ])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let installation = try FilterInstallation(try scope(arguments))
    var program = console.program == .gitLFS ? "git-lfs" : ProgramFile.command
    if arguments.has(.asGitLFS) {
      program = try ProgramFile.linkAsGitLFS(isForced: arguments.has(.force))
    }
    try installation.install(
      program: program, skipsSmudging: arguments.has(.skipSmudge), isForced: arguments.has(.force))
    if console.program == .gitLFS {
      console.output.writeLine("Git LFS initialized.")
    } else {
      console.errors.writeLine("git uses lfsfetch for LFS files, by `\(installation.path)`")
    }
    return .done
  }

  /// The configuration that the options name.
  static func scope(_ arguments: Arguments) throws(FetchError) -> FilterInstallation.Scope {
    let choices: [(OptionSpecification, FilterInstallation.Scope)] = [
      (.global, .global), (.local, .local), (.system, .system), (.worktree, .worktree),
    ]
    let chosen = choices.filter { arguments.has($0.0) }
    if chosen.count > 1 {
      throw FetchError(.usage, "`--\(chosen[0].0.name)` and `--\(chosen[1].0.name)` exclude each other")
    }
    return chosen.first?.1 ?? .global
  }
}
