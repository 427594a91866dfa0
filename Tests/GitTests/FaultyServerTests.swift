import Fixtures
import Foundation
import HTTP
import Synchronization
import Testing

@testable import Git

/// Answers that no well-behaved server gives.
@Suite struct FaultyServerTests {
  static let advertisement = FaultyServer.answer(
    "application/x-git-upload-pack-advertisement", PktLine.encode(AdvertisementTests.versionTwo))
  private let cache = FileManager.default.temporaryDirectory.path + "/lfsfetch-faulty-\(UUID().uuidString)"

  /// A pack of one commit with one tree and one file, and the commit's id, made by git.
  static let sample: (pack: [UInt8], commit: ObjectID)? = try? {
    let served = try ServedRepository()
    let objects = try served.git("rev-list", "--objects", "v1")
    let pack = try served.gitBytes(["pack-objects", "--stdout", "-q"], input: Array((objects + "\n").utf8))
    return (pack, try served.id("v1"))
  }()

  static func body(_ pack: [UInt8]) -> [UInt8] {
    var lines = [PktLine("packfile\n")]
    for start in stride(from: 0, to: pack.count, by: 100) {
      lines.append(.data([1] + pack[start..<min(start + 100, pack.count)]))
    }
    return PktLine.encode(lines + [.flush])
  }

  static func result(_ body: [UInt8], length: Int? = nil) -> [UInt8] {
    FaultyServer.answer("application/x-git-upload-pack-result", body, length: length)
  }

  private func remote(_ server: FaultyServer, retry: Retry = .never, user: String = "") throws -> GitRemote {
    try GitRemote(
      url: server.url.replacing("http://", with: "http://\(user)"), cacheDirectory: cache,
      memory: HostMemory(folder: cache + "/hosts"),
      client: HTTPClient(retry: retry), ssh: .none,
      config: GitConfig())
  }

  private func packs(_ remote: GitRemote) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: remote.repository.packFolder).sorted()
  }

  @Test func `each failure leads one rung down, and the one that held is remembered`() async throws {
    defer { try? FileManager.default.removeItem(atPath: cache) }
    let sample = try #require(FaultyServerTests.sample)
    let bodies = Mutex<[String]>([])
    let server = try FaultyServer { request, number in
      if number > 0 { bodies.withLock { $0.append(String(decoding: request.body, as: UTF8.self)) } }
      return switch number {
      case 0: FaultyServerTests.advertisement
      case 1: FaultyServerTests.result([])
      case 2: FaultyServerTests.result(PktLine.encode([PktLine("packfile\n")]))
      case 3: FaultyServer.answer("text/html", [], status: "500 Oops")
      default: FaultyServerTests.result(FaultyServerTests.body(sample.pack))
      }
    }
    let remote = try remote(server)
    #expect(try await remote.tree(of: sample.commit).commit == sample.commit)
    let filters = bodies.withLock { $0 }.map { body in
      ["blob:limit=1024", "blob:none", "deepen"].filter { body.contains($0) }
    }
    #expect(filters == [["blob:limit=1024", "deepen"], ["blob:none", "deepen"], ["deepen"], []])
    #expect(try packs(remote).count == 2)
    #expect(HostMemory(folder: cache + "/hosts").rung(for: try HTTPURL(server.url).origin) == .everything)
  }

  @Test func `a connection that breaks is tried again`() async throws {
    defer { try? FileManager.default.removeItem(atPath: cache) }
    let sample = try #require(FaultyServerTests.sample)
    let body = FaultyServerTests.body(sample.pack)
    let server = try FaultyServer { _, number in
      switch number {
      case 0: FaultyServerTests.advertisement
      case 1: FaultyServerTests.result(Array(body.prefix(body.count / 2)), length: body.count)
      case 2: FaultyServerTests.result(Array(body.prefix(body.count / 2)))
      case 3: FaultyServer.answer("text/html", [], status: "503 Busy", headers: "Retry-After: 0\r\n")
      default: FaultyServerTests.result(body)
      }
    }
    let remote = try remote(server, retry: Retry(attempts: 4, base: .milliseconds(1)))
    #expect(try await remote.tree(of: sample.commit).commit == sample.commit)
    #expect(try packs(remote).count == 2)
  }

  /// In the ways of some hosts: with 403, which otherwise is about rights.
  static let turningAway = [
    ("403 Forbidden", "Retry-After: 0\r\n"), ("403 Forbidden", "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 0\r\n"),
    ("429 Too Many Requests", ""),
  ]

  @Test(arguments: turningAway)
  func `a host that wants to be asked later is asked later`(_ status: String, _ headers: String) async throws {
    defer { try? FileManager.default.removeItem(atPath: cache) }
    let sample = try #require(FaultyServerTests.sample)
    let server = try FaultyServer { _, number in
      switch number {
      case 0, 2: FaultyServer.answer("text/html", [], status: status, headers: headers)
      case 1: FaultyServerTests.advertisement
      default: FaultyServerTests.result(FaultyServerTests.body(sample.pack))
      }
    }
    let remote = try remote(server, retry: Retry(attempts: 2, base: .milliseconds(1)))
    #expect(try await remote.tree(of: sample.commit).commit == sample.commit)
  }

  @Test(arguments: turningAway, [0, 1])
  func `one that goes on with that is named, and nothing else is tried`(
    _ answer: (status: String, headers: String), first: Int
  ) async throws {
    defer { try? FileManager.default.removeItem(atPath: cache) }
    let sample = try #require(FaultyServerTests.sample)
    let requests = Mutex(0)
    let server = try FaultyServer { _, number in
      requests.withLock { $0 = number + 1 }
      return number < first
        ? FaultyServerTests.advertisement
        : FaultyServer.answer("text/html", [], status: answer.status, headers: answer.headers)
    }
    let remote = try remote(server, retry: Retry(attempts: 2, base: .milliseconds(1)))
    let error = try await gitError { _ = try await remote.tree(of: sample.commit) }
    #expect(error.code == .network && error.cause == "too many requests", "\(error)")
    #expect(error.message.contains("answered " + answer.status), "\(error)")
    #expect(requests.withLock { $0 } == first + 2)
  }

  enum Damage: CaseIterable { case cutByNetwork, cutByServer, truncated, flipped, absent }

  @Test(arguments: Damage.allCases) func `a damaged pack is refused and leaves nothing behind`(_ damage: Damage)
    async throws
  {
    defer { try? FileManager.default.removeItem(atPath: cache) }
    let sample = try #require(FaultyServerTests.sample)
    let other = try #require(ObjectID(hex: String(repeating: "5", count: 40)))
    let whole = FaultyServerTests.body(sample.pack)
    var flipped = sample.pack
    flipped[flipped.count / 2] ^= 0x40
    let answer =
      switch damage {
      case .cutByNetwork: FaultyServerTests.result(Array(whole.prefix(whole.count - 30)), length: whole.count)
      case .cutByServer: FaultyServerTests.result(Array(whole.prefix(whole.count - 30)))
      case .truncated: FaultyServerTests.result(FaultyServerTests.body(sample.pack.dropLast(30)))
      case .flipped: FaultyServerTests.result(FaultyServerTests.body(flipped))
      case .absent: FaultyServerTests.result(whole)
      }
    let server = try FaultyServer { _, number in number == 0 ? FaultyServerTests.advertisement : answer }
    let remote = try remote(server)
    let wanted = damage == .absent ? other : sample.commit
    let error = try await gitError { _ = try await remote.tree(of: wanted) }
    switch damage {
    case .cutByNetwork, .cutByServer: #expect(error.code == .network)
    case .truncated, .flipped:
      #expect(error.code == .corrupt)
      #expect(error.message == "the server's pack cannot be read")
    case .absent: #expect(error.message == "the server's pack lacks the object `\(other)` that was asked for")
    }
    if damage != .absent { #expect(try packs(remote) == []) }
  }

  @Test func `the server's words reach a person harmless and short`() async throws {
    let words = "\u{1b}]0;title\u{7}" + String(repeating: "x", count: 5000)
    let server = try FaultyServer { _, number in
      number == 0
        ? FaultyServerTests.advertisement
        : FaultyServerTests.result(PktLine.encode([PktLine("packfile\n"), .data([3] + Array(words.utf8))]))
    }
    let remote = try remote(server)
    let error = try await gitError {
      _ = try await remote.tree(of: #require(ObjectID(hex: String(repeating: "5", count: 40))))
    }
    #expect(error.code == .serverError)
    #expect(error.cause == "\\u{1b}]0;title\\u{7}" + String(repeating: "x", count: 281) + "…")
  }

  @Test func `cancelling ends a fetch that hangs`() async throws {
    defer { try? FileManager.default.removeItem(atPath: cache) }
    let server = try FaultyServer { _, number in
      if number > 0 { Thread.sleep(forTimeInterval: 20) }
      return FaultyServerTests.advertisement
    }
    let remote = try remote(server)
    let id = try #require(ObjectID(hex: String(repeating: "5", count: 40)))
    let started = ContinuousClock.now
    let task = Task { try await remote.tree(of: id) }
    try await Task.sleep(for: .milliseconds(300))
    task.cancel()
    let error = try await gitError { _ = try await task.value }
    #expect(error == GitError(.cancelled, "cancelled"))
    #expect(ContinuousClock.now - started < .seconds(15))
    #expect(try packs(remote) == [])
  }

  @Test func `a login page is no repository`() async throws {
    let server = try FaultyServer { _, _ in
      FaultyServer.answer("text/html; charset=utf-8", Array("<html>sign in".utf8))
    }
    let error = try await gitError { _ = try await remote(server).resolve(nil) }
    #expect(error.code == .repositoryNotFound)
    #expect(error.cause == "the answer's type is `text/html; charset=utf-8`")
  }

  @Test func `after a redirect all else is asked where it led, without the credentials`() async throws {
    defer { try? FileManager.default.removeItem(atPath: cache) }
    let sample = try #require(FaultyServerTests.sample)
    let seen = Mutex<[String]>([])
    let target = try FaultyServer { request, number in
      let query = request.query.map { "?" + $0 } ?? ""
      let isAuthorized = request.headers["Authorization"] != nil
      seen.withLock { $0.append("\(request.method) \(request.path)\(query)\(isAuthorized ? " authorized" : "")") }
      return number == 0
        ? FaultyServerTests.advertisement : FaultyServerTests.result(FaultyServerTests.body(sample.pack))
    }
    let first = try FaultyServer { [url = target.url] _, _ in
      FaultyServer.answer(
        "text/html", [], status: "301 Moved",
        headers: "Location: \(url)/moved/info/refs?service=git-upload-pack\r\n")
    }
    _ = try await remote(first, user: "me:secret@").tree(of: sample.commit)
    #expect(
      seen.withLock { $0 } == [
        "GET /x.git/moved/info/refs?service=git-upload-pack", "POST /x.git/moved/git-upload-pack",
      ])
  }
}
