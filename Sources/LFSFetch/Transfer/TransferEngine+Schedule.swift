import HTTP

/// What comes next.
extension TransferEngine {
  /// One piece of work for a lane, with all that the lane needs to know; only values and thread-safe parts.
  enum Job: Sendable {
    case locate([Int], objects: [Batch.Object], LFSServer)
    /// Get the lock of a large object, look whether another process was quicker, open what an earlier run left.
    case prepare(Int, Transfer)
    /// All of a small object.
    case whole(Int, Transfer, Location, ObjectProgress, ByteCounter)
    /// Some chunks of a large object. `isProbe`: nobody else fetches parts of it yet, so that an answer with the whole
    /// can be taken as such.
    case chunks(Int, Run, PartialObject, PrefixHash, ObjectProgress, ByteCounter, isProbe: Bool)
    /// All of a large object, from a host without ranges.
    case stream(Int, PartialObject, PrefixHash, Location, ObjectProgress, ByteCounter)
    /// A chunk that is there, once more, to compare.
    case compare(Int, chunk: Int, PartialObject, Location, ObjectProgress, ByteCounter)
    /// All of an object, out of a file of this machine.
    case copy(Int, Transfer, Source, ObjectProgress)
    /// Compare a chunk that has come with the hash that is known of it.
    case prove(Int, chunk: Int, PartialObject, ChunkHashes)
    /// All of an object, brought by a program of the user's.
    case errand(Int, Transfer, Errand, ObjectProgress)
    /// Prove a large object and make it visible.
    case seal(Int, Transfer, PartialObject, PrefixHash)
  }

  /// Addresses are asked for this many objects ahead.
  private static let locatedAhead = 100
  private static let concurrentBatches = 2
  private static let preparedAtOnce = 2

  /// The most useful thing to do now, or nil when there is nothing before something else ends.
  func pickJob() -> Job? {
    let now = ContinuousClock.now
    let inUse = hosts.reduce(locating) { $0 + $1.inUse } + agents.reduce(0) { $0 + $1.inUse }
    guard hasRoom(at: now, isIdle: inUse + smallInFlight == 0) else { return nil }
    rouse(at: now)
    if inUse < limits.connections, waiting < Self.locatedAhead, locating < Self.concurrentBatches, let job = pickBatch()
    {
      return job
    }
    if let index = sealable.popLast() {
      let object = objects[index]
      if let partial = object.partial, let hash = object.hash { return .seal(index, object.transfer, partial, hash) }
    }
    if let job = pickProof() { return job }
    guard inUse < limits.connections else { return nil }
    for index in active {
      if let job = pickChunks(of: objects[index], at: now) { return job }
    }
    if let job = pickObject(at: now) { return job }
    for index in active where objects[index].pending.isEmpty && shareSlowestRun(of: objects[index]) {
      if let job = pickChunks(of: objects[index], at: now) { return job }
    }
    for host in hosts where host.hasRoom { host.hadTooLittleWork = true }
    return nil
  }

  /// Whether a further lane may find something to do now. To wake one for nothing costs as much as a small object.
  var mayHaveMoreWork: Bool {
    // With small objects from hosts alone it can be told.
    guard active.isEmpty, sealable.isEmpty, resting.isEmpty, copyable.isEmpty, agents.isEmpty else { return true }
    return !unlocated.isEmpty && locating < Self.concurrentBatches
      || hosts.contains { $0.hasRoom && !$0.ready.isEmpty }
  }

  /// Objects that have an address and wait for their turn.
  private var waiting: Int {
    hosts.reduce(copyable.count) { $0 + $1.ready.count } + agents.reduce(0) { $0 + $1.ready.count }
  }

  /// Objects whose pause is over get back in line.
  private func rouse(at now: ContinuousClock.Instant) {
    guard !resting.isEmpty else { return }
    let awake = resting.filter { objects[$0].notBefore <= now }
    resting.removeAll { objects[$0].notBefore <= now }
    for index in awake { getInLine(objects[index]) }
    if let next = resting.map({ objects[$0].notBefore }).min() { wakeLane(at: next) }
  }

  /// Waits for its turn at the host that has it.
  func getInLine(_ object: ObjectTransfer) {
    if object.isFinished { return }
    if case .folder? = object.source { return copyable.append(object.index) }
    if let errand = object.errand { return traffic(of: errand.agent).ready.append(object.index) }
    guard let location = object.location else { return locateLater(object) }
    host(location).ready.append(object.index)
  }

  /// Up to a hundred objects that the same batch API is to be asked for.
  private func pickBatch() -> Job? {
    // An object may have ended, or gone on to another kind of source, since it was put in line.
    while let index = unlocated.first, server(toAskFor: objects[index]) == nil { _ = unlocated.popFirst() }
    guard let first = unlocated.first, let server = server(toAskFor: objects[first]) else { return nil }
    var batch: [Int] = []
    while let index = unlocated.first, self.server(toAskFor: objects[index]) == server,
      batch.count < BatchClient.maximumObjects
    {
      if !batch.contains(index) { batch.append(index) }
      _ = unlocated.popFirst()
    }
    locating += 1
    let asked = batch.map { Batch.Object(oid: objects[$0].transfer.oid, size: objects[$0].transfer.size) }
    return .locate(batch, objects: asked, server)
  }

  private func server(toAskFor object: ObjectTransfer) -> LFSServer? {
    guard !object.isFinished, object.location == nil, object.errand == nil, case .lfs(let server)? = object.source
    else { return nil }
    return server
  }

  private func pickChunks(of object: ObjectTransfer, at now: ContinuousClock.Instant) -> Job? {
    guard let partial = object.partial, let hash = object.hash else { return nil }
    let isComparing = object.search?.isComparing ?? false
    guard isComparing || !object.pending.isEmpty else { return nil }
    guard object.notBefore <= now else {
      wakeLane(at: object.notBefore)
      return nil
    }
    guard let location = object.location else { return nil }
    guard location.isUsable(at: now) else {
      object.location = nil
      locateLater(object)
      wakeLane()
      return nil
    }
    let host = host(location)
    guard host.hasRoom else { return nil }
    if isComparing { return pickComparison(of: object, partial, location, host) }
    switch host.givesRanges {
    case false?:
      guard object.inFlight == 0 else { return nil }
      take(object, from: host)
      object.pending.removeAll()
      return .stream(object.index, partial, hash, location, object.progress, host.received)
    case nil where object.inFlight > 0:
      // The first range is the probe; its headers decide for the others.
      return nil
    case nil, true?:
      return pickRun(of: object, partial, hash, location, host)
    }
  }

  private func pickRun(
    of object: ObjectTransfer, _ partial: PartialObject, _ hash: PrefixHash, _ location: Location, _ host: HostTraffic
  ) -> Job? {
    let chunkSize = partial.layout.chunkSize
    // While other objects wait, nothing is gained by ending this one at the same time on all connections.
    let left = waiting > 0 ? Int64.max : Int64(object.pending.count) * chunkSize
    let bytes = RunLength.bytes(left: left, connections: host.pace.connections, speed: host.speed)
    guard
      let chunks = object.pending.takeFirst(max(1, Int(bytes / chunkSize)), isStarted: { partial.isStarted($0) })
    else { return nil }
    let run = Run(chunks: chunks, location: location, source: object.sourceIndex)
    let isProbe = host.givesRanges == nil && object.inFlight == 0
    take(object, from: host)
    object.runs.append(RunInWork(run: run))
    return .chunks(object.index, run, partial, hash, object.progress, host.received, isProbe: isProbe)
  }

  func take(_ object: ObjectTransfer, from host: HostTraffic) {
    object.inFlight += 1
    host.runs += 1
  }

  /// Takes the next object in line into work.
  private func pickObject(at now: ContinuousClock.Instant) -> Job? {
    guard active.count + smallInFlight < limits.jobs else { return nil }
    if let job = pickCopy() ?? pickErrand(at: now) { return job }
    for host in hosts where host.hasRoom {
      if let job = pickObject(of: host, at: now) { return job }
    }
    return nil
  }

  private func pickCopy() -> Job? {
    while let index = copyable.popFirst() {
      let object = objects[index]
      guard !object.isFinished, let source = object.source, source.isLocal, waitsForNoLane(object) else { continue }
      let transfer = object.transfer
      start(
        object,
        resumed: transfer.isLarge ? PartialObject.claimedBytes(transfer.oid, size: transfer.size, in: store.cache) : 0)
      smallInFlight += 1
      return .copy(index, object.transfer, source, object.progress)
    }
    return nil
  }

  private func pickObject(of host: HostTraffic, at now: ContinuousClock.Instant) -> Job? {
    let isPreparing = active.count { objects[$0].partial == nil } >= Self.preparedAtOnce
    while let index = host.ready.first {
      let object = objects[index]
      if isPreparing && object.isLarge && !object.isFinished { return nil }
      _ = host.ready.popFirst()
      guard !object.isFinished, waitsForNoLane(object) else { continue }
      let mayBeHadElsewhere = object.hasFurtherSource && object.source.map(distrusted.contains) == true
      guard let location = object.location, location.isUsable(at: now), !mayBeHadElsewhere else {
        object.location = nil
        locateLater(object)
        continue
      }
      if object.isLarge {
        active.append(index)
        return .prepare(index, object.transfer)
      }
      start(object)
      smallInFlight += 1
      host.objects += 1
      return .whole(index, object.transfer, location, object.progress, host.received)
    }
    return nil
  }

  /// Lanes may still write what belonged to another source.
  func waitsForNoLane(_ object: ObjectTransfer) -> Bool {
    if object.inFlight == 0 { return true }
    rest(object, for: .milliseconds(50))
    return false
  }

  func start(_ object: ObjectTransfer, resumed: Int64? = nil) {
    guard !object.isStarted else { return }
    object.isStarted = true
    let transfer = object.transfer
    report(
      .objectStarted(
        object: transfer.oid.hex, name: transfer.name, bytes: transfer.size,
        resumed: resumed ?? object.partial?.doneBytes ?? 0))
  }

  /// Puts the object in line for an address at its present source, or fails it when there is no source left.
  func locateLater(_ object: ObjectTransfer) {
    while let source = object.source {
      if let refusal = refusedEndpoints[source] {
        object.refusals.append((source, refusal))
      } else if distrusted.contains(source), object.hasFurtherSource, object.search == nil {
        object.refusals.append((source, FetchError(.integrity, "it gave wrong bytes for another object")))
      } else {
        break
      }
      object.moveToNextSource()
    }
    switch object.source {
    case nil: fail(object, object.failure)
    case .lfs?: unlocated.append(object.index)
    case .folder?, .file?:
      dropChunks(of: object)
      copyable.append(object.index)
    case .agent(let agent, let remote)?:
      dropChunks(of: object)
      object.errand = Errand(agent, remote: remote)
      getInLine(object)
    case .bucket(let url, let signing)?:
      object.location = Location(inBucket: url, signing)
      object.location?.firstUse = object.transfer.firstUse
      if !active.contains(object.index) { getInLine(object) }
    case .url(let url, let isNamedByUser)?:
      object.location = Location(mirror: url, isNamedByUser: isNamedByUser)
      object.location?.firstUse = object.transfer.firstUse
      if !active.contains(object.index) { getInLine(object) }
    }
  }
}
