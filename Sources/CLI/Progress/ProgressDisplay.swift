import LFSFetch
import Synchronization

/// Shows the progress of a run on stderr.
///
/// Events only change the state; a task of its own draws it ten times a second. So a terminal that is slow, or
/// stopped by the user, never holds up a download, and a stall is seen although no event comes.
final class ProgressDisplay: Sendable {
  enum Manner: Sendable {
    /// Lines that are redrawn.
    case live
    /// A line every few seconds.
    case heartbeat
    /// Nothing: `--quiet` and `--json`.
    case silent
  }

  private struct Drawing {
    var area = LiveArea()
    var heartbeat = Heartbeat()
    var isClosed = false
  }

  private let console: Console
  private let manner: Manner
  private let start = ContinuousClock.now
  private let state = Mutex((progress: ProgressState(), remarks: [String](), isClosed: false))
  /// Held while writing; never taken by whoever brings events.
  private let drawing = Mutex(Drawing())

  init(_ console: Console, manner: Manner) {
    self.console = console
    self.manner = manner
    console.interlude.whenOpened { [weak self] in self?.erase() ?? "" }
  }

  /// The characters that take the drawing away; it comes again with the next one.
  private func erase() -> String {
    drawing.withLock { $0.area.erase(width: console.errorTerminal.size.columns) }
  }

  func receive(_ event: ProgressEvent) {
    let time = ContinuousClock.now - start
    let remark = ErrorReport.remark(on: event, colour: console.errorTerminal.hasColour)
    let isLate = state.withLock { state in
      state.progress.apply(event, at: time)
      if let remark, !state.isClosed { state.remarks.append(remark) }
      return state.isClosed
    }
    // What is done with the objects, once they are here, is nothing that draws.
    if isLate, let remark { console.errors.write(remark) }
  }

  /// Draws until the task is cancelled.
  func run() async {
    guard manner != .silent else { return }
    while !Task.isCancelled {
      drawing.withLock { if !$0.isClosed, !console.interlude.isOpen { draw(&$0) } }
      try? await Task.sleep(for: .milliseconds(100))
    }
  }

  /// Takes the drawing away; sums the run up, unless nothing came of it.
  func close(summingUp: Bool) {
    guard manner != .silent else { return }
    drawing.withLock { drawing in
      guard !drawing.isClosed else { return }
      drawing.isClosed = true
      let (progress, remarks) = takeState(closing: true)
      var text = drawing.area.erase(width: console.errorTerminal.size.columns) + remarks
      if summingUp, let summary = progress.summary {
        text +=
          "downloaded \(Quantity.bytes(summary.downloaded)), reused \(Quantity.bytes(summary.reused)), in "
          + Quantity.elapsed(seconds: summary.seconds) + "\n"
      }
      console.errors.write(text)
    }
  }

  /// What an interrupted run says last, the characters that take the drawing away among it.
  func interruptionText() -> String {
    drawing.withLock { drawing in
      drawing.isClosed = true
      let (progress, _) = takeState()
      let done = progress.plannedBytes.map {
        ": \(Quantity.bytes(progress.doneBytes)) of \(Quantity.bytes($0)) are here"
      }
      return drawing.area.erase(width: console.errorTerminal.size.columns)
        + "interrupted\(done ?? ""); run the same command again to go on from there\n"
    }
  }

  private func draw(_ drawing: inout Drawing) {
    let (progress, remarks) = takeState()
    let time = ContinuousClock.now - start
    switch manner {
    case .live:
      let size = console.errorTerminal.size
      let lines = ProgressLines(progress, at: time, size: size).lines
      console.errors.write(drawing.area.redraw(lines, above: remarks, width: size.columns))
    case .heartbeat:
      let line = drawing.heartbeat.line(for: progress, at: time).map { $0 + "\n" }
      console.errors.write(remarks + (line ?? ""))
    case .silent: break
    }
  }

  /// The state as it is, and the warnings and notes that were not shown yet.
  private func takeState(closing: Bool = false) -> (ProgressState, String) {
    state.withLock { state in
      defer { (state.remarks, state.isClosed) = ([], closing || state.isClosed) }
      return (state.progress, state.remarks.joined())
    }
  }
}
