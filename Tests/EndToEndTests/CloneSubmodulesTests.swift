import Fixtures
import Foundation
import Testing

/// Submodules of a clone are clones that git takes for its own, and nothing that they name leads anywhere else.
@Suite struct CloneSubmodulesTests {
  /// A branch `main` of `outer` with a submodule at `deps/inner`.
  private func nest(_ inner: String, commit: String, name: String = "inner", in outer: ServedModel) async throws {
    let modules = try await outer.blob("[submodule \"\(name)\"]\n  path = deps/inner\n  url = \(inner)\n")
    let folder = try await outer.git("mktree", "-z", input: "160000 commit \(commit)\tinner\0")
    let blob = try await outer.blob("outer\n")
    try await outer.branch(
      "main",
      withTree: ["100644 blob \(modules)\t.gitmodules", "040000 tree \(folder)\tdeps", "100644 blob \(blob)\tfile"])
  }

  @Test func `they are empty folders until they are asked for`() async throws {
    let (outer, inner) = (try ServedModel(), try ServedModel())
    let sandbox = try Sandbox()
    try await nest(inner.url(), commit: inner.commitID(), in: outer)
    let clone = try await sandbox.path("clone", outer.url(), "c")
    #expect(FileTree.paths(in: clone) == [".gitmodules", "file"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: clone + "/deps/inner") == [])
    #expect(try await outer.git("status", "--porcelain", in: clone) == "")
    #expect(try await inner.requests().isEmpty)
    try await outer.git("submodule", "update", "--init", "--quiet", in: clone)
    #expect(try await outer.git("status", "--porcelain", in: clone) == "")
  }

  @Test(arguments: ["absolute", "relative"]) func `they are cloned, and theirs`(_ kind: String) async throws {
    let (outer, middle, inner) = (try ServedModel(), try ServedModel(), try ServedModel())
    let sandbox = try Sandbox()
    func address(_ model: ServedModel) -> String {
      kind == "absolute" ? model.url() : "../" + model.url().split(separator: "/").last!
    }
    let commit = try await inner.commitID("v2")
    try await nest(address(inner), commit: commit, in: middle)
    try await nest(address(middle), commit: middle.commitID(), name: "group/middle", in: outer)
    let clone = try await sandbox.path("clone", outer.url(), "c", "--recurse-submodules")
    let (second, third) = (clone + "/deps/inner", clone + "/deps/inner/deps/inner")
    for folder in [clone, second, third] {
      #expect(try await outer.git("status", "--porcelain", in: folder) == "")
      #expect(try await outer.git("fsck", "--no-progress", in: folder) == "")
    }
    #expect(try await outer.git("rev-parse", "HEAD", in: third) == commit)
    #expect(try await sha256(third + "/weights/model.bin") == inner.pointer("weights/model.bin", at: "v2").oid)
    let listed = try await outer.git("submodule", "status", "--recursive", in: clone)
    #expect(listed.split(separator: "\n").count == 2 && listed.split(separator: "\n").allSatisfy { $0.hasPrefix(" ") })
    let drop = try await Launch(
      Sandbox.program, ["drop", "deps"], environment: sandbox.environment, in: clone
    ).outcome()
    #expect(drop.status == 1)
    #expect(
      drop.errors.hasPrefix("dropped 0 files\nerror: `deps/inner` is a submodule and stays\n"),
      "\(drop.errors)")
    #expect(try await outer.git("status", "--porcelain", in: clone) == "")
    let before = try await inner.requests().batches.count
    try await outer.git("submodule", "update", "--init", "--recursive", in: clone)
    try await outer.git("submodule", "foreach", "--recursive", "git lfs pull", in: clone)
    #expect(try await inner.requests().batches.count == before)
  }

  @Test(arguments: [
    ("inner", "-upayload"), ("inner", "--upload-pack=touch x"), ("inner", "file:///etc"), ("inner", "/etc"),
    ("inner", "ext::sh -c touch% x"), ("../../hooks", ""), ("a/../../../x", ""), (".git", ""),
  ])
  func `names and addresses that lead elsewhere are refused`(_ name: String, _ url: String) async throws {
    let (outer, inner) = (try ServedModel(), try ServedModel())
    let sandbox = try Sandbox()
    try await nest(url.isEmpty ? inner.url() : url, commit: inner.commitID(), name: name, in: outer)
    let run = try await sandbox.run("clone", outer.url(), "c", "--recurse-submodules")
    #expect([2, 6].contains(run.status), "\(run.errors)")
    #expect(run.output == "")
    #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox.work) == [])
  }

  @Test func `one without an address is named`() async throws {
    let outer = try ServedModel()
    let sandbox = try Sandbox()
    let commit = try await outer.commitID()
    try await outer.branch("main", withTree: ["160000 commit \(commit)\tsub"])
    let run = try await sandbox.run("clone", outer.url(), "c", "--recurse-submodules")
    #expect(run.status == 3)
    #expect(run.errors.hasPrefix("error: `.gitmodules` has no address for the submodule `sub`"), "\(run.errors)")
  }
}
