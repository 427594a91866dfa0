import Fixtures
import Foundation
import Testing

/// What holds a download back: connections, rates, hours. And that nobody is left in doubt meanwhile.
@Suite struct LimitTests {
  private static let size = FaultyModel.size

  // MARK: Connections

  @Test(arguments: [1, 3]) func `no more connections are open than allowed`(_ count: Int) async throws {
    let model = try FaultyModel(link: .init(bytesPerSecondEach: 6_000_000))
    let sandbox = try Sandbox()
    let words = try model.get(in: sandbox) + ["--connections", "\(count)"]
    try await FaultyModel.expectFile(of: sandbox.start(words).outcome())
    // The server may learn late that a connection was given up for another one.
    #expect(model.server.load.peakRequests <= count + 1)
    // The one for the batch API stays open, and idle.
    #expect(model.server.load.peakConnections <= count + 2)
  }

  /// HTTP/2 would put all of them onto one TCP connection, and gain nothing.
  @Test func `the parts of a large object come over connections of their own, where HTTP 2 is spoken, too`()
    async throws
  {
    let model = try ServedModel(copyOf: "gudgud96/MR-MT3")
    let sandbox = try Sandbox()
    // 24 MiB at 2 MiB/s for each connection.
    let url = model.url("/slow", of: model.servers.https) + ":pretrained/mt3.pth"
    let path = try await sandbox.path("get", url, environment: ["SSL_CERT_FILE": model.servers.ca])
    let pointer = try await model.pointer("pretrained/mt3.pth", at: "master")
    #expect(try await sha256(path) == pointer.oid)
    let objects = try await model.requests().filter { $0.status == 206 }
    #expect(Set(objects.map(\.connection)).count > 2, "\(objects)")
    #expect(objects.bodyBytes == pointer.size)
  }

  // MARK: Rates

  @Test func `a rate is kept over all connections`() async throws {
    let model = try FaultyModel()
    let sandbox = try Sandbox()
    let start = ContinuousClock.now
    let run = try await sandbox.start(model.get(in: sandbox) + ["--limit-rate", "6M"]).outcome()
    let took = ContinuousClock.now - start
    try await FaultyModel.expectFile(of: run)
    #expect(took > .seconds(1.8), "12.3 MB at 6 MB/s take two seconds")
    #expect(model.servedBytes < Self.size + (4 << 20), "what waits is not torn down")
  }

  @Test func `a rate can be changed on the way`() async throws {
    let model = try FaultyModel()
    let sandbox = try Sandbox()
    // At this rate it would take more than twenty minutes.
    let run = try sandbox.start(model.get(in: sandbox) + ["--limit-rate", "10k"])
    while model.objectRequests.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
    try await Task.sleep(for: .milliseconds(300))
    #expect(sandbox.cachedFiles("objects") == [])
    try sandbox.write("none\n", to: "cache/limit-rate")
    try await FaultyModel.expectFile(of: run.outcome())
  }

  // MARK: Hours

  @Test func `outside of its hours it waits, and says so`() async throws {
    let model = try FaultyModel()
    let sandbox = try Sandbox()
    // An hour that begins in ten hours, whatever the time.
    let hour = Calendar.current.component(.hour, from: .now)
    let ends = [hour + 10, hour + 11].map { String("0\($0 % 24)".suffix(2)) + ":00" }
    let run = try sandbox.start(model.get(in: sandbox) + ["--window", ends.joined(separator: "-")])
    let told = "warning: outside of the hours for downloads; waiting until \(ends[0])\n"
    let start = ContinuousClock.now
    while run.errorsSoFar != told, ContinuousClock.now - start < .seconds(60) {
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(run.errorsSoFar == told)
    run.send(SIGINT)
    #expect(try await run.outcome().status == 130)
    #expect(model.server.requests().isEmpty)
  }

  // MARK: Signs of life

  @Test func `where nothing can be redrawn, lines tell that it goes on`() async throws {
    let model = try FaultyModel(link: .init(bytesPerSecond: 1_800_000))
    let sandbox = try Sandbox()
    let run = try await sandbox.start(model.get(in: sandbox)).outcome()
    try await FaultyModel.expectFile(of: run)
    let lines = run.errorLines.filter { $0.wholeMatch(of: /[0-9.]+ MB of 12\.3 MB \([0-9]+%\), .+/) != nil }
    #expect(!lines.isEmpty, "\(run.errors)")
  }
}
