import Fixtures
import Foundation
import Testing

/// Plain files behind http addresses, with their hash.
@Suite struct PlainURLTests {
  /// Small objects come in one request, large ones in ranges.
  @Test(arguments: [300, 5_000_000])
  func `a plain file with its hash is fetched, proven and remembered`(size: Int) async throws {
    let file = try ServedFile(noise(size))
    let sandbox = try Sandbox()
    let oid = try await sha256(file.path)
    let path = try await sandbox.path("get", file.url() + "#sha256=" + oid)
    #expect(path.hasSuffix("/model.bin"))
    #expect(try await sha256(path) == oid)
    #expect(sandbox.cachedFiles("objects") == ["\(oid.prefix(2))/\(oid.dropFirst(2))"])
    let requests = try await file.requests()
    #expect(requests.bodyBytes == size + 1, "\(requests)")
    #expect(requests.allSatisfy { $0.method == "GET" })
    for words in [["get"], ["get", "--offline"], ["path"]] {
      let run = try await sandbox.start(words + [file.url() + "#sha256=" + oid]).outcome()
      #expect(run.path == path, "\(run.errors)")
    }
    #expect(try await file.requests().count == requests.count)
    #expect(try await sandbox.run("verify", file.url() + "#sha256=" + oid).status == 0)
  }

  @Test func `a hash that the bytes do not have is an error, and nothing is kept`() async throws {
    let file = try ServedFile(noise(2_000_000))
    let sandbox = try Sandbox()
    let run = try await sandbox.run(
      "get", file.url() + "#sha256=" + String(repeating: "a", count: 64), "--retries", "0")
    #expect(run.status == 6)
    #expect(run.errors.contains("error: cannot download `model.bin`\n"), "\(run.errors)")
    #expect(run.errors.contains("the bytes do not have the SHA-256 that they should have"), "\(run.errors)")
    #expect(
      run.errors.hasSuffix(
        "hint: if it was changed on purpose, name it with the hash that it has now; else do not use it\n"),
      "\(run.errors)")
    #expect(sandbox.cachedFiles("objects") == [])
    // The same of a registry and of a lock.
    let first = try await sha256(file.path)
    try sandbox.write(
      #"{"models": {"m": {"source": "\#(file.url())#sha256=\#(first)"}}}"#, to: "work/lfsfetch.json")
    #expect(try await sandbox.run("lock", "m").status == 0)
    try file.replace(with: noise(2_000_000, seed: 2))
    for (words, hint) in [
      ([], "the entry of `m` must be updated: `lfsfetch registry update m` where the registry file is yours; else"),
      (["--locked"], "`lfsfetch update m` takes what it is now into the lock; else do not use it"),
    ] {
      let again = try await sandbox.start(["get", "m", "--retries", "0", "--cache", "other"] + words).outcome()
      #expect(again.status == 6)
      #expect(again.errors.contains("hint: if it was changed on purpose, " + hint), "\(again.errors)")
    }
  }

  @Test(arguments: [
    ("#sha256=abc", 2, "has a hash that is none"),
    ("/#sha256=" + String(repeating: "a", count: 64), 2, "ends in no name that a file could have"),
    ("/none.bin#sha256=" + String(repeating: "a", count: 64), 3, "answered 404"),
  ])
  func `what cannot be fetched is told`(suffix: String, status: Int32, message: String) async throws {
    let servers = try Servers.running()
    let sandbox = try Sandbox()
    let run = try await sandbox.run("get", servers.http + "/files" + suffix)
    #expect(run.status == status)
    #expect(run.errors.contains(message), "\(run.errors)")
  }

  @Test func `signs of revisions and paths in the address belong to it, and its query is not shown`() async throws {
    let file = try ServedFile(noise(1000), name: "a@b c:d.bin")
    let sandbox = try Sandbox()
    let oid = try await sha256(file.path)
    let url = file.url().replacingOccurrences(of: " ", with: "%20") + "?key=s3cret@:x#sha256=" + oid
    let run = try await sandbox.run("get", url, "--json")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("/a@b c:d.bin\""), "\(run.output)")
    #expect(!run.output.contains("s3cret") && !run.errors.contains("s3cret"))
    #expect(try await file.requests().allSatisfy { $0.uri.contains("?key=s3cret@:x") })
    let memory = sandbox.cachedFiles("resolved").compactMap { bytes(sandbox.cache + "/resolved/" + $0) }
    #expect(memory.count == 1)
    #expect(memory.allSatisfy { !String(decoding: $0, as: UTF8.self).contains("s3cret") })
  }

  @Test func `a model of the registry can be a plain file, with its size so that nobody is asked for it`() async throws
  {
    let file = try ServedFile(noise(5000))
    let sandbox = try Sandbox()
    let oid = try await sha256(file.path)
    let registry = try sandbox.registry(
      """
      "plain": {"source": "\(file.url())#sha256=\(oid)", "files": ["model.bin"],
        "objects": {"model.bin": {"sha256": "\(oid)", "size": 5000, "executable": true}}}
      """)
    let path = try await sandbox.path("get", "plain", "--registry", registry)
    #expect(try await sha256(path) == oid)
    #expect(mode(path) == 0o755)
    #expect(try await file.requests().count == 1)
  }

  @Test func `credentials are looked for where the host wants some, and a redirect does not take them along`()
    async throws
  {
    let file = try ServedFile(noise(3_000_000))
    let sandbox = try Sandbox()
    let oid = try await sha256(file.path)
    let url = file.url("privatefiles") + "#sha256=" + oid
    let refused = try await sandbox.run("get", url)
    #expect(refused.status == 5)
    #expect(refused.errors.contains("hint: give a token for "), "\(refused.errors)")
    try sandbox.write(
      "machine 127.0.0.1 login \(file.servers.username) password \(file.servers.password)\n", to: "home/.netrc")
    #expect(try await sha256(try await sandbox.path("get", url)) == oid)

    let other = try Sandbox()
    let moved = file.url("movedfiles").replacingOccurrences(of: "://", with: "://u:p@") + "#sha256=" + oid
    #expect(try await sha256(try await other.path("get", moved)) == oid)
    let requests = try await file.requests()
    #expect(requests.contains { $0.uri.hasPrefix("/movedfiles/") && $0.authorization == "Basic" })
    #expect(requests.filter { $0.uri.contains("signature=x") }.allSatisfy { $0.authorization == "-" })
  }

  @Test func `a lock of a plain file gets exactly that again, on a machine that knows nothing of it`() async throws {
    let file = try ServedFile(noise(6_000_000))
    let sandbox = try Sandbox()
    let oid = try await sha256(file.path)
    let url = file.url() + "#sha256=" + oid
    #expect(try await sandbox.run("lock", url).status == 0)
    let lock = try #require(bytes(sandbox.work + "/lfsfetch.lock"))
    let other = try Sandbox()
    try lock.write(to: URL(filePath: other.work + "/lfsfetch.lock"))
    let before = try await file.requests().count
    #expect(try await sha256(try await other.path("get", "--locked")) == oid)
    #expect(try await file.requests().dropFirst(before).reduce(0) { $0 + $1.bodyBytes } == 6_000_000)
    #expect(try await sha256(try await other.path("get", "--locked", url)) == oid)
  }

  @Test func `who forgets the hash is told how a plain file is named`() async throws {
    let file = try ServedFile(noise(300))
    let sandbox = try Sandbox()
    let run = try await sandbox.run("get", file.url(), "--retries", "0")
    #expect(run.status == 3)
    #expect(
      run.errors.hasSuffix("; a plain file is named with `#sha256=HEX` or `#unverified` behind it\n"), "\(run.errors)")
  }

  @Test func `a plain file cannot be cloned`() async throws {
    let sandbox = try Sandbox()
    let url = "https://example.com/m.bin#sha256=" + String(repeating: "a", count: 64)
    let run = try await sandbox.run("clone", url)
    #expect(run.status == 2)
    #expect(
      run.errors == """
        error: `\(url)` is no git repository, so that there is nothing to clone
        hint: `lfsfetch get` fetches it

        """)
  }
}
