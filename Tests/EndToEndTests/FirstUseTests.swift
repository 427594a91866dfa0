import Fixtures
import Foundation
import JSON
import Synchronization
import Testing

/// Plain files whose hash nobody tells: trusted at first, and held to it from then on.
@Suite struct FirstUseTests {
  private static let trust =
    "warning: nothing tells what `model.bin` should be: the bytes that come now are trusted, and their SHA-256 is "
    + "remembered\n"

  @Test(arguments: [0, 300, 5_000_000])
  func `a file without a hash is fetched once, and its hash is remembered`(size: Int) async throws {
    let file = try ServedFile(noise(size))
    let sandbox = try Sandbox()
    let url = file.url() + "#unverified"
    let run = try await sandbox.run("get", url)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains(Self.trust) == (size > 0), "\(run.errors)")
    #expect(run.errors.contains("should be: it is empty now, and that is trusted\n") == (size == 0), "\(run.errors)")
    #expect(try await sha256(run.path) == sha256(file.path))
    let requests = try await file.requests()
    #expect(requests.bodyBytes - size < 2000, "\(requests)")
    #expect(sandbox.partialDownloads == [])
    // Nobody is asked again, and nothing is told again.
    for words in [["get"], ["get", "--offline"], ["path"]] {
      let again = try await sandbox.start(words + [url]).outcome()
      #expect(again.path == run.path)
      #expect(!again.errors.contains("nothing tells"), "\(again.errors)")
    }
    #expect(try await file.requests().count == requests.count)
    // Asked whether it is still the same, the host says yes, and nothing is fetched.
    #expect(try await sandbox.path("get", "--refresh", url) == run.path)
    #expect(try await file.requests().bodyBytes - requests.bodyBytes < 2000)
    #expect(try await sandbox.run("verify", url).status == 0)
  }

  @Test func `a download that was killed goes on from there`() async throws {
    let file = try ServedFile(noise(12_000_000))
    let sandbox = try Sandbox()
    let words = ["get", file.url("slowfiles") + "#unverified"]
    try await kill(words, in: sandbox, after: 3_000_000)
    let kept = Self.journalled(sandbox)
    let before = try await file.requests().bodyBytes
    let run = try await sandbox.start(words).outcome()
    #expect(run.status == 0, "\(run.errors)")
    #expect(try await sha256(run.path) == sha256(file.path))
    #expect(try await file.requests().bodyBytes - before < 12_000_000 - kept + 1_500_000)
    #expect(sandbox.partialDownloads == [])
  }

  /// Over one slow connection, so that it has not ended before it is killed.
  private func kill(_ words: [String], in sandbox: Sandbox, after count: Int) async throws {
    let run = try sandbox.start(words + ["--connections", "1"])
    let start = ContinuousClock.now
    while Self.journalled(sandbox) < count, ContinuousClock.now - start < .seconds(60) {
      try await Task.sleep(for: .milliseconds(5))
    }
    run.send(SIGKILL)
    try #require(try await run.outcome().status == -SIGKILL, "it ended before it could be killed")
  }

  /// Bytes that journals of unfinished downloads claim.
  private static func journalled(_ sandbox: Sandbox) -> Int {
    sandbox.partialDownloads.filter { $0.hasSuffix(".journal") }
      .reduce(0) { $0 + sandbox.journalledBytes(of: String($1.dropLast(8))) }
  }

  @Test func `what was left of another state of the file is not gone on with`() async throws {
    let file = try ServedFile(noise(12_000_000))
    let sandbox = try Sandbox()
    try await kill(["get", file.url("slowfiles") + "#unverified"], in: sandbox, after: 1_000_000)
    try file.replace(with: noise(12_000_000, seed: 2))
    let run = try await sandbox.start(["get", file.url("slowfiles") + "#unverified"]).outcome()
    #expect(try await sha256(run.path) == sha256(file.path))
  }

  @Test func `two processes that want the same file fetch it once`() async throws {
    let file = try ServedFile(noise(6_000_000))
    let sandbox = try Sandbox()
    let runs = try (0..<2).map { _ in try sandbox.start(["get", file.url("slowfiles") + "#unverified"]) }
    for run in runs {
      let outcome = try await run.outcome()
      #expect(try await sha256(outcome.path) == sha256(file.path), "\(outcome.errors)")
    }
    #expect(try await file.requests().bodyBytes < 9_000_000)
    #expect(sandbox.cachedFiles("objects").count == 1)
  }

  @Test func `files of the user's own are made of it, and its events tell the same object from start to end`()
    async throws
  {
    let file = try ServedFile(noise(3_000_000))
    let sandbox = try Sandbox()
    let run = try await sandbox.run("get", file.url() + "#unverified", "--to", "out", "--json")
    #expect(run.status == 0, "\(run.errors)")
    #expect(bytes(sandbox.work + "/out/model.bin") == noise(3_000_000))
    let objects = try run.outputLines.map { try JSON.parse(Array($0.utf8)) }.compactMap { try? $0["object"]?.string() }
    #expect(Set(objects).count == 1 && objects.count >= 2, "\(run.output)")
    #expect(run.output.contains(#""downloaded":3000000,"reused":0"#), "\(run.output)")
    #expect(FileTree.paths(in: sandbox.cache + "/partial") == ["locks"])
  }

  // MARK: Changes

  private static let first = Fixtures.bytes(count: 6_000_000, seed: 1)
  private static let second = Fixtures.bytes(count: 6_000_000, seed: 2)

  @Test func `a file that changes while it is fetched fails, and is fetched anew by the same command`() async throws {
    let (one, two) = (FaultServer.Route.content(Self.first), FaultServer.Route.content(Self.second))
    let served = Mutex(0)
    let server = try FaultServer([
      "/model.bin": FaultServer.Route { request in
        let count = served.withLock { count in
          defer { count += 1 }
          return count
        }
        return count < 3 ? one.answer(request) : two.answer(request)
      }
    ])
    let sandbox = try Sandbox()
    let words = ["get", server.address + "/model.bin#unverified", "--connections", "1"]
    let run = try await sandbox.start(words).outcome()
    #expect(run.status == 6)
    #expect(
      run.errors.hasSuffix(
        """
        error: `model.bin` was changed while it was fetched
          caused by: 127.0.0.1:\(server.port) has another file there than when the download began
        hint: run the same command again: it fetches the file as it is then, from the beginning

        """), "\(run.errors)")
    #expect(sandbox.cachedFiles("objects") == [])
    #expect(sandbox.partialDownloads == [])
    let again = try await sandbox.start(words).outcome()
    #expect(try await sha256(again.path) == objectName(of: Self.second), "\(again.errors)")
  }

  @Test func `a file that was changed later is an error until the user asks for what it is now`() async throws {
    let file = try ServedFile(noise(2_000_000))
    let sandbox = try Sandbox()
    let url = file.url() + "#unverified"
    let old = try await sha256(file.path)
    let path = try await sandbox.path("get", url)
    try file.replace(with: noise(2_000_000, seed: 2))
    let new = try await sha256(file.path)
    #expect(try await sandbox.path("get", url) == path)
    // The cache has lost it: what comes in its place must be the same.
    for name in ["objects", "snapshots", "checksums"] {
      try FileManager.default.removeItem(atPath: sandbox.cache + "/" + name)
    }
    let run = try await sandbox.run("get", url, "--retries", "0")
    #expect(run.status == 6)
    #expect(
      run.errors.contains("error: `model.bin` is not the file any more that was fetched at first\n"), "\(run.errors)")
    #expect(run.errors.contains("  caused by: it had the SHA-256 \(old)\n"))
    #expect(run.errors.contains("  caused by: it has the SHA-256 \(new) now\n"), "\(run.errors)")
    #expect(
      run.errors.hasSuffix(
        "hint: if it was changed on purpose, `lfsfetch get --refresh \(url)` takes what it is now\n"), "\(run.errors)")
    let refreshed = try await sandbox.run("get", "--refresh", url)
    #expect(refreshed.status == 0)
    #expect(
      refreshed.errors.contains(
        "warning: `model.bin` of `\(url)` is another file than before: it has the SHA-256 \(new), and had \(old)\n"),
      "\(refreshed.errors)")
    #expect(try await sha256(refreshed.path) == new)
    #expect(try await sandbox.path("get", url) == refreshed.path)
  }

  @Test func `a file that is empty now is another one, too`() async throws {
    let file = try ServedFile(noise(3000))
    let sandbox = try Sandbox()
    let url = file.url() + "#unverified"
    #expect(try await sandbox.run("lock", url).status == 0)
    let old = try await sha256(file.path)
    try file.replace(with: Data())
    let empty = try await sha256(file.path)
    for name in ["objects", "snapshots"] {
      try FileManager.default.removeItem(atPath: sandbox.cache + "/" + name)
    }
    for words in [["get", url], ["get", "--locked"]] {
      let run = try await sandbox.start(words + ["--retries", "0"]).outcome()
      #expect(run.status == 6, "\(run.errors)")
      #expect(
        run.errors.contains("error: `model.bin` is not the file any more that was fetched at first\n"), "\(run.errors)")
    }
    #expect(try await sandbox.run("update", "--check").output.contains("changed: model.bin, 3.0 kB → 0 B"))
    let refreshed = try await sandbox.run("get", "--refresh", url)
    #expect(
      refreshed.errors.contains("is another file than before: it has the SHA-256 \(empty), and had \(old)\n"),
      "\(refreshed.errors)")
    #expect(try await sandbox.run("update").status == 0)
    #expect(try sandbox.lockText().contains(#""size":0,"sha256":"\#(empty)","learned":true"#))
    // And back: what was trusted was the empty one.
    try file.replace(with: noise(3000))
    let back = try await sandbox.run("get", "--refresh", url)
    #expect(back.errors.contains("is another file than before: it has the SHA-256 \(old), and had \(empty)\n"))
  }

  @Test func `a lock holds everybody to what was fetched first`() async throws {
    let file = try ServedFile(noise(2_000_000))
    let sandbox = try Sandbox()
    let url = file.url() + "#unverified"
    let old = try await sha256(file.path)
    #expect(try await sandbox.run("lock", url).status == 0)
    let lock = try #require(bytes(sandbox.work + "/lfsfetch.lock"))
    let line = #"{"path":"model.bin","size":2000000,"sha256":"\#(old)","learned":true}"#
    #expect(String(decoding: lock, as: UTF8.self).contains(line), "\(String(decoding: lock, as: UTF8.self))")
    #expect(try await sandbox.run("update", "--check").status == 0)

    let other = try Sandbox()
    try lock.write(to: URL(filePath: other.work + "/lfsfetch.lock"))
    let run = try await other.run("get", "--locked")
    #expect(try await sha256(run.path) == old)
    #expect(!run.errors.contains("nothing tells"))

    try file.replace(with: noise(2_000_000, seed: 2))
    let third = try Sandbox()
    try lock.write(to: URL(filePath: third.work + "/lfsfetch.lock"))
    let refused = try await third.run("get", "--locked", "--retries", "0")
    #expect(refused.status == 6)
    #expect(refused.errors.contains("it has the SHA-256 \(try await sha256(file.path)) now"), "\(refused.errors)")
    #expect(
      refused.errors.hasSuffix(
        "hint: if it was changed on purpose, `lfsfetch update \(url)` takes what it is now into the lock\n"),
      "\(refused.errors)")
    let check = try await third.run("update", "--check")
    #expect(check.status == 9, "\(check.errors)")
    #expect(try await third.run("update", url).status == 0)
    #expect(try await sha256(try await third.path("get", "--locked")) == sha256(file.path))
  }

  // MARK: Hosts that tell little

  @Test(arguments: [300, 3_000_000])
  func `a host that tells no length is fetched from in one go`(size: Int) async throws {
    let content = Fixtures.bytes(count: size, seed: 4)
    let plain = FaultServer.Route.content(content).with([.rangeIgnored, .chunked])
    let server = try FaultServer(["/model.bin": plain])
    let sandbox = try Sandbox()
    let oid = objectName(of: content)
    #expect(try await sha256(try await sandbox.path("get", server.address + "/model.bin#unverified")) == oid)
    let other = try Sandbox()
    #expect(try await sha256(try await other.path("get", server.address + "/model.bin#sha256=" + oid)) == oid)
  }

  @Test func `where the end of the connection is the end of the file, only a hash can prove it`() async throws {
    let content = Fixtures.bytes(count: 3000, seed: 4)
    let server = try FaultServer(["/model.bin": .content(content, .rangeIgnored, .withoutLength)])
    let sandbox = try Sandbox()
    let run = try await sandbox.run("get", server.address + "/model.bin#unverified", "--retries", "0")
    #expect(run.status == 4)
    #expect(run.errors.contains("hint: write its hash, `#sha256=HEX`, behind the address"), "\(run.errors)")
    #expect(run.errors.contains("does not tell the length of the file, so that its end is not known"), "\(run.errors)")
    let oid = objectName(of: content)
    #expect(try await sha256(try await sandbox.path("get", server.address + "/model.bin#sha256=" + oid)) == oid)
  }

  /// Without an ETag and a time, no two answers are known to be of the same bytes: it is one answer then.
  @Test func `a host that tells nothing of the state of the file is asked for all of it at once`() async throws {
    let silent = FaultServer.Fault.changed { response in response.headers["ETag"] = nil }
    let server = try FaultServer(["/model.bin": .content(Self.first, silent, .reset(after: 2_000_000).once)])
    let sandbox = try Sandbox()
    let path = try await sandbox.path("get", server.address + "/model.bin#unverified")
    #expect(try await sha256(path) == objectName(of: Self.first))
    let requests = server.requests("/model.bin").filter { $0.headers["Range"] != "bytes=0-0" }
    #expect(requests.count == 2)
    #expect(requests.allSatisfy { $0.headers["Range"] == nil })
  }
}
