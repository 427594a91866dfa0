import LFSFetch

/// `lfsfetch version`: the version, in git-lfs's form.
enum Version {
  static let specification = CommandSpecification(
    name: "version",
    summary: "Print the version, as `git lfs version` does",
    description: [
      "Prints `git-lfs/` with the version of git-lfs that lfsfetch stands in for, and, in brackets, its own. "
        + "`lfsfetch --version` prints the latter alone."
    ])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    console.output.writeLine(text)
    return .done
  }

  /// Scripts look for the number after `git-lfs/`.
  static var text: String { "git-lfs/3.3.0 (lfsfetch \(Fetcher.version))" }
}
