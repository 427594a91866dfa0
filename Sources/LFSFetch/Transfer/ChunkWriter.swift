import Files
import HTTP
import Synchronization

/// Writes the body of one answer into a partial object as it arrives, chunk after chunk.
///
/// Small deliveries are gathered into one write; a chunk goes into the journal when its last byte is in the file.
/// It is used by the curl thread while the transfer runs and by its task afterwards, never by both; that makes the
/// unchecked conformance true.
final class ChunkWriter: @unchecked Sendable {
  private let partial: PartialObject
  private let progress: ObjectProgress
  private let onChunk: @Sendable () -> Void
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
  private var buffered = 0
  private var offset: Int64
  private let end: Int64
  private var chunk: Int
  private var chunkEnd: Int64
  private var checksum = Checksum()
  /// Bytes written of a chunk that is not complete.
  private var unfinished: Int64 = 0

  /// For the bytes of `chunks`, which follow each other. `onChunk` is told of each that is complete.
  init(
    chunks: ClosedRange<Int>, of partial: PartialObject, progress: ObjectProgress,
    onChunk: @escaping @Sendable () -> Void
  ) {
    self.partial = partial
    self.progress = progress
    self.onChunk = onChunk
    chunk = chunks.lowerBound
    offset = partial.layout.range(of: chunks.lowerBound).lowerBound
    end = partial.layout.range(of: chunks.upperBound).upperBound + 1
    chunkEnd = partial.layout.range(of: chunks.lowerBound).upperBound + 1
  }

  deinit { buffer.deallocate() }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard Int64(bytes.count) <= end - offset - Int64(buffered) else {
      throw TransferFault.unusable("the host sent more bytes than the object has")
    }
    progress.arrive(bytes.count)
    var bytes = bytes[...]
    while !bytes.isEmpty {
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

  /// What was written of an unfinished chunk will be fetched again.
  func abandon() {
    progress.keep(-unfinished)
    unfinished = 0
  }

  private func flush() throws {
    let part = UnsafeRawBufferPointer(rebasing: buffer[..<buffered])
    // A whole-object answer passes over chunks that are there already.
    if !partial.isDone(chunk) {
      checksum.update(part)
      try partial.file.write(part, at: offset)
      progress.keep(Int64(buffered))
      unfinished += Int64(buffered)
    }
    offset += Int64(buffered)
    buffered = 0
    guard offset == chunkEnd else { return }
    if !partial.isDone(chunk) {
      try partial.finish(chunk, checksum: checksum.value)
      onChunk()
    }
    unfinished = 0
    checksum = Checksum()
    chunk += 1
    if offset < end { chunkEnd = partial.layout.range(of: chunk).upperBound + 1 }
  }
}
