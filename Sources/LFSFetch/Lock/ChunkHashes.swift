import Dispatch
import Files
import Synchronization

/// The hashes of a large object's chunks, as a lock file has them: with them each chunk can be proven alone, when it
/// arrives, or on any processor.
///
/// Each is the first half of a SHA-256: 128 bits are more than anyone can find other bytes for, and lock files are
/// committed, where half the length counts. What a download brings is proven by the whole SHA-256 nevertheless.
package struct ChunkHashes: Sendable, Equatable {
  package let layout: ChunkLayout
  package let hashes: [ChunkHash]

  /// nil unless there is a hash for each chunk.
  package init?(layout: ChunkLayout, hashes: [ChunkHash]) {
    guard hashes.count == layout.count else { return nil }
    (self.layout, self.hashes) = (layout, hashes)
  }

  /// How an object is cut for its lock: into multiples of the chunks that downloads have, of at least 4 MiB, so that
  /// the lock of 10 GB has 2,400 of them. nil for what is not larger than one.
  package static func layout(size: Int64) -> ChunkLayout? {
    let unit = ChunkLayout(size: size).chunkSize
    let least: Int64 = 4 << 20
    let chunkSize = (least + unit - 1) / unit * unit
    return size > chunkSize ? ChunkLayout(size: size, chunkSize: chunkSize) : nil
  }

  /// Reads an object once, for its own hash and those of its chunks.
  package static func read(_ path: String, size: Int64) throws(FileError) -> (whole: SHA256Digest, chunks: ChunkHashes?)
  {
    guard let layout = layout(size: size) else { return (try hashFile(path), nil) }
    let file = try File.open(path, .read)
    let (whole, part) = (SHA256(), SHA256())
    var hashes: [ChunkHash] = []
    for chunk in 0..<layout.count {
      try file.forEachPart(of: layout.range(of: chunk)) { bytes in
        whole.update(bytes)
        part.update(bytes)
      }
      hashes.append(ChunkHash(part.finish()))
    }
    return (whole.finish(), ChunkHashes(layout: layout, hashes: hashes))
  }

  /// The bytes of the chunks that a file has wrong, or not at all; on all processors. Neighbours are joined.
  package func wrongRanges(of path: String) throws(FileError) -> [ClosedRange<Int64>] {
    let file = try File.open(path, .read)
    let found = Mutex<Result<Set<Int>, FileError>>(.success([]))
    DispatchQueue.concurrentPerform(iterations: layout.count) { chunk in
      do throws(FileError) {
        guard try !fits(chunk, of: file) else { return }
        found.withLock { $0 = $0.map { $0.union([chunk]) } }
      } catch {
        found.withLock { $0 = .failure(error) }
      }
    }
    let wrong = try found.withLock { $0 }.get()
    return ChunkSet(wrong).rows.map(layout.range)
  }

  /// A journal that tells of the sound chunks of a damaged object, for which there is none.
  package func journal(of path: String) throws(FileError) -> String {
    let file = try File.open(path, .read)
    let parts = ChunkLayout(size: layout.size)
    var text = Journal(layout: parts).header
    guard layout.chunkSize % parts.chunkSize == 0 else { return text }
    for chunk in 0..<layout.count where try fits(chunk, of: file) {
      let range = layout.range(of: chunk)
      for part in Int(range.lowerBound / parts.chunkSize)...Int(range.upperBound / parts.chunkSize) {
        var checksum = Checksum()
        try file.forEachPart(of: parts.range(of: part)) { checksum.update($0) }
        text += Journal.line(chunk: part, .init(length: parts.length(of: part), checksum: checksum.value))
      }
    }
    return text
  }

  /// Whether the bytes of a chunk, in a file that has the whole object's place for them, are the right ones.
  package func fits(_ chunk: Int, of file: File) throws(FileError) -> Bool {
    let hash = SHA256()
    try file.forEachPart(of: layout.range(of: chunk)) { hash.update($0) }
    return ChunkHash(hash.finish()) == hashes[chunk]
  }
}

/// The first half of a chunk's SHA-256.
package struct ChunkHash: Hashable, Sendable {
  package let hex: String

  private static let hexLength = 32

  package init(_ digest: SHA256Digest) { hex = String(digest.hex.prefix(Self.hexLength)) }

  /// nil unless the text is exactly 32 lowercase hexadecimal digits.
  package init?(hex: String) {
    guard hex.utf8.count == Self.hexLength, SHA256Digest(hex: hex + hex) != nil else { return nil }
    self.hex = hex
  }
}

extension File {
  /// Gives the bytes of a range, as far as they are there.
  fileprivate func forEachPart(
    of range: ClosedRange<Int64>, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(FileError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    defer { buffer.deallocate() }
    var offset = range.lowerBound
    while offset <= range.upperBound {
      let wanted = Int(min(Int64(buffer.count), range.upperBound + 1 - offset))
      let count = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: offset)
      body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      offset += Int64(count)
      if count < wanted { return }
    }
  }
}
