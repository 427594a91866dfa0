import Foundation
import HTTP
import Testing

@testable import Fixtures
@testable import LFSFetch

private let small = Bench.smallContent
private let large = Bench.largeContent
private let largeOID = Bench.largeOID

/// Hosts that mind how much they are asked, or are slower over some connections than over others.
@Suite(.timeLimit(.minutes(3))) struct TransferEngineHostTests {
  /// A connection that is given up for another one loses what was under way.
  private static let underWay = 1 << 20

  // MARK: Too much at once

  struct Host: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var faults: [FaultServer.Fault] = []
    var link = FaultServer.Link(bytesPerSecondEach: 8_000_000)
  }

  static let hosts: [Host] = [
    Host(testDescription: "429 above two at once", faults: [.status(429).whenMoreAtOnce(than: 2)]),
    Host(
      testDescription: "429 above two at once, with a pause",
      faults: [.status(429, headers: ["Retry-After": "1"]).whenMoreAtOnce(than: 2)]),
    Host(testDescription: "503 above one at once", faults: [.status(503).whenMoreAtOnce(than: 1)]),
    Host(
      testDescription: "a third connection is torn down",
      link: .init(bytesPerSecondEach: 8_000_000, maximumConnections: 2)),
  ]

  @Test(arguments: hosts) func `a host that refuses what is too much for it`(_ host: Host) async throws {
    let server = try FaultServer([:], link: host.link)
    let bench = try Bench(server: server)
    server["/lfs/objects/batch"] = .batch(BatchAnswer(contents: [largeOID.hex: large]))
    server["/objects/\(largeOID)"] = FaultServer.Route(host.faults) { Bench.healthyLarge.answer($0) }
    let outcome = try await bench.run([bench.large])
    #expect(outcome.failures.isEmpty, "\(outcome.failures)")
    try bench.expectStored([large])
    #expect(outcome.downloaded < large.count + Self.underWay, "a refusal costs no bytes")
  }

  @Test(arguments: [1, 2, 4]) func `no more requests at once than allowed`(_ connections: Int) async throws {
    let contents = (0..<40).map { bytes(count: 20_000 + $0, seed: UInt64($0) + 10) }
    let byOID = Dictionary(uniqueKeysWithValues: contents.map { (SHA256.hash($0).hex, $0) })
    let server = try FaultServer.lfs(BatchAnswer(contents: byOID), link: .init(bytesPerSecondEach: 12_000_000))
    server["/large"] = Bench.healthyLarge
    let bench = try Bench(server: server)
    let transfers = contents.map { bench.transfer($0, name: "x", [bench.lfs]) }
    let url = try server.url("/large")
    let outcome = try await bench.run(
      transfers + [bench.transfer(large, name: "large.bin", [.url(url)])], limits: .init(connections: connections))
    #expect(outcome.failures.isEmpty)
    // The server may learn late that a connection was given up for another one.
    #expect(server.load.peakRequests <= connections + 1)
    if connections > 1 { #expect(server.load.peakRequests > 1) }
  }

  // MARK: A pause

  struct Pause: Sendable, CustomTestStringConvertible {
    let status: Int
    let retryAfter: @Sendable () -> String
    let testDescription: String
  }

  static let pauses: [Pause] = [429, 503].flatMap { status in
    [
      Pause(status: status, retryAfter: { "1" }, testDescription: "\(status), seconds"),
      Pause(
        status: status,
        retryAfter: {
          let format = DateFormatter()
          format.locale = Locale(identifier: "en_US_POSIX")
          format.timeZone = TimeZone(identifier: "GMT")
          format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
          // Whole seconds are counted: between one and two from now.
          return format.string(from: Date(timeIntervalSinceNow: 2))
        }, testDescription: "\(status), a date"),
    ]
  }

  /// The pause is one for all connections, so it is the only one.
  @Test(arguments: pauses) func `a host that asks to wait is not asked before`(_ pause: Pause) async throws {
    let refusal = FaultServer.Fault.changed { response in
      response = FaultServer.Response(pause.status, headers: ["Retry-After": pause.retryAfter()])
    }
    let bench = try Bench([refusal.once])
    #expect(try await bench.run([bench.large]).failures.isEmpty)
    try bench.expectStored([large])
    let times = bench.server.requests("/objects/\(largeOID)").map(\.time)
    let gaps = zip(times.dropFirst(), times).map { $0 - $1 }
    #expect(gaps.first.map { $0 > .milliseconds(900) } == true, "\(gaps)")
  }

  // MARK: Slow connections

  /// Silent ones, and those on which something comes, but too little to ever end.
  @Test(arguments: [FaultServer.Fault.stall(after: 200_000), .dribble(bytesPerSecond: 300)])
  func `connections that bring nothing or next to nothing are replaced`(_ fault: FaultServer.Fault) async throws {
    let bench = try Bench([fault.onFirstConnections(3)])
    let outcome = try await bench.run([bench.large, bench.small])
    #expect(outcome.failures.isEmpty)
    try bench.expectStored([large, small])
    let connections = Set(bench.server.requests("/objects/\(largeOID)").map(\.connection))
    #expect(connections.count > 3)
  }

  @Test func `what came over a connection that broke is kept`() async throws {
    // Every connection breaks after a mebibyte and a half, for good.
    let bench = try Bench([.reset(after: 3 << 19)])
    let outcome = try await bench.run([bench.large], limits: .init(connections: 4))
    #expect(outcome.failures.isEmpty, "\(outcome.failures)")
    try bench.expectStored([large])
    // A reset may throw away what the system has not delivered yet; what was delivered is not asked for again.
    #expect(outcome.downloaded < large.count + Self.underWay)
  }
}
