import Files
import HTTP
import Synchronization
import Testing

@testable import Fixtures
@testable import LFSFetch

/// An engine, a cache of its own and a server with the two objects that most tests of transfers use.
final class Bench: Sendable {
  let folder: TemporaryFolder
  let store: ObjectStore
  let server: FaultServer
  let client: HTTPClient
  /// The server's batch API.
  let lfs: Source
  private let reported = Mutex<[ProgressEvent]>([])

  static let smallContent = bytes(count: 100_000, seed: 1)
  /// Eighty chunks of 256 KiB, the last one not whole.
  static let largeContent = bytes(count: (20 << 20) - 12_345, seed: 2)
  static let smallOID = SHA256.hash(smallContent)
  static let largeOID = SHA256.hash(largeContent)

  /// The faults are those of both objects.
  convenience init(_ faults: [FaultServer.Fault] = []) throws {
    try self.init(server: Self.serve(faults))
  }

  /// A server of both objects. Their healthy answers are made once: it takes seconds to work out the large one's tag.
  static func serve(_ faults: [FaultServer.Fault] = [], _ change: (inout BatchAnswer) -> Void = { _ in }) throws
    -> FaultServer
  {
    var answer = BatchAnswer(contents: [smallOID.hex: smallContent, largeOID.hex: largeContent])
    change(&answer)
    return try FaultServer([
      "/lfs/objects/batch": .batch(answer),
      "/objects/\(smallOID)": FaultServer.Route(faults) { healthySmall.answer($0) },
      "/objects/\(largeOID)": FaultServer.Route(faults) { healthyLarge.answer($0) },
    ])
  }

  private static let healthySmall = FaultServer.Route.content(smallContent)
  static let healthyLarge = FaultServer.Route.content(largeContent)

  convenience init(server: FaultServer) throws { try self.init(server: server, folder: TemporaryFolder()) }

  /// Another engine on the same cache.
  convenience init(continuing other: Bench, server: FaultServer) throws {
    try self.init(server: server, folder: other.folder)
  }

  private init(server: FaultServer, folder: TemporaryFolder) throws {
    self.server = server
    self.folder = folder
    store = ObjectStore(Cache(root: folder.path))
    lfs = .lfs(LFSServer(url: try server.url("/lfs")))
    client = HTTPClient(
      retry: Retry(attempts: 5, base: .milliseconds(5), cap: .milliseconds(20)),
      settings: { _ in
        var settings = TransportSettings()
        settings.lowSpeedTime = .seconds(2)
        return settings
      })
  }

  // MARK: What is fetched

  func transfer(_ content: [UInt8], name: String, _ sources: [Source]) -> Transfer {
    Transfer(oid: SHA256.hash(content), size: Int64(content.count), name: name, sources: sources)
  }

  var small: Transfer { transfer(Self.smallContent, name: "small.bin", [lfs]) }

  var large: Transfer { transfer(Self.largeContent, name: "large.bin", [lfs]) }

  // MARK: Running

  func engine(limits: TransferEngine.Limits = .init()) throws -> TransferEngine {
    try TransferEngine(store: store, client: client, limits: limits) { event in
      self.reported.withLock { $0.append(event) }
    }
  }

  func run(_ transfers: [Transfer], limits: TransferEngine.Limits = .init()) async throws -> TransferEngine.Outcome {
    try await engine(limits: limits).run(transfers)
  }

  var events: [ProgressEvent] { reported.withLock { $0 } }

  var warnings: [String] {
    events.compactMap { if case .warning(let text) = $0 { text } else { nil } }
  }

  // MARK: What is there afterwards

  /// Exactly these objects, whole and read-only, and nothing that is half done.
  func expectStored(_ contents: [[UInt8]], sourceLocation: SourceLocation = #_sourceLocation) throws {
    let oids = contents.map { SHA256.hash($0) }
    #expect(try store.all().map(\.oid).sorted() == oids.sorted(), sourceLocation: sourceLocation)
    for (oid, content) in zip(oids, contents) {
      let path = store.path(of: oid)
      #expect(try readFile(path) == content, sourceLocation: sourceLocation)
      #expect(try FileStatus.of(path)?.permissions == 0o444, sourceLocation: sourceLocation)
    }
    let left = try Directory.list(folder("objects")).flatMap { try Directory.list(folder("objects/" + $0)) }
    #expect(left.count == oids.count, "\(left)", sourceLocation: sourceLocation)
  }

  /// What is in the folder of unfinished downloads, without the file of the locks.
  var unfinished: [String] {
    get throws { try Directory.list(folder("partial")).filter { $0 != "locks" } }
  }
}
