import Foundation
import Testing

@testable import Git

/// A repository behind git's own server, in the usual configuration.
@Suite struct GitRemoteTests {
  static let threeRequests = ["GET /info/refs", "POST /git-upload-pack", "POST /git-upload-pack"]
  static let twoRequests = ["GET /info/refs", "POST /git-upload-pack"]

  @Test func `a branch costs three requests, and its tree is git's`() async throws {
    let served = try ServedRepository()
    let remote = try served.remote()
    let revision = try await remote.resolve("main")
    let tree = try await remote.tree(of: revision.commit)
    #expect(revision == ResolvedRevision(commit: try served.id("main"), reference: "refs/heads/main"))
    #expect(tree.commit == revision.commit)
    #expect(tree.listing == (try served.listing("main")))
    #expect(try await served.requests() == GitRemoteTests.threeRequests)
  }

  @Test func `a full commit id costs two requests`() async throws {
    let served = try ServedRepository()
    let remote = try served.remote()
    let id = try served.id("main")
    let tree = try await remote.tree(of: remote.resolve(id.hex).commit)
    #expect(tree.listing == (try served.listing("main")))
    #expect(try await served.requests() == GitRemoteTests.twoRequests)
  }

  @Test func `pointers and other small files come with the tree`() async throws {
    let served = try ServedRepository()
    let remote = try served.remote()
    let tree = try await remote.tree(of: served.id("main"))
    let small = try tree.entries.filter { $0.mode != .submodule }.filter { entry in
      try #require(Int(served.git("cat-file", "-s", entry.id.hex))) < 1024
    }
    #expect(small.count > 100)
    // dos/.gitattributes is larger, and has a say in what lies beside it.
    try await remote.load(small.filter { !$0.rawPath.starts(with: "dos/".utf8) }, of: tree)
    #expect(try await served.requests() == GitRemoteTests.twoRequests)
    let pointer = try tree.entry("weights/model.bin")
    #expect(try await remote.content(of: pointer) == served.gitBytes(["cat-file", "blob", pointer.id.hex]))
  }

  @Test func `larger files come in one further request`() async throws {
    let served = try ServedRepository()
    let remote = try served.remote()
    let tree = try await remote.tree(of: served.id("main"))
    let missing = try await gitError { _ = try await remote.content(of: tree.entry("texts/3000.txt")) }
    #expect(missing.code == .missingObject)
    #expect(missing.message == "the content of `texts/3000.txt` has not been fetched")
    try await remote.load(tree.entries, of: tree)
    try await remote.load(tree.entries, of: tree)
    #expect(try await served.requests() == GitRemoteTests.threeRequests)
    for path in ["texts/1023.txt", "texts/1024.txt", "texts/3000.txt", "texts/empty.txt"] {
      let entry = try tree.entry(path)
      #expect(try await remote.content(of: entry) == served.gitBytes(["cat-file", "blob", entry.id.hex]))
    }
  }

  @Test func `the contents of many files come in order, and no more at once than the limit lets through`() async throws
  {
    let served = try ServedRepository()
    let remote = try served.remote()
    let tree = try await remote.tree(of: served.id("main"))
    let entries = try ["texts/1023.txt", "texts/1024.txt", "texts/empty.txt", "texts/3000.txt"].map(tree.entry)
    try await remote.load(entries, of: tree)
    let all = try await remote.contents(of: entries[...])
    #expect(all.map(\.count) == [1023, 1024, 0, 3000])
    #expect(try await remote.repository.contents(of: entries[...], limit: 1024).map(\.count) == [1023, 1024])
    #expect(try await remote.repository.contents(of: entries[3...], limit: 1) == [all[3]])
  }

  @Test func `a commit in the cache costs no request`() async throws {
    let served = try ServedRepository()
    let id = try served.id("main")
    let first = try await served.remote().tree(of: id)
    let before = try await served.requests()
    let again = try served.remote()
    let tree = try await again.tree(of: id)
    try await again.load([tree.entry("weights/model.bin")], of: tree)
    #expect(tree == first)
    #expect(try await served.requests() == before)
  }

  @Test func `two tasks that want one commit fetch it once`() async throws {
    let served = try ServedRepository()
    let remote = try served.remote()
    let id = try served.id("main")
    async let one = remote.tree(of: id)
    async let other = remote.tree(of: id)
    #expect(try await one == other)
    #expect(try await served.requests() == GitRemoteTests.twoRequests)
  }

  @Test func `files are written as their attributes say, whatever the size of the attributes`() async throws {
    let served = try ServedRepository()
    let remote = try served.remote()
    let tree = try await remote.tree(of: served.id("main"))
    let lines = try tree.entry("dos/lines.crlf")
    try await remote.load([lines], of: tree)
    #expect(try await remote.content(of: lines) == Array("one\ntwo\nthree\n".utf8))
    #expect(try await remote.checkoutContent(of: lines, in: tree) == Array("one\r\ntwo\r\nthree\r\n".utf8))
    let pointer = try tree.entry("weights/model.bin")
    #expect(try await remote.checkoutContent(of: pointer, in: tree) == remote.content(of: pointer))
    let link = try tree.entry("current.bin")
    #expect(link.mode == .symlink)
    #expect(try await remote.checkoutContent(of: link, in: tree) == Array("weights/model.bin".utf8))
  }

  @Test func `each commit has its own attributes`() async throws {
    let served = try ServedRepository()
    let text = try served.blob("one\n")
    let remote = try served.remote()
    for (eol, expected) in [("crlf", "one\r\n"), ("lf", "one\n"), ("crlf", "one\r\n")] {
      let attributes = try served.blob("* text eol=\(eol)\n")
      let commit = try served.commitTree(
        ["100644 blob \(attributes)\t.gitattributes", "100644 blob \(text)\tfile"], branch: eol)
      let tree = try await remote.tree(of: commit)
      #expect(try await remote.checkoutContent(of: tree.entry("file"), in: tree) == Array(expected.utf8))
    }
  }

  @Test func `ident is expanded, and core.autocrlf is not asked`() async throws {
    let served = try ServedRepository()
    let text = try served.blob("$Id$\n")
    let attributes = try served.blob("* ident\n")
    let commit = try served.commitTree(
      ["100644 blob \(attributes)\t.gitattributes", "100644 blob \(text)\tfile"], branch: "ident")
    let remote = try served.remote()
    let tree = try await remote.tree(of: commit)
    #expect(try await remote.checkoutContent(of: tree.entry("file"), in: tree) == Array("$Id: \(text) $\n".utf8))
  }

  @Test func `several at once make one cache`() async throws {
    let served = try ServedRepository()
    let id = try served.id("main")
    let trees = try await withThrowingTaskGroup(of: RemoteTree.self) { group in
      for _ in 0..<6 {
        let remote = try served.remote()
        group.addTask { try await remote.tree(of: id) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(trees.count == 6 && Set(trees.map(\.entries.count)).count == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: served.cache + "/git").count == 1)
  }

  @Test(.enabled(if: getuid() == 0, "only root can give a folder away"))
  func `a cache that belongs to another user is read`() async throws {
    let served = try ServedRepository()
    let id = try served.id("main")
    let first = try served.remote()
    let tree = try await first.tree(of: id)
    for path in try [""] + FileManager.default.subpathsOfDirectory(atPath: served.cache) {
      chown(served.cache + "/" + path, 12345, 12345)
    }
    #expect(try await served.remote().tree(of: id) == tree)
  }

  @Test func `a pack larger than the limit is refused and leaves nothing behind`() async throws {
    let served = try ServedRepository()
    let remote = try served.remote(maximumPackSize: 1000)
    let error = try await gitError { _ = try await remote.tree(of: served.id("main")) }
    #expect(error.code == .tooLarge)
    #expect(error.message == "the server's pack is larger than 1000 bytes")
    #expect(try FileManager.default.contentsOfDirectory(atPath: remote.repository.packFolder) == [])
  }

  @Test func `credentials in the address are sent and named nowhere`() async throws {
    let served = try ServedRepository()
    let url = served.url("/private").replacing(
      "http://", with: "http://\(served.servers.username):\(served.servers.password)@")
    let remote = try served.remote(url: url)
    let tree = try await remote.tree(of: remote.resolve(nil).commit)
    #expect(tree.listing == (try served.listing("main")))
    #expect(!remote.name.contains(served.servers.password))
    #expect(!remote.repository.path.contains(served.servers.username))
  }

  @Test func `insteadOf leads elsewhere`() async throws {
    let served = try ServedRepository()
    let config = GitConfig(entries: [.init("url.\(served.servers.http)/git/.insteadof", "hub:")])
    let remote = try served.remote(url: "hub:\(served.name).git", config: config)
    #expect(try await remote.resolve("main").commit == served.id("main"))
  }
}
