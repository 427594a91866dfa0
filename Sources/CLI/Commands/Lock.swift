import LFSFetch

/// `lfsfetch lock NAME…`: writes down what models are, so that every machine gets the same.
enum Lock {
  static let specification = CommandSpecification(
    name: "lock",
    summary: "Write down exactly what models are",
    description: [
      "Fetches the models and writes `lfsfetch.lock`, beside the project's `lfsfetch.json` or in the working directory: "
        + "commits, paths, modes, hashes and sizes of their files, and the hashes of the chunks of large ones. "
        + "`lfsfetch get --locked` then gets the same bytes, and asks no git repository for them. Models that are in the "
        + "lock already are locked anew, the others stay in it. What was locked stands on stdout."
    ],
    operand: .init(placeholder: "NAME", count: .oneOrMore, candidates: .models),
    options: [
      .jobs, .connections, .connectionsPerHost, .limitRate, .window, .retries, .timeout, .offline, .refresh, .registry,
      .cache, .json, .quiet,
    ],
    examples: [
      .init(line: "lfsfetch lock fast accurate", meaning: "Lock two models, then commit `lfsfetch.lock`."),
      .init(line: "lfsfetch get --locked", meaning: "Get them on another machine."),
    ])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    var requests: [ModelRequest] = []
    for name in arguments.operands { requests.append(try ModelRequest(name)) }
    let locking = try await Locking(arguments, console)
    let old = try locking.fetcher.readLock()
    let locked = await locking.showingProgress { [requests] fetcher in await fetcher.lock(requests, in: old) }
    // Nothing is written when nothing could be had.
    if locked.results.contains(where: \.isSuccess) {
      try locking.fetcher.write(locked.lock, insteadOf: old)
    }
    return locking.report(locked.results)
  }
}
