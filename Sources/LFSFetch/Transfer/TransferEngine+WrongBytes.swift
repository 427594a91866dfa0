import Files
import HTTP
import Text

/// Objects whose bytes are all there and do not have their SHA-256: finding the chunks that are wrong, and fetching
/// only those from somewhere else.
extension TransferEngine {
  /// Few at once: a chunk is held in memory until it is compared.
  private static let comparedAtOnce = 4

  func sealFailed(_ index: Int, _ fault: TransferFault) {
    let object = objects[index]
    guard case .corrupt = fault, let partial = object.partial else {
      if fault.isDiskFull, let partial = object.partial { prove(object, partial) }
      return recover(object, from: fault)
    }
    if object.search != nil {
      object.search?.hashWasWrong()
    } else if object.location.flatMap({ host($0).givesRanges }) != false {
      beginSearch(object, chunks: partial.layout.count)
    } else {
      return fetchAnew(object)
    }
    continueSearch(object)
  }

  private func beginSearch(_ object: ObjectTransfer, chunks: Int) {
    object.search = SearchForWrongChunks(chunks: chunks, suspect: object.hasFurtherSource ? object.source : nil)
    guard let suspect = object.source else { return }
    let name = object.transfer.name.escapingControls
    let found = "the bytes of `\(name)` do not have the SHA-256 that they should have"
    guard object.hasFurtherSource else {
      return report(.warning("\(found); asking \(suspect.name) again to find the wrong ones"))
    }
    object.refusals.append((suspect, FetchError(.corrupt)))
    object.moveToNextSource()
    locateLater(object)
    guard let other = object.source else { return }
    report(.warning("\(found); comparing \(suspect.name) with \(other.name) to find the wrong ones"))
  }

  /// A host that gives only the whole is asked for the whole.
  func fetchAnew(_ object: ObjectTransfer) {
    try? object.partial?.discard()
    object.forgetBytes()
    object.corruptions += 1
    leaveWork(object)
    recover(object, from: .corrupt)
  }

  func pickComparison(
    of object: ObjectTransfer, _ partial: PartialObject, _ location: Location, _ host: HostTraffic
  ) -> Job? {
    guard host.givesRanges != false else {
      if object.inFlight == 0 { fetchAnew(object) }
      return nil
    }
    guard object.inFlight < (object.search?.isSwapping == true ? 1 : Self.comparedAtOnce),
      let chunk = object.search?.pending.takeFirst(1, isStarted: { _ in false })?.lowerBound
    else { return nil }
    take(object, from: host)
    return .compare(object.index, chunk: chunk, partial, location, object.progress, host.received)
  }

  func compared(_ index: Int, chunk: Int, differs: Bool, at location: Location) {
    let object = objects[index]
    landed(object, from: location)
    succeeded(object, at: location)
    if differs {
      object.search?.replace(chunk, of: object.givers[chunk])
      object.givers[chunk] = object.sourceIndex
    }
    continueSearch(object)
  }

  /// The next step: hash the whole, go on comparing, or go on with the next source.
  private func continueSearch(_ object: ObjectTransfer) {
    defer { wakeLane() }
    guard !object.isFinished, let partial = object.partial, var search = object.search else { return }
    if search.beginsHashing(isAlone: object.inFlight == 0) {
      prove(object, partial)
    } else if !search.isHashing, search.pending.isEmpty, object.inFlight == 0 {
      if !object.hasFurtherSource, let last = object.source, let next = search.swap(after: last) {
        object.search = search
        if !object.refusals.contains(where: { $0.source == last }) {
          object.refusals.append((last, FetchError(.corrupt)))
        }
        object.append(next)
        object.moveToNextSource()
        return locateLater(object)
      }
      search.restart(chunks: partial.layout.count)
      object.search = search
      object.refusals.removeAll { $0.source == object.source }
      return refuse(object, FetchError(.corrupt))
    }
    object.search = search
  }

  /// Hashes the whole again.
  private func prove(_ object: ObjectTransfer, _ partial: PartialObject) {
    let hash = PrefixHash(of: partial.file, copy: object.copy)
    hash.advance(to: partial.layout.size)
    object.hash = hash
    sealable.append(object.index)
  }

  /// Wrong chunks were found and mended: says where they came from.
  func reportWrongBytes(_ object: ObjectTransfer) {
    guard let search = object.search, let layout = object.partial?.layout else { return }
    let givers = Set(search.replaced.values).sorted { ($0 ?? -1) < ($1 ?? -1) }
    for giver in givers {
      let bytes = search.replaced.reduce(0) { $0 + ($1.value == giver ? layout.length(of: $1.key) : 0) }
      let source = giver.map { object.sources[$0] }
      if let source { distrusted.insert(source) }
      report(
        .warning(
          "\(source?.name ?? "an earlier run") gave wrong bytes for `\(object.transfer.name.escapingControls)`; "
            + "the chunks with them, \(bytes) bytes, were fetched again"))
    }
  }

  /// The same for an object that is fetched as a whole.
  func distrust(_ source: Source, _ object: ObjectTransfer) {
    guard distrusted.insert(source).inserted else { return }
    report(
      .warning(
        "the bytes of `\(object.transfer.name.escapingControls)` from \(source.name) do not have the SHA-256 that they "
          + "should have; " + (object.nextSource.map { "going on with \($0.name)" } ?? "asking again")))
  }
}
