import Fixtures
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

  @Test func `patterns that are there stay as they are, in whatever encoding`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "weights/model.bin")
    let file = clone + "/.git/info/sparse-checkout"
    let written = try #require(bytes(file)) + Data("# caf".utf8) + Data([0xe9]) + Data("\n\n/caf".utf8) + Data([0xe9])
    try written.write(to: URL(filePath: file))
    for words in [["add", "texts"], ["drop", "texts"]] {
      let outcome = try await Launch(Sandbox.program, words, environment: sandbox.environment, in: clone).outcome()
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(bytes(file)?.starts(with: written + Data("\n".utf8)) == true)
    }
    #expect(FileTree.paths(in: clone) == ["weights/model.bin"])
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
    #expect(nowhere.errors.contains("go into a repository"), "\(nowhere.errors)")
  }

  @Test func `objects go where the configuration has git-lfs keep them`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "README.md")
    try await model.git("config", "lfs.storage", "elsewhere", in: clone)
    #expect(try await run(sandbox, in: clone, "add", "weights/model.bin").status == 0)
    let oid = try await model.pointer("weights/model.bin").oid
    let name = "objects/\(oid.prefix(2))/\(oid.dropFirst(2).prefix(2))/\(oid)"
    #expect(try await sha256(clone + "/.git/elsewhere/" + name) == oid)
    #expect(bytes(clone + "/.git/lfs/" + name) == nil)
    try await check(clone, model)
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
    let added = try await run(sandbox, in: other, "add", "weights/model.bin")
    #expect(added.status == 0, "\(added.errors)")
    #expect(try await sha256(other + "/weights/model.bin") == model.pointer("weights/model.bin").oid)
    #expect(try await model.git("status", "--porcelain", in: other) == "")
    #expect(FileTree.paths(in: clone) == ["README.md"])
    #expect(try await model.git("status", "--porcelain", in: clone) == "")
  }

  @Test func `drop removes what a drop that was killed has left, unless it was changed`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "texts", "--include", "weights/tool.bin")
    let before = try await FileTree.of(clone)
    #expect(try await run(sandbox, in: clone, "drop", "texts", "weights").status == 0)
    #expect(FileTree.paths(in: clone) == [])
    // The index tells already that they are left out, and the files are still there.
    for (path, name) in [("texts/1023.txt", "1023.txt"), ("texts/3000.txt", "3000.txt")] {
      try sandbox.write(try await model.git("show", "main:texts/" + name) + "\n", to: "work/c/" + path)
    }
    try sandbox.write("mine\n", to: "work/c/texts/1024.txt")
    let again = try await run(sandbox, in: clone, "drop", "texts")
    #expect(again.status == 1)
    #expect(
      again.errors.hasPrefix("dropped 2 files\nerror: `texts/1024.txt` was changed and stays\n"), "\(again.errors)")
    #expect(FileTree.paths(in: clone) == ["texts/1024.txt"])
    #expect(try await model.git("status", "--porcelain", in: clone) == " M texts/1024.txt")
    try await Tool.run("rm", ["texts/1024.txt"], in: clone)
    #expect(try await run(sandbox, in: clone, "add", "texts", "weights/tool.bin").status == 0)
    try await model.git("restore", "texts/1024.txt", in: clone)
    #expect(try await FileTree.of(clone) == before)
    // What lies behind a link is none of the work tree's.
    #expect(try await run(sandbox, in: clone, "drop", "texts").status == 0)
    try sandbox.write("outside\n", to: "outside/1023.txt")
    try FileManager.default.createSymbolicLink(atPath: clone + "/texts", withDestinationPath: "../../outside")
    #expect(try await run(sandbox, in: clone, "drop", ".").status == 0)
    #expect(FileTree.paths(in: sandbox.folder + "/outside") == ["1023.txt"])
  }

  @Test func `while git holds the index, neither says what the other does not`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "README.md")
    let patterns = bytes(clone + "/.git/info/sparse-checkout")
    try sandbox.write("", to: "work/c/.git/index.lock")
    for words in [["add", "texts"], ["drop", "README.md"]] {
      let refused = try await Launch(Sandbox.program, words, environment: sandbox.environment, in: clone).outcome()
      #expect(refused.status == 7)
      #expect(refused.errors.contains("hint: wait for the git command that holds it; "), "\(refused.errors)")
      #expect(bytes(clone + "/.git/info/sparse-checkout") == patterns)
    }
    #expect(fileStatus(clone + "/README.md") != nil)
    try await Tool.run("rm", [clone + "/.git/index.lock"])
    #expect(try await run(sandbox, in: clone, "add", "texts").status == 0)
    try await check(clone, model)
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
      #expect(try await run(sandbox, in: clone, "add", sandbox.work + "/link/weights/tool.bin").status == 0)
    }
    #expect(bytes(file) == before + Data("/weights/tool.bin\n/weights/tool.bin/**\n".utf8))
    try await check(clone, model)
    try await model.git("remote", "add", "other", "/nowhere", in: clone)
    #expect(try await run(sandbox, in: clone, "add", "texts").status == 0)
    try await check(clone, model)
  }

  @Test func `names that are not UTF-8, as the shell gives them`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let files = ["plain.txt", #"caf\351.txt"#, #"\351t\351/\351.txt"#, #"\351t\351/b.txt"#]
      .map { "M 100644 inline \"\($0)\"\ndata 2\nx\n\n" }.joined()
    try await model.git(
      "fast-import", "--quiet",
      input: "commit refs/heads/odd\ncommitter A <a@example.com> 1700000000 +0000\ndata 1\nx\n" + files)
    let clone = try await sandbox.path("clone", model.url() + "@odd", "c", "--include", "plain.txt")
    func shell(_ line: String) async throws -> Launch.Outcome {
      try await Launch("/bin/sh", ["-c", line, Sandbox.program], environment: sandbox.environment, in: clone).outcome()
    }
    let added = try await shell(#""$0" add "$(printf 'caf\351.txt')" "$(printf '\351t\351')" && set -- * && echo $#"#)
    #expect(added.status == 0 && added.output == "3\n", "\(added.errors)")
    #expect(added.errors.hasSuffix("added 3 files\n"), "\(added.errors)")
    try await check(clone, model)
    let dropped = try await shell(#""$0" drop caf* */b.txt"#)
    #expect(dropped.status == 0 && dropped.errors == "dropped 2 files\n", "\(dropped.errors)")
    try await check(clone, model)
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
