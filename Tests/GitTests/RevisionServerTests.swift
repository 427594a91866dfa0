import Foundation
import Testing

@testable import Git

/// What revisions mean in a real repository.
@Suite struct RevisionServerTests {
  @Test(arguments: [
    ("HEAD", "main", "refs/heads/main"), ("main", "main", "refs/heads/main"),
    ("refs/heads/main", "main", "refs/heads/main"), ("heads/main", "main", "refs/heads/main"),
    ("feature/other", "feature/other", "refs/heads/feature/other"), ("v1", "v1", "refs/tags/v1"),
    ("v2", "v2^{commit}", "refs/tags/v2"), ("refs/tags/v2", "v2^{commit}", "refs/tags/v2"),
    ("tags/v2", "v2^{commit}", "refs/tags/v2"),
  ])
  func `names`(_ revision: String, _ expected: String, _ reference: String) async throws {
    let served = try ServedRepository()
    for remote in [try served.remote(), try served.remote(url: served.folder)] {
      let resolved = try await remote.resolve(revision)
      #expect(resolved == ResolvedRevision(commit: try served.id(expected), reference: reference))
    }
  }

  @Test func `a branch that looks like an abbreviated id wins over the commit`() async throws {
    let served = try ServedRepository()
    let tip = try served.id("main").hex.prefix(8)
    try served.git("branch", String(tip), "v1")
    let resolved = try await served.remote().resolve(String(tip))
    #expect(resolved == ResolvedRevision(commit: try served.id("v1"), reference: "refs/heads/\(tip)"))
  }

  @Test func `an abbreviated id of a tip costs no history`() async throws {
    let served = try ServedRepository()
    let id = try served.id("feature/other")
    #expect(try await served.remote().resolve(String(id.hex.prefix(10))).commit == id)
    #expect(try await served.requests() == GitRemoteTests.twoRequests)
  }

  @Test func `an ambiguous abbreviated id names its candidates`() async throws {
    let served = try ServedRepository()
    // Commits until two share their first four digits.
    var known: [Substring: ObjectID] = [:]
    let tree = try served.git("rev-parse", "main^{tree}")
    var pair: (ObjectID, ObjectID)?
    for number in 0..<2000 where pair == nil {
      let id = try #require(ObjectID(hex: served.git("commit-tree", "-m", "\(number)", tree)))
      if let other = known[id.hex.prefix(4)] { pair = (min(id, other), max(id, other)) }
      known[id.hex.prefix(4)] = id
    }
    let (one, other) = try #require(pair)
    try served.git("update-ref", "refs/heads/one", one.hex)
    try served.git("update-ref", "refs/heads/other", other.hex)
    let prefix = String(one.hex.prefix(4))
    for remote in [try served.remote(), try served.remote(url: served.folder)] {
      let error = try await gitError { _ = try await remote.resolve(prefix) }
      #expect(error.code == .ambiguousRevision)
      #expect(error.message == "the abbreviated commit id `\(prefix)` is ambiguous")
      #expect(error.cause == "it may be \(one) or \(other)")
    }
  }

  @Test(arguments: ["/git", "/v0"]) func `the id of an annotated tag leads to its commit`(_ prefix: String)
    async throws
  {
    let served = try ServedRepository()
    let remote = try served.remote(prefix)
    let tag = try served.id("v2-again")
    let tree = try await remote.tree(of: remote.resolve(tag.hex).commit)
    #expect(tree.commit == (try served.id("v2^{commit}")))
    let short = try await served.remote(prefix).resolve(String(tag.hex.prefix(10)))
    #expect(short.commit == tree.commit)
  }

  @Test(arguments: [("main^{tree}", "tree"), ("main:README.md", "blob")])
  func `an id of something else is refused`(_ revision: String, _ kind: String) async throws {
    let served = try ServedRepository()
    let id = try served.id(revision)
    let error = try await gitError { _ = try await served.remote().tree(of: id) }
    #expect(error == GitError(.notACommit, "`\(id)` is not a commit but a \(kind)"))
  }

  @Test(arguments: ["/git", "/v0", "folder"]) func `an empty repository`(_ prefix: String) async throws {
    let served = try ServedRepository()
    try FileManager.default.removeItem(atPath: served.folder)
    try FileManager.default.createDirectory(atPath: served.folder, withIntermediateDirectories: true)
    try served.git("init", "--quiet", "--bare")
    let remote = try prefix == "folder" ? served.remote(url: served.folder) : served.remote(prefix)
    let head = try await gitError { _ = try await remote.resolve(nil) }
    #expect(head.code == .emptyRepository)
    #expect(head.message.contains("has no default branch"))
    let name = try await gitError { _ = try await remote.resolve("main") }
    #expect(name.code == .revisionNotFound)
  }

  @Test func `a detached HEAD is a commit without a name`() async throws {
    let served = try ServedRepository()
    try served.git("update-ref", "--no-deref", "HEAD", served.id("v1").hex)
    for remote in [try served.remote(), try served.remote(url: served.folder)] {
      #expect(try await remote.resolve(nil) == ResolvedRevision(commit: served.id("v1"), reference: nil))
    }
  }
}
