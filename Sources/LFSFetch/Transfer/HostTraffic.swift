import HTTP
import Synchronization

/// What the engine knows of one host: how many connections it has there, how many are of use, what waits for it.
/// Belongs to the engine, which alone reads and changes it.
final class HostTraffic {
  let origin: Origin
  /// Whether it gives byte ranges, once it has been seen to or not to.
  var givesRanges: Bool?
  var pace: Pace
  /// Requests for parts of large objects, a connection each.
  var runs = 0
  /// Requests for small objects.
  var objects = 0
  /// Small objects share connections there.
  var isMultiplexed = false
  /// Objects that have an address there and wait for their turn.
  var ready = Queue<Int>()
  /// Answers that brought what was asked for.
  var successes = 0
  /// Bytes a second of one connection, lately.
  private(set) var speed: Double?
  let received = ByteCounter()

  /// A connection could have been used more and there was no work for it.
  var hadTooLittleWork = true
  private var periodBegan = ContinuousClock.now
  private var receivedBefore: Int64 = 0

  init(_ origin: Origin, cap: Int) {
    self.origin = origin
    pace = Pace(cap: cap)
  }

  /// Connections in use. So few share one, because a lost packet holds up all of them.
  var inUse: Int { runs + (isMultiplexed ? (objects + 3) / 4 : objects) }

  var hasRoom: Bool { inUse < pace.connections }

  /// Ends a period of measurement.
  func observe(at now: ContinuousClock.Instant) {
    let elapsed = now - periodBegan
    guard elapsed >= Pace.period else { return }
    let bytes = received.value
    if !hadTooLittleWork {
      pace.observe(rate: Double(bytes - receivedBefore) / (elapsed / .seconds(1)), at: now)
    }
    hadTooLittleWork = inUse == 0
    (periodBegan, receivedBefore) = (now, bytes)
  }

  /// A request has brought so much.
  func brought(_ bytes: Int64, in time: Duration) {
    // Short ones are mostly waiting.
    guard bytes >= 256 << 10, time > .zero else { return }
    let latest = Double(bytes) / (time / .seconds(1))
    speed = speed.map { $0 * 0.7 + latest * 0.3 } ?? latest
  }
}

/// Counts bytes from several threads.
final class ByteCounter: Sendable {
  private let count = Atomic<Int64>(0)

  func add(_ bytes: Int) { count.wrappingAdd(Int64(bytes), ordering: .relaxed) }

  var value: Int64 { count.load(ordering: .relaxed) }
}
