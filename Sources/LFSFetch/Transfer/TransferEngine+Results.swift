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
      case .success(let action)?:
        object.location = Location(action, from: server, now: now)
        // An address that is over before it can be used would be asked for again and again.
        if !(object.location?.isUsable(at: now) ?? false) { object.location = object.location?.withoutExpiry }
        if !active.contains(index) { ready.append(index) }
      case .failure(let error)?: refuse(object, FetchError(error))
      case nil: refuse(object, FetchError(.notFound, "the server does not have it"))
      }
    }
    wakeLanes()
  }

  func locateFailed(_ indexes: [Int], _ error: FetchError, source: Source) {
    locating -= 1
    if error.code == .interrupted { return halt(error) }
    // A server may also say 404 because it has none of these very objects.
    if error.code != .notFound { refusedEndpoints[source] = error }
    for index in indexes { refuse(objects[index], error) }
    wakeLanes()
  }

  // MARK: Large objects

  func locked(_ index: Int) { objects[index].isLocked = true }

  /// Lets another process have the object; not before the last lane has stopped writing into its file.
  private func unlock(_ object: ObjectTransfer) {
    guard object.isLocked, object.inFlight == 0 else { return }
    object.isLocked = false
    locks.unlock(object.transfer.lockKey)
  }

  func prepared(_ index: Int, _ partial: PartialObject) {
    let object = objects[index]
    let hash = PrefixHash(of: partial.file)
    hash.advance(to: partial.finishedPrefix)
    object.partial = partial
    object.hash = hash
    object.pending = partial.missingChunks.reversed()
    object.progress.keep(partial.doneBytes)
    start(object)
    if object.pending.isEmpty { sealable.append(index) }
    wakeLanes()
  }

  func prepareFailed(_ index: Int, _ fault: TransferFault) {
    apply(.giveUp, to: objects[index], fault)
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
  func sawRanges(at origin: Origin) {
    guard givesRanges[origin] == nil else { return }
    givesRanges[origin] = true
    wakeLanes()
  }

  /// `givesRanges` is nil when the host was not asked.
  func chunkArrived(_ index: Int, givesRanges: Bool?, from origin: Origin) {
    let object = objects[index]
    landed(object)
    object.attempt = 0
    object.relocations = 0
    if let givesRanges { self.givesRanges[origin] = givesRanges }
    if let partial = object.partial, object.inFlight == 0 {
      object.pending = partial.missingChunks.reversed()
      if object.pending.isEmpty { sealable.append(index) }
    }
    wakeLanes()
  }

  /// `chunk` is nil when the whole was asked for.
  func chunkFailed(_ index: Int, chunk: Int?, _ fault: TransferFault, at location: Location) {
    let object = objects[index]
    landed(object)
    if case .noRanges = fault { givesRanges[location.request.url.origin] = false }
    if let partial = object.partial {
      if object.inFlight == 0 {
        object.pending = partial.missingChunks.reversed()
      } else if let chunk, !partial.isDone(chunk) {
        object.pending.append(chunk)
      }
      if object.inFlight == 0, object.pending.isEmpty {
        // The fault came after the last byte.
        sealable.append(index)
        return wakeLanes()
      }
      // A host that gives something each time is slow, not dead.
      if partial.doneBytes > object.doneBytes { (object.attempt, object.relocations) = (0, 0) }
      object.doneBytes = partial.doneBytes
    }
    // A fault of an address that has been replaced meanwhile says nothing about the new one; and when a host goes
    // down, all lanes report it, but it is one fault.
    guard let present = object.location, present.request.url == location.request.url, object.notBefore <= .now else {
      return wakeLanes()
    }
    // That a host gives no ranges is learnt once; it is no failure.
    if case .noRanges = fault { return wakeLanes() }
    object.attempt += 1
    apply(remedy(for: fault, of: object, attempt: object.attempt), to: object, fault)
  }

  /// A lane is done with a chunk of the object.
  private func landed(_ object: ObjectTransfer) {
    object.inFlight -= 1
    if object.isFinished || !active.contains(object.index) { unlock(object) }
  }

  /// A folder gives an object as a whole: what came in chunks is of no use, and the object is no longer in work.
  func dropChunks(of object: ObjectTransfer) {
    guard active.contains(object.index) else { return }
    try? object.partial?.discard()
    object.forgetBytes()
    unlock(object)
    active.removeAll { $0 == object.index }
  }

  func sealFailed(_ index: Int, _ fault: TransferFault) {
    let object = objects[index]
    guard case .corrupt = fault else { return apply(.giveUp, to: object, fault) }
    object.forgetBytes()
    unlock(object)
    object.corruptions += 1
    active.removeAll { $0 == index }
    apply(remedy(for: fault, of: object, attempt: object.corruptions), to: object, fault)
  }

  // MARK: Small objects

  func smallFinished(_ index: Int) {
    smallInFlight -= 1
    finish(index)
  }

  func smallBusy(_ index: Int) {
    smallInFlight -= 1
    rest(objects[index], for: .milliseconds(100))
  }

  func smallFailed(_ index: Int, _ fault: TransferFault) {
    smallInFlight -= 1
    let object = objects[index]
    if case .corrupt = fault { object.corruptions += 1 } else { object.attempt += 1 }
    apply(remedy(for: fault, of: object, attempt: max(object.attempt, object.corruptions)), to: object, fault)
  }

  // MARK: Ends and beginnings

  func finish(_ index: Int) {
    let object = objects[index]
    start(object)
    object.isFinished = true
    object.isStored = true
    object.partial = nil
    object.hash = nil
    unlock(object)
    active.removeAll { $0 == index }
    remaining -= 1
    report(.objectFinished(object: object.transfer.oid.hex))
    wakeLanes()
  }

  func fail(_ object: ObjectTransfer, _ error: FetchError) {
    guard !object.isFinished else { return }
    object.isFinished = true
    object.partial = nil
    object.hash = nil
    unlock(object)
    active.removeAll { $0 == object.index }
    remaining -= 1
    failures[object.transfer.oid] = error
    wakeLanes()
  }

  func rest(_ object: ObjectTransfer, for pause: Duration) {
    object.notBefore = .now + pause
    resting.append(object.index)
    wakeLanes(at: object.notBefore)
  }

  private func remedy(for fault: TransferFault, of object: ObjectTransfer, attempt: Int) -> Remedy {
    let isSigned = if case .lfs? = object.source { true } else { false }
    return Remedy.against(
      fault, attempt: attempt, relocations: object.relocations, isSigned: isSigned, retry: client.retry,
      random: .random(in: 0..<1))
  }

  private func apply(_ remedy: Remedy, to object: ObjectTransfer, _ fault: TransferFault) {
    guard !object.isFinished else { return wakeLanes() }
    let isActive = active.contains(object.index)
    switch remedy {
    case .again(let pause):
      object.notBefore = .now + pause
      if isActive { wakeLanes(at: object.notBefore) } else { rest(object, for: pause) }
    case .relocate:
      object.relocations += 1
      object.location = nil
      locateLater(object)
    case .nextSource: refuse(object, FetchError(fault))
    case .giveUp:
      if case .cancelled = fault { return halt(.interruption) }
      let error = FetchError(fault, name: object.transfer.name)
      fail(object, error)
      // What one object cannot be written for, the others cannot either.
      if case .disk = fault { halt(error) }
    }
    wakeLanes()
  }

  /// The present source is of no use for the object: on to the next, and the user is told.
  private func refuse(_ object: ObjectTransfer, _ error: FetchError) {
    guard !object.isFinished, let source = object.source else { return }
    object.refusals.append((source, error))
    object.moveToNextSource()
    if let next = object.source {
      let reason = error.causes.last ?? error.message
      report(
        .warning(
          "`\(object.transfer.name.escapingControls)` could not be had from \(source.name) (\(reason)); "
            + "going on with \(next.name)"))
    }
    locateLater(object)
  }
}

extension Location {
  var withoutExpiry: Location { Location(request: request, expires: nil) }
}
