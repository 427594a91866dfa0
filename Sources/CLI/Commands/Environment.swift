import LFSFetch

/// `lfsfetch env`: where everything is, and how it is configured.
enum Environment {
  static let specification = CommandSpecification(
    name: "env",
    summary: "Print how LFS is configured here",
    description: [
      "Prints the version, the LFS servers of the remotes, the folders and settings of the repository, the variables "
        + "`GIT_…` of the environment, and the filters, in the lines that `git lfs env` has."
    ],
    options: [.cache])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let environment = try await LFSEnvironment.current(FetcherConfiguration(arguments))
    for warning in environment.warnings { console.errors.writeLine(warning) }
    console.output.writeLine(Version.text + "\n")
    for line in environment.lines { console.printPath(line) }
    return .done
  }
}
