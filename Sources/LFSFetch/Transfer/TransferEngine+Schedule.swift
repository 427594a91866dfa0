import HTTP

/// What comes next.
extension TransferEngine {
  /// One piece of work for a lane, with all that the lane needs to know; only values and thread-safe parts.
  enum Job: Sendable {
    case locate([Int], objects: [Batch.Object], LFSServer)
    /// Get the lock of a large object, look whether another process was quicker, open what an earlier run left.
    case prepare(Int, Transfer)
    /// All of a small object.
    case whole(Int, Transfer, Location, ObjectProgress)
    /// One range of a large object. `isAlone`: nobody else fetches parts of it, so that an answer with the whole
    /// can be taken as such.
    case chunk(Int, Int, PartialObject, PrefixHash, Location, ObjectProgress, isAlone: Bool)
    /// All of a large object, from a host without ranges.
    case stream(Int, PartialObject, PrefixHash, Location, ObjectProgress)
    case copy(Int, Transfer, folder: String, ObjectProgress)
    /// Prove a large object and make it visible.
    case seal(Int, Transfer, PartialObject, PrefixHash)
  }

  /// Addresses are asked for this many objects ahead.
  private static let locatedAhead = 50
  private static let concurrentBatches = 2

  /// The most useful thing to do now, or nil when there is nothing before something else ends.
  func pickJob() -> Job? {
    let now = ContinuousClock.now
    rouse(at: now)
    if ready.count < Self.locatedAhead, locating < Self.concurrentBatches, let job = pickBatch() { return job }
    if let index = sealable.popLast() {
      let object = objects[index]
      if let partial = object.partial, let hash = object.hash { return .seal(index, object.transfer, partial, hash) }
    }
    for index in active {
      if let job = pickChunk(of: objects[index], at: now) { return job }
    }
    return pickObject(at: now)
  }

  /// Objects whose pause is over get back in line.
  private func rouse(at now: ContinuousClock.Instant) {
    guard !resting.isEmpty else { return }
    let awake = resting.filter { objects[$0].notBefore <= now }
    resting.removeAll { objects[$0].notBefore <= now }
    for index in awake { ready.append(index) }
    if let next = resting.map({ objects[$0].notBefore }).min() { wakeLanes(at: next) }
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
    guard !object.isFinished, object.location == nil, case .lfs(let server)? = object.source else { return nil }
    return server
  }

  private func pickChunk(of object: ObjectTransfer, at now: ContinuousClock.Instant) -> Job? {
    guard let partial = object.partial, let hash = object.hash, !object.pending.isEmpty else { return nil }
    guard object.notBefore <= now else {
      wakeLanes(at: object.notBefore)
      return nil
    }
    guard let location = object.location else { return nil }
    guard location.isUsable(at: now) else {
      object.location = nil
      locateLater(object)
      wakeLanes()
      return nil
    }
    switch givesRanges[location.request.url.origin] {
    case false?:
      guard object.inFlight == 0 else { return nil }
      object.inFlight += 1
      object.pending = []
      return .stream(object.index, partial, hash, location, object.progress)
    case nil where object.inFlight > 0:
      // The first range is the probe; its headers decide for the others.
      return nil
    case nil, true?:
      let isAlone = object.inFlight == 0
      object.inFlight += 1
      let chunk = object.pending.removeLast()
      return .chunk(object.index, chunk, partial, hash, location, object.progress, isAlone: isAlone)
    }
  }

  /// Takes the next object in line into work.
  private func pickObject(at now: ContinuousClock.Instant) -> Job? {
    guard active.count + smallInFlight < limits.jobs else { return nil }
    while let index = ready.popFirst() {
      let object = objects[index]
      if object.isFinished { continue }
      if object.inFlight > 0 {
        // Lanes still write what belonged to another source.
        rest(object, for: .milliseconds(50))
        continue
      }
      if case .folder(let folder)? = object.source {
        start(object)
        smallInFlight += 1
        return .copy(index, object.transfer, folder: folder, object.progress)
      }
      guard let location = object.location, location.isUsable(at: now) else {
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
      return .whole(index, object.transfer, location, object.progress)
    }
    return nil
  }

  func start(_ object: ObjectTransfer) {
    guard !object.isStarted else { return }
    object.isStarted = true
    let transfer = object.transfer
    report(
      .objectStarted(
        object: transfer.oid.hex, name: transfer.name, bytes: transfer.size, resumed: object.partial?.doneBytes ?? 0))
  }

  /// Puts the object in line for an address at its present source, or fails it when there is no source left.
  func locateLater(_ object: ObjectTransfer) {
    while let source = object.source, let refusal = refusedEndpoints[source] {
      object.refusals.append((source, refusal))
      object.moveToNextSource()
    }
    switch object.source {
    case nil: fail(object, object.failure)
    case .lfs?: unlocated.append(object.index)
    case .folder?:
      dropChunks(of: object)
      ready.append(object.index)
    case .url(let url)?:
      object.location = Location(mirror: url)
      if !active.contains(object.index) { ready.append(object.index) }
    }
  }
}
