import LFSFetch

/// `lfsfetch pull`: brings the LFS objects of the commit that is checked out, and their content into the work tree.
enum Pull {
  static let specification = CommandSpecification(
    name: "pull",
    summary: "Download what the work tree needs, and put it in place",
    description: [
      "Fetches the LFS objects of the commit that is checked out, and writes the content of every file that is missing "
        + "or holds nothing but its pointer. What you have changed is left alone, and so is what a sparse checkout "
        + "leaves out. `git status` is clean afterwards, without reading the files again. In a bare repository the "
        + "objects are fetched only."
    ],
    operand: .init(placeholder: "REMOTE", count: .zeroOrMore, candidates: .none),
    options: [.lfsInclude, .lfsExclude, .quiet, .cache],
    examples: [
      .init(line: "lfsfetch pull", meaning: "Everything."),
      .init(line: "lfsfetch pull --include='*.safetensors'", meaning: "Only some files."),
    ])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    // git-lfs takes further words, and does nothing with them.
    guard arguments.operands.count < 2 || console.program == .gitLFS else {
      throw FetchError(.usage, "`lfsfetch pull` takes one REMOTE, but got \(arguments.operands.count)")
    }
    let obtaining = try await Obtaining(arguments, console)
    let repository = obtaining.repository
    let remote = try repository.remote(named: arguments.operands.first)
    var scope = FetchScope(arguments)
    scope.isForWorkTree = true
    let files = try await repository.files(in: scope, remote: remote)
    let obtained = try await obtaining.obtain(files, from: remote, reference: repository.defaultReference)
    let status = obtaining.report(obtained, of: files)
    if status == .interrupted { return status }
    if status != .done, console.program == .gitLFS {
      console.say("Failed to fetch some objects from '\(repository.server(of: remote))'")
    }
    let selection = repository.settings.selection(
      include: arguments.value(of: .lfsInclude), exclude: arguments.value(of: .lfsExclude))
    if console.program == .gitLFS, !repository.settings.hasFilter {
      console.output.writeLine(
        "Skipping object checkout, Git LFS is not installed for this repository.\n"
          + "Consider installing it with 'git lfs install'.")
      return status
    }
    let report = try await repository.checkOut(
      selection, restoresPointers: false, fillsUncovered: console.program == .gitLFS)
    let filled = Checkout.tell(report, console)
    return filled == .done ? status : filled
  }
}
