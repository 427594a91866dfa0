import Files
import HTTP
import Synchronization

/// Writes the body of one answer into a partial object as it arrives, chunk after chunk.
///
/// Small deliveries are gathered into one write. Bytes that are in the file
/// already, because the answer carries more than was missing, are passed over.
/// It is used by the curl thread while the transfer runs and by its task afterwards, never by both; that makes the
/// unchecked conformance true.
final class ChunkWriter: @unchecked Sendable {
  private let partial: PartialObject
  private let progress: ObjectProgress
  private let run: Run?
  private let onWrite: @Sendable () -> Void
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 64)
  /// What was delivered and not written yet begins at `offset`.
  private var buffered = 0
  private var offset: Int64
  private let end: Int64
  private var chunk: Int
  private var chunkStart: Int64
  private var chunkEnd: Int64

  /// For an answer that carries the bytes of `range`, which ends where a chunk ends. It may be of a `run`, which can
  /// be cut shorter meanwhile. `onWrite` is told after each write.
  init(
    range: ClosedRange<Int64>, of partial: PartialObject, progress: ObjectProgress, run: Run? = nil,
    onWrite: @escaping @Sendable () -> Void
  ) {
    self.partial = partial
    self.progress = progress
    self.run = run
    self.onWrite = onWrite
    offset = range.lowerBound
    end = range.upperBound + 1
    chunk = Int(range.lowerBound / partial.layout.chunkSize)
    chunkStart = range.lowerBound
    chunkEnd = partial.layout.range(of: chunk).upperBound + 1
  }

  deinit { buffer.deallocate() }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard Int64(bytes.count) <= end - offset - Int64(buffered) else {
      throw TransferFault.unusable("the host sent more bytes than the object has")
    }
    progress.arrive(bytes.count)
    run?.arrive(bytes.count)
    var bytes = bytes[...]
    while !bytes.isEmpty {
      if let run, offset + Int64(buffered) == chunkStart, !run.begin(chunk) { throw RunIsOver() }
      let room = min(Int64(buffer.count - buffered), chunkEnd - offset - Int64(buffered))
      let part = bytes.prefix(Int(room))
      UnsafeMutableRawBufferPointer(rebasing: buffer[buffered...]).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: part))
      buffered += part.count
      bytes = bytes.dropFirst(part.count)
      if buffered == buffer.count || offset + Int64(buffered) == chunkEnd { try flush() }
    }
  }

  /// The answer is over; whether all of it came.
  var isComplete: Bool { offset == end }

  /// Writes what is still held back, into the file and the journal; to be called when the answer is over, well or
  /// badly.
  func finish() throws(FileError) { try flush(isLast: true) }

  private func flush(isLast: Bool = false) throws(FileError) {
    guard buffered > 0 else {
      if isLast, offset < end { try partial.advance(chunk, to: partial.progress(of: chunk), isLast: true) }
      return
    }
    var chunkProgress = partial.progress(of: chunk)
    let known = partial.layout.range(of: chunk).lowerBound + chunkProgress.length
    let skipped = min(Int64(buffered), max(0, known - offset))
    let new = UnsafeRawBufferPointer(rebasing: buffer[Int(skipped)..<buffered])
    if !new.isEmpty {
      try partial.file.write(new, at: offset + skipped)
      chunkProgress.checksum.update(new)
      chunkProgress.length += Int64(new.count)
      try partial.advance(chunk, to: chunkProgress, isLast: isLast)
      progress.keep(Int64(new.count))
      onWrite()
    }
    offset += Int64(buffered)
    buffered = 0
    if offset == chunkEnd && offset < end {
      chunk += 1
      (chunkStart, chunkEnd) = (chunkEnd, partial.layout.range(of: chunk).upperBound + 1)
    }
  }
}

/// Ends a request whose next chunks another connection has taken over.
struct RunIsOver: Error {}
