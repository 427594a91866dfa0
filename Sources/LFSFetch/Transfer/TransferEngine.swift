import Files
import HTTP

/// Moves objects from their sources into the store: several at a time, each large one in parallel ranges.
///
/// The engine is an actor that holds the state and decides; lanes ask it for the next job, do it
/// (`TransferEngine+Jobs.swift`), and report back (`TransferEngine+Results.swift`). What comes next is decided in
/// one function, `pickJob` (`TransferEngine+Schedule.swift`). Three times a second it looks at what comes in
/// (`TransferEngine+Watch.swift`). Addresses are asked for in batches ahead of the lanes.
package actor TransferEngine {
  package struct Limits: Sendable, Equatable {
    /// Objects that are worked on at once.
    package var jobs: Int
    /// Connections in all.
    package var connections: Int
    /// Connections to one host.
    package var connectionsPerHost: Int
    /// How long to wait for room on a full disk; nil is for ever.
    package var patienceWithFullDisk: Duration?
    /// Processes of one transfer agent.
    package var agents: Int
    /// How long a transfer agent may be silent; nil is the usual.
    package var patienceWithAgents: Duration?

    package init(
      jobs: Int = 128, connections: Int = 64, connectionsPerHost: Int = 32, patienceWithFullDisk: Duration? = .zero,
      agents: Int = 8, patienceWithAgents: Duration? = nil
    ) {
      self.jobs = max(1, jobs)
      self.connections = max(1, connections)
      self.connectionsPerHost = max(1, min(connectionsPerHost, self.connections))
      self.patienceWithFullDisk = patienceWithFullDisk
      (self.agents, self.patienceWithAgents) = (max(1, agents), patienceWithAgents)
    }
  }

  package struct Outcome: Sendable {
    package let failures: [SHA256Digest: FetchError]
    /// Bytes of content that came over the network.
    package let downloaded: Int64
    /// Bytes of the objects that had not to be downloaded: earlier runs had left them, or another process was at it.
    package var reused: Int64 = 0
    /// Of the objects of which one was wanted, as far as there are any.
    package var copies: [SHA256Digest: EarlyCopy] = [:]
    /// Of first uses, by what stood for the SHA-256.
    package var learned: [SHA256Digest: Learned] = [:]
    /// What objects that failed hashed to in place of what they should, where their bytes were all there.
    package var found: [SHA256Digest: SHA256Digest] = [:]
  }

  nonisolated let store: ObjectStore
  nonisolated let client: HTTPClient
  nonisolated let batch: BatchClient
  nonisolated let pool: AgentPool
  nonisolated let report: @Sendable (ProgressEvent) -> Void
  nonisolated let locks: LockFile
  let limits: Limits

  var objects: [ObjectTransfer] = []
  /// Objects that need an address, in order.
  var unlocated = Queue<Int>()
  /// Hosts that gave addresses, in the order of their appearance; each has the objects that wait for it.
  var hosts: [HostTraffic] = []
  /// Programs of the user's that bring objects, as they appeared; each has the objects that wait for it.
  var agents: [AgentTraffic] = []
  /// Objects that are copied out of a folder and wait for their turn.
  var copyable = Queue<Int>()
  /// Large objects that are being worked on.
  var active: [Int] = []
  /// Objects whose bytes are all there and must be proven.
  var sealable: [Int] = []
  /// Small objects in flight.
  var smallInFlight = 0
  /// Chunks that are being compared with their known hashes.
  var proving = 0
  /// Batch requests in flight.
  var locating = 0
  /// Objects that wait for a pause to end, or for another process.
  var resting: [Int] = []
  var remaining = 0
  /// More objects may become known.
  private var isOpen = false

  /// Batch APIs that refused a whole request, and why: they are not asked again.
  var refusedEndpoints: [Source: FetchError] = [:]
  /// Sources that gave wrong bytes: asked only where there is no other.
  var distrusted: Set<Source> = []
  var failures: [SHA256Digest: FetchError] = [:]
  var copies: [SHA256Digest: EarlyCopy] = [:]
  var learned: [SHA256Digest: Learned] = [:]
  var found: [SHA256Digest: SHA256Digest] = [:]
  /// Set while the disk is full.
  var lackOfRoom: LackOfRoom?
  /// Set when nothing can go on: the disk stays full, or the user interrupted.
  var stop: FetchError?

  private var waiters: [CheckedContinuation<Void, Never>] = []
  private var alarm: ContinuousClock.Instant?

  package init(
    store: ObjectStore, client: HTTPClient, batch: BatchClient? = nil, limits: Limits = Limits(),
    report: @escaping @Sendable (ProgressEvent) -> Void = { _ in }
  ) throws(FileError) {
    try Directory.create(store.cache.partial)
    locks = try LockFile(store.cache.partial + "/locks")
    self.store = store
    self.client = client
    self.batch = batch ?? BatchClient(client: client)
    pool = AgentPool(limit: limits.agents, patience: limits.patienceWithAgents)
    self.limits = limits
    self.report = report
  }

  /// Some lanes more than connections: proving and asking for addresses need none.
  private static let lanesWithoutConnection = 4

  /// Fetches all of them, and those that become known meanwhile; returns when each is in the store or has failed, and
  /// `further` has ended. To be called once.
  package func run(_ transfers: [Transfer], further: AsyncStream<[Transfer]>? = nil) async -> Outcome {
    isOpen = further != nil
    add(transfers)
    await withTaskCancellationHandler {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await self.keepWatch() }
        if let further { group.addTask { await self.receive(further) } }
        await withTaskGroup(of: Void.self) { lanes in
          for _ in 0..<limits.connections + Self.lanesWithoutConnection { lanes.addTask { await self.runLane() } }
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
    await pool.end(isHasty: stop != nil)
    if let stop {
      for object in objects where !object.isFinished {
        failures[object.transfer.oid] = stop
        object.copy?.discard()
      }
    }
    return Outcome(
      failures: failures, downloaded: objects.reduce(0) { $0 + $1.progress.downloaded },
      reused: objects.reduce(0) { $0 + ($1.isStored ? max(0, $1.transfer.size - $1.progress.downloaded) : 0) },
      copies: copies, learned: learned, found: found.filter { failures[$0.key] != nil })
  }

  private func receive(_ further: AsyncStream<[Transfer]>) async {
    for await transfers in further { add(transfers) }
    isOpen = false
    wakeLane()
  }

  private func add(_ transfers: [Transfer]) {
    remaining += transfers.count
    for transfer in transfers {
      let object = ObjectTransfer(index: objects.count, transfer: transfer)
      objects.append(object)
      locateLater(object)
    }
    wakeLane()
  }

  private nonisolated func runLane() async {
    while let job = await nextJob() { await perform(job) }
  }

  private func nextJob() async -> Job? {
    while stop == nil && (remaining > 0 || isOpen) {
      if let job = pickJob() {
        // Another lane will wake the next in turn.
        if mayHaveMoreWork { wakeLane() }
        return job
      }
      await withCheckedContinuation { waiters.append($0) }
    }
    let woken = waiters
    waiters = []
    for waiter in woken { waiter.resume() }
    return nil
  }

  /// Lets a lane that has nothing to do look for work again.
  func wakeLane() { waiters.popLast()?.resume() }

  /// Lets a lane look again at `time`, when a pause ends.
  func wakeLane(at time: ContinuousClock.Instant) {
    if let alarm, alarm <= time { return }
    alarm = time
    Task {
      try? await Task.sleep(until: time)
      alarm = nil
      wakeLane()
    }
  }

  func halt(_ error: FetchError) {
    if stop == nil { stop = error }
    wakeLane()
  }

  /// What is known of the host that gives the object at `location`.
  func host(_ location: Location) -> HostTraffic {
    let origin = location.request.url.origin
    if let host = hosts.first(where: { $0.origin == origin }) { return host }
    let host = HostTraffic(origin, cap: limits.connectionsPerHost)
    hosts.append(host)
    return host
  }
}
