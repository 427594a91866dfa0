import Fixtures
import Foundation
import Testing

/// `lfsfetch add` and `drop` change which files a clone holds, and git agrees with the result.
@Suite struct WideningTests {
  @Test func `patterns that are there stay as they are, in whatever encoding`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "weights/model.bin")
    let file = clone + "/.git/info/sparse-checkout"
    let written = try #require(bytes(file)) + Data("# caf".utf8) + Data([0xe9]) + Data("\n\n/caf".utf8) + Data([0xe9])
    try written.write(to: URL(filePath: file))
    for words in [["add", "texts"], ["drop", "texts"]] {
      let outcome = try await sandbox.run(in: clone, words)
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
    let added = try await sandbox.run(in: clone, "add", "texts", "weights/copy-?.bin", "scripts", "dos", "current.bin")
    #expect(added.status == 0 && added.output == "", "\(added.errors)")
    #expect(added.errors.hasSuffix("added 11 files\n"), "\(added.errors)")
    try await model.check(clone)
    let reference = sandbox.folder + "/reference"
    try await model.git("clone", "--quiet", model.url(), reference, in: sandbox.folder)
    let all = try await FileTree.of(reference)
    let files = try await FileTree.of(clone)
    #expect(files.count == 12)
    for (path, file) in files { #expect(all[path] == file, "\(path)") }
    // Once more is nothing to do.
    let again = try await sandbox.run(in: clone, "add", "texts")
    #expect(again.errors.hasSuffix("added 0 files\n"), "\(again.errors)")

    let dropped = try await sandbox.run(in: clone, "drop", "texts", "scripts", "dos", "current.bin", "weights/copy-*")
    #expect(dropped.status == 0 && dropped.errors == "dropped 11 files\n", "\(dropped.errors)")
    #expect(try await FileTree.of(clone) == before)
    #expect(fileStatus(clone + "/texts") == nil)
    try await model.check(clone)
    let everything = try await sandbox.run(in: clone + "/weights", "add", "..")
    #expect(everything.status == 0, "\(everything.errors)")
    try await model.check(clone)
    #expect(try await FileTree.of(clone) == all)
  }

  @Test func `what is in the way stays, and nothing is written`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "README.md")
    try sandbox.write("mine\n", to: "work/c/texts/1023.txt")
    let added = try await sandbox.run(in: clone, "add", "texts")
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
    #expect(try await sandbox.run(in: clone, "add", "texts").status == 7)
    #expect(try await sandbox.run(in: clone, "drop", "texts").status == 7)
    #expect(FileTree.paths(in: sandbox.folder + "/outside") == ["1023.txt"])
  }

  @Test func `pointers get their content, and clones of git are narrowed, too`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--no-lfs")
    let added = try await sandbox.run(in: clone, "add", "weights/model.bin")
    #expect(added.errors.hasSuffix("added 1 file\n"), "\(added.errors)")
    #expect(try await sha256(clone + "/weights/model.bin") == model.pointer("weights/model.bin").oid)
    #expect(try await model.git("status", "--porcelain", in: clone) == "")

    let other = sandbox.work + "/d"
    try await model.git("clone", "--quiet", "--filter=blob:none", model.url(), other, in: sandbox.work)
    #expect(try await sandbox.run(in: other, "drop", "small", "shards/part-00*").status == 0)
    try await model.check(other)
    #expect(FileTree.paths(in: other).allSatisfy { !$0.hasPrefix("small/") && !$0.hasPrefix("shards/part-00") })
    #expect(try await sandbox.run(in: other, "add", "small/1*", "shards/part-001.bin").status == 0)
    try await model.check(other)
  }

  @Test func `mistakes are told`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "texts")
    for (words, status, text) in [
      (["add", "texs"], Int32(3), "error: `texs` fits no file of the repository\n"),
      (["drop", "../elsewhere"], 2, "is outside of the work tree"), (["add"], 2, "needs a PATH"),
    ] {
      let outcome = try await sandbox.run(in: clone, words)
      #expect(outcome.status == status)
      #expect(outcome.errors.contains(text), "\(outcome.errors)")
    }
    let nowhere = try await sandbox.run(in: sandbox.folder, "add", "x")
    #expect(nowhere.status == 3)
    #expect(nowhere.errors.contains("go into a repository"), "\(nowhere.errors)")
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
    try await model.check(clone)
    let dropped = try await shell(#""$0" drop caf* */b.txt"#)
    #expect(dropped.status == 0 && dropped.errors == "dropped 2 files\n", "\(dropped.errors)")
    try await model.check(clone)
  }
}
