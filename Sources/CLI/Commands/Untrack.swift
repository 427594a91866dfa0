import LFSFetch

/// `lfsfetch untrack`: takes patterns from LFS.
enum Untrack {
  static let specification = CommandSpecification(
    name: "untrack",
    summary: "Take patterns from LFS",
    description: [
      "Removes each PATTERN from the `.gitattributes` of the working directory, and makes git look again at files that "
        + "fit. Commits stay as they are."
    ],
    operand: .init(placeholder: "PATTERN", count: .oneOrMore, candidates: .paths),
    options: [.cache])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let repository = try await LFSRepository(FetcherConfiguration(arguments))
    var attributes = try repository.readAttributes()
    if console.program == .gitLFS { repository.setUpForGitLFS() }
    var touched: [[UInt8]] = []
    for pattern in arguments.operands where attributes.untrack(AttributesFile.written(pattern, isName: false)) {
      console.printPath("Untracking \"\(pattern)\"")
      touched += try await repository.knownFiles(fitting: pattern)
    }
    guard attributes != (try repository.readAttributes()) else { return .done }
    try repository.write(attributes)
    try repository.touch(touched)
    return .done
  }
}
