import Files
import HTTP

/// What lanes do. Nothing here touches the engine's state except by the reports at the end.
extension TransferEngine {
  nonisolated func perform(_ job: Job) async {
    switch job {
    case .locate(let indexes, let objects, let server): await locate(indexes, objects, server)
    case .prepare(let index, let transfer):
      await prepare(index, transfer)
    case .whole(let index, let transfer, let location, let progress, let received):
      let started = ContinuousClock.now
      await reportSmall(index, location, since: started) {
        try await self.fetchWhole(transfer, location, progress, received)
      }
    case .copy(let index, let transfer, let source, let progress):
      await reportSmall(index, nil, since: .now) { try await self.copy(transfer, from: source, progress) }
    case .errand(let index, let transfer, let errand, let progress):
      await reportSmall(index, nil, since: .now) { try await self.bring(transfer, errand, progress) }
    case .chunks(let index, let run, let partial, let hash, let progress, let received, let isProbe):
      do {
        let isWhole = try await fetch(run, partial, hash, progress, received, isProbe: isProbe)
        await runEnded(index, run, givesRanges: !isWhole)
      } catch {
        await runFailed(index, run, TransferFault(error))
      }
    case .stream(let index, let partial, let hash, let location, let progress, let received):
      let started = ContinuousClock.now
      do {
        try await stream(partial, hash, location, progress, received)
        await streamEnded(index, at: location)
      } catch {
        await fetchFailed(index, TransferFault(error), at: location, since: started)
      }
    case .compare(let index, let chunk, let partial, let location, let progress, let received):
      let started = ContinuousClock.now
      do {
        let differs = try await compare(chunk, of: partial, location, progress, received)
        await compared(index, chunk: chunk, differs: differs, at: location)
      } catch {
        await comparisonFailed(index, chunk: chunk, TransferFault(error), at: location, since: started)
      }
    case .prove(let index, let chunk, let partial, let hashes): await prove(index, chunk, of: partial, by: hashes)
    case .seal(let index, let transfer, let partial, let hash):
      do {
        switch try await seal(transfer, partial, hash) {
        case .stored(let learned): await finish(index, learned)
        case .lockLost: await lockLost(index)
        }
      } catch {
        await noteFound(index, error)
        await sealFailed(index, TransferFault(error))
      }
    }
  }

  private nonisolated func locate(_ indexes: [Int], _ objects: [Batch.Object], _ server: LFSServer) async {
    do throws(FetchError) {
      await located(indexes, try await batch.locate(objects, at: server), from: server)
    } catch {
      await locateFailed(indexes, error, source: .lfs(server))
    }
  }

  // MARK: Preparing

  private nonisolated func prepare(_ index: Int, _ transfer: Transfer) async {
    do {
      guard try locks.tryLock(transfer.lockKey) else { return await busyElsewhere(index) }
      await locked(index)
      if let present = try present(transfer) { return await finish(index, present.learned) }
      let cache = store.cache
      let partial = try await onBlockingThread { () throws(FileError) in
        try PartialObject.open(transfer.oid, size: transfer.size, in: cache)
      }
      let copy = transfer.isCopied ? EarlyCopy(of: transfer.oid, size: transfer.size, in: cache) : nil
      await prepared(index, partial, copy)
    } catch {
      await prepareFailed(index, TransferFault(error))
    }
  }

  // MARK: Proving

  enum Sealing: Sendable {
    /// In the store now.
    case stored(Learned?)
    /// The file is another process's.
    case lockLost
  }

  nonisolated func seal(
    _ transfer: Transfer, _ partial: PartialObject, _ hash: PrefixHash, mayRemember: Bool = true
  ) async throws -> Sealing {
    let digest = try await hash.finish(size: transfer.size)
    guard locks.stillHolds(transfer.lockKey) else { return .lockLost }
    guard digest == transfer.expected ?? digest else { throw WrongDigest(found: digest) }
    let learned = transfer.firstUse.map { _ in Learned(digest: digest, size: transfer.size) }
    if learned != nil, try store.contains(digest, size: transfer.size) {
      try partial.discard()
    } else {
      try store.adopt(partial.file, as: digest)
      // The object is there; without its checksums a repair would fetch it whole.
      try? partial.keepJournal(as: store.journalPath(of: digest))
    }
    if mayRemember { remember(learned, of: transfer) }
    return .stored(learned)
  }
}

/// The whole did not hash to its name.
struct WrongDigest: Error { let found: SHA256Digest }

/// That an object is in the store; and what its hash is, where that was not known.
struct Presence: Sendable { var learned: Learned? }

/// Files whose hash is learnt.
extension TransferEngine {
  /// What is here already, if perhaps only since another process has fetched it.
  nonisolated func present(_ transfer: Transfer) throws(FileError) -> Presence? {
    guard let firstUse = transfer.firstUse else {
      return try store.contains(transfer.oid, size: transfer.size) ? Presence() : nil
    }
    guard let learned = LearnedHashes(store.cache).hash(of: firstUse),
      try store.contains(learned.digest, size: learned.size)
    else { return nil }
    return Presence(learned: learned)
  }

  nonisolated func remember(_ learned: Learned?, of transfer: Transfer) {
    guard let learned, let firstUse = transfer.firstUse else { return }
    LearnedHashes(store.cache).remember(learned, of: firstUse)
  }

  func noteFound(_ index: Int, _ error: any Error) {
    if let wrong = error as? WrongDigest { found[objects[index].transfer.oid] = wrong.found }
  }
}
