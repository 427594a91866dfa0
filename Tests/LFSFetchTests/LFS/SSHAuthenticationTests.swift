import Files
import Fixtures
import Foundation
import Git
import HTTP
import JSON
import Testing

@testable import LFSFetch

/// `git-lfs-authenticate`: what hosts say, and how long it is believed.
@Suite struct SSHAuthenticationTests {
  /// Programs in the place of ssh: what a host says to each of its calls, one after another.
  private func authentication(
    _ folder: TemporaryFolder, says script: String, config: [String: String] = [:]
  ) throws -> SSHAuthentication {
    let path = try folder.write("echo \"$*\" >>\(folder("calls"))\n\(script)\n", to: "host")
    let entries = config.map { GitConfig.Entry($0.key, $0.value) } + [.init("ssh.variant", "ssh")]
    let all = GitConfig(entries: entries + [.init("core.sshcommand", "sh \(path)")])
    return SSHAuthentication(SSHClient(SSHCommand(all) { _ in nil }), config: all)
  }

  private func calls(_ folder: TemporaryFolder) throws -> [String] {
    try String(contentsOfFile: folder("calls"), encoding: .utf8).split(separator: "\n").map(String.init)
  }

  private func address(_ text: String = "ssh://git@host:2222/org/x.git") throws -> SSHAddress {
    try #require(try SSHAddress(text))
  }

  @Test func `an answer is kept, and all who ask at once get the same`() async throws {
    let folder = try TemporaryFolder()
    let authentication = try authentication(
      folder, says: #"echo '{"href": "https://lfs/x", "header": {"Authorization": "t"}, "expires_in": 60}'"#)
    let address = try address()
    let outcomes = await withTaskGroup(of: SSHAuthentication.Outcome.self) { group in
      for _ in 0..<5 { group.addTask { await authentication.outcome(at: address) } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    for outcome in outcomes {
      guard case .granted(let grant, _) = outcome else {
        Issue.record("\(outcome)")
        continue
      }
      #expect(grant.href?.string == "https://lfs/x")
      #expect(grant.header == ["Authorization": "t"])
    }
    #expect(try calls(folder) == ["-p 2222 git@host git-lfs-authenticate /org/x.git download"])
    _ = await authentication.outcome(at: address, isStale: true)
    #expect(try calls(folder).count == 2)
  }

  @Test(
    arguments: [
      (#"{"expires_in": 5}"#, [:], 2), (#"{"expires_in": -1}"#, [:], 2), (#"{"expires_in": 600}"#, [:], 1),
      (#"{"expires_at": "2001-01-01T00:00:00Z"}"#, [:], 2), ("{}", [:], 1), ("{}", ["lfs.defaulttokenttl": "5"], 2),
      ("{}", ["lfs.defaulttokenttl": "600"], 1), ("{}", ["lfs.defaulttokenttl": "-1"], 1), ("no JSON", [:], 1),
    ] as [(String, [String: String], Int)])
  func `it is asked for anew shortly before its end`(_ answer: String, _ config: [String: String], _ count: Int)
    async throws
  {
    let folder = try TemporaryFolder()
    let authentication = try authentication(folder, says: "echo '\(answer)'", config: config)
    for _ in 0..<2 { _ = await authentication.outcome(at: try address()) }
    #expect(try calls(folder).count == count)
  }

  @Test(arguments: [
    ("exit 127", "it ended without a word"), ("echo 'no \\033[2Jway' >&2; exit 1", "no \\u{1b}[2Jway"),
    ("echo '[]'", "its answer cannot be used: line 1, column 1: expected an object, found an array"),
    (#"echo '{"href": "ftp://x"}'"#, "its answer cannot be used: line 1, column 10: the address is not valid"),
  ])
  func `no grant, and why`(_ script: String, _ reason: String) async throws {
    let folder = try TemporaryFolder()
    guard case .refused(let words) = await (try authentication(folder, says: script)).outcome(at: try address()) else {
      Issue.record("it was granted")
      return
    }
    #expect(words.hasPrefix(reason), "\(words)")
  }

  @Test(arguments: [
    ("org/x.git", "org/x.git"), ("/~me/x", "/~me/x"), ("a b", "'a b'"), ("x;y", "'x;y'"), ("it's", "'it'\\''s'"),
  ])
  func `paths are quoted where they must be`(_ path: String, _ word: String) {
    #expect(SSHAuthentication.word(path) == word)
  }

  @Test func `cancelling ends the asking`() async throws {
    let folder = try TemporaryFolder()
    let authentication = try authentication(folder, says: "exec sleep 600")
    let address = try address()
    let task = Task { await authentication.outcome(at: address) }
    while !FileManager.default.fileExists(atPath: folder("calls")) { try await Task.sleep(for: .milliseconds(5)) }
    task.cancel()
    guard case .interrupted = await task.value else {
      Issue.record("it was not interrupted")
      return
    }
  }

  @Test func `the batch API is asked where the host leads, and once more when a token is not good`() async throws {
    let content = bytes(count: 10, seed: 1)
    let object = Batch.Object(oid: SHA256.hash(content), size: 10)
    let healthy = FaultServer.Route.batch(BatchAnswer(contents: [object.oid.hex: content]))
    let server = try FaultServer([
      "/led/objects/batch": FaultServer.Route { request in
        request.headers["Authorization"] == "new" ? healthy.answer(request) : FaultServer.Response(401)
      }
    ])
    let folder = try TemporaryFolder()
    let href = try server.url("/led")
    let authentication = try authentication(
      folder,
      says: """
        [ $(wc -l <\(folder("calls"))) = 1 ] && token=old || token=new
        echo "{\\"href\\": \\"\(href)\\", \\"header\\": {\\"Authorization\\": \\"$token\\"}, \\"expires_in\\": 600}"
        """)
    let client = BatchClient(client: HTTPClient(retry: .never), ssh: authentication)
    let answer = try await client.locate(
      [object], at: LFSServer(url: try HTTPURL("https://host/org/x.git/info/lfs"), ssh: try address()))
    #expect(answer[object.oid].map { if case .success = $0 { true } else { false } } == true)
    #expect(try calls(folder).count == 2)
    #expect(server.requests().map { $0.headers["Authorization"] } == ["old", "new"])
  }
}
