import Files
import Fixtures
import Testing

@testable import LFSFetch

/// Copies for `--to` that are written while an object comes in.
@Suite struct EarlyCopyTests {
  private let bench: Bench

  init() throws { bench = try Bench() }

  private func transfer(_ sources: [Source]? = nil) -> Transfer {
    let large = bench.large
    return Transfer(
      oid: large.oid, size: large.size, name: large.name, sources: sources ?? large.sources, isCopied: true)
  }

  private var copies: [String] {
    get throws { try Directory.list(bench.folder("partial")).filter { $0.hasSuffix(".tmp") } }
  }

  @Test func `it is there when the object is, and can be moved once`() async throws {
    let outcome = try await bench.run([transfer()])
    let copy = try #require(outcome.copies[Bench.largeOID])
    let path = bench.folder("partial/") + (try #require(try copies.first))
    #expect(try readFile(path) == Bench.largeContent)
    let stored = try FileStatus.of(bench.store.path(of: Bench.largeOID))
    #expect(try FileStatus.of(path)?.inode != stored?.inode)
    try Directory.create(bench.folder("to"))
    let folder = try Folder(bench.folder("to"))
    #expect(try copy.move(into: folder, as: Array("a.bin".utf8)))
    #expect(try !copy.move(into: folder, as: Array("b.bin".utf8)))
    #expect(try readFile(bench.folder("to/a.bin")) == Bench.largeContent)
    #expect(try FileStatus.of(bench.folder("to/a.bin"))?.permissions == 0o644)
    #expect(try copies.isEmpty)
  }

  @Test func `what is not wanted is removed`() async throws {
    let outcome = try await bench.run([transfer()])
    #expect(outcome.copies.count == 1)
    for copy in outcome.copies.values { copy.discard() }
    #expect(try bench.unfinished.isEmpty)
    try bench.expectStored([Bench.largeContent])
  }

  @Test func `wrong bytes do not stay in it`() async throws {
    let bench = try Bench([.wrongBytes(at: [70_000]).once])
    let outcome = try await bench.run([transfer([bench.lfs])])
    let copy = try #require(outcome.copies[Bench.largeOID])
    try Directory.create(bench.folder("to"))
    #expect(try copy.move(into: try Folder(bench.folder("to")), as: Array("a.bin".utf8)))
    #expect(try readFile(bench.folder("to/a.bin")) == Bench.largeContent)
  }

  @Test func `none is left of an object that failed`() async throws {
    let bench = try Bench([.status(404).afterServing(5 << 20)])
    let outcome = try await bench.run([transfer([bench.lfs])])
    #expect(outcome.failures.count == 1)
    #expect(outcome.copies.isEmpty)
    #expect(try bench.unfinished == [Bench.largeOID.hex, Bench.largeOID.hex + ".journal"])
  }

  @Test func `none is made for a folder on another file system, or a link`() throws {
    #expect(!bench.store.makesEarlyCopies(for: "/proc"))
    #expect(
      try !bench.store.makesEarlyCopies(for: bench.folder("x")) || FileStatus.of(bench.store.cache.partial) != nil)
    #expect(try copies.isEmpty)
  }
}
