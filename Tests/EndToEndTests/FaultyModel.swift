import Fixtures
import Testing

/// A model of one file, `model.bin`, whose LFS server and object host are one fault server, and which a registry pins
/// by hash and size: git is not asked, so that all that is asked concerns the download.
final class FaultyModel: Sendable {
  static let content = Fixtures.bytes(count: 12_345_678, seed: 3)
  static let size = content.count
  static let oid = objectName(of: content)
  static let healthy = FaultServer.Route.content(content)

  static let batchPath = "/org/model.git/info/lfs/objects/batch"
  static let objectPath = "/objects/\(oid)"

  let server: FaultServer

  init(
    _ faults: [FaultServer.Fault] = [], batch: [FaultServer.Fault] = [], link: FaultServer.Link = .init(),
    answer change: (inout BatchAnswer) -> Void = { _ in }
  ) throws {
    var answer = BatchAnswer(contents: [Self.oid: Self.content])
    change(&answer)
    server = try FaultServer(
      [Self.batchPath: FaultServer.Route.batch(answer).with(batch), Self.objectPath: Self.healthy.with(faults)],
      link: link)
  }

  /// What the program names the LFS server in its messages.
  var lfs: String { "\(server.address)/org/model.git/info/lfs" }

  var objectRequests: [FaultServer.Request] { server.requests(Self.objectPath) }
  var batchRequests: [FaultServer.Request] { server.requests(Self.batchPath) }
  /// Bytes of the file that were handed to the network.
  var servedBytes: Int { server.servedBytes(Self.objectPath) }

  /// Lets the file be served in another way from now on.
  func serve(_ faults: FaultServer.Fault...) { server[Self.objectPath] = Self.healthy.with(faults) }

  /// The words of a `get` of it. The registry, which the sandbox keeps, names the mirrors as well.
  func get(in sandbox: Sandbox, mirrors: [String] = []) throws -> [String] {
    let mirrors = mirrors.map { "\"\($0)\"" }.joined(separator: ", ")
    let registry = try sandbox.registry(
      """
      "model": {
        "source": "\(server.address)/org/model.git", "branch": "main", "files": ["model.bin"], "main": "model.bin",
        "objects": {"model.bin": {"sha256": "\(Self.oid)", "size": \(Self.size), "mirrors": [\(mirrors)]}}
      }
      """)
    return ["get", "model", "--registry", registry]
  }

  /// A plain file server that has the file, too, at `/elsewhere.bin`.
  static func mirror(_ faults: FaultServer.Fault...) throws -> FaultServer {
    try FaultServer(["/elsewhere.bin": healthy.with(faults)])
  }

  /// That the run ended well, and the path that it printed has the right bytes.
  static func expectFile(
    of run: Launch.Outcome, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    #expect(run.status == 0, "\(run.errors)", sourceLocation: sourceLocation)
    guard run.status == 0 else { return }
    #expect(try await sha256(run.path) == oid, sourceLocation: sourceLocation)
  }
}
