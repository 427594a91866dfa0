import Files
import Fixtures
import HTTP
import Testing

@testable import LFSFetch

private let large = Bench.largeContent
private let largeOID = Bench.largeOID

/// Engines that come after each other, stand beside each other, are cut off, or have much to do.
@Suite(.timeLimit(.minutes(3))) struct TransferEngineSharingTests {
  // MARK: One after the other

  @Test func `what an earlier engine left is not fetched again`() async throws {
    let bench = try Bench([.status(404).afterServing(9 << 20)])
    let first = try await bench.run([bench.large], limits: .init(connections: 2))
    #expect(first.failures[largeOID]?.code == .notFound)
    #expect(try bench.unfinished == [largeOID.hex, largeOID.hex + ".journal"])

    let again = try Bench(continuing: bench, server: Bench.serve())
    let second = try await again.run([again.large])
    #expect(second.failures.isEmpty)
    try again.expectStored([large])
    #expect(first.downloaded + second.downloaded == large.count)
    #expect(again.server.servedBytes("/objects/\(largeOID)") == second.downloaded)
    #expect(
      again.events.first
        == .objectStarted(
          object: largeOID.hex, name: "large.bin", bytes: Int64(large.count), resumed: first.downloaded))
    #expect(try again.unfinished.isEmpty)
  }

  @Test func `damage to what was left is found and costs its chunk`() async throws {
    let bench = try Bench([.status(404).afterServing(9 << 20)])
    _ = try await bench.run([bench.large], limits: .init(connections: 1))
    let path = PartialObject.path(of: largeOID, in: bench.store.cache)
    let file = try File.open(path, .readWrite)
    try file.write([large[5_000_000] ^ 1], at: 5_000_000)
    let again = try Bench(continuing: bench, server: Bench.serve())
    #expect(try await again.run([again.large]).failures.isEmpty)
    try again.expectStored([large])
    // What came before the damaged chunk was kept.
    let asked = again.server.requests("/objects/\(largeOID)").compactMap { $0.headers["Range"] }
    #expect(!asked.contains { $0.hasPrefix("bytes=0-") })
    #expect(asked.contains { $0.hasPrefix("bytes=4980736-") })
  }

  @Test func `what is in the store is not fetched`() async throws {
    let bench = try Bench()
    _ = try await bench.run([bench.large, bench.small])
    let requests = bench.server.requests().count
    let again = try Bench(continuing: bench, server: bench.server)
    let outcome = try await again.run([again.large, again.small])
    #expect(outcome.failures.isEmpty)
    #expect(outcome.downloaded == 0)
    #expect(again.server.requests().count == requests + 1, "only the batch API is asked")
  }

  // MARK: Side by side

  @Test(arguments: [false, true]) func `two engines on one cache make one download`(withoutLocks: Bool) async throws {
    let one = try Bench([.dribble(bytesPerSecond: 20_000_000)])
    // That this folder is there says that the file system has no byte-range locks.
    if withoutLocks { try Directory.create(one.store.cache.partial + "/locks.holders") }
    let two = try Bench(continuing: one, server: one.server)
    async let first = one.run([one.large, one.small])
    async let second = two.run([two.large, two.small])
    let outcomes = try await [first, second]
    #expect(outcomes.allSatisfy { $0.failures.isEmpty })
    let total = large.count + Bench.smallContent.count
    #expect(outcomes.reduce(0) { $0 + $1.downloaded } == total)
    try one.expectStored([large, Bench.smallContent])
    for bench in [one, two] {
      let finished = bench.events.filter { if case .objectFinished = $0 { true } else { false } }
      #expect(finished.count == 2)
    }
  }

  @Test func `who has lost its lock does not adopt, and takes what the other made`() async throws {
    let base = try Bench()
    let holders = base.store.cache.partial + "/locks.holders"
    try Directory.create(holders)
    // While it is asked for a byte, a process of another machine takes the object over, as if this one had been silent.
    let takeOver = FaultServer.Fault.status(404).when { _ in
      for place in (try? Directory.list(holders)) ?? [] where !place.hasPrefix(".") {
        for name in (try? Directory.list(holders + "/" + place)) ?? [] {
          try? renameFile("\(holders)/\(place)/\(name)", to: "\(holders)/\(place)/elsewhere.1.1.x")
        }
      }
      return false
    }
    let bench = try Bench(continuing: base, server: Bench.serve([takeOver]))
    let task = Task { try await bench.run([bench.large, bench.small]) }
    while bench.server.servedBytes("/objects/\(largeOID)") < large.count
      || bench.server.servedBytes("/objects/\(Bench.smallOID)") < Bench.smallContent.count
    { try await Task.sleep(for: .milliseconds(10)) }
    try await Task.sleep(for: .milliseconds(300))
    #expect(try bench.store.all().isEmpty)
    // The other is done, and gives the locks back.
    for content in [large, Bench.smallContent] { _ = try bench.store.add(content) }
    for place in try Directory.list(holders) where !place.hasPrefix(".") {
      try Directory.remove(holders + "/" + place)
    }
    #expect(try await task.value.failures.isEmpty)
    try bench.expectStored([large, Bench.smallContent])
  }

  // MARK: Cut off

  @Test func `cancelled, it ends at once, keeps what came and lets go of the lock`() async throws {
    let bench = try Bench([.dribble(bytesPerSecond: 1_000_000)])
    let task = Task { try await bench.run([bench.large, bench.small]) }
    while bench.server.servedBytes("/objects/\(largeOID)") < 2 << 20 { try await Task.sleep(for: .milliseconds(10)) }
    let start = ContinuousClock.now
    task.cancel()
    let outcome = try await task.value
    #expect(ContinuousClock.now - start < .seconds(30), "alone it takes milliseconds; other tests keep the processors")
    #expect(outcome.failures[largeOID] == .interruption)
    #expect(try bench.unfinished == [largeOID.hex, largeOID.hex + ".journal"])
    #expect(outcome.downloaded > 1 << 20)

    let again = try Bench(continuing: bench, server: Bench.serve())
    let rest = try await again.run([again.large, again.small])
    #expect(rest.failures.isEmpty)
    try again.expectStored([large, Bench.smallContent])
    // What was on its way when it was cut off is all that came twice.
    #expect(rest.downloaded < Int64(large.count + Bench.smallContent.count) - (1 << 20))
  }

  @Test func `cancelled while a host is silent`() async throws {
    let bench = try Bench([.slowHeaders(.seconds(30))])
    let task = Task { try await bench.run([bench.small]) }
    while bench.server.requests().count < 2 { try await Task.sleep(for: .milliseconds(10)) }
    let start = ContinuousClock.now
    task.cancel()
    #expect(try await task.value.failures[Bench.smallOID] == .interruption)
    #expect(ContinuousClock.now - start < .seconds(20), "alone it takes milliseconds; other tests keep the processors")
    try bench.expectStored([])
  }

  @Test func `when an object has failed, nobody waits for its other chunks`() async throws {
    let bench = try Bench([
      .dribble(bytesPerSecond: 30_000), .status(404).when { $0.headers["Range"]?.hasPrefix("bytes=2097152-") == true },
    ])
    let start = ContinuousClock.now
    let outcome = try await bench.run([bench.large])
    #expect(outcome.failures[largeOID]?.code == .notFound)
    #expect(ContinuousClock.now - start < .seconds(25), "the other chunks take 35 seconds")
    #expect(outcome.downloaded < 4 << 20)
  }

  // MARK: Much to do

  @Test func `many small objects need few batch requests and no more connections than allowed`() async throws {
    let contents = (0..<300).map { bytes(count: 200 + $0, seed: UInt64($0) + 10) }
    let byOID = Dictionary(uniqueKeysWithValues: contents.map { (SHA256.hash($0).hex, $0) })
    let bench = try Bench(server: .lfs(BatchAnswer(contents: byOID)))
    let transfers = contents.enumerated().map { bench.transfer($1, name: "\($0).bin", [bench.lfs]) }
    let outcome = try await bench.run(transfers, limits: .init(connections: 4))
    #expect(outcome.failures.isEmpty)
    #expect(outcome.downloaded == contents.reduce(0) { $0 + $1.count })
    try bench.expectStored(contents)
    #expect(bench.server.requests("/lfs/objects/batch").count == 3)
    #expect(bench.server.requests().count == 303)
    #expect(bench.server.load.peakRequests <= 4)
  }

  @Test(arguments: [1, 2, 5]) func `a large object takes all connections and no more`(_ connections: Int) async throws {
    let bench = try Bench()
    #expect(try await bench.run([bench.large, bench.small], limits: .init(connections: connections)).failures.isEmpty)
    #expect(bench.server.load.peakRequests <= connections)
    #expect(bench.server.servedBytes("/objects/\(largeOID)") == large.count)
  }

  @Test func `a batch API that takes fewer objects at once`() async throws {
    let contents = (0..<10).map { bytes(count: 100, seed: UInt64($0) + 10) }
    let byOID = Dictionary(uniqueKeysWithValues: contents.map { (SHA256.hash($0).hex, $0) })
    let bench = try Bench(server: .lfs(BatchAnswer(contents: byOID, maximumObjects: 4)))
    let transfers = contents.map { bench.transfer($0, name: "x", [bench.lfs]) }
    #expect(try await bench.run(transfers).failures.isEmpty)
    try bench.expectStored(contents)
  }

  @Test func `one object that fails does not stop the others`() async throws {
    let contents = (0..<5).map { bytes(count: 100, seed: UInt64($0) + 10) }
    let oids = contents.map { SHA256.hash($0).hex }
    let byOID = Dictionary(uniqueKeysWithValues: zip(oids, contents))
    let answer = BatchAnswer(
      contents: byOID, errors: [oids[1]: .init(404, "no such\u{7} object"), oids[2]: .init(403, "")], omitted: [oids[3]]
    )
    let bench = try Bench(server: .lfs(answer))
    let transfers = contents.map { bench.transfer($0, name: "x", [bench.lfs]) }
    let outcome = try await bench.run(transfers)
    let causes = Dictionary(
      uniqueKeysWithValues: outcome.failures.map { ($0.key.hex, "\($0.value.code): \($0.value.causes)") })
    let place = "\(bench.server.address)/lfs"
    #expect(
      causes == [
        oids[1]: "notFound: [\"\(place): the server does not have it (404): no such\\\\u{7} object\"]",
        oids[2]: "authentication: [\"\(place): the server does not allow it (403)\"]",
        oids[3]: "notFound: [\"\(place): the server does not have it (404): the server\\'s answer leaves it out\"]",
      ])
    try bench.expectStored([contents[0], contents[4]])
  }

  // MARK: What is told

  @Test func `progress only grows, and each object begins and ends`() async throws {
    let bench = try Bench([.dribble(bytesPerSecond: 3_000_000), .reset(after: 500_000).first(3)])
    let outcome = try await bench.run([bench.large, bench.small])
    #expect(outcome.failures.isEmpty)
    for transfer in [bench.large, bench.small] {
      let hex = transfer.oid.hex
      let own = bench.events.filter { event in
        switch event {
        case .objectStarted(hex, _, _, _), .objectProgress(hex, _), .objectFinished(hex): true
        default: false
        }
      }
      #expect(own.first == .objectStarted(object: hex, name: transfer.name, bytes: transfer.size, resumed: 0))
      #expect(own.last == .objectFinished(object: hex))
      let figures = own.compactMap { if case .objectProgress(_, let received) = $0 { received } else { nil } }
      #expect(figures.count == own.count - 2)
      #expect(zip(figures, figures.dropFirst()).allSatisfy { $0 < $1 })
      #expect(figures.allSatisfy { $0 <= transfer.size })
      if transfer.oid == largeOID { #expect(figures.count > 2) }
    }
    let served =
      bench.server.servedBytes("/objects/\(largeOID)") + bench.server.servedBytes("/objects/\(Bench.smallOID)")
    #expect(outcome.downloaded <= served)
    #expect(outcome.downloaded >= large.count + Bench.smallContent.count)
  }

  @Test func `what was downloaded is what was served`() async throws {
    let bench = try Bench()
    let outcome = try await bench.run([bench.large, bench.small])
    let served =
      bench.server.servedBytes("/objects/\(largeOID)") + bench.server.servedBytes("/objects/\(Bench.smallOID)")
    #expect(outcome.downloaded == served)
    #expect(served == large.count + Bench.smallContent.count)
  }
}
