import Files
import HTTP
import Testing

@testable import Fixtures
@testable import LFSFetch

private let small = Bench.smallContent
private let large = Bench.largeContent

/// Objects whose bytes are all there, and do not have their SHA-256.
@Suite(.timeLimit(.minutes(3))) struct TransferEngineWrongBytesTests {
  private static let found = "the bytes of `large.bin` do not have the SHA-256 that they should have"

  private func mirror(_ faults: [FaultServer.Fault] = []) throws -> FaultServer {
    try FaultServer([
      "/large": FaultServer.Route(faults) { Bench.healthyLarge.answer($0) }, "/small": .content(small),
    ])
  }

  @Test func `a host that was wrong once is asked for the chunks again, until the wrong one is found`() async throws {
    let bench = try Bench([.wrongBytes(at: [70_000]).once])
    let outcome = try await bench.run([bench.large])
    #expect(outcome.failures.isEmpty)
    try bench.expectStored([large])
    #expect(try bench.unfinished.isEmpty)
    #expect(outcome.downloaded - Int64(large.count) <= 4 << 20, "it was the first chunk")
    let server = "\(bench.server.address)/lfs"
    #expect(
      bench.warnings == [
        "\(Self.found); asking \(server) again to find the wrong ones",
        "\(server) gave wrong bytes for `large.bin`; the chunks with them, 262144 bytes, were fetched again",
      ])
  }

  @Test func `another source is asked until the wrong chunks are found, and only they are taken from it`() async throws
  {
    let bench = try Bench([.wrongBytes(at: [70_000, 9_000_000])])
    let mirror = try mirror()
    let sources = [bench.lfs, .url(try mirror.url("/large"))]
    let outcome = try await bench.run([bench.transfer(large, name: "large.bin", sources)])
    #expect(outcome.failures.isEmpty)
    try bench.expectStored([large])
    #expect(try bench.unfinished.isEmpty)
    #expect((9_000_000..<13 << 20).contains(mirror.servedBytes("/large")), "no more than up to the last wrong chunk")
    #expect(
      bench.warnings == [
        "\(Self.found); comparing \(bench.server.address)/lfs with \(mirror.address)/large to find the wrong ones",
        "\(bench.server.address)/lfs gave wrong bytes for `large.bin`; the chunks with them, 524288 bytes, were fetched "
          + "again",
      ])
  }

  @Test func `who gave wrong bytes is not asked for other objects that can be had elsewhere`() async throws {
    let bench = try Bench([.wrongBytes(at: [70_000])])
    let mirror = try mirror()
    let outcome = try await bench.run(
      [
        bench.transfer(large, name: "large.bin", [bench.lfs, .url(try mirror.url("/large"))]),
        bench.transfer(small, name: "small.bin", [bench.lfs, .url(try mirror.url("/small"))]),
      ], limits: .init(jobs: 1))
    #expect(outcome.failures.isEmpty)
    try bench.expectStored([large, small])
    #expect(bench.server.requests("/objects/\(Bench.smallOID)").isEmpty)
    #expect(mirror.servedBytes("/small") == small.count)
  }

  /// Four chunks are compared at once.
  @Test(arguments: [(70_000, large.count - 10), (large.count - 10, 70_000), (70_000, 600_000), (600_000, 70_000)])
  func `two sources that are wrong in different places`(first: Int, second: Int) async throws {
    let bench = try Bench([.wrongBytes(at: [first])])
    let mirror = try mirror([.wrongBytes(at: [second])])
    let sources = [bench.lfs, .url(try mirror.url("/large"))]
    let outcome = try await bench.run([bench.transfer(large, name: "large.bin", sources)])
    #expect(outcome.failures.isEmpty)
    try bench.expectStored([large])
    // Not all of it came a third time.
    #expect(outcome.downloaded < 2 * large.count + (2 << 20))
    let blamed = bench.warnings.filter { $0.contains("gave wrong bytes for") }
    #expect(blamed.contains { $0.hasPrefix("\(bench.server.address)/lfs gave wrong bytes") }, "\(blamed)")
  }

  @Test func `a chunk that came from the second source is laid at its door`() async throws {
    let bench = try Bench([.status(404).afterServing(9 << 20)])
    let wrong = try mirror([.wrongBytes(at: [large.count - 10])])
    let right = try mirror()
    let sources = [bench.lfs, .url(try wrong.url("/large")), .url(try right.url("/large"))]
    let outcome = try await bench.run([bench.transfer(large, name: "large.bin", sources)])
    #expect(outcome.failures.isEmpty)
    try bench.expectStored([large])
    #expect(
      bench.warnings.last
        == "\(wrong.address)/large gave wrong bytes for `large.bin`; the chunks with them, "
        + "\(large.count - 79 * (256 << 10)) bytes, were fetched again")
  }

  @Test func `sources that are all wrong in the same place`() async throws {
    let bench = try Bench([.wrongBytes(at: [70_000])])
    let mirror = try mirror([.wrongBytes(at: [70_000])])
    let transfer = bench.transfer(large, name: "large.bin", [bench.lfs, .url(try mirror.url("/large"))])
    let outcome = try await bench.run([transfer])
    let cause = "the bytes do not have the SHA-256 that they should have"
    #expect(
      outcome.failures[transfer.oid]
        == FetchError(
          .integrity, "cannot download `large.bin`",
          causes: ["\(bench.server.address)/lfs: \(cause)", "\(mirror.address)/large: \(cause)"]))
    try bench.expectStored([])
    #expect(try bench.unfinished.isEmpty, "wrong bytes are not kept")
  }

  @Test func `a host without ranges that was wrong once is asked for the whole again`() async throws {
    let bench = try Bench([.rangeIgnored, .wrongBytes(at: [70_000]).once])
    let outcome = try await bench.run([bench.large])
    #expect(outcome.failures.isEmpty)
    try bench.expectStored([large])
    #expect(outcome.downloaded == 2 * large.count)
  }

  @Test func `the comparison gets over faults of its own`() async throws {
    let bench = try Bench([.wrongBytes(at: [70_000])])
    let mirror = try mirror([.status(503).first(2), .reset(after: 100_000).first(2), .wrongContentRange("x").once])
    let sources = [bench.lfs, .url(try mirror.url("/large"))]
    #expect(try await bench.run([bench.transfer(large, name: "large.bin", sources)]).failures.isEmpty)
    try bench.expectStored([large])
  }

  @Test func `what an earlier run left may be wrong, too`() async throws {
    let bench = try Bench([.wrongBytes(at: [70_000]), .status(404).afterServing(9 << 20)])
    _ = try await bench.run([bench.large], limits: .init(connections: 1))
    let again = try Bench(continuing: bench, server: Bench.serve())
    #expect(try await again.run([again.large]).failures.isEmpty)
    try again.expectStored([large])
    #expect(
      again.warnings.last
        == "an earlier run gave wrong bytes for `large.bin`; the chunks with them, 262144 bytes, were fetched again")
  }
}
