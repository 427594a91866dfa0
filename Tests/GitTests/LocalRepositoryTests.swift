import Foundation
import Testing

@testable import Git

/// Repositories in a folder of this machine.
@Suite struct LocalRepositoryTests {
  private func snapshot(_ folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).sorted().map { path in
      let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/" + path)
      return "\(path) \(attributes[.size] ?? 0) \(attributes[.modificationDate] ?? 0)"
    }
  }

  @Test(arguments: ["path", "without suffix", "file URL", "escaped file URL", "relative"])
  func `a bare repository is read and not written`(_ form: String) async throws {
    let served = try ServedRepository()
    let address =
      switch form {
      case "without suffix": String(served.folder.dropLast(4))
      case "file URL": "file://" + served.folder
      case "escaped file URL": "file://" + served.folder.replacing("copies", with: "%63opies")
      case "relative":
        String(repeating: "../", count: FileManager.default.currentDirectoryPath.split(separator: "/").count)
          + served.folder.dropFirst()
      default: served.folder
      }
    let before = try snapshot(served.folder)
    let remote = try served.remote(url: address)
    let tree = try await remote.tree(of: remote.resolve("v2").commit)
    try await remote.load(tree.entries, of: tree)
    let readme = try tree.entry("README.md")
    #expect(tree.listing == (try served.listing("v2")))
    #expect(try await remote.content(of: readme) == Array("# Kitchen\n".utf8))
    #expect(try snapshot(served.folder) == before)
    #expect(try remote.location.lfsObjectsFolder == served.folder + "/lfs/objects")
  }

  @Test func `a clone, and a work tree of it`() async throws {
    let served = try ServedRepository()
    let clone = served.cache + "/clone"
    let other = served.cache + "/other"
    _ = try served.gitBytes(["-c", "filter.lfs.smudge=cat", "clone", "--quiet", served.folder, clone])
    _ = try served.gitBytes(["worktree", "add", "--quiet", "--detach", other, "v1"], in: clone)
    let cloned = try served.remote(url: clone)
    #expect(try await cloned.resolve(nil).reference == "refs/heads/main")
    #expect(try cloned.location.lfsObjectsFolder == clone + "/.git/lfs/objects")
    let worktree = try served.remote(url: other)
    let revision = try await worktree.resolve(nil)
    #expect(revision == ResolvedRevision(commit: try served.id("v1"), reference: nil))
    #expect(try await worktree.tree(of: revision.commit).listing == served.listing("v1"))
    #expect(try worktree.location.lfsObjectsFolder == clone + "/.git/lfs/objects")
  }

  @Test func `a partial clone tells what it lacks`() async throws {
    let served = try ServedRepository()
    let clone = served.cache + "/partial"
    _ = try served.gitBytes(["clone", "--quiet", "--bare", "--filter=blob:none", served.url(), clone])
    let remote = try served.remote(url: clone)
    let tree = try await remote.tree(of: remote.resolve("main").commit)
    #expect(tree.listing == (try served.listing("main")))
    let error = try await gitError { try await remote.load([tree.entry("README.md")], of: tree) }
    #expect(error.code == .missingObject)
    #expect(error.message == "`\(clone)` does not give out the content of `README.md`")
  }

  @Test func `a folder that is no repository`() async throws {
    let served = try ServedRepository()
    for path in [served.cache, served.cache + "/nothing"] {
      let error = try await gitError { _ = try served.remote(url: path) }
      #expect(error.code == .repositoryNotFound)
      #expect(error.message == "`\(path)` is not a git repository")
    }
  }

  @Test(.enabled(if: getuid() == 0, "only root can give a folder away"))
  func `a repository that belongs to another user is refused`() async throws {
    let served = try ServedRepository()
    chown(served.folder, 12345, 12345)
    let error = try await gitError { _ = try served.remote(url: served.folder) }
    #expect(error.code == .notOwned)
    #expect(error.message.hasSuffix("belongs to another user; name it in git's `safe.directory` to read it"))
  }

  @Test func `a commit that is not there`() async throws {
    let served = try ServedRepository()
    let remote = try served.remote(url: served.folder)
    let id = try #require(ObjectID(hex: String(repeating: "2", count: 40)))
    let error = try await gitError { _ = try await remote.tree(of: id) }
    #expect(error == GitError(.revisionNotFound, "`\(served.folder)` has no commit `\(id)`"))
  }

  @Test func `attributes of the user and the system have no say`() async throws {
    let served = try ServedRepository()
    try FileManager.default.createDirectory(atPath: served.folder + "/info", withIntermediateDirectories: true)
    try "* text eol=crlf\n".write(toFile: served.folder + "/info/attributes", atomically: true, encoding: .utf8)
    try served.git("config", "core.autocrlf", "true")
    let remote = try served.remote(url: served.folder)
    let tree = try await remote.tree(of: remote.resolve("main").commit)
    let readme = try tree.entry("README.md")
    #expect(try await remote.checkoutContent(of: readme, in: tree) == Array("# Kitchen\n".utf8))
  }
}
