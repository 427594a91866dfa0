import Files

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How an object comes out of a file of this machine.
///
/// Where the file system can share blocks between files, nothing is copied, and what is then in the store is hashed all
/// the same. Else a large file is copied in chunks, with a journal as in a download: what a killed run has copied is not
/// copied again.
extension TransferEngine {
  nonisolated func copy(
    _ transfer: Transfer, from source: Source, _ progress: ObjectProgress
  ) async throws -> SmallResult {
    guard try locks.tryLock(transfer.lockKey) else { return .busyElsewhere }
    defer { locks.unlock(transfer.lockKey) }
    if let present = try present(transfer) { return .stored(present.learned, isMultiplexed: nil) }
    let (file, before) = try open(source, for: transfer)
    try transfer.firstUse?.check(before)
    // What was changed too lately for its times to tell of another change.
    let mayRemember = before.isSettled
    let check: @Sendable () throws -> Void = { try transfer.firstUse?.check(try file.status()) }
    guard transfer.isLarge, before.size == transfer.size else {
      return try await copy(file, as: transfer, progress, mayRemember: mayRemember, check: check)
    }
    if let shared = try await share(file, as: transfer, progress, mayRemember: mayRemember, check: check) {
      return shared
    }
    return try await copyInChunks(file, as: transfer, progress, mayRemember: mayRemember, check: check)
  }

  private nonisolated func open(_ source: Source, for transfer: Transfer) throws -> (File, FileStatus) {
    do throws(FileError) {
      let path = source.localPath(of: transfer.oid) ?? ""
      // Nothing else is opened: reading a pipe or a device might never end.
      if let status = try FileStatus.of(path, followingLinks: true), status.kind != .file {
        throw FileError("open", path, errno: EINVAL)
      }
      let file = try File.open(path, .read)
      return (file, try file.status())
    } catch {
      if error.isNotPermitted { throw TransferFault.unreadable(error) }
      let isRepository = if case .folder = source { true } else { false }
      throw TransferFault.absent(
        error.isNotFound && isRepository ? "the repository does not hold the object" : error.description)
    }
  }

  private nonisolated func share(
    _ source: File, as transfer: Transfer, _ progress: ObjectProgress, mayRemember: Bool,
    check: @escaping @Sendable () throws -> Void
  ) async throws -> SmallResult? {
    let writer = WholeObjectWriter(transfer, store: store, progress: progress)
    return try await onBlockingThread { () throws in
      do {
        guard try writer.share(source) else { return nil }
        try check()
        return try self.adopt(writer, as: transfer, mayRemember: mayRemember)
      } catch {
        writer.abandon()
        throw error
      }
    }
  }

  private nonisolated func copyInChunks(
    _ source: File, as transfer: Transfer, _ progress: ObjectProgress, mayRemember: Bool,
    check: @escaping @Sendable () throws -> Void
  ) async throws -> SmallResult {
    let cache = store.cache
    let partial = try await onBlockingThread { () throws(FileError) in
      try PartialObject.open(transfer.oid, size: transfer.size, in: cache)
    }
    progress.keep(partial.doneBytes)
    let hash = PrefixHash(of: partial.file)
    do {
      try await onBlockingThread { () throws in
        try Self.copy(source, into: partial, progress) { hash.advance(to: partial.finishedPrefix) }
        try check()
      }
      switch try await seal(transfer, partial, hash, mayRemember: mayRemember) {
      case .stored(let learned): return .stored(learned, isMultiplexed: nil)
      case .lockLost: return .busyElsewhere
      }
    } catch {
      progress.keep(-partial.doneBytes)
      switch TransferFault(error) {
      // What is there was never right, or is not what the file has now.
      case .corrupt, .changed: try? partial.discard()
      default: break
      }
      throw error
    }
  }

  /// Blocks.
  private static func copy(
    _ source: File, into partial: PartialObject, _ progress: ObjectProgress, onWrite: @escaping @Sendable () -> Void
  ) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    defer { buffer.deallocate() }
    for chunk in partial.missingChunks {
      let bytes = partial.layout.range(of: chunk)
      var offset = bytes.lowerBound + partial.progress(of: chunk).length
      let writer = ChunkWriter(range: offset...bytes.upperBound, of: partial, progress: progress, onWrite: onWrite)
      while offset <= bytes.upperBound {
        let wanted = Int(min(Int64(buffer.count), bytes.upperBound + 1 - offset))
        let count = try read(source, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: offset)
        guard count > 0 else { throw TransferFault.changed(host: "this machine") }
        try writer.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        offset += Int64(count)
      }
      try writer.finish()
    }
  }

  /// A fault of the source's disk is not one of ours.
  private static func read(
    _ source: File, into buffer: UnsafeMutableRawBufferPointer, at offset: Int64
  ) throws(TransferFault) -> Int {
    do throws(FileError) { return try source.read(into: buffer, at: offset) } catch { throw .unreadable(error) }
  }

  /// Into the store, hashed on the way. `check` is asked whether the bytes that were read are those of one file.
  nonisolated func copy(
    _ source: File, as transfer: Transfer, _ progress: ObjectProgress, mayRemember: Bool = true,
    check: @escaping @Sendable () throws -> Void = {}
  ) async throws -> SmallResult {
    let writer = WholeObjectWriter(transfer, store: store, progress: progress)
    return try await onBlockingThread { () throws in
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
      defer { buffer.deallocate() }
      var offset: Int64 = 0
      while case let count = try Self.read(source, into: buffer, at: offset), count > 0 {
        try writer.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        offset += Int64(count)
      }
      try check()
      return try self.adopt(writer, as: transfer, mayRemember: mayRemember)
    }
  }
}
