import LFSFetch

/// `lfsfetch hooks`: installs lfsfetch's hooks in a repository, takes them away, or tells which are there.
enum Hooks {
  private enum Verb: String, CaseIterable { case install, uninstall, status }

  static let specification = CommandSpecification(
    name: "hooks",
    summary: "Install lfsfetch's git hooks in a repository, or take them away",
    description: [
      "VERB is `install`, `uninstall` or `status`. The hooks run `lfsfetch hook`: `post-checkout`, `post-merge` and "
        + "`post-rewrite` fetch the content of LFS files, `pre-commit` and `pre-push` refuse what would break for others. "
        + "In a bare repository it is `post-receive`, which fetches what was pushed to it.",
      "A hook that is there already is kept, and runs first. `uninstall` puts it back as it was. `core.hooksPath` is "
        + "obeyed, but nothing is changed in a folder that other repositories use, too.",
    ],
    operand: .init(placeholder: "VERB", count: .one, candidates: .words(Verb.allCases.map(\.rawValue))),
    options: [.onlyHooks],
    examples: [
      .init(line: "lfsfetch hooks install", meaning: "All hooks that are of use in this repository."),
      .init(line: "lfsfetch hooks install --only pre-commit pre-push", meaning: "Those that refuse, and no others."),
      .init(line: "lfsfetch hooks status", meaning: "A line for each hook."),
    ])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let folder = try HookFolder.ofWorkingDirectory()
    let chosen = arguments.values(of: .onlyHooks).compactMap(HookName.init)
    let names = HookName.allCases.filter { chosen.isEmpty || chosen.contains($0) }
    switch Verb(rawValue: arguments.operands[0]) {
    case .install:
      try install(chosen.isEmpty ? HookName.all(isBare: folder.isBare) : names, in: folder, console)
    case .uninstall: try uninstall(names, in: folder, console)
    case .status, nil: try tell(names, of: folder, console)
    }
    return .done
  }

  private static func install(_ names: [HookName], in folder: HookFolder, _ console: Console) throws(FetchError) {
    var installed: [String] = []
    for name in names {
      let state = try folder.install(name, program: ProgramFile.command)
      if state == .called {
        console.warn("`\(name.rawValue)` is a hook of yours that runs lfsfetch itself; it stays as it is")
      } else {
        installed.append(
          "`\(name.rawValue)`" + (state == .installedAfterFormer ? " (after the one that was there)" : ""))
      }
    }
    if !installed.isEmpty {
      console.say("git runs lfsfetch in its hooks \(installed.joined(separator: ", ")), by `\(folder.path)`")
    }
    if folder.isInWorkTree {
      console.warn("`\(folder.path)` is in the work tree, so the hooks can be committed, and others get them")
    }
  }

  private static func uninstall(_ names: [HookName], in folder: HookFolder, _ console: Console) throws(FetchError) {
    for name in names where try folder.uninstall(name) == .called {
      console.warn("`\(name.rawValue)` is a hook of yours that runs lfsfetch; it stays as it is")
    }
    console.say("git no longer runs lfsfetch in its hooks, by `\(folder.path)`")
  }

  private static func tell(_ names: [HookName], of folder: HookFolder, _ console: Console) throws(FetchError) {
    if let obstacle = folder.obstacle { console.warn(obstacle) }
    var table = Table(heading: ["HOOK", "STATE"])
    for name in names { table.rows.append([name.rawValue, words(try folder.state(of: name))]) }
    console.output.write(table.text)
  }

  private static func words(_ state: HookFolder.State) -> String {
    switch state {
    case .installed: "installed"
    case .installedAfterFormer: "installed, after the hook that was there"
    case .notExecutable: "installed, but may not be run"
    case .absent: "not installed"
    case .foreign: "not installed; another hook is there"
    case .called: "run by another hook"
    }
  }
}
