import Fixtures
import Foundation
import JSON
import Testing

/// Runs that are killed in the middle of what is no object of LFS, and the next ones, which fetch only the rest.
@Suite(.serialized) struct SourceResumeTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// Starts the command, and kills it when the journal has that many bytes; how many it has in the end.
  private func kill(_ words: [String], after count: Int, environment: [String: String] = [:]) async throws -> Int {
    let run = try sandbox.start(words + ["--connections", "1"], environment: environment)
    let start = ContinuousClock.now
    while journalled < count {
      usleep(500)
      try #require(ContinuousClock.now - start < .seconds(60), "the journal does not grow: \(run.errorsSoFar)")
    }
    run.send(SIGKILL)
    try #require(try await run.outcome().status == -SIGKILL, "it ended before it could be killed")
    #expect(sandbox.cachedFiles("objects") == [])
    #expect(sandbox.cachedFiles("snapshots") == [])
    return journalled
  }

  /// Bytes that journals of unfinished downloads claim.
  private var journalled: Int {
    sandbox.partialDownloads.filter { $0.hasSuffix(".journal") }
      .reduce(0) { $0 + sandbox.journalledBytes(of: String($1.dropLast(8))) }
  }

  /// With a hash, and with one that is learnt.
  @Test(arguments: [true, false]) func `an asset of a release`(hasDigest: Bool) async throws {
    let content = noise(12_000_000)
    let file = try ServedFile(content)
    let oid = try await sha256(file.path)
    let forge = try FaultServer([
      "/api/v3/repos/o/r/releases/tags/v1": .json(
        """
        {"tag_name": "v1", "assets": [{"url": "\(file.url())", "name": "model.bin", "size": \(content.count),
         "digest": \(hasDigest ? "\"sha256:\(oid)\"" : "null"), "browser_download_url": "\(file.url("slowfiles"))"}]}
        """)
    ])
    let words = ["get", forge.address + "/o/r/releases/tag/v1:model.bin"]
    let kept = try await kill(words, after: 3_000_000)
    let before = try await file.requests().bodyBytes
    let run = try await sandbox.start(words).outcome()
    #expect(run.status == 0, "\(run.errors)")
    #expect(try await sha256(run.path) == oid)
    // The first byte is asked for by itself.
    #expect(try await file.requests().bodyBytes - before <= content.count - kept + (hasDigest ? 0 : 1))
    #expect(sandbox.partialDownloads == [])
  }

  @Test func `a file of Hugging Face by its own address`() async throws {
    let size = 64 << 20
    let model = try ServedModel()
    let pointer = try await model.addObject(noise(size))
    try await model.commit(["big.bin": pointer.text])
    let words = ["get", "hf://\(model.name)/big.bin"]
    let environment = ["HF_ENDPOINT": "\(model.servers.http)/quotahub"]
    let first = try sandbox.stop(
      words + ["--connections", "1"], inTheMiddleOf: pointer.oid, after: 9 << 20, environment: environment)
    first.send(SIGKILL)
    #expect(try await first.outcome().status == -SIGKILL)
    let kept = sandbox.journalledBytes(of: pointer.oid)
    let before = try await model.requests().objects.bodyBytes
    let run = try await sandbox.start(words, environment: environment).outcome()
    #expect(run.status == 0, "\(run.errors)")
    #expect(try await sha256(run.path) == pointer.oid)
    let requests = try await model.requests()
    #expect(requests.objects.bodyBytes - before == size - kept)
    #expect(requests.batches.allSatisfy { $0.status == 403 })
    #expect(requests.contains { $0.uri.contains("/resolve/") && $0.status == 302 })
  }

  @Test func `a file of this machine`() async throws {
    let size = 256 << 20
    let source = sandbox.folder + "/big.bin"
    try noise(1 << 20).write(to: URL(filePath: source))
    // What follows is nothing but zeros, which take no room.
    try #require(truncate(source, off_t(size)) == 0)
    let words = ["get", "file://" + source]
    let kept = try await kill(words, after: 16 << 20)
    try #require(kept < size)
    let run = try await sandbox.start(words + ["--json"]).outcome()
    #expect(run.status == 0, "\(run.errors)")
    let events = try run.outputLines.map { try JSON.parse(Array($0.utf8)) }
    let finished = try #require(events.first { (try? $0["event"]?.string()) == "finished" })
    #expect(try finished.required("downloaded").integer() == Int64(size - kept))
    let started = try #require(events.first { (try? $0["event"]?.string()) == "object-started" })
    #expect(try started.required("resumed").integer() == Int64(kept))
    #expect(sandbox.partialDownloads == [])
    let path = try await sandbox.path("path", "file://" + source)
    #expect(try await sha256(path) == sha256(source))
  }

  @Test func `what was copied of a file that is another one since is not gone on with`() async throws {
    let size = 256 << 20
    let source = sandbox.folder + "/big.bin"
    try noise(1 << 20).write(to: URL(filePath: source))
    try #require(truncate(source, off_t(size)) == 0)
    _ = try await kill(["get", source], after: 16 << 20)
    try noise(3 << 20, seed: 2).write(to: URL(filePath: source))
    let path = try await sandbox.path("get", source)
    #expect(bytes(path) == noise(3 << 20, seed: 2))
  }
}
