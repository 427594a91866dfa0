import LFSFetch
import Synchronization

/// `lfsfetch get NAME…`: fetches models and prints where they are, a path a line.
enum Get {
  static let specification = CommandSpecification(
    name: "get",
    summary: "Fetch models and print where they are",
    description: [
      "NAME is a model of the registry (`lfsfetch list`), NAME:VARIANT for one of the forms that it comes in and "
        + "NAME:auto for the one that fits this machine, a preset, which is several models, or a place: "
        + "URL[@REVISION][:PATH-OR-GLOB] of any git repository, URL#sha256=HEX of a plain file, hf://ORG/NAME of "
        + "Hugging Face, the page of a release of GitHub or GitLab, s3://BUCKET/KEY of an S3 store, or a path. "
        + "All models are fetched together; an object that several of them share is downloaded once. What an "
        + "interrupted run has downloaded is kept, and the next run goes on from there.",
      "On stdout stands one path a NAME, in the order given: the model's main file when it has one, else the folder "
        + "of its files. A NAME that fails prints nothing there and does not stop the others. Everything else is "
        + "said on stderr.",
    ],
    operand: .init(placeholder: "NAME", count: .oneOrMore, candidates: .models, standIn: .all, optionalWith: .locked),
    options: [
      .to, .link, .revision, .include, .exclude, .all, .locked, .jobs, .connections, .connectionsPerHost, .limitRate,
      .window,
      .retries, .timeout, .offline, .refresh, .dryRun, .registry,
      .cache, .json, .quiet,
    ],
    examples: [
      .init(line: "lfsfetch get fast accurate", meaning: "Fetch two models of the registry."),
      .init(
        line: "lfsfetch get --to models yourmt3",
        meaning: "Fetch a model and put its files in the folder `models`."),
      .init(
        line: "lfsfetch get 'https://example.com/org/model@v1.0:weights/*.bin'",
        meaning: "Fetch some files of a repository at a tag."),
    ])

  static func run(_ arguments: Arguments, _ console: Console) async throws(FetchError) -> ExitStatus {
    let configuration = try FetcherConfiguration(arguments).asking(on: console)
    let requests = try requests(arguments)
    let display = ProgressDisplay(console, manner: manner(arguments, console.errorTerminal))
    let fetcher = try await Fetcher.withAllLayers(configuration, progress: listener(arguments, console, display))
    let lock = arguments.has(.locked) ? try fetcher.requireLock() : nil
    let wanted = fetcher.expanded(
      arguments.has(.all)
        ? try everyModel(of: fetcher, arguments) : requests.isEmpty ? lock.map(fetcher.requests) ?? [] : requests)
    console.interruption.set(display.interruptionText)
    let drawing = Task { await display.run() }
    defer { drawing.cancel() }
    if arguments.has(.dryRun) {
      return DryRun.report(await fetcher.plan(wanted, lockedBy: lock), display, arguments, console)
    }
    let results = await fetcher.get(wanted, lockedBy: lock)
    return report(Array(zip(wanted, results)), display, arguments, console)
  }

  private static func report(
    _ results: [(request: ModelRequest, outcome: Result<FetchedModel, FetchError>)], _ display: ProgressDisplay,
    _ arguments: Arguments, _ console: Console
  ) -> ExitStatus {
    let status = ExitStatus(of: results.map(\.outcome))
    // The interruption's own text takes the drawing away.
    if status != .interrupted {
      let isSomethingDone = results.contains { if case .success = $0.outcome { true } else { false } }
      display.close(summingUp: isSomethingDone)
    }
    for result in results {
      switch result.outcome {
      case .success(let model) where !arguments.has(.json): console.printPath(model.path)
      case .failure(let error) where error.code != .interrupted: console.report(error)
      default: break
      }
    }
    if arguments.has(.json) {
      console.output.writeLine(EventLine.result(results.map { ($0.request.text, $0.outcome) }, status))
    }
    return status
  }

  /// Checked before anything is asked of anybody.
  private static func requests(_ arguments: Arguments) throws(FetchError) -> [ModelRequest] {
    if arguments.has(.offline), arguments.has(.refresh) {
      throw FetchError(.usage, "`--offline` and `--refresh` exclude each other")
    }
    let choosing: [OptionSpecification] = [.all, .refresh, .revision, .include, .exclude]
    if arguments.has(.locked), let other = choosing.first(where: arguments.has) {
      throw FetchError(
        .usage, "`--locked` and `--\(other.name)` exclude each other",
        hint: "the lock says what is fetched; `lfsfetch update` changes it")
    }
    if arguments.has(.link), !arguments.has(.to) {
      throw FetchError(
        .usage, "`--link` says how files come into the folder of `--to`, which is missing",
        hint: "add `--to DIR`")
    }
    var requests: [ModelRequest] = []
    for name in arguments.operands { requests.append(try request(name, arguments)) }
    return requests
  }

  private static func everyModel(
    of fetcher: Fetcher, _ arguments: Arguments
  ) throws(FetchError) -> [ModelRequest] {
    var requests: [ModelRequest] = []
    for model in try fetcher.models() {
      requests.append(try request(model.name + (model.needsVariant ? ":auto" : ""), arguments))
    }
    return requests
  }

  private static func request(_ name: String, _ arguments: Arguments) throws(FetchError) -> ModelRequest {
    var request = try ModelRequest(name)
    if let revision = arguments.value(of: .revision) { request.revision = revision }
    request.include += arguments.values(of: .include)
    request.exclude += arguments.values(of: .exclude)
    return request
  }

  private static func manner(_ arguments: Arguments, _ terminal: Terminal) -> ProgressDisplay.Manner {
    if arguments.has(.quiet) || arguments.has(.json) { return .silent }
    return terminal.isInteractive ? .live : .heartbeat
  }

  private static func listener(
    _ arguments: Arguments, _ console: Console, _ display: ProgressDisplay
  ) -> @Sendable (ProgressEvent) -> Void {
    guard arguments.has(.json) else { return display.receive }
    let start = ContinuousClock.now
    let throttle = Mutex(EventThrottle())
    return { event in
      display.receive(event)
      if throttle.withLock({ $0.passes(event, at: ContinuousClock.now - start) }) {
        console.output.writeLine(EventLine.event(event))
      }
    }
  }
}
