import Foundation
import Testing

/// `lfsfetch add` and `drop` change which files a clone holds, and git agrees with the result.
@Suite struct WideningTests {
  private func run(_ sandbox: Sandbox, in folder: String, _ words: String...) async throws -> Launch.Outcome {
    try await Launch(Sandbox.program, words, environment: sandbox.environment, in: folder).outcome()
  }

  /// Git finds nothing to change, and git-lfs nothing missing.
  private func check(_ clone: String, _ model: ServedModel, status: String = "") async throws {
    #expect(try await model.git("status", "--porcelain", in: clone) == status)
    let files = try await FileTree.of(clone)
    try await model.git("sparse-checkout", "reapply", in: clone)
    #expect(try await FileTree.of(clone) == files)
    #expect(try await model.git("lfs", "fsck", in: clone) == "Git LFS fsck OK")
    let before = try await model.requests().batches.count
    try await model.git("lfs", "pull", in: clone)
    #expect(try await model.requests().batches.count == before)
  }

  @Test func `files come and go`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "weights/model.bin")
    let before = try await FileTree.of(clone)
    let added = try await run(sandbox, in: clone, "add", "texts", "weights/copy-?.bin", "scripts", "dos", "current.bin")
    #expect(added.status == 0 && added.output == "", "\(added.errors)")
    #expect(added.errors.hasSuffix("added 11 files\n"), "\(added.errors)")
    try await check(clone, model)
    let reference = sandbox.folder + "/reference"
    try await model.git("clone", "--quiet", model.url(), reference, in: sandbox.folder)
    let all = try await FileTree.of(reference)
    let files = try await FileTree.of(clone)
    #expect(files.count == 12)
    for (path, file) in files { #expect(all[path] == file, "\(path)") }
    // Once more is nothing to do.
    let again = try await run(sandbox, in: clone, "add", "texts")
    #expect(again.errors.hasSuffix("added 0 files\n"), "\(again.errors)")

    let dropped = try await run(sandbox, in: clone, "drop", "texts", "scripts", "dos", "current.bin", "weights/copy-*")
    #expect(dropped.status == 0 && dropped.errors == "dropped 11 files\n", "\(dropped.errors)")
    #expect(try await FileTree.of(clone) == before)
    #expect(fileStatus(clone + "/texts") == nil)
    try await check(clone, model)
    let everything = try await run(sandbox, in: clone + "/weights", "add", "..")
    #expect(everything.status == 0, "\(everything.errors)")
    try await check(clone, model)
    #expect(try await FileTree.of(clone) == all)
  }

  @Test func `a changed file is never dropped`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "texts", "--include", "weights")
    try Data("mine\n".utf8).write(to: URL(filePath: clone + "/texts/1023.txt"))
    try Data("mine".utf8).write(to: URL(filePath: clone + "/weights/one-byte.bin"))
    chmod(clone + "/texts/1024.txt", 0o755)
    // Read anew, these are what they were.
    try await Tool.run("touch", ["texts/3000.txt", "weights/tool.bin"], in: clone)
    let dropped = try await run(sandbox, in: clone, "drop", "texts", "weights")
    #expect(dropped.status == 1)
    #expect(FileTree.paths(in: clone) == ["texts/1023.txt", "texts/1024.txt", "weights/one-byte.bin"])
    for path in FileTree.paths(in: clone) {
      #expect(
        dropped.errors.contains(
          """
          error: `\(path)` was changed and stays
          hint: commit the change, or take it back with `git restore`, and drop the file again

          """), "\(dropped.errors)")
    }
    #expect(bytes(clone + "/texts/1023.txt") == Data("mine\n".utf8))
    let status = " M texts/1023.txt\n M texts/1024.txt\n M weights/one-byte.bin"
    #expect(try await model.git("status", "--porcelain", in: clone) == status)
    try await model.git("restore", "texts", "weights", in: clone)
    try await check(clone, model)
  }

  @Test func `what is in the way stays, and nothing is written`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "README.md")
    try sandbox.write("mine\n", to: "work/c/texts/1023.txt")
    let added = try await run(sandbox, in: clone, "add", "texts")
    #expect(added.status == 7)
    #expect(added.errors.hasPrefix("error: `texts/1023.txt` is in the way\n"), "\(added.errors)")
    #expect(FileTree.paths(in: clone) == ["README.md", "texts/1023.txt"])
    #expect(bytes(clone + "/texts/1023.txt") == Data("mine\n".utf8))
  }

  /// CVE-2021-21300: the folder of a file has become a link.
  @Test func `nothing is written or removed through a link`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "texts/1023.txt")
    try sandbox.makeFolder(sandbox.folder + "/outside")
    try FileManager.default.moveItem(atPath: clone + "/texts/1023.txt", toPath: sandbox.folder + "/outside/1023.txt")
    try FileManager.default.removeItem(atPath: clone + "/texts")
    try FileManager.default.createSymbolicLink(atPath: clone + "/texts", withDestinationPath: "../../outside")
    #expect(try await run(sandbox, in: clone, "add", "texts").status == 7)
    #expect(try await run(sandbox, in: clone, "drop", "texts").status == 7)
    #expect(FileTree.paths(in: sandbox.folder + "/outside") == ["1023.txt"])
  }

  @Test func `pointers get their content, and clones of git are narrowed, too`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--no-lfs")
    let added = try await run(sandbox, in: clone, "add", "weights/model.bin")
    #expect(added.errors.hasSuffix("added 1 file\n"), "\(added.errors)")
    #expect(try await sha256(clone + "/weights/model.bin") == model.pointer("weights/model.bin").oid)
    #expect(try await model.git("status", "--porcelain", in: clone) == "")

    let other = sandbox.work + "/d"
    try await model.git("clone", "--quiet", "--filter=blob:none", model.url(), other, in: sandbox.work)
    #expect(try await run(sandbox, in: other, "drop", "small", "shards/part-00*").status == 0)
    try await check(other, model)
    #expect(FileTree.paths(in: other).allSatisfy { !$0.hasPrefix("small/") && !$0.hasPrefix("shards/part-00") })
    #expect(try await run(sandbox, in: other, "add", "small/1*", "shards/part-001.bin").status == 0)
    try await check(other, model)
  }

  @Test func `mistakes are told`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "texts")
    for (words, status, text) in [
      (["add", "texs"], Int32(3), "error: `texs` fits no file of the repository\n"),
      (["drop", "../elsewhere"], 2, "is outside of the work tree"), (["add"], 2, "needs a PATH"),
    ] {
      let outcome = try await Launch(Sandbox.program, words, environment: sandbox.environment, in: clone).outcome()
      #expect(outcome.status == status)
      #expect(outcome.errors.contains(text), "\(outcome.errors)")
    }
    let nowhere = try await run(sandbox, in: sandbox.folder, "add", "x")
    #expect(nowhere.status == 3)
    #expect(nowhere.errors.contains("go into a folder of a clone"), "\(nowhere.errors)")
  }

  @Test func `in a further work tree of the same repository`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "README.md")
    let other = sandbox.work + "/other"
    try await model.git("worktree", "add", "--quiet", "-b", "second", other, in: clone)
    let added = try await run(sandbox, in: other, "add", "weights/model.bin")
    #expect(added.status == 0, "\(added.errors)")
    #expect(try await sha256(other + "/weights/model.bin") == model.pointer("weights/model.bin").oid)
    #expect(try await model.git("status", "--porcelain", in: other) == "")
    #expect(FileTree.paths(in: clone) == ["README.md"])
    #expect(try await model.git("status", "--porcelain", in: clone) == "")
  }

  @Test func `after git widened it, after a kill, and beside the user's own settings`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "README.md")
    // Git leaves a pointer, because git-lfs was told to.
    try await model.git("sparse-checkout", "add", "/weights/model.bin", in: clone)
    let pointer = try await model.pointer("weights/model.bin")
    #expect(bytes(clone + "/weights/model.bin") == Data(pointer.text.utf8))
    #expect(try await run(sandbox, in: clone, "add", "weights/model.bin").status == 0)
    #expect(try await sha256(clone + "/weights/model.bin") == pointer.oid)
    #expect(try await model.git("config", "lfs.fetchexclude", in: clone).contains("/weights/model.bin") == false)
    try await check(clone, model)
    // What a killed run has written is no stranger.
    try await model.git("show", "HEAD:texts/1023.txt", in: clone)
    try sandbox.write(try await model.git("show", "main:small/007.txt") + "\n", to: "work/c/small/007.txt")
    #expect(try await run(sandbox, in: clone, "add", "small/007.txt").status == 0)
    try await check(clone, model)
    try await model.git("config", "lfs.fetchexclude", "mine", in: clone)
    #expect(try await run(sandbox, in: clone, "add", "texts").status == 0)
    #expect(try await model.git("config", "lfs.fetchexclude", in: clone) == "mine")
  }
}
