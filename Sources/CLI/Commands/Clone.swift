import LFSFetch
import Text

/// `lfsfetch clone URL[@REV] [DIR]`: makes a git working copy that holds only what was selected.
enum Clone {
  static let specification = CommandSpecification(
    name: "clone",
    summary: "Make a git working copy with only the files that are wanted",
    description: [
      "URL is that of a git repository, with `@REV` for another branch, tag or commit than its default; a model of the "
        + "registry is cloned with the files that the registry lists. DIR is a new or an empty folder; without it, one "
        + "that is named after the repository. Its path is printed on stdout.",
      "The clone is one that git works with: shallow unless `--depth` or `--full` says otherwise, with a sparse work "
        + "tree where `--include` or `--exclude` select files, and git fetches what it lacks when it is asked for it. "
        + "`lfsfetch add` and `lfsfetch drop` change the selection.",
    ],
    operand: .init(placeholder: "URL", count: .one, candidates: .models, second: "DIR"),
    options: [
      .cloneInclude, .cloneExclude, .depth, .full, .noLFS, .bare, .recurseSubmodules, .jobs, .connections,
      .connectionsPerHost, .limitRate,
      .window, .retries, .timeout, .registry, .cache, .quiet,
    ],
    examples: [
      .init(
        line: "lfsfetch clone https://example.com/org/model --include 'weights/*.bin'",
        meaning: "Clone some files of a repository into the folder `model`."),
      .init(
        line: "lfsfetch clone --full https://example.com/org/model@v1.0 old", meaning: "Clone a tag, with all history."),
    ])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let request = try request(arguments)
    let configuration = try FetcherConfiguration(arguments).asking(on: console)
    return try await WorkingCopyRun(arguments, console).run(configuration) { fetcher throws(FetchError) in
      let clone = try await fetcher.clone(request)
      return {
        if let emptiness = clone.emptiness { console.warn(words(for: emptiness)) }
        console.printPath(clone.path)
      }
    }
  }

  private static func words(for emptiness: ClonedRepository.Emptiness) -> String {
    switch emptiness {
    case .emptyRepository: return "the repository is empty, and so is its clone"
    case .noSuchBranch(let name, let others):
      let branches = others.prefix(5).map { "`\($0.escapingControls)`" }.joined(separator: ", ")
      return "no files were put in place: the repository's HEAD names the branch `\(name.escapingControls)`, which it "
        + "does not have" + (others.isEmpty ? "" : "; it has \(branches)\(others.count > 5 ? ", …" : "")")
    }
  }

  private static func request(_ arguments: Arguments) throws(FetchError) -> CloneRequest {
    if arguments.has(.full), arguments.has(.depth) {
      throw FetchError(.usage, "`--full` and `--depth` exclude each other")
    }
    if arguments.has(.bare), arguments.has(.recurseSubmodules) {
      throw FetchError(.usage, "`--bare` and `--recurse-submodules` exclude each other")
    }
    var repository = try ModelRequest(arguments.operands[0])
    repository.include += arguments.values(of: .cloneInclude)
    repository.exclude += arguments.values(of: .cloneExclude)
    var request = CloneRequest(repository)
    request.folder = arguments.operands.dropFirst().first
    if arguments.has(.full) { request.depth = .full }
    if let depth = arguments.number(of: .depth) { request.depth = .commits(depth) }
    request.leavesPointers = arguments.has(.noLFS)
    request.isBare = arguments.has(.bare)
    request.recursesIntoSubmodules = arguments.has(.recurseSubmodules)
    return request
  }
}
