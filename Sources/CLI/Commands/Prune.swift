import LFSFetch

/// `lfsfetch prune`: removes objects from a repository that it does not need now.
enum Prune {
  static let specification = CommandSpecification(
    name: "prune",
    summary: "Remove objects from a repository that it does not need now",
    description: [
      "Removes objects from `.git/lfs/objects` that are not checked out in any work tree, not in a stash, not recent, and "
        + "in no commit that the remote's branches lack; the remote is `lfs.pruneremotetocheck`, else `origin`. The "
        + "store of the cache keeps its copies."
    ],
    options: [.checkOnly, .pruneForce, .pruneRecent, .verifyRemote, .noVerifyRemote, .verbose, .cache],
    examples: [.init(line: "lfsfetch prune --dry-run --verbose", meaning: "See what would go.")])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    var options = LFSRepository.PruneOptions()
    options.isForced = arguments.has(.pruneForce)
    options.ignoresRecent = arguments.has(.pruneRecent) || options.isForced
    if arguments.has(.verifyRemote) { options.verifiesRemote = true }
    if arguments.has(.noVerifyRemote) { options.verifiesRemote = false }
    let repository = try await LFSRepository(FetcherConfiguration(arguments).asking(on: console))
    let plan = try await repository.planPruning(options)
    let verified = plan.unverified.map { ", \(plan.objects.count - $0.count) verified with remote" } ?? ""
    console.output.writeLine("prune: \(plan.local) local objects, \(plan.retained) retained\(verified), done.")
    if let obstacle = plan.obstacle { throw obstacle }
    guard !plan.objects.isEmpty else { return .done }
    let isDry = arguments.has(.checkOnly)
    let list = arguments.has(.verbose) ? plan.objects.map { "\($0.oid) (\(Quantity.lfs($0.size)))" } : []
    if isDry {
      let files = plan.objects.count == 1 ? "1 file" : "\(plan.objects.count) files"
      let lines = ["prune: \(files) would be pruned (\(Quantity.lfs(plan.bytes)))"] + list.map { " * " + $0 }
      console.output.writeLine(lines.joined(separator: "\n") + ", done.")
    } else if !list.isEmpty {
      console.output.writeLine(list.joined(separator: "\n") + ", done.")
    }
    guard !isDry else { return .done }
    try await repository.prune(plan)
    let count = plan.objects.count
    console.output.writeLine("prune: Deleting objects: 100% (\(count)/\(count)), done.")
    return .done
  }
}
