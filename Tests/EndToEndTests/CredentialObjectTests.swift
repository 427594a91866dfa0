import Fixtures
import Foundation
import Testing

/// Objects at hosts of their own: which credentials go there, and which do not.
@Suite struct CredentialObjectTests {
  private static let content = Fixtures.bytes(count: 3000, seed: 1)
  private static let oid = objectName(of: content)
  private static let batch = "/org/model.git/info/lfs/objects/batch"
  private static let object = "/objects/\(oid)"
  private static let basic = "Basic " + Data("alice:p".utf8).base64EncodedString()

  private let sandbox: Sandbox
  private let host: FaultServer

  init() throws {
    sandbox = try Sandbox()
    // The object host wants a password.
    host = try FaultServer([
      Self.object: .content(
        Self.content,
        .status(401, headers: ["WWW-Authenticate": "Basic realm=\"x\""]).when {
          $0.headers["Authorization"] != Self.basic
        })
    ])
    try sandbox.write("http://alice:p@127.0.0.1:\(host.port)\n", to: "home/.git-credentials")
  }

  private func get(
    _ server: FaultServer, mirrors: [String] = [], _ words: String...
  ) async throws -> Launch.Outcome {
    let registry = try sandbox.registry(
      """
      "model": {
        "source": "\(server.address)/org/model.git", "branch": "main", "files": ["model.bin"], "main": "model.bin",
        "objects": {"model.bin": {
          "sha256": "\(Self.oid)", "size": \(Self.content.count),
          "mirrors": [\(mirrors.map { "\"\($0)\"" }.joined(separator: ", "))]
        }}
      }
      """)
    return try await sandbox.start(["get", "model", "--registry", registry, "--retries", "0"] + words).outcome()
  }

  private func server(_ change: (inout BatchAnswer) -> Void) throws -> FaultServer {
    var answer = BatchAnswer(contents: [Self.oid: Self.content], base: host.address)
    change(&answer)
    return try FaultServer([Self.batch: .batch(answer)])
  }

  @Test func `an object host gets what is kept for it`() async throws {
    let run = try await get(server { _ in })
    #expect(run.status == 0, "\(run.errors)")
    #expect(host.requests().map { $0.headers["Authorization"] } == [nil, Self.basic])
  }

  @Test func `a mirror gets what is kept for it`() async throws {
    let server = try FaultServer([Self.batch: .status(404)])
    let run = try await get(server, mirrors: [host.address + Self.object])
    #expect(run.status == 0, "\(run.errors)")
    #expect(host.requests().last?.headers["Authorization"] == Self.basic)
  }

  @Test func `an address that needs no credentials gets none`() async throws {
    let run = try await get(server { $0.isAuthenticated = true })
    #expect(run.status == 5)
    #expect(host.requests().allSatisfy { $0.headers["Authorization"] == nil })
    #expect(run.errors.contains("hint: give a token for 127.0.0.1:\(host.port): "), "\(run.errors)")
  }

  @Test func `an address with a header of its own gets no other`() async throws {
    let run = try await get(server { $0.headers = ["Authorization": "RemoteAuth x"] })
    #expect(run.status == 5)
    #expect(host.requests().allSatisfy { $0.headers["Authorization"] == "RemoteAuth x" })
  }

  @Test func `many objects cost one refusal`() async throws {
    let contents = (0..<30).map { Fixtures.bytes(count: 3000, seed: UInt64($0 + 10)) }
    let byOID = Dictionary(uniqueKeysWithValues: contents.map { (objectName(of: $0), $0) })
    for (oid, content) in byOID {
      host["/objects/\(oid)"] = .content(
        content, .status(401).when { $0.headers["Authorization"] != Self.basic })
    }
    let server = try FaultServer([Self.batch: .batch(BatchAnswer(contents: byOID, base: host.address))])
    let files = byOID.keys.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
    let objects = byOID.keys.sorted().map { "\"\($0)\": {\"sha256\": \"\($0)\", \"size\": 3000}" }
    let registry = try sandbox.registry(
      """
      "model": {
        "source": "\(server.address)/org/model.git", "branch": "main", "files": [\(files)],
        "objects": {\(objects.joined(separator: ", "))}
      }
      """)
    let run = try await sandbox.run("get", "model", "--registry", registry, "--connections", "1")
    #expect(run.status == 0, "\(run.errors)")
    #expect(host.requests().count == 31)
  }

  @Test func `who may not have a gated model is told where to ask`() async throws {
    let server = try FaultServer([
      "/org/model/info/refs": .status(403, headers: ["X-Error-Code": "GatedRepo"])
    ])
    let run = try await sandbox.run(
      "get", server.address + "/org/model", environment: ["HF_ENDPOINT": server.address, "HF_TOKEN": "t"])
    #expect(run.status == 5)
    #expect(
      run.errors == """
        error: cannot read the repository `\(server.address)/org/model`
          caused by: 127.0.0.1:\(server.port) gives this repository only to those whom its owner has let in
        hint: ask for access at \(server.address)/org/model, then give a token of the account that has it: \
        run `lfsfetch login \(server.address)`, or set `LFSFETCH_TOKEN_127_0_0_1_\(server.port)`

        """)
  }
}
