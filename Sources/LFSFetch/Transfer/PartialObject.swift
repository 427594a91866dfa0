import Files
import Synchronization

/// A download that is not finished: a file of the object's full size, and the journal of the chunks that are in it.
///
/// It outlives the process. `open` picks up what an earlier one left, and believes no line of the journal before
/// the chunk's bytes have matched its checksum.
package final class PartialObject: Sendable {
  package let layout: ChunkLayout
  package let file: File
  private let journal: File
  private let state: Mutex<State>

  private struct State {
    var isDone: [Bool]
    var journalEnd: Int64
    var finishedPrefix = 0
  }

  /// Blocks: it may have to read all that was downloaded before. The caller holds the object's lock.
  package static func open(_ oid: SHA256Digest, size: Int64, in cache: Cache) throws(FileError) -> PartialObject {
    let layout = ChunkLayout(size: size)
    try Directory.create(cache.partial)
    let file = try File.open(Self.path(of: oid, in: cache), .readWriteOrCreate)
    let journal = Self.path(of: oid, in: cache) + ".journal"
    var rescued: [(Int, UInt64)] = []
    if try FileStatus.of(journal) != nil,
      let claimed = Journal(parsing: try readFile(journal, limit: 8 << 20), layout: layout)
    {
      rescued = try rescue(claimed, from: file)
    }
    if rescued.isEmpty { try file.truncate(to: 0) }
    try file.reserve(size)
    return try PartialObject(layout: layout, file: file, journal: journal, rescued: rescued)
  }

  package static func path(of oid: SHA256Digest, in cache: Cache) -> String { cache.partial + "/" + oid.hex }

  /// The chunks whose bytes are what the journal says, with their checksums.
  private static func rescue(_ journal: Journal, from file: File) throws(FileError) -> [(Int, UInt64)] {
    var rescued: [(Int, UInt64)] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    defer { buffer.deallocate() }
    for (chunk, checksum) in journal.chunks.sorted(by: { $0.key < $1.key }) {
      let range = journal.layout.range(of: chunk)
      var running = Checksum()
      var offset = range.lowerBound
      while offset <= range.upperBound {
        let wanted = Int(min(Int64(buffer.count), range.upperBound + 1 - offset))
        let count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: offset)
        running.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        offset += Int64(count)
        if count < wanted { break }
      }
      if running.value == checksum && offset == range.upperBound + 1 { rescued.append((chunk, checksum)) }
    }
    return rescued
  }

  private init(layout: ChunkLayout, file: File, journal: String, rescued: [(Int, UInt64)]) throws(FileError) {
    self.layout = layout
    self.file = file
    // The journal is written anew, so that lines which were not believed do not stay in it.
    var text = Journal(layout: layout).header
    for (chunk, checksum) in rescued { text += Journal.line(chunk: chunk, checksum: checksum) }
    try replaceFile(journal, with: Array(text.utf8))
    self.journal = try File.open(journal, .readWrite)
    var isDone = [Bool](repeating: false, count: layout.count)
    for (chunk, _) in rescued { isDone[chunk] = true }
    state = Mutex(State(isDone: isDone, journalEnd: Int64(text.utf8.count)))
  }

  // MARK: Chunks

  package func isDone(_ chunk: Int) -> Bool { state.withLock { $0.isDone[chunk] } }

  package var missingChunks: [Int] {
    state.withLock { state in state.isDone.indices.filter { !state.isDone[$0] } }
  }

  package var doneBytes: Int64 {
    state.withLock { state in
      state.isDone.indices.reduce(0) { state.isDone[$1] ? $0 + layout.length(of: $1) : $0 }
    }
  }

  /// Bytes from the beginning without a gap.
  package var finishedPrefix: Int64 {
    state.withLock { state in
      while state.finishedPrefix < layout.count, state.isDone[state.finishedPrefix] { state.finishedPrefix += 1 }
      return min(Int64(state.finishedPrefix) * layout.chunkSize, layout.size)
    }
  }

  /// The chunk's bytes are in the file.
  package func finish(_ chunk: Int, checksum: UInt64) throws(FileError) {
    let line = Array(Journal.line(chunk: chunk, checksum: checksum).utf8)
    let offset = state.withLock { state in
      state.isDone[chunk] = true
      defer { state.journalEnd += Int64(line.count) }
      return state.journalEnd
    }
    try journal.write(line, at: offset)
  }

  /// Removes both files; for bytes that turned out to be wrong.
  package func discard() throws(FileError) {
    try removeFile(journal.path)
    try removeFile(file.path)
  }

  /// Removes the journal, after the file itself has become an object of the store.
  package func removeJournal() throws(FileError) {
    try removeFile(journal.path)
  }
}
