import Files
import Synchronization

/// A download that is not finished: a file of the object's full size, and the journal of what is in it.
///
/// It outlives the process. `open` picks up what an earlier one left, and believes no line of the journal before
/// the bytes have matched its checksum.
package final class PartialObject: Sendable {
  package let layout: ChunkLayout
  package let file: File
  private let journal: File
  private let state: Mutex<State>

  /// What is there of one chunk: bytes from its beginning, and their running checksum.
  package struct Progress: Sendable {
    package var length: Int64 = 0
    package var checksum = Checksum()
    /// How much of it the journal tells.
    fileprivate var journaled: Int64 = 0
    fileprivate var journaledAt = ContinuousClock.now
  }

  private struct State {
    var chunks: [Progress]
    var journalEnd: Int64
    /// A full disk did not take all of a line: the next one must not be read as its end.
    var hasGap = false
    /// The first chunk that is not complete, as far as has been looked.
    var firstMissing = 0
    /// What is behind it is not proven yet; nil where there is nothing to prove chunks by.
    var provenEnd: Int64?
  }

  /// Blocks: it may have to read all that was downloaded before. The caller holds the object's lock.
  package static func open(_ oid: SHA256Digest, size: Int64, in cache: Cache) throws(FileError) -> PartialObject {
    var layout = ChunkLayout(size: size)
    try Directory.create(cache.partial)
    let file = try File.open(Self.path(of: oid, in: cache), .readWriteOrCreate)
    let journal = Self.path(of: oid, in: cache) + ".journal"
    var rescued: [Int: Progress] = [:]
    // A journal that cannot be read is as good as none.
    if let text = try? readFile(journal, limit: 64 << 20), let claimed = Journal(parsing: text, size: size) {
      rescued = try rescue(claimed, from: file)
      if !rescued.isEmpty { layout = claimed.layout }
    }
    if rescued.isEmpty { try file.truncate(to: 0) }
    do throws(FileError) {
      // Bytes behind the end would become part of the object.
      try file.truncate(to: size)
      try file.reserve(size)
    } catch {
      // Of its full size, but without the blocks, the next run would take it for what it has reserved.
      if rescued.isEmpty { try? removeFile(file.path) }
      throw error
    }
    return try PartialObject(layout: layout, file: file, journal: journal, rescued: rescued)
  }

  package static func path(of oid: SHA256Digest, in cache: Cache) -> String { cache.partial + "/" + oid.hex }

  /// What an earlier run says to have left of the object.
  package static func claimedBytes(_ oid: SHA256Digest, size: Int64, in cache: Cache) -> Int64 {
    // Small ones come as a whole or not at all.
    guard size >= ChunkLayout.threshold, let text = try? readFile(path(of: oid, in: cache) + ".journal"),
      let journal = Journal(parsing: text, size: size)
    else { return 0 }
    return journal.claims.values.reduce(0) { $0 + $1.length }
  }

  /// The claims of the journal that the bytes bear out.
  private static func rescue(_ journal: Journal, from file: File) throws(FileError) -> [Int: Progress] {
    var rescued: [Int: Progress] = [:]
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    defer { buffer.deallocate() }
    for (chunk, claim) in journal.claims {
      let start = journal.layout.range(of: chunk).lowerBound
      var progress = Progress()
      while progress.length < claim.length {
        let wanted = Int(min(Int64(buffer.count), claim.length - progress.length))
        let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
        let count = try file.read(into: part, at: start + progress.length)
        progress.checksum.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        progress.length += Int64(count)
        if count < wanted { break }
      }
      if progress.length == claim.length && progress.checksum.value == claim.checksum { rescued[chunk] = progress }
    }
    return rescued
  }

  private init(layout: ChunkLayout, file: File, journal: String, rescued: [Int: Progress]) throws(FileError) {
    self.layout = layout
    self.file = file
    // The journal is written anew, so that lines which were not believed or are outdated do not stay in it.
    var text = Journal(layout: layout).header
    var chunks = [Progress](repeating: Progress(), count: layout.count)
    for (chunk, progress) in rescued.sorted(by: { $0.key < $1.key }) {
      chunks[chunk] = progress
      chunks[chunk].journaled = progress.length
      text += Journal.line(chunk: chunk, progress.claim)
    }
    try replaceFile(journal, with: Array(text.utf8))
    self.journal = try File.open(journal, .readWrite)
    state = Mutex(State(chunks: chunks, journalEnd: Int64(text.utf8.count)))
  }

  // MARK: Chunks

  package func progress(of chunk: Int) -> Progress { state.withLock { $0.chunks[chunk] } }

  package func isDone(_ chunk: Int) -> Bool { progress(of: chunk).length == layout.length(of: chunk) }

  package func isStarted(_ chunk: Int) -> Bool { progress(of: chunk).length > 0 }

  package var missingChunks: [Int] {
    state.withLock { state in state.chunks.indices.filter { state.chunks[$0].length < layout.length(of: $0) } }
  }

  package var doneBytes: Int64 {
    state.withLock { $0.chunks.reduce(0) { $0 + $1.length } }
  }

  /// Bytes from the beginning without a gap, that are final.
  package var finishedPrefix: Int64 {
    state.withLock { state in
      while state.firstMissing < layout.count,
        state.chunks[state.firstMissing].length == layout.length(of: state.firstMissing)
      { state.firstMissing += 1 }
      let proven = state.provenEnd ?? layout.size
      guard state.firstMissing < layout.count else { return proven }
      return min(proven, layout.range(of: state.firstMissing).lowerBound + state.chunks[state.firstMissing].length)
    }
  }

  /// What is behind `end` may be replaced.
  package func hold(at end: Int64?) { state.withLock { $0.provenEnd = end } }

  /// The bytes of a chunk are wrong. The journal still has it: who opens it after a kill proves it again.
  package func forget(_ chunk: Int) {
    state.withLock { state in
      state.chunks[chunk] = Progress()
      state.firstMissing = min(state.firstMissing, chunk)
    }
  }

  /// More bytes of the chunk are in the file. The journal is told at the end of the chunk, before that every mebibyte
  /// or eighth of a chunk, on slow links every quarter of a second (unless that has made it long already), and when
  /// `isLast`: nothing more will come for now.
  package func advance(_ chunk: Int, to progress: Progress, isLast: Bool = false) throws(FileError) {
    let step = max(1 << 20, layout.chunkSize / 8)
    let journalLength = state.withLock { $0.journalEnd }
    let now = ContinuousClock.now
    let isDue =
      progress.length == layout.length(of: chunk) || progress.length >= progress.journaled + step
      || (now - progress.journaledAt >= .milliseconds(250) && journalLength < Self.shortJournal)
      || (isLast && progress.length > progress.journaled)
    var progress = progress
    if isDue { (progress.journaled, progress.journaledAt) = (progress.length, now) }
    state.withLock { $0.chunks[chunk] = progress }
    if isDue { try write(Journal.line(chunk: chunk, progress.claim)) }
  }

  private func write(_ line: String) throws(FileError) {
    let (line, offset) = state.withLock { state in
      let line = Array(((state.hasGap ? "\n" : "") + line).utf8)
      defer { (state.journalEnd, state.hasGap) = (state.journalEnd + Int64(line.count), false) }
      return (line, state.journalEnd)
    }
    do throws(FileError) { try journal.write(line, at: offset) } catch {
      state.withLock { $0.hasGap = true }
      throw error
    }
  }

  /// Puts other bytes in place of a chunk that is complete. A kill in between leaves a chunk that its line in the
  /// journal does not fit, so that it is fetched again.
  package func replace(_ chunk: Int, with bytes: [UInt8]) throws(FileError) {
    try file.write(bytes, at: layout.range(of: chunk).lowerBound)
    var progress = Progress()
    bytes.withUnsafeBytes { progress.checksum.update($0) }
    progress.length = Int64(bytes.count)
    progress.journaled = progress.length
    state.withLock { $0.chunks[chunk] = progress }
    try write(Journal.line(chunk: chunk, progress.claim))
  }

  private static let shortJournal: Int64 = 4 << 20

  /// Removes both files; for bytes that turned out to be wrong.
  package func discard() throws(FileError) {
    try removeFile(journal.path)
    try removeFile(file.path)
  }

  /// Keeps the journal beside the object that the file has become: its checksums tell later which chunks of a damaged
  /// object are bad.
  package func keepJournal(as path: String) throws(FileError) {
    if let folder = path.parentFolder { try Directory.create(folder) }
    try renameFile(journal.path, to: path)
  }
}

extension PartialObject.Progress {
  fileprivate var claim: Journal.Claim { Journal.Claim(length: length, checksum: checksum.value) }
}
