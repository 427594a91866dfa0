import Files
import HTTP
import Text

/// How the work on an object ends, and what is done so that it does not end badly.
extension TransferEngine {
  func finish(_ index: Int, _ learned: Learned? = nil) {
    let object = objects[index]
    self.learned[object.transfer.oid] = learned
    start(object)
    object.isFinished = true
    object.isStored = true
    reportWrongBytes(object)
    foundRoom()
    object.partial = nil
    object.hash = nil
    if let copy = object.copy, copy.complete() { copies[learned?.digest ?? object.transfer.oid] = copy }
    object.copy = nil
    unlock(object)
    active.removeAll { $0 == index }
    remaining -= 1
    report(.objectFinished(object: object.transfer.oid.hex))
    // The lane that is done with it looks for work next.
  }

  func fail(_ object: ObjectTransfer, _ error: FetchError) {
    guard !object.isFinished else { return }
    object.isFinished = true
    if object.search != nil { try? object.partial?.discard() }
    object.partial = nil
    object.hash = nil
    object.copy?.discard()
    object.copy = nil
    unlock(object)
    active.removeAll { $0 == object.index }
    remaining -= 1
    failures[object.transfer.oid] = error
    wakeLane()
  }

  func rest(_ object: ObjectTransfer, for pause: Duration) {
    object.notBefore = .now + pause
    resting.append(object.index)
    wakeLane(at: object.notBefore)
  }

  /// Does what is best against the fault.
  func recover(_ object: ObjectTransfer, from fault: TransferFault) {
    let isSigned = if case .lfs? = object.source { true } else { false }
    let isCorrupt = if case .corrupt = fault { true } else { false }
    let remedy = Remedy.against(
      fault, attempt: isCorrupt ? object.corruptions : object.attempt, relocations: object.relocations,
      isSigned: isSigned, retry: client.retry, random: .random(in: 0..<1))
    apply(remedy, to: object, fault)
  }

  func apply(_ remedy: Remedy, to object: ObjectTransfer, _ fault: TransferFault) {
    guard !object.isFinished else { return wakeLane() }
    let isActive = active.contains(object.index)
    switch remedy {
    case .again(let pause):
      Trace.steps.say("tq: retrying object \(object.transfer.oid.hex): \(fault.traced)")
      object.notBefore = .now + pause
      if isActive { wakeLane(at: object.notBefore) } else { rest(object, for: pause) }
    case .waitForRoom:
      if !isActive { rest(object, for: .zero) }
      pauseForRoom(object, FetchError(fault, name: object.transfer.name))
    case .relocate:
      object.relocations += 1
      object.location = nil
      locateLater(object)
    case .nextSource:
      var error = FetchError(fault)
      if case .status(let status, _, _, _) = fault, let url = object.location?.request.url {
        error.wordsOfGitLFS = "LFS: " + StatusWords.of(status, at: url)
      }
      refuse(object, error)
    case .giveUp:
      if case .cancelled = fault { return halt(.interruption) }
      let error = FetchError(fault, name: object.transfer.name)
      if case .changed = fault { try? object.partial?.discard() }
      fail(object, error)
      // What one object cannot be written for, the others cannot either.
      if case .disk = fault { halt(error) }
    }
    wakeLane()
  }

  /// The present source is of no use for the object: on to the next, and the user is told.
  func refuse(_ object: ObjectTransfer, _ error: FetchError) {
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
