import Foundation
import Testing

@testable import Git

/// Trees that are made to do harm, fetched from the real server.
@Suite struct HostileTreeTests {
  @Test func `a bad path hurts only whoever selects it`() async throws {
    let served = try ServedRepository()
    let blob = try served.blob("x\n")
    let commit = try served.commitTree(
      [
        "100644 blob \(blob)\t..", "100644 blob \(blob)\t.GIT", "100644 blob \(blob)\ta\u{1b}[2J",
        "100644 blob \(blob)\tfine",
      ],
      branch: "hostile")
    let remote = try served.remote()
    let tree = try await remote.tree(of: commit)
    #expect(tree.entries.map(\.displayPath).sorted() == ["..", ".GIT", "a\\u{1b}[2J", "fine"])
    #expect(try tree.entry("fine").path.string == "fine")
    for path in ["..", ".GIT"] {
      let error = try await gitError { _ = try tree.entry(path).path }
      #expect(error.code == .unsafePath)
      #expect(error.message.contains("`\(path)`"))
    }
  }

  @Test func `a few trees that unfold into millions of files are refused`() async throws {
    let served = try ServedRepository()
    var line = "100644 blob \(try served.blob("x\n"))"
    for _ in 0..<8 {
      let entries = (0..<10).map { "\(line)\t\($0)" }.joined(separator: "\0") + "\0"
      let tree = try served.gitBytes(["mktree", "-z"], input: Array(entries.utf8))
      line = "040000 tree " + String(decoding: tree, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
    let commit = try served.commitTree([line + "\ta"], branch: "bomb")
    let repository = try served.remote(url: served.folder).repository
    let error = try await gitError { _ = try await repository.tree(of: commit, maximumFiles: 1000) }
    #expect(error.code == .tooLarge)
    #expect(error.message == "the commit has more than 1000 files, or folders nested more than 512 deep")
  }

  @Test func `a submodule has no content`() async throws {
    let served = try ServedRepository()
    let other = try served.id("v1")
    let commit = try served.commitTree(["160000 commit \(other)\tmodule"], branch: "module")
    let remote = try served.remote()
    let tree = try await remote.tree(of: commit)
    #expect(tree.entries == [TreeEntry(rawPath: Array("module".utf8), mode: .submodule, id: other)])
    try await remote.load(tree.entries, of: tree)
    #expect(try await served.requests().count == 2)
  }
}
