import LFSFetch

/// Runs what `clone`, `add` and `drop` have in common: the progress, and what is said at the end.
struct WorkingCopyRun: Sendable {
  private let console: Console
  private let display: ProgressDisplay
  private let sumsUp: Bool

  init(_ arguments: Arguments, _ console: Console, sumsUp: Bool = true) {
    self.console = console
    self.sumsUp = sumsUp
    let manner: ProgressDisplay.Manner =
      arguments.has(.quiet) ? .silent : console.errorTerminal.isInteractive ? .live : .heartbeat
    display = ProgressDisplay(console, manner: manner)
  }

  /// `work` returns what is to be printed when the drawing is gone.
  func run(
    _ configuration: FetcherConfiguration, _ work: (Fetcher) async throws(FetchError) -> () -> Void
  ) async throws(FetchError) -> ExitStatus {
    let fetcher = try await Fetcher.withAllLayers(configuration, progress: display.receive)
    console.interruption.set(display.interruptionText)
    let drawing = Task { await display.run() }
    defer { drawing.cancel() }
    do throws(FetchError) {
      let print = try await work(fetcher)
      display.close(summingUp: sumsUp)
      print()
      return .done
    } catch {
      // The interruption's own text takes the drawing away.
      if error.code != .interrupted { display.close(summingUp: false) }
      throw error
    }
  }
}
