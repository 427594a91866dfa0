import Files
import HTTP
import Synchronization
import Text

/// How bytes are fetched: small objects as a whole, large ones in runs of chunks or as one stream.
extension TransferEngine {
  // MARK: Small objects

  enum SmallResult: Sendable {
    /// `isMultiplexed`: whether its request shared a connection; nil when none was made.
    case stored(Learned?, isMultiplexed: Bool?)
    case busyElsewhere
  }

  /// `location` is nil where the network is not asked.
  nonisolated func reportSmall(
    _ index: Int, _ location: Location?, since started: ContinuousClock.Instant, _ work: () async throws -> SmallResult
  ) async {
    do {
      switch try await work() {
      case .stored(let learned, let isMultiplexed):
        await smallFinished(index, learned, at: location, isMultiplexed: isMultiplexed)
      case .busyElsewhere: await smallBusy(index, at: location)
      }
    } catch {
      await noteFound(index, error)
      await smallFailed(index, TransferFault(error), at: location, since: started)
    }
  }

  nonisolated func fetchWhole(
    _ transfer: Transfer, _ location: Location, _ progress: ObjectProgress, _ received: ByteCounter
  ) async throws -> SmallResult {
    guard try locks.tryLock(transfer.lockKey) else { return .busyElsewhere }
    defer { locks.unlock(transfer.lockKey) }
    if let present = try present(transfer) { return .stored(present.learned, isMultiplexed: nil) }
    let writer = WholeObjectWriter(transfer, store: store, progress: progress)
    do {
      let sink = BodySink.whole(length: transfer.knownSize, of: location, received) { try writer.write($0) }
      var request = location.request
      request.carriage = transfer.knownSize.map { $0 <= WholeObjectWriter.bufferLimit } == true ? .small : .object
      let response = try await client.stream(request, to: sink)
      guard response.status == 200 else {
        throw TransferFault(status: response)
      }
      return try adopt(writer, as: transfer, isMultiplexed: response.isMultiplexed)
    } catch {
      writer.abandon()
      throw error
    }
  }

  /// Not what was fetched under a lock that was lost meanwhile: who has it now may be at the same object.
  nonisolated func adopt(
    _ writer: WholeObjectWriter, as transfer: Transfer, isMultiplexed: Bool? = nil, mayRemember: Bool = true
  ) throws -> SmallResult {
    guard locks.stillHolds(transfer.lockKey) else {
      writer.abandon()
      return .busyElsewhere
    }
    let learned = try writer.adopt()
    if mayRemember { remember(learned, of: transfer) }
    return .stored(learned, isMultiplexed: isMultiplexed)
  }

  // MARK: Large objects

  /// Returns whether the host gave the whole object instead of the range.
  nonisolated func fetch(
    _ run: Run, _ partial: PartialObject, _ hash: PrefixHash, _ progress: ObjectProgress, _ received: ByteCounter,
    isProbe: Bool
  ) async throws -> Bool {
    let layout = partial.layout
    let first = run.chunks.lowerBound
    let bytes = layout.range(of: run.chunks)
    let range = (bytes.lowerBound + partial.progress(of: first).length)...bytes.upperBound
    var request = run.location.request
    request.range = range
    let advance: @Sendable () -> Void = { hash.advance(to: partial.finishedPrefix) }
    // What the answer carries is known only from its headers.
    let writer = Mutex<ChunkWriter?>(nil)
    let sink = BodySink(
      begin: { response in
        switch response.status {
        case 206:
          try response.requireRange(range)
          try run.location.firstUse?.check(response)
          Task { await self.sawRanges(at: run.location) }
          let ranged = ChunkWriter(range: range, of: partial, progress: progress, run: run, onWrite: advance)
          writer.withLock { $0 = ranged }
        case 200 where isProbe:
          try run.location.firstUse?.check(response)
          try response.requirePlainBody(length: layout.size)
          let whole = ChunkWriter(range: 0...(layout.size - 1), of: partial, progress: progress, onWrite: advance)
          writer.withLock { $0 = whole }
        case 200, 416: throw TransferFault.noRanges
        default: return .collect
        }
        return .deliver
      },
      write: { bytes in
        received.add(bytes.count)
        // Taken out of the lock: only the curl thread uses it while the transfer runs.
        try writer.withLock { $0 }?.write(bytes)
      })
    do {
      let response = try await run.perform { [client, request] in try await client.stream(request, to: sink) }
      guard let done = writer.withLock({ $0 }) else {
        throw TransferFault(status: response)
      }
      guard done.isComplete else { throw TransferFault.cutShort(response.url) }
      return response.status == 200
    } catch is RunIsOver {
      return false
    } catch {
      // What came before the fault is kept.
      try writer.withLock { $0 }?.finish()
      throw error
    }
  }

  /// Fetches a chunk that is there once more; returns whether it differed, and has been replaced.
  nonisolated func compare(
    _ chunk: Int, of partial: PartialObject, _ location: Location, _ progress: ObjectProgress, _ received: ByteCounter
  ) async throws -> Bool {
    let range = partial.layout.range(of: chunk)
    var request = location.request
    request.range = range
    let length = Int(partial.layout.length(of: chunk))
    let bytes = Mutex<[UInt8]>([])
    let sink = BodySink(
      begin: { response in
        switch response.status {
        case 206:
          try response.requireRange(range)
          bytes.withLock { $0.reserveCapacity(length) }
          return .deliver
        case 200, 416: throw TransferFault.noRanges
        default: return .collect
        }
      },
      write: { part in
        received.add(part.count)
        progress.arrive(part.count)
        try bytes.withLock {
          guard $0.count + part.count <= length else { throw TransferFault.noRanges }
          $0.append(contentsOf: part)
        }
      })
    let response = try await client.stream(request, to: sink)
    guard response.status == 206 else { throw TransferFault(status: response) }
    let fetched = bytes.withLock { $0 }
    guard fetched.count == length else { throw TransferFault.cutShort(response.url) }
    var checksum = Checksum()
    fetched.withUnsafeBytes { checksum.update($0) }
    guard checksum.value != partial.progress(of: chunk).checksum.value else { return false }
    try partial.replace(chunk, with: fetched)
    return true
  }

  nonisolated func stream(
    _ partial: PartialObject, _ hash: PrefixHash, _ location: Location, _ progress: ObjectProgress,
    _ received: ByteCounter
  ) async throws {
    let layout = partial.layout
    let writer = ChunkWriter(
      range: 0...(layout.size - 1), of: partial, progress: progress,
      onWrite: { hash.advance(to: partial.finishedPrefix) })
    let sink = BodySink.whole(length: layout.size, of: location, received) { try writer.write($0) }
    do {
      let response = try await client.stream(location.request, to: sink)
      guard response.status == 200 else {
        throw TransferFault(status: response)
      }
      guard writer.isComplete else { throw TransferFault.cutShort(response.url) }
    } catch {
      try writer.finish()
      throw error
    }
  }
}

extension BodySink {
  /// Takes an object's bytes when the answer is all of them.
  fileprivate static func whole(
    length: Int64?, of location: Location, _ received: ByteCounter,
    write: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
  ) -> BodySink {
    BodySink(
      begin: { response in
        guard response.status == 200 else { return .collect }
        try location.firstUse?.check(response)
        try response.requirePlainBody(length: length)
        return .deliver
      },
      write: { bytes in
        received.add(bytes.count)
        try write(bytes)
      })
  }
}

extension HTTPResponse {
  /// The body is the object's own bytes and as many as it has.
  fileprivate func requirePlainBody(length: Int64?) throws {
    if let encoding = headers["Content-Encoding"], encoding.inLowerCase != "identity" {
      throw TransferFault.unusable("the host sent the object encoded as \(encoding.prefix(20))")
    }
    if let length, let text = headers["Content-Length"], let announced = Int64(text), announced != length {
      throw TransferFault.unusable("the host announced \(announced) bytes for an object of \(length)")
    }
  }

  /// The body is exactly the range that was asked for.
  fileprivate func requireRange(_ range: ClosedRange<Int64>) throws {
    if let encoding = headers["Content-Encoding"], encoding.inLowerCase != "identity" {
      throw TransferFault.noRanges
    }
    guard let given = headers["Content-Range"].flatMap(ContentRange.init), given.range == range else {
      throw TransferFault.noRanges
    }
    // The total is not looked at: Gitea up to 1.24.3 gives a wrong one with the right bytes, and the hash judges.
  }
}
