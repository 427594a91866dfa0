import LFSFetch

/// `lfsfetch filter-process`: git's filter for many files at once.
enum Filter {
  static let specification = CommandSpecification(
    name: "filter-process",
    summary: "Turn pointers into content and back for many files; git runs it",
    description: [
      "Talks with git by its filter protocol, version 2, on standard input and output. What a checkout needs and is not "
        + "on this machine is downloaded all together, while git goes on. `lfsfetch install` tells git to run it."
    ],
    options: [.skip, .cache])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    try await FilterProcess.run(
      FetcherConfiguration(arguments), skips: arguments.has(.skip), setsUpForGitLFS: console.program == .gitLFS,
      progress: { if case .warning(let message) = $0 { console.warn(message) } }, report: console.report)
    return .done
  }
}
