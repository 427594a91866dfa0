import Files
import HTTP
import Testing

@testable import Fixtures
@testable import LFSFetch

private let small = Bench.smallContent
private let smallOID = Bench.smallOID
private let large = Bench.largeContent
private let largeOID = Bench.largeOID

/// What becomes of an object when the first of its sources fails: alone it fails with the reason, and any other
/// source takes over, in the middle as well as at the beginning, in this run or in a later one.
@Suite(.timeLimit(.minutes(3))) struct TransferEngineSourceTests {
  /// A mirror of both objects.
  private static func mirror(_ faults: FaultServer.Fault...) throws -> FaultServer {
    let healthySmall = FaultServer.Route.content(small)
    return try FaultServer([
      "/small": FaultServer.Route(faults) { healthySmall.answer($0) },
      "/large": FaultServer.Route(faults) { Bench.healthyLarge.answer($0) },
    ])
  }

  private static func transfers(_ bench: Bench, then mirror: FaultServer) throws -> [Transfer] {
    [
      bench.transfer(small, name: "small.bin", [bench.lfs, .url(try mirror.url("/small"))]),
      bench.transfer(large, name: "large.bin", [bench.lfs, .url(try mirror.url("/large"))]),
    ]
  }

  /// Every answer ends here, so that an object takes several requests, however much is asked for at once.
  private static let shortAnswers = FaultServer.Fault.truncated(after: 2 << 20)

  /// A connection that is given up for another one loses what was under way.
  private static let underWay = 1 << 20

  // MARK: At the beginning

  struct Trouble: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var code: FetchError.Code
    /// What the user reads of it.
    let reason: String
    /// What the batch API says of the two objects.
    var answer: @Sendable (inout BatchAnswer) -> Void = { _ in }
    /// Faults of the batch API.
    var batch: [FaultServer.Fault] = []
    /// Faults of the objects.
    var objects: [FaultServer.Fault] = []

    func server() throws -> FaultServer {
      let server = try Bench.serve(objects, answer)
      var known = BatchAnswer(contents: [smallOID.hex: small, largeOID.hex: large])
      answer(&known)
      if !batch.isEmpty {
        let healthy = FaultServer.Route.batch(known)
        server["/lfs/objects/batch"] = FaultServer.Route(batch) { healthy.answer($0) }
      }
      return server
    }
  }

  /// The two objects' error in the batch answer.
  private static func each(_ code: Int, _ message: String) -> @Sendable (inout BatchAnswer) -> Void {
    { $0.errors = [smallOID.hex: .init(code, message), largeOID.hex: .init(code, message)] }
  }

  private static let otherOID = String(repeating: "d", count: 64)

  static let troubles: [Trouble] = [
    // GitHub's words when a repository has used up its bandwidth.
    Trouble(
      testDescription: "quota, 403", code: .authentication, reason: "This repository is over its data quota.",
      batch: [.status(403, body: #"{"message": "This repository is over its data quota."}"#)]),
    Trouble(
      testDescription: "quota, 509", code: .network, reason: "its bandwidth limit is used up", batch: [.status(509)]),
    Trouble(testDescription: "quota, 429", code: .network, reason: "too many requests", batch: [.status(429)]),
    Trouble(
      testDescription: "quota, 413", code: .network, reason: "it finds even a request for one object too large",
      batch: [.status(413)]),
    Trouble(testDescription: "storage full", code: .network, reason: "its storage is full", batch: [.status(507)]),
    Trouble(
      testDescription: "credentials wanted", code: .authentication, reason: "answered 401", batch: [.status(401)]),
    Trouble(testDescription: "no such repository", code: .notFound, reason: "answered 404", batch: [.status(404)]),
    Trouble(testDescription: "down", code: .network, reason: "answered 503", batch: [.status(503)]),
    Trouble(
      testDescription: "each object over the quota", code: .network,
      reason: "the server refuses it (509): over its LFS budget", answer: each(509, "over its LFS budget")),
    Trouble(
      testDescription: "each object forbidden", code: .authentication, reason: "the server does not allow it (403)",
      answer: each(403, "")),
    Trouble(
      testDescription: "each object gone", code: .notFound, reason: "the server no longer has it (410)",
      answer: each(410, "")),
    Trouble(
      testDescription: "another oid", code: .network, reason: "names an object that was not asked for",
      answer: { $0.wrongOIDs = [smallOID.hex: otherOID, largeOID.hex: otherOID] }),
    Trouble(
      testDescription: "the other's oid", code: .network, reason: "another size than its pointer",
      answer: { $0.wrongOIDs = [smallOID.hex: largeOID.hex, largeOID.hex: smallOID.hex] }),
    Trouble(
      testDescription: "another size", code: .network, reason: "another size than its pointer",
      answer: { $0.wrongSizes = [smallOID.hex: 99_999, largeOID.hex: 1] }),
    Trouble(
      testDescription: "truncated JSON", code: .network, reason: "line 1, column ", batch: [.cut(to: 100)]),
    Trouble(
      testDescription: "100 MB of JSON", code: .network, reason: "more than", batch: [.padded(to: 100_000_000)]),
    Trouble(
      testDescription: "a page of HTML", code: .network, reason: "expected a value, found `<`",
      batch: [.changed { $0.body = Array("<html>Welcome to the hotel's network</html>".utf8) }]),
    Trouble(
      testDescription: "401 by the object host", code: .authentication, reason: "answered 401",
      objects: [.status(401)]),
    Trouble(
      testDescription: "403 by the object host", code: .authentication, reason: "answered 403",
      objects: [.status(403)]),
    Trouble(
      testDescription: "410 by the object host", code: .notFound, reason: "answered 410", objects: [.status(410)]),
    Trouble(
      testDescription: "a redirect loop", code: .network, reason: "redirects more than 5 times",
      objects: [.redirect(to: "?again")]),
    Trouble(
      testDescription: "a redirect to nowhere", code: .network, reason: "cannot connect to 127.0.0.1:1",
      objects: [.redirect(to: "http://127.0.0.1:1/x")]),
    Trouble(
      testDescription: "gzip that nobody asked for", code: .integrity, reason: "encoded as gzip",
      objects: [.changed { $0.headers["Content-Encoding"] = "gzip" }]),
  ]

  @Test(arguments: troubles) func `alone it fails with the reason`(_ trouble: Trouble) async throws {
    let bench = try Bench(server: trouble.server())
    let outcome = try await bench.run([bench.small, bench.large])
    #expect(outcome.failures.count == 2)
    for error in outcome.failures.values {
      #expect(error.code == trouble.code)
      #expect(error.causes.contains { $0.contains(trouble.reason) }, "\(error.causes)")
    }
    try bench.expectStored([])
    #expect(bench.server.servedBytes("/lfs/objects/batch") < 50_000_000)
  }

  @Test(arguments: troubles) func `another source takes over`(_ trouble: Trouble) async throws {
    let bench = try Bench(server: trouble.server())
    let mirror = try Self.mirror()
    let outcome = try await bench.run(Self.transfers(bench, then: mirror))
    #expect(outcome.failures.isEmpty, "\(outcome.failures)")
    try bench.expectStored([small, large])
    // Who reads the warnings learns which source failed, why, and what is done about it.
    for name in ["small", "large"] {
      #expect(
        bench.warnings.contains {
          $0.contains("\(bench.server.address)/lfs") && $0.contains(trouble.reason)
            && $0.contains("\(mirror.address)/\(name)")
        }, "\(bench.warnings)")
    }
  }

  // MARK: In the middle

  struct Break: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Of the large object, once some of it has come.
    let fault: FaultServer.Fault
    /// Of the batch API, when it is asked for the second time.
    var batch: FaultServer.Fault?
  }

  static let breaks: [Break] = [
    Break(
      testDescription: "an address is over, and the quota too", fault: .status(403),
      batch: .status(403, body: #"{"message": "over its data quota"}"#)),
    Break(
      testDescription: "an address is over, and the server wants a pause", fault: .status(403), batch: .status(429)),
    Break(testDescription: "an address is over, and the server is gone", fault: .status(401), batch: .status(500)),
    Break(testDescription: "the object is gone", fault: .status(410)),
    Break(testDescription: "the host is overloaded for good", fault: .status(503)),
    Break(testDescription: "the host's bandwidth is used up", fault: .status(509)),
    Break(testDescription: "the connections are torn down", fault: .reset(after: 0)),
    Break(testDescription: "a redirect loop", fault: .redirect(to: "?again")),
    Break(testDescription: "the host falls silent", fault: .stall(after: 0)),
  ]

  @Test(arguments: breaks) func `another source takes over in the middle`(_ broken: Break) async throws {
    let bench = try Bench([Self.shortAnswers, broken.fault.afterServing(9 << 20)])
    if let batch = broken.batch {
      let healthy = FaultServer.Route.batch(BatchAnswer(contents: [largeOID.hex: large]))
      bench.server["/lfs/objects/batch"] = FaultServer.Route([batch.when { $0.number > 1 }]) { healthy.answer($0) }
    }
    let mirror = try Self.mirror()
    let transfer = bench.transfer(large, name: "large.bin", [bench.lfs, .url(try mirror.url("/large"))])
    let outcome = try await bench.run([transfer], limits: .init(connections: 2))
    #expect(outcome.failures.isEmpty, "\(outcome.failures)")
    try bench.expectStored([large])
    #expect(outcome.downloaded < large.count + Self.underWay, "nothing comes twice")
    #expect(mirror.requests("/large").distinctBytes(of: large.count) < large.count - (9 << 20) + Self.underWay)
    #expect(bench.warnings.count == 1, "\(bench.warnings)")
  }

  // MARK: In a later run

  struct Other: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var faults: [FaultServer.Fault] = []
    /// Whether what is here is not fetched again; a server without ranges sends all of it.
    var givesRanges = true
  }

  static let others: [Other] = [
    Other(testDescription: "a healthy one"),
    Other(testDescription: "one that ignores ranges", faults: [.rangeIgnored], givesRanges: false),
    Other(
      testDescription: "one that answers 416", faults: [.status(416).when { $0.headers["Range"] != nil }],
      givesRanges: false),
    Other(
      testDescription: "one that names another range", faults: [.wrongContentRange("bytes 0-9/10")], givesRanges: false),
    Other(testDescription: "one that redirects", faults: [.redirect(to: "?moved").when { $0.query == nil }]),
    Other(testDescription: "one that breaks off", faults: [.reset(after: 600_000).first(5)]),
    Other(testDescription: "one that is busy at first", faults: [.status(503).first(2)]),
  ]

  /// A mirror has another address, another name for the object, and no batch API.
  @Test(arguments: others) func `a download goes on at another mirror`(_ other: Other) async throws {
    let bench = try Bench([Self.shortAnswers, .status(404).afterServing(9 << 20)])
    let first = try await bench.run([bench.large], limits: .init(connections: 2))
    #expect(first.failures[largeOID]?.code == .notFound)
    #expect(first.downloaded > 4 << 20)

    let mirror = try FaultServer(["/large": FaultServer.Route(other.faults) { Bench.healthyLarge.answer($0) }])
    let again = try Bench(continuing: bench, server: mirror)
    let outcome = try await again.run([again.transfer(large, name: "large.bin", [.url(try mirror.url("/large"))])])
    #expect(outcome.failures.isEmpty, "\(outcome.failures)")
    try again.expectStored([large])
    #expect(try again.unfinished.isEmpty)
    if other.givesRanges { #expect(first.downloaded + outcome.downloaded < large.count + Self.underWay) }
  }

  @Test func `progress only grows, though bytes were wrong`() async throws {
    let bench = try Bench([.wrongBytes(at: [5_000_000]).once, .dribble(bytesPerSecond: 20_000_000)])
    #expect(try await bench.run([bench.large]).failures.isEmpty)
    try bench.expectStored([large])
    let figures = bench.events.compactMap { event in
      if case .objectProgress(_, let received) = event { received } else { nil }
    }
    #expect(zip(figures, figures.dropFirst()).allSatisfy { $0 < $1 }, "\(figures)")
    #expect(figures.allSatisfy { $0 <= large.count })
  }
}
