import Files
import HTTP
import Testing

@testable import Fixtures
@testable import LFSFetch

private let large = Bench.largeContent
private let largeOID = Bench.largeOID

/// How many connections are used, and what happens to the slow ones.
@Suite(.timeLimit(.minutes(3))) struct TransferEngineConnectionsTests {
  private func bench(_ link: FaultServer.Link, _ faults: [FaultServer.Fault] = []) throws -> Bench {
    let server = try FaultServer([:], link: link)
    server["/lfs/objects/batch"] = .batch(BatchAnswer(contents: [largeOID.hex: large]))
    server["/objects/\(largeOID)"] = FaultServer.Route(faults) { Bench.healthyLarge.answer($0) }
    return try Bench(server: server)
  }

  @Test(arguments: [32, 12]) func `where each connection is slow, more are used, up to the cap`(cap: Int) async throws {
    let bench = try bench(.init(bytesPerSecondEach: 300_000))
    let outcome = try await bench.run([bench.large], limits: .init(connectionsPerHost: cap))
    #expect(outcome.failures.isEmpty)
    try bench.expectStored([large])
    #expect((9...cap).contains(bench.server.load.peakRequests), "\(bench.server.load)")
    // A little may be under way to one that is relieved.
    #expect(outcome.downloaded < large.count + 100_000, "what one takes over from another comes once")
  }

  /// The object would take minutes if the others waited for it.
  @Test func `a connection that lags far behind is replaced`() async throws {
    let bench = try bench(
      .init(bytesPerSecondEach: 400_000), [.dribble(bytesPerSecond: 3000).when { $0.connectionRank == 3 }])
    let start = ContinuousClock.now
    let outcome = try await bench.run([bench.large], limits: .init(connections: 8))
    #expect(outcome.failures.isEmpty)
    try bench.expectStored([large])
    #expect(ContinuousClock.now - start < .seconds(60))
    #expect(outcome.downloaded < large.count + 100_000, "what the slow one brought is kept")
    #expect(bench.warnings.isEmpty, "it is no fault of the source")
  }

  @Test func `a source that gives next to nothing is left for the next, and all it gave is kept`() async throws {
    let bench = try bench(.init(), [.dribble(bytesPerSecond: 100)])
    let mirror = try FaultServer(["/large": Bench.healthyLarge])
    let transfer = bench.transfer(large, name: "large.bin", [bench.lfs, .url(try mirror.url("/large"))])
    let outcome = try await bench.run([transfer])
    #expect(outcome.failures.isEmpty)
    try bench.expectStored([large])
    #expect(outcome.downloaded == large.count)
    let warning = try #require(bench.warnings.first)
    #expect(bench.warnings.count == 1)
    #expect(warning.hasPrefix("`large.bin` could not be had from \(bench.server.address)/lfs ("))
    // On a busy machine it may be taken for silent before it is taken for slow.
    let reasons = ["(it gave less than 16 KiB a second for 20 seconds)", " did not answer in time: "]
    #expect(reasons.contains { warning.contains($0) }, "\(warning)")
    #expect(warning.hasSuffix("; going on with \(mirror.address)/large"))
  }
}
