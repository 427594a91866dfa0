import Fixtures
import Foundation
import Testing

/// Hosts that fail in the middle of a download and from one run to the next: the file arrives, and what was here is
/// not fetched again.
@Suite struct HostTroubleTests {
  private static let size = FaultyModel.size
  /// So that it can be stopped in the middle: the file takes two seconds and a half.
  private static let slow = FaultServer.Link(bytesPerSecond: 5_000_000)
  /// Every answer ends here, so that the file takes several requests, however much is asked for at once. With two
  /// connections, most of the file is not yet asked for when some of it is here.
  private static let shortAnswers = FaultServer.Fault.truncated(after: 1 << 20)
  private static let two = ["--connections", "2"]

  /// A connection that is given up for another one loses what was under way.
  private static let underWay = 2 << 20

  // MARK: In one run

  struct Trouble: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let faults: [FaultServer.Fault]
    var batch: [FaultServer.Fault] = []
    var words: [String] = []
    /// Batch requests that it takes.
    var batches = 1
  }

  static let troubles: [Trouble] = [
    Trouble(
      testDescription: "a signed address expires",
      faults: [shortAnswers, .status(403).afterServing(5_000_000).when { $0.query == "batch=1" }], words: two,
      batches: 2),
    Trouble(
      testDescription: "signed addresses expire again and again",
      faults: [
        shortAnswers, .status(403).afterServing(3_000_000).when { $0.query == "batch=1" },
        .status(401).afterServing(6_000_000).when { $0.query == "batch=2" },
        .status(400).afterServing(9_000_000).when { $0.query == "batch=3" },
      ], words: two, batches: 4),
    Trouble(
      testDescription: "an address expires while the LFS server is overloaded",
      faults: [shortAnswers, .status(403).afterServing(5_000_000).when { $0.query == "batch=1" }],
      batch: [.status(503).when { [2, 3].contains($0.number) }], words: two, batches: 4),
    Trouble(
      testDescription: "connections are torn down", faults: [.reset(after: 900_000).first(6)]),
    Trouble(testDescription: "answers are cut short", faults: [.truncated(after: 700_000).first(8)]),
    Trouble(
      testDescription: "a connection falls silent", faults: [.stall(after: 300_000).onFirstConnections(2)],
      words: ["--timeout", "2"]),
    Trouble(
      testDescription: "a connection dribbles", faults: [.dribble(bytesPerSecond: 300).onFirstConnections(2)],
      words: ["--timeout", "2"]),
    Trouble(
      testDescription: "too many requests", faults: [.status(429, headers: ["Retry-After": "1"]).first(2)]),
    Trouble(testDescription: "more than two requests at once", faults: [.status(503).whenMoreAtOnce(than: 2)]),
    Trouble(testDescription: "bytes are wrong once", faults: [.wrongBytes(at: [8_000_000]).once]),
    Trouble(testDescription: "ranges are ignored", faults: [.rangeIgnored]),
    Trouble(
      testDescription: "ranges are ignored from the middle on",
      faults: [shortAnswers.first(4), .rangeIgnored.afterServing(4_000_000)]),
    Trouble(testDescription: "other ranges come than were asked for", faults: [.wrongContentRange("bytes 1-2/3")]),
    Trouble(testDescription: "416", faults: [.status(416).when { $0.headers["Range"] != nil }]),
    Trouble(testDescription: "chunked answers", faults: [.chunked]),
    Trouble(testDescription: "answers without an end", faults: [.withoutLength]),
    Trouble(testDescription: "a redirect", faults: [.redirect(to: "?moved").when { $0.query != "moved" }]),
  ]

  @Test(arguments: troubles) func `the file arrives though`(_ trouble: Trouble) async throws {
    let model = try FaultyModel(trouble.faults, batch: trouble.batch)
    let sandbox = try Sandbox()
    let run = try await sandbox.start(model.get(in: sandbox) + ["--json"] + trouble.words).outcome()
    #expect(run.status == 0, "\(run.errors)")
    let events = try run.outputLines.map { try json($0) }
    let models = try #require(events.last?["models"] as? [[String: Any]])
    let path = try #require(models.first?["path"] as? String)
    #expect(try await sha256(path) == FaultyModel.oid)
    let received = events.compactMap { $0["received"] as? Int }
    #expect(zip(received, received.dropFirst()).allSatisfy { $0 < $1 }, "progress only grows: \(received)")
    #expect(received.allSatisfy { $0 <= Self.size })
    #expect(model.batchRequests.count == trouble.batches)
    #expect(sandbox.partialDownloads == [])
  }

  @Test func `an address that expires costs nothing that was here`() async throws {
    let model = try FaultyModel([
      Self.shortAnswers, .status(403).afterServing(5_000_000).when { $0.query == "batch=1" },
    ])
    let sandbox = try Sandbox()
    try await FaultyModel.expectFile(of: sandbox.start(model.get(in: sandbox) + Self.two).outcome())
    #expect(model.servedBytes < Self.size + Self.underWay)
  }

  @Test func `the quota ends in the middle, and a mirror gives the rest`() async throws {
    let model = try FaultyModel(
      [Self.shortAnswers, .status(403).afterServing(5_000_000)],
      batch: [.status(403, body: #"{"message": "over its data quota"}"#).when { $0.number > 1 }])
    let mirror = try FaultyModel.mirror()
    let sandbox = try Sandbox()
    let run = try await sandbox.start(
      model.get(in: sandbox, mirrors: [mirror.address + "/elsewhere.bin"]) + Self.two
    ).outcome()
    try await FaultyModel.expectFile(of: run)
    #expect(mirror.requests().distinctBytes(of: Self.size) < Self.size - 5_000_000 + Self.underWay)
    #expect(run.errors.contains("over its data quota"), "\(run.errors)")
    #expect(run.errors.contains("; going on with \(mirror.address)/elsewhere.bin\n"), "\(run.errors)")
  }

  /// Bytes of the right length that are not the right ones come from the first source for good.
  @Test func `a source of wrong bytes is named, and another one is believed`() async throws {
    let model = try FaultyModel([.wrongBytes(at: [100, 5_000_000, 12_000_000])])
    let mirror = try FaultyModel.mirror()
    let sandbox = try Sandbox()
    let run = try await sandbox.start(
      model.get(in: sandbox, mirrors: [mirror.address + "/elsewhere.bin"])
    ).outcome()
    try await FaultyModel.expectFile(of: run)
    #expect(run.errors.contains("warning: \(model.lfs) gave wrong bytes for `model.bin`; "), "\(run.errors)")
  }

  // MARK: A host that dies

  @Test func `a host that dies in the middle and comes back on the same port`() async throws {
    let host = try RestartingHost(rate: "800k")
    try Data(FaultyModel.content).write(to: URL(filePath: host.files + "/elsewhere.bin"))
    try await host.start()
    let model = try FaultyModel(batch: [.status(404)])
    let sandbox = try Sandbox()
    let words = try model.get(in: sandbox, mirrors: [host.address + "/elsewhere.bin"])
    let run = try sandbox.start(words + ["--retries", "30"])
    let start = ContinuousClock.now
    while sandbox.journalledBytes(of: FaultyModel.oid) < 3 << 20 {
      try #require(ContinuousClock.now - start < .seconds(60), "the journal does not grow")
      try await Task.sleep(for: .milliseconds(10))
    }
    try await host.die()
    let sent = host.sentBytes
    let kept = sandbox.journalledBytes(of: FaultyModel.oid)
    try await Task.sleep(for: .seconds(1))
    #expect(sandbox.cachedFiles("objects") == [])
    try await host.start()
    try await FaultyModel.expectFile(of: run.outcome())
    #expect(host.sentBytes - sent < Self.size - kept + Self.underWay, "what was on the disk is not fetched again")
  }

  // MARK: From one run to the next

  struct Successor: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var faults: [FaultServer.Fault] = []
    /// Whether what is here need not come again.
    var givesRanges = true
  }

  static let successors: [Successor] = [
    Successor(testDescription: "the same"),
    Successor(
      testDescription: "one that has forgotten its old addresses", faults: [.status(403).when { $0.query == "batch=1" }]
    ),
    Successor(testDescription: "one that ignores ranges", faults: [.rangeIgnored], givesRanges: false),
    Successor(
      testDescription: "one that sends other ranges", faults: [.wrongContentRange("bytes 0-0/1")], givesRanges: false),
    Successor(
      testDescription: "one that answers 416", faults: [.status(416).when { $0.headers["Range"] != nil }],
      givesRanges: false),
    Successor(testDescription: "one that breaks off", faults: [.reset(after: 900_000).first(3)]),
  ]

  /// A run that was killed in the middle, and the bytes that it kept.
  private func killed(_ model: FaultyModel, in sandbox: Sandbox) async throws -> Int {
    let run = try sandbox.stop(model.get(in: sandbox), inTheMiddleOf: FaultyModel.oid, after: 3 << 20)
    run.send(SIGKILL)
    _ = try await run.outcome()
    return sandbox.journalledBytes(of: FaultyModel.oid)
  }

  @Test(arguments: successors) func `a killed run goes on at a server that is`(_ successor: Successor) async throws {
    let model = try FaultyModel(link: Self.slow)
    let sandbox = try Sandbox()
    let kept = try await killed(model, in: sandbox)
    let asked = model.objectRequests.count
    model.server[FaultyModel.objectPath] = FaultyModel.healthy.with(successor.faults)
    try await FaultyModel.expectFile(of: sandbox.start(model.get(in: sandbox)).outcome())
    #expect(sandbox.partialDownloads == [])
    if successor.givesRanges {
      #expect(model.objectRequests.dropFirst(asked).distinctBytes(of: Self.size) == Self.size - kept)
    }
  }

  @Test func `a killed run goes on at another mirror, the first one being gone`() async throws {
    let model = try FaultyModel(link: Self.slow)
    let sandbox = try Sandbox()
    let kept = try await killed(model, in: sandbox)
    model.server.stop()
    let mirror = try FaultyModel.mirror()
    let words = try model.get(in: sandbox, mirrors: [mirror.address + "/elsewhere.bin"])
    let run = try await sandbox.start(words + ["--retries", "0"]).outcome()
    try await FaultyModel.expectFile(of: run)
    #expect(mirror.requests().distinctBytes(of: Self.size) == Self.size - kept)
  }
}
