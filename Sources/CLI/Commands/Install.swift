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
    options: [.global, .local, .system, .worktree, .skipSmudge, .force, .asGitLFS, .skipRepo, .manual],
    examples: [
      .init(line: "lfsfetch install", meaning: "For all repositories of the user."),
      .init(line: "lfsfetch install --local --skip-smudge", meaning: "For this one, and download only on demand."),
    ])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let scope = try scope(arguments)
    var program = console.program == .gitLFS ? "git-lfs" : ProgramFile.command
    if arguments.has(.asGitLFS) {
      program = try ProgramFile.linkAsGitLFS(isForced: arguments.has(.force))
    }
    let installation: FilterInstallation
    do throws(FetchError) {
      installation = try FilterInstallation(scope)
      try installation.install(
        program: program, skipsSmudging: arguments.has(.skipSmudge), isForced: arguments.has(.force))
    } catch {
      guard console.program == .gitLFS, !error.isAboutThePlace, let words = error.wordsOfGitLFS else { throw error }
      // git-lfs says it on stdout.
      console.output.writeLine("warning: \(words)\nRun `git lfs install --force` to reset Git configuration.")
      return .failed
    }
    guard console.program == .gitLFS else {
      console.errors.writeLine("git uses lfsfetch for LFS files, by `\(installation.path)`")
      return .done
    }
    if hasHooks(arguments) { _ = try await GitLFSCommand.update(arguments, console) }
    console.output.writeLine("Git LFS initialized.")
    return .done
  }

  /// Whether git-lfs's hooks are meant, too.
  static func hasHooks(_ arguments: Arguments) -> Bool {
    guard !arguments.has(.skipRepo) else { return false }
    return arguments.has(.local) || arguments.has(.worktree) || LFSRepository.isHere
  }

  /// The configuration that the options name.
  static func scope(_ arguments: Arguments) throws(FetchError) -> FilterInstallation.Scope {
    let choices: [(OptionSpecification, FilterInstallation.Scope)] = [
      (.global, .global), (.local, .local), (.worktree, .worktree), (.system, .system),
    ]
    let chosen = choices.filter { arguments.has($0.0) }
    if chosen.count > 1 {
      let (first, second) = (chosen[0].0.name, chosen[1].0.name)
      throw FetchError(.usage, "`--\(first)` and `--\(second)` exclude each other")
        .inGitLFS("Only one of --\(first) and --\(second) options can be specified.")
    }
    return chosen.first?.1 ?? .global
  }
}
