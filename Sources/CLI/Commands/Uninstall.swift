import LFSFetch

/// `lfsfetch uninstall`: takes back what `install` did.
enum Uninstall {
  static let specification = CommandSpecification(
    name: "uninstall",
    summary: "Take the filters out of git's configuration",
    description: [
      "Removes `filter.lfs.*` from the user's configuration, or the one that an option names. Repositories stay as they "
        + "are."
    ],
    options: [.global, .local, .system, .worktree, .skipRepo])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let installation = try FilterInstallation(try Install.scope(arguments))
    try installation.uninstall()
    if console.program == .gitLFS {
      let scope = try Install.scope(arguments) == .global ? "Global" : "Local"
      console.output.writeLine("\(scope) Git LFS configuration has been removed.")
    } else {
      console.errors.writeLine("git no longer uses a filter for LFS files, by `\(installation.path)`")
    }
    return .done
  }
}
