import Fixtures
import Foundation
import Testing

/// `lfsfetch add` and `drop` in repositories that are laid out or configured otherwise, or that others work in, too.
@Suite struct WideningPlaceTests {
  @Test func `objects go where the configuration has git-lfs keep them`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "README.md")
    try await model.git("config", "lfs.storage", "elsewhere", in: clone)
    #expect(try await sandbox.run(in: clone, "add", "weights/model.bin").status == 0)
    let oid = try await model.pointer("weights/model.bin").oid
    let name = "objects/\(oid.prefix(2))/\(oid.dropFirst(2).prefix(2))/\(oid)"
    #expect(try await sha256(clone + "/.git/elsewhere/" + name) == oid)
    #expect(bytes(clone + "/.git/lfs/" + name) == nil)
    try await model.check(clone)
  }

  @Test func `in a repository that GIT_DIR and GIT_WORK_TREE name`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "README.md")
    let apart = sandbox.work + "/apart"
    try FileManager.default.moveItem(atPath: clone + "/.git", toPath: apart)
    let names = ["GIT_DIR": apart, "GIT_WORK_TREE": clone]
    for (command, paths) in [
      ("add", ["README.md", "weights/model.bin"]), ("drop", ["README.md"]),
    ] {
      let run = try await Launch(
        Sandbox.program, [command, clone + "/weights/model.bin"],
        environment: sandbox.environment.merging(names) { $1 }, in: sandbox.work
      ).outcome()
      #expect(run.status == 0, "\(run.errors)")
      #expect(FileTree.paths(in: clone).sorted() == paths)
      #expect(try await model.git("--git-dir", apart, "--work-tree", clone, "status", "--porcelain", in: clone) == "")
    }
  }

  @Test func `in a further work tree of the same repository`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "README.md")
    let other = sandbox.work + "/other"
    try await model.git("worktree", "add", "--quiet", "-b", "second", other, in: clone)
    let added = try await sandbox.run(in: other, "add", "weights/model.bin")
    #expect(added.status == 0, "\(added.errors)")
    #expect(try await sha256(other + "/weights/model.bin") == model.pointer("weights/model.bin").oid)
    #expect(try await model.git("status", "--porcelain", in: other) == "")
    #expect(FileTree.paths(in: clone) == ["README.md"])
    #expect(try await model.git("status", "--porcelain", in: clone) == "")
  }

  @Test func `with another remote, through a link, and beside patterns that are not UTF-8`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "README.md")
    let file = clone + "/.git/info/sparse-checkout"
    let before = (bytes(file) ?? Data()) + Data([0x2f, 0xe9, 0x0a])
    try before.write(to: URL(filePath: file))
    try await model.git("remote", "rename", "origin", "upstream", in: clone)
    try FileManager.default.createSymbolicLink(atPath: sandbox.work + "/link", withDestinationPath: "c")
    for _ in 1...2 {
      #expect(try await sandbox.run(in: clone, "add", sandbox.work + "/link/weights/tool.bin").status == 0)
    }
    #expect(bytes(file) == before + Data("/weights/tool.bin\n/weights/tool.bin/**\n".utf8))
    try await model.check(clone)
    try await model.git("remote", "add", "other", "/nowhere", in: clone)
    #expect(try await sandbox.run(in: clone, "add", "texts").status == 0)
    try await model.check(clone)
  }

  @Test func `while git holds the index, neither says what the other does not`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "README.md")
    let patterns = bytes(clone + "/.git/info/sparse-checkout")
    try sandbox.write("", to: "work/c/.git/index.lock")
    for words in [["add", "texts"], ["drop", "README.md"]] {
      let refused = try await sandbox.run(in: clone, words)
      #expect(refused.status == 7)
      #expect(refused.errors.contains("hint: wait for the git command that holds it; "), "\(refused.errors)")
      #expect(bytes(clone + "/.git/info/sparse-checkout") == patterns)
    }
    #expect(fileStatus(clone + "/README.md") != nil)
    try await Tool.run("rm", [clone + "/.git/index.lock"])
    #expect(try await sandbox.run(in: clone, "add", "texts").status == 0)
    try await model.check(clone)
  }

  @Test func `after git widened it, after a kill, and beside the user's own settings`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "README.md")
    // Git leaves a pointer, because git-lfs was told to.
    try await model.git("sparse-checkout", "add", "/weights/model.bin", in: clone)
    let pointer = try await model.pointer("weights/model.bin")
    #expect(bytes(clone + "/weights/model.bin") == Data(pointer.text.utf8))
    #expect(try await sandbox.run(in: clone, "add", "weights/model.bin").status == 0)
    #expect(try await sha256(clone + "/weights/model.bin") == pointer.oid)
    #expect(try await model.git("config", "lfs.fetchexclude", in: clone).contains("/weights/model.bin") == false)
    try await model.check(clone)
    // What a killed run has written is no stranger.
    try await model.git("show", "HEAD:texts/1023.txt", in: clone)
    try sandbox.write(try await model.git("show", "main:small/007.txt") + "\n", to: "work/c/small/007.txt")
    #expect(try await sandbox.run(in: clone, "add", "small/007.txt").status == 0)
    try await model.check(clone)
    try await model.git("config", "lfs.fetchexclude", "mine", in: clone)
    #expect(try await sandbox.run(in: clone, "add", "texts").status == 0)
    #expect(try await model.git("config", "lfs.fetchexclude", in: clone) == "mine")
  }
}
