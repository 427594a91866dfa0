import LFSFetch

/// `lfsfetch update [NAME]`: moves the lock to what the models are now.
enum Update {
  static let specification = CommandSpecification(
    name: "update",
    summary: "Move the lock to what models are now",
    description: [
      "Asks the repositories what the models of `lfsfetch.lock` are now, all of them or the one NAME, fetches what is new, "
        + "and writes it into the lock. What changed stands on stdout. With `--check` nothing is fetched or written, and "
        + "the exit status is 9 when something would change."
    ],
    operand: .init(placeholder: "NAME", count: .zeroOrOne, candidates: .models),
    options: [
      .checkLock, .jobs, .connections, .connectionsPerHost, .limitRate, .window, .retries, .timeout, .registry, .cache,
      .json,
      .quiet,
    ],
    examples: [
      .init(line: "lfsfetch update", meaning: "Move all models."),
      .init(line: "lfsfetch update --check", meaning: "Fail when a model has moved."),
    ])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let locking = try await Locking(arguments, console, refreshing: true)
    let lock = try locking.fetcher.requireLock()
    let name = arguments.operands.first
    if arguments.has(.checkLock) {
      let results = try await locking.showingProgress { fetcher throws(FetchError) in
        try await fetcher.lockChanges(name, in: lock)
      }
      let status = locking.report(results)
      return status == .done && results.contains(where: Locking.isChange) ? .outdated : status
    }
    let updated = try await locking.showingProgress { fetcher throws(FetchError) in
      try await fetcher.update(name, in: lock)
    }
    try locking.fetcher.write(updated.lock, insteadOf: lock)
    return locking.report(updated.results)
  }
}
