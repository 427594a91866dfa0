import LFSFetch

/// The commands that there are when the program is called as git-lfs: those that are the same under both names, and
/// those that are there, or are others, under that name only. Their names may be two words.
enum GitLFSCommand {
  /// In the order of the help.
  static let all: [Command] = (same + own + GitLFSHookCommand.all).sorted { $0.name < $1.name }

  private static let own: [Command] = [
    Command(specification: GitLFSClone.specification, run: GitLFSClone.run),
    Command(specification: installSpecification, run: Install.run),
    Command(specification: uninstallSpecification, run: Uninstall.run),
    Command(specification: updateSpecification, run: update),
    Command(specification: hooks("install"), run: installHooks),
    Command(specification: hooks("uninstall"), run: uninstallHooks),
    Command(specification: extensions("ext list"), run: listExtensions),
    Command(specification: extensions("ext"), run: listExtensions),
    Command(specification: untrackSpecification, run: untrack),
  ]

  private static let same: [Command] = {
    let names = [
      "checkout", "clean", "env", "fetch", "filter-process", "fsck", "ls-files", "pointer", "prune", "pull", "smudge",
      "status", "track", "version",
    ]
    let mentioned = names + own.map(\.name)
    return Command.all.filter { names.contains($0.name) }.map {
      Command(specification: $0.specification.ofGitLFS(among: mentioned), run: $0.run)
    }
  }()

  /// The command with which the words begin, and the words behind its name.
  static func find(_ words: [String]) -> (command: Command, rest: [String])? {
    for command in all.sorted(by: { $0.name.count > $1.name.count }) {
      let name = command.name.split(separator: " ").map(String.init)
      if words.starts(with: name) { return (command, Array(words.dropFirst(name.count))) }
    }
    return nil
  }

  // MARK: Filters and hooks

  private static let installSpecification = CommandSpecification(
    name: "install", summary: "Make git use git-lfs's filters and hooks",
    description: [
      "Writes `filter.lfs.*` into git's configuration, the user's unless an option says otherwise, and, in a "
        + "repository, the hooks that `git lfs update` writes. `git-lfs` is this program, as long as it is the first of "
        + "that name in the PATH."
    ],
    options: [.global, .local, .system, .worktree, .skipSmudge, .force, .skipRepo, .manual].map {
      $0 == .skipSmudge ? $0.helping("Leave pointers in the work tree until `git lfs pull` is run") : $0
    }, program: "git lfs")

  private static let uninstallSpecification = CommandSpecification(
    name: "uninstall", summary: "Take git-lfs's filters and hooks away",
    description: [
      "Removes `filter.lfs.*` from the user's configuration, or the one that an option names, and, in a repository, "
        + "git-lfs's hooks."
    ],
    options: Uninstall.specification.options, program: "git lfs")

  private static let updateSpecification = CommandSpecification(
    name: "update", summary: "Install git-lfs's hooks in this repository",
    description: [
      "Writes the hooks `pre-push`, `post-checkout`, `post-commit` and `post-merge`, as git-lfs does. A hook that is "
        + "there already stays."
    ],
    options: [.force, .manual], program: "git lfs")

  private static func hooks(_ verb: String) -> CommandSpecification {
    CommandSpecification(
      name: verb + " hooks", summary: "What `\(verb)` does with the hooks, and nothing else", description: [],
      options: [.force], program: "git lfs")
  }

  static func update(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let hooks = try GitLFSHooks()
    guard arguments.has(.manual) else { return try await installHooks(arguments, console) }
    guard !arguments.has(.force) else {
      throw FetchError(.usage, "`--force` and `--manual` exclude each other")
        .inGitLFS("You cannot use --force and --manual options together")
    }
    console.output.writeLine(hooks.instructions)
    return .done
  }

  static func installHooks(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    try GitLFSHooks().install(isForced: arguments.has(.force))
    console.output.writeLine("Updated Git hooks.")
    return .done
  }

  static func uninstallHooks(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    try GitLFSHooks().uninstall()
    console.output.writeLine("Hooks for this repository have been removed.")
    return .done
  }

  // MARK: Patterns

  private static let untrackSpecification = CommandSpecification(
    name: "untrack", summary: Untrack.specification.summary, description: Untrack.specification.description,
    operand: .init(placeholder: "PATTERN", count: .zeroOrMore, candidates: .paths),
    options: Untrack.specification.options, program: "git lfs")

  /// Without patterns git-lfs tells how it is called, which is no failure: a list in a script may be empty.
  private static func untrack(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    guard arguments.operands.isEmpty else { return try await Untrack.run(arguments, console) }
    console.output.writeLine("git lfs untrack <path> [path]*")
    return .done
  }

  // MARK: Extensions

  private static func extensions(_ name: String) -> CommandSpecification {
    CommandSpecification(
      name: name, summary: "List the LFS extensions of the configuration", description: [],
      operand: .init(placeholder: "NAME", count: .zeroOrMore, candidates: .none), program: "git lfs")
  }

  private static func listExtensions(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus
  {
    let all = try await LFSEnvironment.current(FetcherConfiguration(arguments)).extensions
    let named = arguments.operands.compactMap { name in all.first { $0.name == name } }
    for found in arguments.operands.isEmpty ? all : named {
      console.printPath(
        """
        Extension: \(found.name)
            clean = \(found.clean)
            smudge = \(found.smudge)
            priority = \(found.priority)
        """)
    }
    return .done
  }
}

extension OptionSpecification {
  static let manual = OptionSpecification(
    name: "manual", short: "m", kind: .flag, help: "Only tell how git-lfs's hooks are made by hand")
}
