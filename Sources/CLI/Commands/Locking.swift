import JSON
import LFSFetch
import Text

/// What the commands that change the lock file have in common: how they show what they do, and tell what they did.
struct Locking {
  let fetcher: Fetcher
  private let arguments: Arguments
  private let console: Console
  private let display: ProgressDisplay

  init(_ arguments: Arguments, _ console: Console, refreshing: Bool = false) async throws(FetchError) {
    var configuration = try FetcherConfiguration(arguments)
    if refreshing { configuration.refresh = true }
    let isSilent = arguments.has(.quiet) || arguments.has(.json)
    let display = ProgressDisplay(
      console, manner: isSilent ? .silent : console.errorTerminal.isInteractive ? .live : .heartbeat)
    fetcher = try await Fetcher.withAllLayers(configuration, progress: display.receive)
    (self.arguments, self.console, self.display) = (arguments, console, display)
    console.interruption.set(display.interruptionText)
  }

  func showingProgress<Value, Failure: Error>(
    _ work: (Fetcher) async throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let drawing = Task { [display] in await display.run() }
    defer { drawing.cancel() }
    return try await work(fetcher)
  }

  /// The changes on stdout, the failures on stderr.
  func report(_ results: [Result<LockChange, FetchError>]) -> ExitStatus {
    let status = ExitStatus(of: results)
    if status == .interrupted { return status }
    display.close(summingUp: false)
    for result in results {
      switch result {
      case .success(let change) where arguments.has(.json): console.output.writeLine(Self.line(change))
      case .success(let change): console.output.write(Self.text(change))
      case .failure(let error): console.report(error)
      }
    }
    return status
  }

  static func isChange(_ result: Result<LockChange, FetchError>) -> Bool {
    if case .success(let change) = result { change.isChange } else { false }
  }

  static func text(_ change: LockChange) -> String {
    let files = change.files == 1 ? "1 file" : "\(change.files) files"
    let now = change.commit.map { String($0.prefix(8)) } ?? "pinned by hash"
    guard change.isChange else { return "\(change.model): unchanged, \(now)".escapingControls + "\n" }
    let before = change.previous.map { String($0.prefix(8)) + " → " } ?? ""
    let heading = "\(change.model): \(before)\(now), \(files), \(Quantity.bytes(change.bytes))".escapingControls + "\n"
    return heading + change.changes.map { "  " + text($0).escapingControls + "\n" }.joined()
  }

  private static func text(_ file: LockChange.File) -> String {
    switch (file.previous, file.bytes) {
    case (nil, let bytes?): "new: \(file.path), \(Quantity.bytes(bytes))"
    case (let bytes?, nil): "gone: \(file.path), \(Quantity.bytes(bytes))"
    case (let before?, let now?): "changed: \(file.path), \(Quantity.bytes(before)) → \(Quantity.bytes(now))"
    case (nil, nil): "\(file.path)"
    }
  }

  static func line(_ change: LockChange) -> String {
    let files = change.changes.map { file in
      JSON.object([
        ("path", .string(file.path)), ("previous", file.previous.map { .integer($0) }),
        ("bytes", file.bytes.map { .integer($0) }),
      ])
    }
    return JSON.object([
      ("model", .string(change.model)), ("changed", .bool(change.isChange)),
      ("previous", change.previous.map { .string($0) }), ("commit", change.commit.map { .string($0) }),
      ("files", .integer(change.files)), ("bytes", .integer(change.bytes)), ("changes", .array(files)),
    ]).text
  }
}

extension Result {
  var isSuccess: Bool { if case .success = self { true } else { false } }
}
