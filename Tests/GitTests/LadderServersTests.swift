import Foundation
import HTTP
import Testing

@testable import Git

/// Every rung of the ladder, against a server that really is configured so.
@Suite struct LadderServersTests {
  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let prefix: String
    var configuration: [String: String] = [:]
    /// Requests for the commit by branch, and then for all of its files.
    let treeRequests: Int
    let fileRequests: Int
    /// What is remembered about the host.
    var remembered: FetchRung?
  }

  static let strict = ["uploadpack.allowAnySHA1InWant": "false"]
  static let cases = [
    Case(description: "v2", prefix: "/git", treeRequests: 3, fileRequests: 1),
    Case(description: "v2 without filters", prefix: "/nofilter", treeRequests: 3, fileRequests: 0),
    Case(
      description: "v2 with blob:none only", prefix: "/blobnone", treeRequests: 4, fileRequests: 1,
      remembered: .noBlobs),
    Case(description: "v0", prefix: "/v0", treeRequests: 2, fileRequests: 1),
    Case(description: "v0 without filters", prefix: "/v0nofilter", treeRequests: 2, fileRequests: 0),
    Case(
      description: "v0 that gives out references only", prefix: "/v0", configuration: strict, treeRequests: 2,
      fileRequests: 1),
    Case(
      description: "v0 without filters that gives out references only", prefix: "/v0nofilter",
      configuration: strict,
      treeRequests: 2, fileRequests: 0),
  ]

  @Test(arguments: cases) func `the default branch, whole`(_ test: Case) async throws {
    let served = try ServedRepository(configuration: test.configuration)
    let remote = try served.remote(test.prefix)
    let revision = try await remote.resolve(nil)
    #expect(revision == ResolvedRevision(commit: try served.id("main"), reference: "refs/heads/main"))
    let tree = try await remote.tree(of: revision.commit)
    #expect(tree.listing == (try served.listing("main")))
    #expect(try await served.requests().count == test.treeRequests)
    try await remote.load(tree.entries, of: tree)
    #expect(try await served.requests().count == test.treeRequests + test.fileRequests)
    for path in ["weights/model.bin", "texts/3000.txt"] {
      let entry = try tree.entry(path)
      #expect(try await remote.content(of: entry) == served.gitBytes(["cat-file", "blob", entry.id.hex]))
    }
    let origin = try HTTPURL(served.url()).origin
    #expect(HostMemory(folder: served.cache + "/hosts").rung(for: origin) == test.remembered)
  }

  @Test func `what failed once is not tried again`() async throws {
    let served = try ServedRepository()
    _ = try await served.remote("/blobnone").tree(of: served.id("main"))
    let first = try await served.requests().count
    _ = try await served.remote("/blobnone").tree(of: served.id("v1"))
    #expect(try await served.requests().count - first == 2)
  }

  @Test(arguments: cases) func `an annotated tag of a commit that no branch ends at`(_ test: Case) async throws {
    let served = try ServedRepository(configuration: test.configuration)
    let remote = try served.remote(test.prefix)
    let revision = try await remote.resolve("v2-again")
    #expect(revision == ResolvedRevision(commit: try served.id("v2^{commit}"), reference: "refs/tags/v2-again"))
    let tree = try await remote.tree(of: revision.commit)
    #expect(tree.commit == revision.commit)
    #expect(tree.listing == (try served.listing("v2")))
  }

  @Test(arguments: cases) func `a commit that no reference names`(_ test: Case) async throws {
    let served = try ServedRepository(configuration: test.configuration)
    let remote = try served.remote(test.prefix)
    let second = try served.id("v2~1")
    for text in [second.hex, String(second.hex.prefix(9)), second.hex.prefix(7).uppercased()] {
      let revision = try await remote.resolve(text)
      #expect(revision == ResolvedRevision(commit: second, reference: nil))
    }
    let tree = try await remote.tree(of: second)
    #expect(tree.listing == (try served.listing(second.hex)))
    try await remote.load(tree.entries, of: tree)
    let readme = try tree.entry("README.md")
    #expect(try await remote.content(of: readme) == Array("# Kitchen\n".utf8))
  }

  @Test(arguments: cases) func `a commit that does not exist`(_ test: Case) async throws {
    let served = try ServedRepository(configuration: test.configuration)
    let remote = try served.remote(test.prefix)
    let id = try #require(ObjectID(hex: String(repeating: "1", count: 40)))
    let error = try await gitError { _ = try await remote.tree(of: id) }
    #expect(error.code == .revisionNotFound)
    #expect(error.message == "`\(remote.name)` has no commit `\(id)`")
    let short = try await gitError { _ = try await remote.resolve("1111111") }
    #expect(short.code == .revisionNotFound)
    #expect(short.message == "`\(remote.name)` has no branch, tag or commit `1111111`")
  }
}
