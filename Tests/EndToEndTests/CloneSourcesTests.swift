import Foundation
import Testing

/// Clones from wherever a repository may be: servers of every kind, with credentials, by short names, this machine.
@Suite struct CloneSourcesTests {
  @Test(arguments: ["nofilter", "blobnone", "v0", "v0nofilter", "stream"])
  func `from every kind of server`(_ prefix: String) async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url("/" + prefix), "c", "--include", "weights")
    try await CloneTests.check(clone, of: model)
    #expect(FileTree.paths(in: clone).allSatisfy { $0.hasPrefix("weights/") })
    #expect(try await sha256(clone + "/weights/model.bin") == model.pointer("weights/model.bin").oid)
    let commit = try await model.commit(["added.txt": "added\n", "weights/added.txt": "added\n"])
    try await model.git("pull", "--quiet", in: clone)
    #expect(try await model.git("rev-parse", "HEAD", in: clone) == commit)
    #expect(bytes(clone + "/weights/added.txt") == Data("added\n".utf8))
    #expect(fileStatus(clone + "/added.txt") == nil)
    #expect(try await model.git("status", "--porcelain", in: clone) == "")
  }

  @Test func `a repository of this machine gives all of its objects`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    for url in [model.folder, "file://" + model.folder] {
      try await Tool.run("rm", ["-rf", sandbox.work + "/c"])
      let outcome = try await sandbox.start(["clone", url, "c", "--no-lfs"]).outcome()
      try #require(outcome.status == 0, "\(outcome.errors)")
      #expect(try await model.git("rev-list", "--count", "HEAD", in: outcome.path) == "4")
      #expect(try await model.git("fsck", "--no-progress", in: outcome.path) == "")
      #expect(try await model.git("status", "--porcelain", in: outcome.path) == "")
      #expect(try await model.git("remote", "get-url", "origin", in: outcome.path) == url)
      try await model.git("fetch", "--quiet", in: outcome.path)
    }
  }

  @Test func `of a repository of this machine --depth takes what it takes with git`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let url = "file://" + model.folder
    for depth in [1, 2] {
      let clone = try await sandbox.path("clone", "--depth", "\(depth)", url, "c\(depth)", "--no-lfs")
      let git = sandbox.work + "/git\(depth)"
      try await model.git("clone", "--quiet", "--bare", "--depth", "\(depth)", url, git, in: sandbox.work)
      #expect(try await model.git("rev-list", "HEAD", in: clone) == model.git("rev-list", "HEAD", in: git))
      #expect(try await model.git("rev-parse", "--is-shallow-repository", in: clone) == "true")
      #expect(try await model.git("fsck", "--no-progress", in: clone) == "")
      #expect(try await model.git("status", "--porcelain", in: clone) == "")
      try await model.git("fetch", "--quiet", "--unshallow", in: clone)
      #expect(try await model.git("rev-list", "--count", "HEAD", in: clone) == "4")
    }
    let outcome = try await sandbox.run("clone", "--depth", "1", model.folder, "path", "--no-lfs")
    #expect(outcome.errors.contains("warning: --depth is ignored in local clones; use file:// instead."))
    #expect(try await model.git("rev-list", "--count", "HEAD", in: outcome.path) == "4")
  }

  @Test(arguments: ["v0", "v0nofilter", "nofilter"])
  func `a commit that nothing names, from servers that give out less`(_ prefix: String) async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let commit = try await model.commitID("v2~1")
    let clone = try await sandbox.path("clone", model.url("/" + prefix) + "@" + commit, "c", "--include", "weights")
    #expect(try await model.git("rev-parse", "HEAD", in: clone) == commit)
    #expect(try await sha256(clone + "/weights/model.bin") == model.pointer("weights/model.bin", at: commit).oid)
    #expect(try await model.git("status", "--porcelain", in: clone) == "")
    #expect(try await model.git("fsck", "--no-progress", "--no-dangling", in: clone) == "")
  }

  @Test func `an address with credentials is one that git can use again`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let base = model.servers.http.replacingOccurrences(
      of: "://", with: "://\(model.servers.username):\(model.servers.password)@")
    let run = try await sandbox.run("clone", model.url("/private", of: base), "c", "--include", "weights/tool.bin")
    try #require(run.status == 0, "\(run.errors)")
    #expect(!run.errors.contains(model.servers.password))
    try await model.git("fetch", "--quiet", in: run.path)
    try await CloneTests.check(run.path, of: model)
    let refused = try await sandbox.run("clone", model.url("/private"), "d")
    #expect(refused.status == 5)
    #expect(fileStatus(sandbox.work + "/d") == nil)
  }

  @Test func `a short form of an address stays what it is`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let base = model.url().dropLast(model.name.utf8.count + ".git".utf8.count)
    try sandbox.setGitConfiguration("[url \"\(base)\"]\n  insteadOf = short:\n")
    let clone = try await sandbox.path("clone", "short:\(model.name).git", "c", "--include", "weights/tool.bin")
    #expect(try await model.git("config", "remote.origin.url", in: clone) == "short:\(model.name).git")
    #expect(try await sha256(clone + "/weights/tool.bin") == model.pointer("weights/tool.bin").oid)
  }
}
