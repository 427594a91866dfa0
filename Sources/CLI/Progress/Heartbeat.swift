import Text

/// Tells now and then, where lines cannot be redrawn, that the work goes on.
struct Heartbeat: Sendable {
  static let interval = Duration.seconds(5)

  private var last = Duration.zero

  /// A line when one is due and there is something to tell.
  mutating func line(for state: ProgressState, at time: Duration) -> String? {
    guard time - last >= Self.interval else { return nil }
    guard let planned = state.plannedBytes else {
      guard let asked = state.resolving.first else { return nil }
      last = time
      return "asking \(asked.source.escapingControls)"
    }
    guard !state.activeObjects.isEmpty else { return nil }
    last = time
    let speed = state.speed(at: time).map(Quantity.speed) ?? "– B/s"
    let left = state.secondsLeft(at: time).map { ", \(Quantity.clock(seconds: $0)) left" } ?? ""
    return
      "\(Quantity.bytes(state.doneBytes)) of \(Quantity.bytes(planned)) (\(state.percent ?? 0)%), \(speed)\(left)"
  }
}
