import Files
import Testing

@testable import Fixtures
@testable import LFSFetch

private let large = Bench.largeContent

/// Objects whose chunks have known hashes: five of 4 MiB.
@Suite(.timeLimit(.minutes(3))) struct TransferEngineArrivalsTests {
  private static func hashes(of content: [UInt8]) throws -> ChunkHashes {
    let layout = try #require(ChunkHashes.layout(size: Int64(content.count)))
    let hashes = (0..<layout.count).map { chunk in
      let range = layout.range(of: chunk)
      return ChunkHash(SHA256.hash(Array(content[Int(range.lowerBound)...Int(range.upperBound)])))
    }
    return try #require(ChunkHashes(layout: layout, hashes: hashes))
  }

  private func transfer(_ sources: [Source], _ hashes: ChunkHashes? = nil) throws -> Transfer {
    Transfer(
      oid: Bench.largeOID, size: Int64(large.count), name: "large.bin", sources: sources,
      chunks: try hashes ?? Self.hashes(of: large))
  }

  private func mirror(_ faults: [FaultServer.Fault] = []) throws -> FaultServer {
    try FaultServer(["/large": FaultServer.Route(faults) { Bench.healthyLarge.answer($0) }])
  }

  private func warning(_ giver: String, _ bytes: String, _ next: String = "") -> String {
    "\(giver) gave wrong bytes for `large.bin`: bytes \(bytes) do not have the hash that the lock has; "
      + "fetching them again\(next)"
  }

  @Test func `an object whose chunks are all right is stored without a word`() async throws {
    let bench = try Bench()
    let outcome = try await bench.run([try transfer([bench.lfs])])
    #expect(outcome.failures.isEmpty)
    #expect(outcome.downloaded == large.count)
    #expect(bench.warnings == [])
    try bench.expectStored([large])
    #expect(try bench.unfinished.isEmpty)
  }

  @Test func `a chunk that was wrong once is fetched again, and nothing else`() async throws {
    let bench = try Bench([.wrongBytes(at: [70_000]).once])
    let outcome = try await bench.run([try transfer([bench.lfs])])
    #expect(outcome.failures.isEmpty)
    try bench.expectStored([large])
    #expect(outcome.downloaded == large.count + 4 << 20)
    #expect(bench.warnings == [warning("\(bench.server.address)/lfs", "0 to 4194303")])
  }

  @Test func `a wrong chunk comes from another source, and the first is set aside`() async throws {
    let bench = try Bench([.wrongBytes(at: [5_000_000])])
    let mirror = try mirror()
    let address = "\(mirror.address)/large"
    let outcome = try await bench.run([try transfer([bench.lfs, .url(try mirror.url("/large"))])])
    #expect(outcome.failures.isEmpty)
    try bench.expectStored([large])
    #expect(
      bench.warnings == [warning("\(bench.server.address)/lfs", "4194304 to 8388607", " from \(address)")])
    #expect(mirror.servedBytes("/large") >= 4 << 20)
  }

  @Test func `sources that are all wrong fail the object, each named`() async throws {
    let bench = try Bench([.wrongBytes(at: [70_000])])
    let mirror = try mirror([.wrongBytes(at: [70_000])])
    let transfer = try transfer([bench.lfs, .url(try mirror.url("/large"))])
    let outcome = try await bench.run([transfer])
    let cause = "the bytes do not have the SHA-256 that they should have"
    #expect(
      outcome.failures[transfer.oid]
        == FetchError(
          .integrity, "cannot download `large.bin`",
          causes: ["\(bench.server.address)/lfs: \(cause)", "\(mirror.address)/large: \(cause)"]))
    try bench.expectStored([])
  }

  @Test func `a host without ranges gives the whole again, and only the wrong chunk is taken of it`() async throws {
    let bench = try Bench([.rangeIgnored, .wrongBytes(at: [9_000_000]).once])
    let outcome = try await bench.run([try transfer([bench.lfs])])
    #expect(outcome.failures.isEmpty)
    try bench.expectStored([large])
    #expect(bench.warnings == [warning("\(bench.server.address)/lfs", "8388608 to 12582911")])
  }

  @Test func `what an earlier run left is looked at before anything is fetched`() async throws {
    let bench = try Bench([.wrongBytes(at: [70_000]), .status(404).afterServing(9 << 20)])
    // Without a lock nobody notices.
    _ = try await bench.run([bench.large], limits: .init(connections: 1))
    let again = try Bench(continuing: bench, server: Bench.serve())
    let outcome = try await again.run([try transfer([again.lfs])])
    #expect(outcome.failures.isEmpty)
    try again.expectStored([large])
    #expect(again.warnings == [warning("an earlier run", "0 to 4194303", " from \(again.server.address)/lfs")])
    #expect(outcome.downloaded < large.count)
  }

  @Test func `hashes of a lock that are wrong let nothing in, and do not ask for ever`() async throws {
    let good = try Self.hashes(of: large)
    let hashes = [ChunkHash(SHA256.hash([]))] + good.hashes.dropFirst()
    let bench = try Bench()
    let transfer = try transfer([bench.lfs], ChunkHashes(layout: good.layout, hashes: hashes))
    let outcome = try await bench.run([transfer])
    #expect(outcome.failures[transfer.oid]?.code == .integrity)
    try bench.expectStored([])
  }

  @Test func `the whole is proven, too`() async throws {
    let bench = try Bench()
    var other = large
    other[70_000] ^= 1
    let server = try FaultServer(["/large": .content(other)])
    let transfer = try transfer([.url(try server.url("/large"))], Self.hashes(of: other))
    #expect(try await bench.run([transfer]).failures[transfer.oid]?.code == .integrity)
    try bench.expectStored([])
  }
}
