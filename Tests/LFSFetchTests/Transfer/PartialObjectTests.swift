import Files
import Fixtures
import Testing

@testable import LFSFetch

/// What an interrupted download leaves, and what of it is believed.
@Suite struct PartialObjectTests {
  private let folder: TemporaryFolder
  private let cache: Cache
  /// Three chunks, the last one short.
  private let content = bytes(count: (512 << 10) + 1000)
  private let oid = digest("x")

  init() throws {
    folder = try TemporaryFolder()
    cache = Cache(root: folder.path)
  }

  private func open(size: Int64? = nil) throws -> PartialObject {
    try PartialObject.open(oid, size: size ?? Int64(content.count), in: cache)
  }

  /// Writes the beginning of a chunk, or all of it.
  private func fill(_ chunk: Int, of partial: PartialObject, upTo length: Int64? = nil) throws {
    let range = partial.layout.range(of: chunk)
    let part = Array(content[Int(range.lowerBound)..<Int(range.lowerBound + (length ?? Int64(range.count)))])
    try partial.file.write(part, at: range.lowerBound)
    var progress = PartialObject.Progress()
    part.withUnsafeBytes { progress.checksum.update($0) }
    progress.length = Int64(part.count)
    try partial.advance(chunk, to: progress, isLast: true)
  }

  private func damage(at offset: Int64) throws {
    let file = try File.open(PartialObject.path(of: oid, in: cache), .readWrite)
    try file.write([content[Int(offset)] ^ 1], at: offset)
  }

  private var journal: String {
    get throws {
      String(decoding: try readFile(PartialObject.path(of: oid, in: cache) + ".journal"), as: UTF8.self)
    }
  }

  @Test func `a new one has nothing, and its room`() throws {
    let partial = try open()
    #expect(partial.layout.count == 3)
    #expect(partial.missingChunks == [0, 1, 2])
    #expect(partial.doneBytes == 0)
    #expect(partial.finishedPrefix == 0)
    #expect(try partial.file.status().size == Int64(content.count))
    #expect(try journal == "lfsfetch journal 1 525288 262144\n")
  }

  @Test func `what is there is counted`() throws {
    let partial = try open()
    try fill(1, of: partial)
    #expect(partial.isDone(1))
    #expect(partial.finishedPrefix == 0)
    try fill(2, of: partial, upTo: 10)
    #expect(!partial.isDone(2))
    #expect(partial.missingChunks == [0, 2])
    #expect(partial.doneBytes == (256 << 10) + 10)
    try fill(0, of: partial, upTo: 99)
    #expect(partial.finishedPrefix == 99)
    try fill(0, of: partial)
    #expect(partial.finishedPrefix == (512 << 10) + 10)
    try fill(2, of: partial)
    #expect(partial.finishedPrefix == Int64(content.count))
    #expect(partial.missingChunks == [])
  }

  @Test func `another process goes on from there`() throws {
    try withExtendedLifetime(open()) { partial in
      try fill(1, of: partial)
      try fill(0, of: partial, upTo: 100_000)
    }
    let again = try open()
    #expect(again.missingChunks == [0, 2])
    #expect(again.progress(of: 0).length == 100_000)
    #expect(again.doneBytes == (256 << 10) + 100_000)
    #expect(again.finishedPrefix == 100_000)
    // The running checksum goes on as well.
    try content[100_000..<(256 << 10)].withUnsafeBytes { bytes in
      var progress = again.progress(of: 0)
      try again.file.write(bytes, at: 100_000)
      progress.checksum.update(bytes)
      progress.length += Int64(bytes.count)
      try again.advance(0, to: progress, isLast: true)
    }
    #expect(try open().missingChunks == [2])
  }

  @Test func `one wrong byte costs its chunk alone`() throws {
    let partial = try open()
    for chunk in 0...2 { try fill(chunk, of: partial) }
    try damage(at: (256 << 10) + 12_345)
    let again = try open()
    #expect(again.missingChunks == [1])
    #expect(again.progress(of: 1).length == 0)
    #expect(again.finishedPrefix == 256 << 10)
    // What was not believed does not stay in the journal.
    #expect(try journal.split(separator: "\n").count == 3)
  }

  @Test func `bytes behind the claim are not asked for`() throws {
    try fill(0, of: try open(), upTo: 1000)
    try damage(at: 1000)
    #expect(try open().progress(of: 0).length == 1000)
    try damage(at: 999)
    #expect(try open().doneBytes == 0)
  }

  @Test func `a file that lost its end`() throws {
    let partial = try open()
    for chunk in 0...2 { try fill(chunk, of: partial) }
    try partial.file.truncate(to: (256 << 10) + 1)
    #expect(try open().missingChunks == [1, 2])
  }

  @Test func `a file that grew is cut to its size`() throws {
    let partial = try open()
    for chunk in 0...2 { try fill(chunk, of: partial) }
    try partial.file.write([1, 2, 3], at: Int64(content.count))
    let again = try open()
    #expect(again.missingChunks == [])
    #expect(try again.file.status().size == Int64(content.count))
  }

  @Test func `the journal of another size is of no use`() throws {
    try fill(0, of: try open())
    let other = try open(size: Int64(content.count) - 1)
    #expect(other.missingChunks == [0, 1, 2])
    #expect(try other.file.status().size == Int64(content.count) - 1)
    #expect(try readFile(other.file.path).allSatisfy { $0 == 0 })
  }

  @Test func `a journal without its file, and a file without its journal`() throws {
    try fill(0, of: try open())
    try removeFile(PartialObject.path(of: oid, in: cache))
    #expect(try open().missingChunks == [0, 1, 2])
    try fill(0, of: try open())
    try removeFile(PartialObject.path(of: oid, in: cache) + ".journal")
    #expect(try open().missingChunks == [0, 1, 2])
  }

  @Test func `discarded, nothing is left`() throws {
    let partial = try open()
    try fill(0, of: partial)
    try partial.discard()
    #expect(try Directory.list(cache.partial).isEmpty)
  }
}
