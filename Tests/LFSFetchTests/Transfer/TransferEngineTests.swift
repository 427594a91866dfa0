import Files
import Fixtures
import Foundation
import HTTP
import Synchronization
import Testing

@testable import LFSFetch

private let small = Bench.smallContent
private let smallOID = Bench.smallOID
private let large = Bench.largeContent
private let largeOID = Bench.largeOID

/// The engine against a server that fails on purpose.
@Suite(.timeLimit(.minutes(3))) struct TransferEngineTests {
  // MARK: What it gets over

  struct Hardship: Sendable, CustomTestStringConvertible {
    let name: String
    let faults: [FaultServer.Fault]
    /// Bytes that come over the network more than once; nil where that depends on who was quicker.
    var waste: ClosedRange<Int64>? = 0...0
    /// Batch requests.
    var batches = 1
    var connections = 8
    var testDescription: String { name }
  }

  static let hardships: [Hardship] = [
    Hardship(name: "none", faults: []),
    Hardship(name: "reset in the middle", faults: [.reset(after: 50_000).once], waste: nil),
    Hardship(name: "reset at once", faults: [.reset(after: 0).once]),
    Hardship(name: "reset three times", faults: [.reset(after: 90_000).first(3)], waste: nil),
    Hardship(name: "truncated", faults: [.truncated(after: 50_000).once], waste: nil),
    Hardship(name: "503", faults: [.status(503).once]),
    Hardship(name: "500 twice", faults: [.status(500).first(2)]),
    Hardship(name: "429 with Retry-After", faults: [.status(429, headers: ["Retry-After": "1"]).once]),
    Hardship(
      name: "403 of a host that counts requests",
      faults: [.status(403, headers: ["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"]).once]),
    Hardship(name: "an address that expired", faults: [.status(403).when { $0.query == "batch=1" }], batches: 2),
    Hardship(name: "wrong bytes once", faults: [.wrongBytes(at: [70_000]).once], waste: nil),
    Hardship(name: "no length", faults: [.withoutLength]),
    Hardship(name: "in pieces", faults: [.chunked]),
    Hardship(name: "a redirect", faults: [.redirect(to: "?moved=1", status: 307).when { $0.query != "moved=1" }]),
    Hardship(name: "a stall", faults: [.stall(after: 60_000).once], waste: nil),
  ]

  @Test(arguments: hardships) func `a small object arrives in spite of`(_ hardship: Hardship) async throws {
    let bench = try Bench(hardship.faults)
    let outcome = try await bench.run([bench.small])
    #expect(outcome.failures.isEmpty)
    try bench.expectStored([small])
    if let waste = hardship.waste { #expect(waste.contains(outcome.downloaded - Int64(small.count))) }
    #expect(bench.server.requests("/lfs/objects/batch").count == hardship.batches)
  }

  @Test func `objects that become known meanwhile are fetched by the same run`() async throws {
    let bench = try Bench()
    let (further, intake) = AsyncStream<[Transfer]>.makeStream()
    let engine = try bench.engine()
    let run = Task { await engine.run([bench.small], further: further) }
    while try !bench.store.contains(smallOID, size: nil) { try await Task.sleep(for: .milliseconds(5)) }
    // All that was known has come, and it waits.
    intake.yield([bench.large])
    while try !bench.store.contains(largeOID, size: nil) { try await Task.sleep(for: .milliseconds(5)) }
    intake.finish()
    let outcome = await run.value
    #expect(outcome.failures.isEmpty)
    #expect(outcome.downloaded == Int64(small.count + large.count))
    try bench.expectStored([small, large])
  }

  @Test func `a run to which nothing is added ends`() async throws {
    let bench = try Bench()
    let (further, intake) = AsyncStream<[Transfer]>.makeStream()
    intake.finish()
    let outcome = try await bench.engine().run([], further: further)
    #expect(outcome.failures.isEmpty)
    #expect(outcome.downloaded == 0)
  }

  static let hardshipsOfChunks: [Hardship] = [
    Hardship(name: "ranges ignored", faults: [.rangeIgnored]),
    Hardship(name: "ranges ignored once", faults: [.rangeIgnored.once]),
    Hardship(name: "ranges ignored later", faults: [.rangeIgnored.afterServing(9 << 20)], waste: nil, connections: 2),
    Hardship(name: "another range", faults: [.wrongContentRange("bytes 0-99/100").once], waste: nil),
    Hardship(name: "always another range", faults: [.wrongContentRange("bytes 1-4194304/20959175")], waste: nil),
    // Gitea up to 1.24.3: the right bytes, and what is left of the object in place of its size.
    Hardship(
      name: "a wrong total",
      faults: [
        .changed { response in
          guard let text = response.headers["Content-Range"], let range = ContentRange(text)?.range else { return }
          let left = 20 << 20 - Int(range.lowerBound)
          response.headers["Content-Range"] = "bytes \(range.lowerBound)-\(range.upperBound)/\(max(left, 1))"
        }
      ]),
    Hardship(name: "no range named", faults: [.wrongContentRange("nonsense")], waste: nil),
    Hardship(name: "416", faults: [.status(416).when { $0.headers["Range"] != nil }]),
    Hardship(
      name: "an address that expires in the middle",
      faults: [.status(403).afterServing(9 << 20).when { $0.query == "batch=1" }], batches: 2, connections: 2),
    Hardship(name: "a host that dies now and then", faults: [.reset(after: 3 << 20).first(6)], waste: nil),
    Hardship(name: "gzip for ranges", faults: [.encoded.when { $0.headers["Range"] != nil }], waste: nil),
  ]

  @Test(arguments: hardships + hardshipsOfChunks)
  func `a large object arrives in spite of`(_ hardship: Hardship) async throws {
    let bench = try Bench(hardship.faults)
    let outcome = try await bench.run([bench.large], limits: .init(connections: hardship.connections))
    #expect(outcome.failures.isEmpty)
    try bench.expectStored([large])
    if let waste = hardship.waste { #expect(waste.contains(outcome.downloaded - Int64(large.count))) }
    #expect(bench.server.requests("/lfs/objects/batch").count == hardship.batches)
  }

  /// Some servers' clocks are wrong: an address is tried even when it is said to be over.
  @Test(arguments: [-60, 0, 3, 6]) func `addresses of few seconds`(_ seconds: Int) async throws {
    let bench = try Bench(server: Bench.serve { $0.expiresIn = seconds })
    #expect(try await bench.run([bench.small, bench.large]).failures.isEmpty)
    try bench.expectStored([small, large])
    #expect(bench.server.requests("/lfs/objects/batch").count <= (seconds == 6 ? 10 : 1))
  }

  // MARK: What it does not get over

  struct Defeat: Sendable, CustomTestStringConvertible {
    let name: String
    let faults: [FaultServer.Fault]
    let code: FetchError.Code
    let cause: String
    var testDescription: String { name }
  }

  static let defeats: [Defeat] = [
    Defeat(
      name: "wrong bytes", faults: [.wrongBytes(at: [70_000])], code: .integrity,
      cause: "the bytes do not have the SHA-256 that they should have"),
    Defeat(name: "gone", faults: [.status(404)], code: .notFound, cause: "127.0.0.1:PORT answered 404"),
    Defeat(name: "forbidden", faults: [.status(403)], code: .authentication, cause: "127.0.0.1:PORT answered 403"),
    Defeat(name: "broken", faults: [.status(500)], code: .network, cause: "127.0.0.1:PORT answered 500"),
    Defeat(
      name: "gzip", faults: [.encoded], code: .integrity, cause: "the host sent the object encoded as gzip"),
    Defeat(
      name: "too long", faults: [.rangeIgnored, .changed { $0.body.append(1) }], code: .integrity,
      cause: "the host announced COUNT+1 bytes for an object of COUNT"),
    Defeat(
      name: "too long, and no length", faults: [.rangeIgnored, .changed { $0.body.append(1) }, .withoutLength],
      code: .integrity, cause: "the host sent more bytes than the object has"),
    Defeat(
      name: "too short", faults: [.rangeIgnored, .cut(to: 80_000)], code: .integrity,
      cause: "the host announced 80000 bytes for an object of COUNT"),
  ]

  @Test(arguments: defeats) func `it gives up, and nothing is stored, when a host is`(_ defeat: Defeat) async throws {
    for (isLarge, content) in [(false, small), (true, large)] {
      let bench = try Bench(defeat.faults)
      let transfer = isLarge ? bench.large : bench.small
      let outcome = try await bench.run([transfer])
      let error = try #require(outcome.failures[transfer.oid])
      #expect(error.code == defeat.code)
      #expect(error.message == "cannot download `\(transfer.name)`")
      let cause = defeat.cause.replacing("PORT", with: "\(bench.server.port)")
        .replacing("COUNT+1", with: "\(content.count + 1)").replacing("COUNT", with: "\(content.count)")
      #expect(error.causes == ["\(bench.server.address)/lfs: \(cause)"])
      try bench.expectStored([])
    }
  }

  @Test func `a batch API that says no`() async throws {
    let bench = try Bench()
    bench.server["/lfs/objects/batch"] = .status(401)
    let outcome = try await bench.run([bench.small, bench.large])
    #expect(outcome.failures.count == 2)
    #expect(outcome.failures[smallOID]?.code == .authentication)
    #expect(outcome.failures[smallOID]?.hint?.hasPrefix("give a token for 127.0.0.1:\(bench.server.port)") == true)
    #expect(bench.server.requests().count == 1)
  }

  @Test func `an object without a source`() async throws {
    let bench = try Bench()
    let outcome = try await bench.run([bench.transfer(small, name: "small.bin", [])])
    #expect(
      outcome.failures[smallOID]
        == FetchError(
          .notFound, "cannot download `small.bin`", causes: ["no source is known for it"]))
  }

  @Test func `a disk that takes nothing`() async throws {
    for isLarge in [false, true] {
      let bench = try Bench()
      let engine = try bench.engine()
      try bench.folder.write("in the way", to: "objects")
      let transfer = isLarge ? bench.large : bench.small
      let outcome = await engine.run([transfer])
      let error = try #require(outcome.failures[transfer.oid])
      #expect(error.code == .disk)
      #expect(error.message == "cannot store `\(transfer.name)`")
      #expect(error.causes.first?.contains(bench.folder("objects")) == true)
    }
  }

  // MARK: Other sources

  @Test func `the next source takes over when the first has nothing`() async throws {
    let bench = try Bench([.status(404)])
    let mirror = try FaultServer(["/small": .content(small), "/large": Bench.healthyLarge])
    let transfers = [
      bench.transfer(small, name: "small.bin", [bench.lfs, .url(try mirror.url("/small"))]),
      bench.transfer(large, name: "large.bin", [bench.lfs, .url(try mirror.url("/large"))]),
    ]
    let outcome = try await bench.run(transfers)
    #expect(outcome.failures.isEmpty)
    try bench.expectStored([small, large])
    // On a busy machine a slow connection may be replaced, which asks for some of its bytes again.
    #expect((large.count..<large.count + (4 << 20)).contains(mirror.servedBytes("/large")))
    #expect(bench.warnings.count == 2)
    #expect(
      bench.warnings.contains(
        "`large.bin` could not be had from \(bench.server.address)/lfs (127.0.0.1:\(bench.server.port) answered 404); "
          + "going on with \(mirror.address)/large"))
  }

  @Test func `the next source takes over in the middle, and nothing is fetched twice`() async throws {
    let bench = try Bench([.status(404).afterServing(9 << 20)])
    let mirror = try FaultServer(["/large": Bench.healthyLarge])
    let transfer = bench.transfer(large, name: "large.bin", [bench.lfs, .url(try mirror.url("/large"))])
    let outcome = try await bench.run([transfer], limits: .init(connections: 2))
    #expect(outcome.failures.isEmpty)
    try bench.expectStored([large])
    let first = bench.server.servedBytes("/objects/\(largeOID)")
    #expect(first >= 9 << 20)
    #expect(mirror.servedBytes("/large") > 4_000_000)
    #expect(mirror.servedBytes("/large") + first < large.count + 1000, "little more than the pages of the 404s")
    #expect(outcome.downloaded == large.count)
  }

  @Test func `a folder takes over in the middle`() async throws {
    for jobs in [1, 8] {
      let bench = try Bench([.status(404).afterServing(9 << 20)])
      let hex = largeOID.hex
      try bench.folder.write(large, to: "repository/\(hex.prefix(2))/\(hex.dropFirst(2).prefix(2))/\(hex)")
      let sources = [bench.lfs, .folder(bench.folder("repository"))]
      let outcome = try await bench.run(
        [bench.transfer(large, name: "large.bin", sources)], limits: .init(jobs: jobs, connections: 2))
      #expect(outcome.failures.isEmpty)
      try bench.expectStored([large])
      #expect(bench.warnings.count == 1)
      #expect(try bench.unfinished.isEmpty)
    }
  }

  @Test func `wrong bytes of one source do not spoil the next`() async throws {
    let bench = try Bench([.wrongBytes(at: [70_000])])
    let mirror = try FaultServer(["/large": Bench.healthyLarge, "/small": .content(small)])
    let transfers = [
      bench.transfer(large, name: "large.bin", [bench.lfs, .url(try mirror.url("/large"))]),
      bench.transfer(small, name: "small.bin", [bench.lfs, .url(try mirror.url("/small"))]),
    ]
    #expect(try await bench.run(transfers).failures.isEmpty)
    try bench.expectStored([large, small])
  }

  @Test func `when all fail, each is named, and the first one's code counts`() async throws {
    let bench = try Bench([.status(404)])
    let mirror = try FaultServer(["/small": .status(500)])
    let sources = [bench.lfs, .url(try mirror.url("/small")), .folder("/nowhere")]
    let outcome = try await bench.run([bench.transfer(small, name: "small.bin", sources)])
    let error = try #require(outcome.failures[smallOID])
    #expect(error.code == .integrity || error.code == .notFound)
    #expect(
      error.causes == [
        "\(bench.server.address)/lfs: 127.0.0.1:\(bench.server.port) answered 404",
        "\(mirror.address)/small: 127.0.0.1:\(mirror.port) answered 500",
        "/nowhere: the repository does not hold the object",
      ])
  }

  // MARK: Secrets

  @Test func `a redirect to another server carries no header of the action`() async throws {
    let store = try FaultServer(["/small": .content(small), "/large": Bench.healthyLarge])
    let server = try Bench.serve { $0.headers = ["Authorization": "Bearer secret"] }
    server["/objects/\(smallOID)"] = .redirect(to: store.address + "/small")
    server["/objects/\(largeOID)"] = .redirect(to: store.address + "/large")
    let bench = try Bench(server: server)
    #expect(try await bench.run([bench.small, bench.large]).failures.isEmpty)
    #expect(server.requests("/objects/\(smallOID)").allSatisfy { $0.headers["Authorization"] == "Bearer secret" })
    #expect(store.requests().count >= 6)
    #expect(store.requests().allSatisfy { $0.headers["Authorization"] == nil })
  }
}

extension FaultServer.Fault {
  /// Says that the body is compressed, without the work of it.
  fileprivate static var encoded: Self { .changed { $0.headers["Content-Encoding"] = "gzip" } }
}
