import Files
import Git
import HTTP
import Text

/// What follows from what lanes report.
extension TransferEngine {
  // MARK: Addresses

  func located(_ indexes: [Int], _ answer: BatchClient.Answer, from server: LFSServer) {
    locating -= 1
    let now = ContinuousClock.now
    for index in indexes {
      let object = objects[index]
      switch answer[object.transfer.oid] {
      case .success(.order(let order))?:
        dropChunks(of: object)
        object.errand = Errand(order, from: server, batch.agents, now: now)
        getInLine(object)
      case .success(.download(let action))?:
        object.location = Location(action, from: server, now: now)
        // An address that is over before it can be used would be asked for again and again.
        if !(object.location?.isUsable(at: now) ?? false) { object.location = object.location?.withoutExpiry }
        if !active.contains(index) { getInLine(object) }
      case .failure(let error)?: refuse(object, FetchError(error))
      case nil: refuse(object, FetchError(.notFound, "the server does not have it"))
      }
    }
    wakeLane()
  }

  func locateFailed(_ indexes: [Int], _ error: FetchError, source: Source) {
    locating -= 1
    if error.code == .interrupted { return halt(error) }
    // A server may also say 404 because it has none of these very objects.
    if error.code != .notFound { refusedEndpoints[source] = error }
    for index in indexes { refuse(objects[index], error) }
    wakeLane()
  }

  // MARK: Large objects

  func locked(_ index: Int) { objects[index].isLocked = true }

  /// Lets another process have the object; not before the last lane has stopped writing into its file.
  func unlock(_ object: ObjectTransfer) {
    guard object.isLocked, object.inFlight == 0 else { return }
    object.isLocked = false
    locks.unlock(object.transfer.lockKey)
  }

  func prepared(_ index: Int, _ partial: PartialObject, _ copy: EarlyCopy?) {
    let object = objects[index]
    object.copy = copy
    let hash = PrefixHash(of: partial.file, copy: copy)
    object.arrivals = object.transfer.chunks.flatMap { Arrivals($0, of: partial) }
    partial.hold(at: object.arrivals?.provenBytes)
    hash.advance(to: partial.finishedPrefix)
    object.partial = partial
    object.hash = hash
    object.progress.keep(partial.doneBytes)
    start(object)
    noticeArrivals(of: object)
    sealIfComplete(object)
  }

  func prepareFailed(_ index: Int, _ fault: TransferFault) {
    leaveWork(objects[index])
    apply(fault.isDiskFull ? .waitForRoom : .giveUp, to: objects[index], fault)
  }

  func busyElsewhere(_ index: Int) {
    active.removeAll { $0 == index }
    rest(objects[index], for: .milliseconds(100))
  }

  /// Another process took this one for dead and has the object now; what it makes of it will be seen.
  func lockLost(_ index: Int) {
    objects[index].forgetBytes()
    unlock(objects[index])
    busyElsewhere(index)
  }

  /// The headers of a range have come, so the other lanes can begin.
  func sawRanges(at location: Location) {
    let host = host(location)
    guard host.givesRanges == nil else { return }
    host.givesRanges = true
    wakeLane()
  }

  func runEnded(_ index: Int, _ run: Run, givesRanges: Bool) {
    let object = objects[index]
    host(run.location).givesRanges = givesRanges
    host(run.location).brought(run.receivedBytes, in: .now - run.started)
    put(back: run, of: object)
    landed(object, from: run.location)
    succeeded(object, at: run.location)
    sealIfComplete(object)
  }

  func runFailed(_ index: Int, _ run: Run, _ fault: TransferFault) {
    put(back: run, of: objects[index])
    // We ended it ourselves: that is no fault of the host.
    let isOurs = if case .cancelled = fault { run.isReplaced } else { false }
    guard isOurs else { return fetchFailed(index, fault, at: run.location, since: run.started) }
    landed(objects[index], from: run.location)
    sealIfComplete(objects[index])
  }

  /// What is missing of a run waits again.
  private func put(back run: Run, of object: ObjectTransfer) {
    object.runs.removeAll { $0.run === run }
    guard let partial = object.partial, !object.isFinished else { return }
    for chunk in run.currentChunks {
      if partial.isDone(chunk) { object.givers[chunk] = run.source } else { object.pending.insert(chunk..<(chunk + 1)) }
    }
    noticeArrivals(of: object, in: run.currentChunks)
  }

  func streamEnded(_ index: Int, at location: Location) {
    let object = objects[index]
    host(location).givesRanges = false
    landed(object, from: location)
    succeeded(object, at: location)
    sealIfComplete(object)
  }

  func sealIfComplete(_ object: ObjectTransfer) {
    if let partial = object.partial, object.inFlight == 0, object.search == nil, active.contains(object.index) {
      object.pending = ChunkSet(partial.missingChunks)
      if object.pending.isEmpty { sealOrProve(object) }
    }
    wakeLane()
  }

  /// All bytes are there.
  private func sealOrProve(_ object: ObjectTransfer) {
    if object.hasNoUnprovenChunk { sealable.append(object.index) } else { noticeArrivals(of: object) }
  }

  /// A source gave what was asked for.
  func succeeded(_ object: ObjectTransfer, at location: Location) {
    object.attempt = 0
    object.relocations = 0
    host(location).successes += 1
    foundRoom()
  }

  /// A request for chunks, or for the whole in their place, failed.
  func fetchFailed(_ index: Int, _ fault: TransferFault, at location: Location, since started: ContinuousClock.Instant)
  {
    let object = objects[index]
    landed(object, from: location)
    noteRefusal(fault, at: location, since: started)
    if let partial = object.partial {
      if object.inFlight == 0, object.search == nil {
        object.pending = ChunkSet(partial.missingChunks)
        if object.pending.isEmpty {
          // The fault came after the last byte.
          sealOrProve(object)
          return wakeLane()
        }
      }
      // A host that gives something each time is slow, not dead.
      if partial.doneBytes > object.doneBytes { (object.attempt, object.relocations) = (0, 0) }
      object.doneBytes = partial.doneBytes
    }
    // A fault of an address that has been replaced meanwhile says nothing about the new one; and when a host goes
    // down, all lanes report it, but it is one fault.
    guard let present = object.location, present.request.url == location.request.url, object.notBefore <= .now else {
      return wakeLane()
    }
    // That a host gives no ranges is learnt once; it is no failure.
    if case .noRanges = fault { return wakeLane() }
    forgive(object, at: location)
    object.attempt += 1
    recover(object, from: fault)
  }

  func comparisonFailed(
    _ index: Int, chunk: Int, _ fault: TransferFault, at location: Location, since started: ContinuousClock.Instant
  ) {
    objects[index].search?.pending.insert(chunk..<(chunk + 1))
    fetchFailed(index, fault, at: location, since: started)
  }

  /// What a fault says about the host.
  private func noteRefusal(_ fault: TransferFault, at location: Location, since started: ContinuousClock.Instant) {
    let host = host(location)
    if case .noRanges = fault { host.givesRanges = false }
    // A host that cannot be reached at all has not been asked for too much.
    if fault.isTurningAway, host.inUse > 0 || host.successes > 0 {
      host.pace.turnedAway(requestSentAt: started, at: .now)
    }
  }

  /// Faults are counted anew when the host has given something since, if not to this object: it lets us in by turns.
  private func forgive(_ object: ObjectTransfer, at location: Location) {
    let successes = host(location).successes
    if successes > object.successesOfHost { object.attempt = 0 }
    object.successesOfHost = successes
  }

  /// A lane is done with a part of the object.
  func landed(_ object: ObjectTransfer, from location: Location) {
    host(location).runs -= 1
    object.inFlight -= 1
    if object.isFinished || !active.contains(object.index) { unlock(object) }
  }

  /// It is not worked on for now.
  func leaveWork(_ object: ObjectTransfer) {
    unlock(object)
    active.removeAll { $0 == object.index }
  }

  /// A folder gives an object as a whole: what came in chunks is of no use, and the object is no longer in work.
  func dropChunks(of object: ObjectTransfer) {
    guard active.contains(object.index) else { return }
    try? object.partial?.discard()
    object.forgetBytes()
    unlock(object)
    active.removeAll { $0 == object.index }
  }

  // MARK: Small objects

  func smallFinished(_ index: Int, _ learned: Learned?, at location: Location?, isMultiplexed: Bool?) {
    smallLanded(index, location)
    if let location {
      if let isMultiplexed { host(location).isMultiplexed = isMultiplexed }
      succeeded(objects[index], at: location)
    }
    finish(index, learned)
  }

  func smallBusy(_ index: Int, at location: Location?) {
    smallLanded(index, location)
    rest(objects[index], for: .milliseconds(100))
    wakeLane()
  }

  func smallFailed(_ index: Int, _ fault: TransferFault, at location: Location?, since started: ContinuousClock.Instant)
  {
    smallLanded(index, location)
    let object = objects[index]
    if let location {
      noteRefusal(fault, at: location, since: started)
      forgive(object, at: location)
    }
    if case .agent(_, isFinal: true) = fault, let source = object.source {
      refusedEndpoints[source] = FetchError(fault)
    }
    if case .corrupt = fault {
      object.corruptions += 1
      if let source = object.source { distrust(source, object) }
    } else {
      object.attempt += 1
    }
    recover(object, from: fault)
  }

  private func smallLanded(_ index: Int, _ location: Location?) {
    smallInFlight -= 1
    if let errand = objects[index].errand { traffic(of: errand.agent).inUse -= 1 }
    if let location { host(location).objects -= 1 }
  }
}

extension Location {
  var withoutExpiry: Location { Location(request: request, expires: nil) }
}
