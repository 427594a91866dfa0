import Files
import HTTP

/// Moves objects from their sources into the store: several at a time, each large one in parallel ranges.
///
/// The engine is an actor that holds the state and decides; `connections` lanes ask it for the next job, do it
/// (`TransferEngine+Jobs.swift`), and report back (`TransferEngine+Results.swift`). What comes next is decided in
/// one function, `pickJob` (`TransferEngine+Schedule.swift`). Addresses are asked for in batches ahead of the lanes.
package actor TransferEngine {
  package struct Limits: Sendable, Equatable {
    /// Objects that are worked on at once.
    package var jobs: Int
    /// Connections in all.
    package var connections: Int

    package init(jobs: Int = 8, connections: Int = 8) {
      self.jobs = max(1, jobs)
      self.connections = max(1, connections)
    }
  }

  package struct Outcome: Sendable {
    package let failures: [SHA256Digest: FetchError]
    /// Bytes of content that came over the network.
    package let downloaded: Int64
    /// Bytes of the objects that had not to be downloaded: earlier runs had left them, or another process was at it.
    package var reused: Int64 = 0
  }

  nonisolated let store: ObjectStore
  nonisolated let client: HTTPClient
  nonisolated let report: @Sendable (ProgressEvent) -> Void
  nonisolated let locks: LockFile
  let limits: Limits

  var objects: [ObjectTransfer] = []
  /// Objects that need an address, in order.
  var unlocated = Queue<Int>()
  /// Objects that have one and wait for their turn.
  var ready = Queue<Int>()
  /// Large objects that are being worked on.
  var active: [Int] = []
  /// Objects whose bytes are all there and must be proven.
  var sealable: [Int] = []
  /// Small objects in flight.
  var smallInFlight = 0
  /// Batch requests in flight.
  var locating = 0
  /// Objects that wait for a pause to end, or for another process.
  var resting: [Int] = []
  var remaining = 0

  /// Whether a host gives byte ranges, once it has been seen to or not to.
  var givesRanges: [Origin: Bool] = [:]
  /// Batch APIs that refused a whole request, and why: they are not asked again.
  var refusedEndpoints: [Source: FetchError] = [:]
  var failures: [SHA256Digest: FetchError] = [:]
  /// Set when nothing can go on: the disk is full, or the user interrupted.
  var stop: FetchError?

  private var waiters: [CheckedContinuation<Void, Never>] = []
  private var alarm: ContinuousClock.Instant?

  package init(
    store: ObjectStore, client: HTTPClient, limits: Limits = Limits(),
    report: @escaping @Sendable (ProgressEvent) -> Void = { _ in }
  ) throws(FileError) {
    try Directory.create(store.cache.partial)
    locks = try LockFile(store.cache.partial + "/locks")
    self.store = store
    self.client = client
    self.limits = limits
    self.report = report
  }

  /// Fetches all of them; returns when each is in the store or has failed. To be called once.
  package func run(_ transfers: [Transfer]) async -> Outcome {
    objects = transfers.enumerated().map { ObjectTransfer(index: $0, transfer: $1) }
    remaining = objects.count
    for object in objects { locateLater(object) }
    await withTaskCancellationHandler {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await self.showProgress() }
        await withTaskGroup(of: Void.self) { lanes in
          for _ in 0..<limits.connections { lanes.addTask { await self.runLane() } }
          await lanes.next()
          // The first lane to end found that all is done or nothing can go on: what the others still fetch is of no
          // use, such as the chunks of an object that has failed.
          lanes.cancelAll()
        }
        group.cancelAll()
      }
    } onCancel: {
      Task { await self.halt(.interruption) }
    }
    if let stop {
      for object in objects where !object.isFinished { failures[object.transfer.oid] = stop }
    }
    return Outcome(
      failures: failures, downloaded: objects.reduce(0) { $0 + $1.progress.downloaded },
      reused: objects.reduce(0) { $0 + ($1.isStored ? max(0, $1.transfer.size - $1.progress.downloaded) : 0) })
  }

  private nonisolated func runLane() async {
    while let job = await nextJob() { await perform(job) }
  }

  private func nextJob() async -> Job? {
    while stop == nil && remaining > 0 {
      if let job = pickJob() { return job }
      await withCheckedContinuation { waiters.append($0) }
    }
    return nil
  }

  /// Lets every lane look for work again.
  func wakeLanes() {
    let woken = waiters
    waiters = []
    for waiter in woken { waiter.resume() }
  }

  /// Lets the lanes look again at `time`, when a pause ends.
  func wakeLanes(at time: ContinuousClock.Instant) {
    if let alarm, alarm <= time { return }
    alarm = time
    Task {
      try? await Task.sleep(until: time)
      alarm = nil
      wakeLanes()
    }
  }

  func halt(_ error: FetchError) {
    if stop == nil { stop = error }
    wakeLanes()
  }

  /// Ten times a second, the objects that have moved.
  private func showProgress() async {
    while (try? await Task.sleep(for: .milliseconds(100))) != nil {
      for object in objects where object.isStarted && !object.isFinished {
        if let received = object.progress.advance(limit: object.transfer.size) {
          report(.objectProgress(object: object.transfer.oid.hex, received: received))
        }
      }
    }
  }
}
