import Foundation
import Testing

/// `lfsfetch clone` of a repository in which there is nothing to check out.
@Suite struct CloneHeadTests {
  @Test(arguments: [[], ["--full"], ["--bare"]], ["/git", "/v0"])
  func `a HEAD that names no branch`(_ options: [String], _ prefix: String) async throws {
    let model = try ServedModel()
    try await model.git("symbolic-ref", "HEAD", "refs/heads/nowhere")
    let sandbox = try Sandbox()
    let run = try await sandbox.start(["clone", model.url(prefix), "c"] + options).outcome()
    try #require(run.status == 0, "\(run.errors)")
    let branch = prefix == "/git" ? "nowhere" : "master"
    let reason = "the repository's HEAD names the branch `\(branch)`"
    #expect(run.errors.contains("warning: no files were put in place: " + reason), "\(run.errors)")
    #expect(run.errors.contains("`main`"))
    #expect(try await model.git("symbolic-ref", "HEAD", in: run.path) == "refs/heads/" + branch)
    try await model.git("fsck", "--no-progress", "--connectivity-only", in: run.path)
    #expect(FileTree.paths(in: run.path).isEmpty == !options.contains("--bare"))
    if !options.contains("--bare") {
      try await model.git("checkout", "--quiet", "main", in: run.path)
      #expect(try await model.git("rev-parse", "HEAD", in: run.path) == model.commitID())
      #expect(try await model.git("status", "--porcelain", in: run.path) == "")
    }
  }

  @Test func `who names files wants a HEAD`() async throws {
    let model = try ServedModel()
    try await model.git("symbolic-ref", "HEAD", "refs/heads/nowhere")
    let sandbox = try Sandbox()
    let run = try await sandbox.run("clone", model.url(), "c", "--include", "*.bin")
    #expect(run.status == 3)
    #expect(run.errors.contains("its HEAD names a branch that does not exist"))
    #expect(fileStatus(sandbox.work + "/c") == nil)
  }

  @Test func `an empty repository`() async throws {
    let model = try ServedModel()
    try await Tool.run("rm", ["-rf", model.folder])
    try await model.git("init", "--quiet", "--bare", "--initial-branch=roots", model.folder, in: "/")
    let sandbox = try Sandbox()
    let run = try await sandbox.run("clone", model.url(), "c")
    try #require(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("warning: the repository is empty, and so is its clone\n"))
    #expect(try await model.git("symbolic-ref", "HEAD", in: run.path) == "refs/heads/roots")
    #expect(try await model.git("config", "branch.roots.merge", in: run.path) == "refs/heads/roots")
  }
}
