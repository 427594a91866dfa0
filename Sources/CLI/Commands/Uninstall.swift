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
    let scope = try Install.scope(arguments)
    do throws(FetchError) {
      let installation = try FilterInstallation(scope)
      try installation.uninstall()
      if console.program != .gitLFS {
        console.errors.writeLine("git no longer uses a filter for LFS files, by `\(installation.path)`")
        return .done
      }
    } catch {
      // git-lfs says it on stdout, and goes on with the hooks.
      guard console.program == .gitLFS, !error.isAboutThePlace, let words = error.wordsOfGitLFS else { throw error }
      console.output.writeLine("warning: \(words)")
    }
    if Install.hasHooks(arguments) { _ = try await GitLFSCommand.uninstallHooks(arguments, console) }
    switch scope {
    case .global: console.output.writeLine("Global Git LFS configuration has been removed.")
    case .system: console.output.writeLine("System Git LFS configuration has been removed.")
    case .local, .worktree: break
    }
    return .done
  }
}
