import Files
import HTTP
import Text

/// Chunks whose hashes are known: proven when they arrive, and fetched again at once when they are wrong.
extension TransferEngine {
  /// More would keep the processors from the connections.
  private static let provenAtOnce = 4

  /// Looks for chunks that have come: among these parts, or all.
  func noticeArrivals(of object: ObjectTransfer, in parts: Range<Int>? = nil) {
    guard let partial = object.partial, object.arrivals != nil, object.search == nil else { return }
    let inWork = object.runs.map(\.run.currentChunks)
    object.arrivals?.notice(parts ?? 0..<partial.layout.count) { part in
      partial.isDone(part) && !inWork.contains { $0.contains(part) }
    }
  }

  /// A host without ranges gives the whole in one answer: what has come of it is looked at meanwhile.
  func noticeArrivalsOfStreams() {
    for index in active {
      let object = objects[index]
      if object.arrivals != nil, object.location.flatMap({ host($0).givesRanges }) != true {
        noticeArrivals(of: object)
      }
    }
  }

  func pickProof() -> Job? {
    guard proving < Self.provenAtOnce else { return nil }
    for index in active {
      let object = objects[index]
      guard let partial = object.partial, let chunk = object.arrivals?.next(), let hashes = object.arrivals?.hashes
      else { continue }
      object.inFlight += 1
      proving += 1
      return .prove(index, chunk: chunk, partial, hashes)
    }
    return nil
  }

  nonisolated func prove(_ index: Int, _ chunk: Int, of partial: PartialObject, by hashes: ChunkHashes) async {
    do throws(FileError) {
      let isRight = try await onBlockingThread { () throws(FileError) in try hashes.fits(chunk, of: partial.file) }
      await lookedAt(chunk, of: index, partial, isRight: isRight)
    } catch {
      await proofFailed(index, TransferFault(error))
    }
  }

  private func lookedAt(_ chunk: Int, of index: Int, _ partial: PartialObject, isRight: Bool) {
    let object = objects[index]
    proofEnded(of: object)
    defer { wakeLane() }
    // What was looked at may have been given up meanwhile.
    guard object.partial === partial, object.arrivals != nil, !object.isFinished else { return }
    if isRight {
      object.arrivals?.prove(chunk)
      partial.hold(at: object.arrivals?.provenBytes)
      object.hash?.advance(to: partial.finishedPrefix)
    } else {
      fetchAgain(chunk, of: object, partial)
    }
    sealIfComplete(object)
  }

  private func proofFailed(_ index: Int, _ fault: TransferFault) {
    proofEnded(of: objects[index])
    apply(.giveUp, to: objects[index], fault)
  }

  private func proofEnded(of object: ObjectTransfer) {
    proving -= 1
    object.inFlight -= 1
    if object.isFinished || !active.contains(object.index) { unlock(object) }
  }

  /// From another source, if there is one and the present one gave it.
  private func fetchAgain(_ chunk: Int, of object: ObjectTransfer, _ partial: PartialObject) {
    guard let parts = object.arrivals?.parts(of: chunk), let refuted = object.arrivals?.refute(chunk) else { return }
    var givers = Set(parts.compactMap { object.givers[$0] })
    // Of an answer with the whole it is not noted.
    if givers.isEmpty, !refuted.wasInherited { givers = [object.sourceIndex] }
    for part in parts {
      partial.forget(part)
      object.givers[part] = nil
      object.pending.insert(part..<(part + 1))
    }
    let range = partial.layout.range(of: parts)
    object.progress.keep(-(range.upperBound + 1 - range.lowerBound))
    let names = givers.sorted().map { object.sources[$0].name }.joined(separator: " or ")
    let isAtFault = givers.contains(object.sourceIndex)
    let next = isAtFault ? object.nextSource : object.source
    report(
      .warning(
        "\(names.isEmpty ? "an earlier run" : names) gave wrong bytes for `\(object.transfer.name.escapingControls)`: "
          + "bytes \(range.lowerBound) to \(range.upperBound) do not have the hash that the lock has; "
          + "fetching them again" + (next.map { " from \($0.name)" } ?? "")))
    guard isAtFault, let source = object.source else { return }
    if object.hasFurtherSource {
      distrusted.insert(source)
      object.refusals.append((source, FetchError(.corrupt)))
      object.moveToNextSource()
      locateLater(object)
    } else {
      object.corruptions = refuted.times
      recover(object, from: .corrupt)
    }
  }
}
