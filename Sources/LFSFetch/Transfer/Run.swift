import HTTP
import Synchronization

/// A row of chunks that one request fetches.
///
/// The engine makes it, the curl thread moves along it, and the engine may cut off what has not been begun, to give
/// it to an idle connection.
final class Run: Sendable {
  private struct Row {
    /// The chunk that is begun next; the first counts as begun.
    var next: Int
    var end: Int
  }

  let chunks: Range<Int>
  let location: Location
  /// Which of the object's sources it asks.
  let source: Int
  let started = ContinuousClock.now
  private let row: Mutex<Row>
  private let received = Atomic<Int64>(0)
  private let task = Mutex<Task<HTTPResponse, any Error>?>(nil)
  private let replaced = Atomic(false)

  init(chunks: Range<Int>, location: Location, source: Int) {
    self.chunks = chunks
    self.location = location
    self.source = source
    row = Mutex(Row(next: chunks.lowerBound + 1, end: chunks.upperBound))
  }

  // MARK: Of the connection

  /// Whether the chunk still belongs to the run; from then on it cannot be taken away.
  func begin(_ chunk: Int) -> Bool {
    row.withLock { row in
      guard chunk < row.end else { return false }
      row.next = max(row.next, chunk + 1)
      return true
    }
  }

  func arrive(_ bytes: Int) { received.wrappingAdd(Int64(bytes), ordering: .relaxed) }

  /// Does the request in a task of its own, so that it can be replaced even when nothing comes any more.
  func perform(_ request: @escaping @Sendable () async throws -> HTTPResponse) async throws -> HTTPResponse {
    let work = Task(operation: request)
    task.withLock { $0 = work }
    if isReplaced { work.cancel() }
    return try await withTaskCancellationHandler {
      try await work.value
    } onCancel: {
      work.cancel()
    }
  }

  // MARK: Of the engine

  var receivedBytes: Int64 { received.load(ordering: .relaxed) }

  /// What belongs to it, after cuts.
  var currentChunks: Range<Int> { row.withLock { chunks.lowerBound..<$0.end } }

  /// Chunks that have not been begun.
  var ahead: Int { row.withLock { max(0, $0.end - $0.next) } }

  /// Takes away the later half of the chunks that have not been begun.
  func cut() -> Range<Int>? {
    row.withLock { row in
      guard row.end > row.next else { return nil }
      let middle = row.next + (row.end - row.next) / 2
      defer { row.end = middle }
      return middle..<row.end
    }
  }

  /// Ends the request: another connection is to go on.
  func replace() {
    replaced.store(true, ordering: .relaxed)
    task.withLock { $0 }?.cancel()
  }

  var isReplaced: Bool { replaced.load(ordering: .relaxed) }
}

/// How many bytes one request asks for: pure.
enum RunLength {
  /// A request should last this long, so that the round trip before it is a small part.
  private static let seconds = 2.0
  /// And at least this long.
  private static let leastSeconds = 0.1
  private static let first: Int64 = 1 << 20
  private static let most: Int64 = 8 << 20

  /// `left` is what nobody is fetching, `speed` is bytes a second of one connection, nil when none is known yet.
  /// Towards the end requests become shorter, so that all connections end together.
  static func bytes(left: Int64, connections: Int, speed: Double?) -> Int64 {
    let lasting = min(speed.map { Int64($0 * seconds) } ?? first, most)
    let share = left / Int64(2 * max(1, connections))
    let least = min(speed.map { Int64($0 * leastSeconds) } ?? 0, first)
    return max(1, min(lasting, max(share, least)))
  }
}
