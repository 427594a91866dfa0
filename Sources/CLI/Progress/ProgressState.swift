import LFSFetch

/// Where a run of `get` stands: fed with events and times, asked for figures. Knows nothing of terminals.
///
/// No figure ever goes backwards, whatever the events say: an object that starts over keeps the count it had until
/// it is passed.
struct ProgressState: Sendable {
  struct Object: Sendable, Equatable {
    let name: String
    let bytes: Int64
    var received: Int64

    /// Of a hundred, rounded down, so that 100 means all.
    var percent: Int { ProgressState.percent(received, of: bytes) }
  }

  /// The objects being downloaded, in the order they were begun.
  var activeObjects: [Object] { order.compactMap { active[$0] } }
  /// All bytes of the run, those that need no download among them; nil until it is known, and when there are none.
  private(set) var plannedBytes: Int64?
  /// How many of them are there.
  private(set) var doneBytes: Int64 = 0
  /// Whose repositories are being asked, in the order they were begun.
  private(set) var resolving: [(model: String, source: String)] = []
  private(set) var summary: (downloaded: Int64, reused: Int64, seconds: Double)?

  private var order: [String] = []
  private var active: [String: Object] = [:]
  private var reusedBytes: Int64 = 0
  /// Bytes that earlier runs left of the objects begun.
  private var resumedBytes: Int64 = 0
  /// Bytes that came over the network, of all objects.
  private var newBytes: Int64 = 0
  private var speedometer = Speedometer()

  mutating func apply(_ event: ProgressEvent, at time: Duration) {
    switch event {
    case .resolving(let model, let source):
      resolving.append((model, source))
    case .resolved(let model, _, _), .modelFinished(let model, _), .modelFailed(let model, _):
      resolving.removeAll { $0.model == model }
    case .planned(_, let bytes, let reused):
      plannedBytes = bytes > 0 ? bytes : nil
      reusedBytes = reused
    case .objectStarted(let object, let name, let bytes, let resumed):
      start(object, Object(name: name, bytes: bytes, received: resumed), at: time)
    case .objectProgress(let object, let received):
      advance(object, to: received, at: time)
    case .objectFinished(let object):
      if let bytes = active[object]?.bytes { advance(object, to: bytes, at: time) }
      active[object] = nil
      order.removeAll { $0 == object }
    case .finished(let downloaded, let reused, let seconds):
      summary = (downloaded, reused, seconds)
    case .warning, .layerFetched, .variantChosen: break
    }
    doneBytes = max(doneBytes, bytesHere)
  }

  /// What was here, what came, and what earlier runs left of the objects begun so far. The last may be among
  /// `reusedBytes` already, so what the active objects still lack is the bound.
  private var bytesHere: Int64 {
    let lacking = active.values.reduce(0) { $0 + $1.bytes - $1.received }
    return min(reusedBytes + resumedBytes + newBytes, (plannedBytes ?? .max) - lacking)
  }

  /// Bytes a second over the last seconds; nil until enough was seen. Falls to nothing when nothing comes.
  func speed(at time: Duration) -> Double? {
    speedometer.speed(at: time)
  }

  /// Nil until the speed is known, and while nothing comes.
  func secondsLeft(at time: Duration) -> Int64? {
    guard let plannedBytes, let speed = speed(at: time), speed >= 1 else { return nil }
    return Int64((Double(plannedBytes - doneBytes) / speed).rounded(.up))
  }

  var percent: Int? {
    plannedBytes.map { Self.percent(doneBytes, of: $0) }
  }

  private mutating func start(_ id: String, _ object: Object, at time: Duration) {
    speedometer.start(at: time)
    if active[id] == nil {
      order.append(id)
      active[id] = object
      resumedBytes += object.received
    }
  }

  private mutating func advance(_ id: String, to received: Int64, at time: Duration) {
    guard let object = active[id] else { return }
    let gain = min(received, object.bytes) - object.received
    guard gain > 0 else { return }
    active[id]?.received += gain
    newBytes += gain
    speedometer.record(total: newBytes, at: time)
  }

  private static func percent(_ part: Int64, of whole: Int64) -> Int {
    whole > 0 ? Int(Double(part) / Double(whole) * 100) : 100
  }
}
