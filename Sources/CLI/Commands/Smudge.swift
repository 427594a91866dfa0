import LFSFetch

/// `lfsfetch smudge`: git's filter for files that are checked out.
enum Smudge {
  static let specification = CommandSpecification(
    name: "smudge",
    summary: "Turn a pointer into content; git runs it when files are checked out",
    description: [
      "Reads a pointer from standard input and writes the content to standard output; what is not on this machine is "
        + "downloaded. What is no pointer, and files that `lfs.fetchinclude` and `lfs.fetchexclude` leave out, pass as "
        + "they are. `lfsfetch install` tells git to run it."
    ],
    operand: .init(placeholder: "PATH", count: .zeroOrMore, candidates: .paths),
    options: [.skip, .cache])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let repository = try await LFSRepository(FetcherConfiguration(arguments))
    if console.program == .gitLFS { repository.setUpForGitLFS() }
    try await repository.smudge(path: arguments.firstOperandBytes, skips: arguments.has(.skip))
    return .done
  }
}
