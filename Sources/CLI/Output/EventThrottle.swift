import LFSFetch

/// Lets through at most a few progress events a second of each object; every other event passes.
struct EventThrottle: Sendable {
  static let interval = Duration.milliseconds(200)

  private var last: [String: Duration] = [:]

  mutating func passes(_ event: ProgressEvent, at time: Duration) -> Bool {
    switch event {
    case .objectProgress(let object, _):
      if let last = last[object], time - last < Self.interval { return false }
      last[object] = time
    case .objectFinished(let object):
      last[object] = nil
    default: break
    }
    return true
  }
}
