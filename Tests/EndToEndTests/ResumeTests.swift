import Fixtures
import Foundation
import Testing

/// Downloads that are broken off, and go on.
@Suite(.serialized) struct ResumeTests {
  /// 64 MiB: sixteen chunks.
  private static let size = 64 << 20

  /// A repository with a large object, and a run of `get` that is stopped (as by SIGSTOP) in the middle of it.
  private struct Middle {
    let model: ServedModel
    let sandbox: Sandbox
    let pointer: ServedModel.Pointer
    let run: Launch
    var url: String { model.url() + ":big.bin" }

    init() async throws {
      model = try ServedModel()
      sandbox = try Sandbox()
      pointer = try await model.addObject(noise(ResumeTests.size))
      try await model.commit(["big.bin": pointer.text])
      run = try sandbox.stop(
        ["get", model.url() + ":big.bin", "--connections", "1"], inTheMiddleOf: pointer.oid, after: 9 << 20)
    }

    /// Runs the command again; the bytes that it asked for.
    func finish() async throws -> Int {
      let before = try await model.requests().objects.bodyBytes
      let path = try await sandbox.path("get", url)
      #expect(try await sha256(path) == pointer.oid)
      #expect(sandbox.partialDownloads == [])
      #expect(sandbox.cachedFiles("unsynced") == [])
      return try await model.requests().objects.bodyBytes - before
    }
  }

  @Test func `what a killed run has downloaded is not downloaded again`() async throws {
    let middle = try await Middle()
    middle.run.send(SIGKILL)
    #expect(try await middle.run.outcome().status == -SIGKILL)
    #expect(middle.sandbox.cachedFiles("snapshots") == [])
    let kept = middle.sandbox.journalledBytes(of: middle.pointer.oid)
    #expect(kept >= 9 << 20)
    #expect(try await middle.finish() == ResumeTests.size - kept)
  }

  @Test func `bytes that the disk has lost since are fetched anew`() async throws {
    let middle = try await Middle()
    middle.run.send(SIGKILL)
    _ = try await middle.run.outcome()
    let kept = middle.sandbox.journalledBytes(of: middle.pointer.oid)
    let partial = try FileHandle(forUpdating: URL(filePath: middle.sandbox.cache + "/partial/" + middle.pointer.oid))
    try partial.seek(toOffset: 5 << 20)
    try partial.write(contentsOf: Data(repeating: 0, count: 4096))
    try partial.close()
    // The damage is in one chunk; the others are believed.
    #expect(try await middle.finish() == ResumeTests.size - kept + (256 << 10))
  }

  @Test(arguments: [SIGINT, SIGTERM]) func `an interrupted run says how to go on`(_ signal: Int32) async throws {
    let middle = try await Middle()
    let start = ContinuousClock.now
    middle.run.send(signal)
    middle.run.send(SIGCONT)
    let outcome = try await middle.run.outcome()
    #expect(ContinuousClock.now - start < .seconds(10), "alone it takes milliseconds")
    #expect(outcome.status == 130)
    #expect(outcome.output == "")
    #expect(
      outcome.errorLines.last?.hasSuffix(" of 67.1 MB are here; run the same command again to go on from there")
        == true,
      "\(outcome.errors)")
    #expect(outcome.errorLines.last?.hasPrefix("interrupted: ") == true)
    #expect(try await middle.finish() < ResumeTests.size)
  }

  @Test func `a second Ctrl-C ends it at once`() async throws {
    let middle = try await Middle()
    let start = ContinuousClock.now
    middle.run.send(SIGINT)
    middle.run.send(SIGCONT)
    middle.run.send(SIGINT)
    let outcome = try await middle.run.outcome()
    #expect(ContinuousClock.now - start < .seconds(10), "alone it takes milliseconds")
    #expect(outcome.status == 130)
    #expect(try await middle.finish() < ResumeTests.size)
  }

  /// A host that takes the connection and says nothing.
  @Test(arguments: [[SIGINT], [SIGTERM], [SIGINT, SIGINT]])
  func `Ctrl-C ends the wait for a silent host`(_ signals: [Int32]) async throws {
    let sandbox = try Sandbox()
    let host = try SilentHost()
    let run = try sandbox.start(["get", "http://127.0.0.1:\(host.port)/org/model"])
    try await host.waitForConnection()
    let start = ContinuousClock.now
    for signal in signals { run.send(signal) }
    let outcome = try await run.outcome()
    #expect(ContinuousClock.now - start < .seconds(10), "alone it takes milliseconds")
    #expect(outcome.status == 130)
    #expect(outcome.errorLines.last == "interrupted; run the same command again to go on from there")
  }

  /// As a laptop that was closed: the signed addresses, valid for two seconds, are over when it wakes up.
  @Test func `a run that was asleep asks for new addresses`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let pointer = try await model.addObject(noise(ResumeTests.size))
    try await model.commit(["big.bin": pointer.text])
    let run = try sandbox.stop(
      ["get", model.url("/shortlived") + ":big.bin", "--connections", "1"], inTheMiddleOf: pointer.oid, after: 9 << 20)
    try await Task.sleep(for: .seconds(3.2))
    run.send(SIGCONT)
    let outcome = try await run.outcome()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try await sha256(outcome.path) == pointer.oid)
    let requests = try await model.requests()
    #expect(requests.batches.count >= 2)
    #expect(requests.objects.filter { $0.status == 206 }.bodyBytes == pointer.size)
  }

  @Test func `a new version of a file does not disturb the partial download of the old one`() async throws {
    let middle = try await Middle()
    middle.run.send(SIGKILL)
    _ = try await middle.run.outcome()
    let old = try await middle.model.commitID()
    let other = try await middle.model.addObject(noise(9 << 20, seed: 2))
    try await middle.model.commit(["big.bin": other.text])
    let path = try await middle.sandbox.path("get", middle.url)
    #expect(try await sha256(path) == other.oid)
    let before = try await middle.model.requests().objects.bodyBytes
    let oldPath = try await middle.sandbox.path("get", middle.model.url() + "@\(old):big.bin")
    #expect(try await sha256(oldPath) == middle.pointer.oid)
    #expect(try await middle.model.requests().objects.bodyBytes - before < ResumeTests.size)
  }
}

/// A port that answers nothing.
final class SilentHost: Sendable {
  let port: Int
  private let listener: Int32

  init() throws {
    #if canImport(Darwin)
      listener = socket(AF_INET, SOCK_STREAM, 0)
    #else
      listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 8) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    try #require(bound)
    port = Int(UInt16(bigEndian: address.sin_port))
  }

  deinit { close(listener) }

  func waitForConnection() async throws {
    var request = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
    let start = ContinuousClock.now
    while poll(&request, 1, 0) == 0 {
      try #require(ContinuousClock.now - start < .seconds(60), "nobody connects")
      try await Task.sleep(for: .milliseconds(5))
    }
  }
}
