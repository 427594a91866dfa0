import LFSFetch

/// `lfsfetch clean`: git's filter for files that are added.
enum Clean {
  static let specification = CommandSpecification(
    name: "clean",
    summary: "Turn content into a pointer; git runs it when files are added",
    description: [
      "Reads the content of a file from standard input, keeps it in the repository's `.git/lfs/objects`, and writes its "
        + "pointer to standard output. `lfsfetch install` tells git to run it."
    ],
    operand: .init(placeholder: "PATH", count: .zeroOrMore, candidates: .paths),
    options: [.cache])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let repository = try await LFSRepository(FetcherConfiguration(arguments))
    if console.program == .gitLFS { repository.setUpForGitLFS() }
    try await repository.clean(path: arguments.firstOperandBytes)
    return .done
  }
}
