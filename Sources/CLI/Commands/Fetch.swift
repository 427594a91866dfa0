import LFSFetch

/// `lfsfetch fetch`: brings LFS objects into the repository, and leaves the work tree as it is.
enum Fetch {
  static let specification = CommandSpecification(
    name: "fetch",
    summary: "Download the LFS objects of references into the repository",
    description: [
      "REMOTE is the remote to ask; without it the branch's own, `remote.lfsdefault`, the only one, or `origin`. The "
        + "words after it are the references whose files are wanted; without them it is the commit that is checked out. "
        + "The work tree stays as it is: see `lfsfetch pull` and `lfsfetch checkout`.",
      "With `--dry-run` each object that would be downloaded is a line on stdout, and with `--json` an object of the "
        + "list `transfers`.",
    ],
    operand: .init(placeholder: "REMOTE", count: .zeroOrMore, candidates: .none),
    options: [
      .lfsInclude, .lfsExclude, .allHistory, .recent, .pruneAfterwards, .standardInputReferences, .lfsDryRun,
      .scopeJSON, .quiet, .cache,
    ],
    examples: [
      .init(line: "lfsfetch fetch", meaning: "The objects of the commit that is checked out."),
      .init(line: "lfsfetch fetch origin main v1.0", meaning: "Those of a branch and of a tag."),
      .init(line: "lfsfetch fetch --all", meaning: "Everything, for a mirror or a backup."),
    ])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let obtaining = try await Obtaining(arguments, console)
    let repository = obtaining.repository
    let remote = try repository.remote(named: arguments.operands.first)
    var scope = FetchScope(arguments)
    scope.references = Array(arguments.operands.dropFirst())
    if arguments.has(.standardInputReferences) { scope.references += StandardInput.lines() }
    let files = try await repository.files(in: scope, remote: remote)
    if console.program == .gitLFS, !arguments.has(.scopeJSON) {
      try await GitLFSAnnouncement.tell(scope, files, of: repository, console)
    }
    let missing = try repository.notHere(files)
    guard !arguments.has(.lfsDryRun) else {
      if arguments.has(.scopeJSON) {
        console.output.writeLine(obtaining.json(missing))
      } else {
        for file in missing { console.printPath("fetch \(file.pointer.oid) => \(file.name)") }
      }
      return .done
    }
    let reference = scope.references.count == 1 ? scope.references[0] : repository.defaultReference
    let obtained = try await obtaining.obtain(files, from: remote, reference: reference)
    if arguments.has(.scopeJSON) {
      console.output.writeLine(obtaining.json(missing.filter { obtained.failures[$0.pointer.oid] == nil }))
    }
    let status = obtaining.report(obtained, of: files)
    if status != .done, status != .interrupted, console.program == .gitLFS {
      console.say("error: failed to fetch some objects from '\(repository.server(of: remote))'")
    }
    guard arguments.has(.pruneAfterwards), status == .done else { return status }
    if console.program == .gitLFS {
      var words = Arguments()
      if let cache = arguments.value(of: .cache) { words.add(cache, for: .cache) }
      return try await Prune.run(words, console)
    }
    try await repository.prune(try await repository.planPruning(.init()))
    return .done
  }
}
