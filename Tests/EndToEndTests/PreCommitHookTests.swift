import Fixtures
import Foundation
import Testing

/// `pre-commit`, run by the real git: what would break for others is not committed.
@Suite struct PreCommitHookTests {
  private let pointer =
    "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "a", count: 64))\nsize 12\n"

  /// A repository whose `*.bin` are for LFS, with the hook installed. Git has no filter, so what is added is what is
  /// staged.
  private func repository() async throws -> (GitMachine, String) {
    let machine = try await GitMachine(.none)
    try await machine.git("init", "--quiet", "repository")
    let folder = machine.work + "/repository"
    try machine.sandbox.write("*.bin filter=lfs -text\n", to: "work/repository/.gitattributes")
    try await machine.git("add", ".", in: folder)
    try await machine.git("commit", "--quiet", "--message", "Start", in: folder)
    try await machine.lfsfetch("hooks", "install", "--only", "pre-commit", in: folder)
    return (machine, folder)
  }

  private func write(_ machine: GitMachine, _ files: [String: String]) throws {
    for (name, text) in files { try machine.sandbox.write(text, to: "work/repository/" + name) }
  }

  private func commit(_ machine: GitMachine, _ words: String..., in folder: String) async throws -> Launch.Outcome {
    try await machine.run("git", ["commit", "--quiet", "--message", "Change"] + words, in: folder)
  }

  struct File: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let name: String
    let text: String
    /// What is said of it; nil where it is fine.
    let complaint: String?

    init(_ description: String, _ name: String, _ text: String, _ complaint: String?) {
      (testDescription, self.name, self.text, self.complaint) = (description, name, text, complaint)
    }
  }

  static let version = "version https://git-lfs.github.com/spec/v1\n"
  static let oid = "oid sha256:\(String(repeating: "a", count: 64))\n"
  static let files = [
    File("a pointer", "a.bin", version + oid + "size 12\n", nil), File("an empty file", "a.bin", "", nil),
    File("text without LFS", "a.txt", "text", nil),
    File("a pointer that no attribute covers", "a.txt", version + oid + "size 12\n", nil),
    File("content", "deep/er/a.bin", "content", "caused by: `deep/er/a.bin`, 7 B\n"),
    File("long content", "a.bin", String(repeating: "content", count: 1000), "caused by: `a.bin`, 7.0 kB\n"),
    File("a pointer without size", "a.bin", version + oid, "`a.bin`: it has no valid `size` line\n"),
    File("a size that is none", "a.bin", version + oid + "size x\n", "`a.bin`: the size is not a number\n"),
    File("a broken pointer elsewhere", "a.txt", version + oid + "size x\n", "`a.txt`: the size is not a number\n"),
    File("keys out of order", "a.bin", version + "size 12\n" + oid, "`a.bin`: the keys are not sorted"),
    File("windows line ends", "a.bin", (version + oid + "size 12\n").replacing("\n", with: "\r\n"), "canonical form\n"),
    File("an old version", "a.bin", "version https://hawser.github.com/spec/v1\n\(oid)size 12\n", "canonical form\n"),
    File("control characters", "\u{1B}[2J.bin", "x", "`\\u{1b}[2J.bin`, 1 B\n"),
  ]

  @Test(arguments: files) func `what is staged`(_ file: File) async throws {
    let (machine, folder) = try await repository()
    try write(machine, [file.name: file.text])
    try await machine.git("add", ".", in: folder)
    let outcome = try await commit(machine, in: folder)
    #expect(outcome.status == (file.complaint == nil ? 0 : 1), "\(outcome.errors)")
    if let complaint = file.complaint {
      #expect(outcome.errors.contains(complaint), "\(outcome.errors)")
      #expect(outcome.errors.contains("hint: "))
      #expect(!outcome.errors.contains("\u{1B}"))
    } else {
      #expect(outcome.errors == "")
    }
  }

  @Test func `what is committed counts, not what lies about`() async throws {
    let (machine, folder) = try await repository()
    try write(machine, ["good.bin": pointer, "other.bin": pointer])
    try await machine.git("add", ".", in: folder)
    #expect(try await commit(machine, in: folder).status == 0)
    // Changed, but neither staged nor committed.
    try write(machine, ["good.bin": "content"])
    #expect(try await commit(machine, "--allow-empty", in: folder).status == 0)
    // `commit -a` and `commit PATH` have indexes of their own.
    let all = try await commit(machine, "--all", in: folder)
    #expect(all.status == 1 && all.errors.contains("`good.bin`, 7 B"))
    let path = try await commit(machine, "good.bin", in: folder)
    #expect(path.status == 1 && path.errors.contains("`good.bin`, 7 B"))
    // Staged, but not of this commit.
    try await machine.git("add", "good.bin", in: folder)
    try write(machine, ["other.bin": pointer.replacing("size 12", with: "size 13")])
    #expect(try await commit(machine, "other.bin", in: folder).status == 0)
    #expect(try await commit(machine, in: folder).status == 1)
    try await machine.git("commit", "--quiet", "--no-verify", "--message", "Content", in: folder)
    // What is there already is nobody's fault now.
    #expect(try await commit(machine, "--allow-empty", in: folder).status == 0)
  }

  @Test func `in another work tree, in a folder of it, and in a sparse one`() async throws {
    let (machine, folder) = try await repository()
    try write(machine, ["inside/a.txt": "a", "outside/a.txt": "a"])
    try await machine.git("add", ".", in: folder)
    #expect(try await commit(machine, in: folder).status == 0)
    try await machine.git("worktree", "add", "--quiet", "../tree", in: folder)
    let tree = machine.work + "/tree"
    try await machine.git("sparse-checkout", "set", "--cone", "--sparse-index", "inside", in: tree)
    try machine.sandbox.write("content", to: "work/tree/inside/a.bin")
    try await machine.git("add", ".", in: tree + "/inside")
    for words in [[], ["--all"], ["a.bin"]] {
      let outcome = try await machine.run("git", ["commit", "--message", "x"] + words, in: tree + "/inside")
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("`inside/a.bin`, 7 B"), "\(words): \(outcome.errors)")
    }
  }

  @Test func `attributes are those of the commit`() async throws {
    let (machine, folder) = try await repository()
    try write(machine, ["a.model": pointer, ".gitattributes": "*.bin filter=lfs -text\n*.model filter=lfs\n"])
    try await machine.git("add", "a.model", in: folder)
    let forgotten = try await commit(machine, in: folder)
    #expect(forgotten.status == 0)
    #expect(forgotten.errors.contains("warning: the commit has pointers, but not the attributes that make LFS replace"))
    #expect(forgotten.errors.contains("`a.model`; `git add .gitattributes` stages those of the work tree\n"))
    try write(machine, ["b.model": "content"])
    try await machine.git("add", "b.model", in: folder)
    #expect(try await commit(machine, in: folder).status == 0)
    try write(machine, ["b.model": "more content"])
    #expect(try await commit(machine, "--all", in: folder).status == 1)
  }

  @Test func `what only looks like a pointer may say so`() async throws {
    let (machine, folder) = try await repository()
    try write(machine, ["texts/broken": Self.version + "rubbish\n"])
    try await machine.git("add", ".", in: folder)
    #expect(try await commit(machine, in: folder).status == 1)
    try write(machine, ["texts/.gitattributes": "broken -filter\n"])
    try await machine.git("add", ".", in: folder)
    let outcome = try await commit(machine, in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func `large files`() async throws {
    let (machine, folder) = try await repository()
    try write(
      machine, ["large.dat": String(repeating: "x", count: 2049), "fits.dat": String(repeating: "x", count: 2048)])
    try await machine.git("add", ".", in: folder)
    try await machine.git("config", "lfsfetch.largeFileSize", "2k", in: folder)
    let refused = try await commit(machine, in: folder)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("error: 1 file staged without LFS, and too large for that\n"))
    #expect(refused.errors.contains("caused by: `large.dat`, 2.0 kB; 2k is allowed\n"))
    #expect(refused.errors.contains("hint: `lfsfetch track FILE`"))
    // The way out, and that it is one.
    try await machine.lfsfetch("install", in: folder)
    try await machine.lfsfetch("track", "large.dat", in: folder)
    try await machine.git("add", ".gitattributes", "large.dat", in: folder)
    let accepted = try await commit(machine, in: folder)
    #expect(accepted.status == 0, "\(accepted.errors)")
    #expect(try await machine.git("cat-file", "blob", "HEAD:large.dat", in: folder).hasPrefix(Self.version))
  }

  @Test func `the repository says what is large`() async throws {
    let (machine, folder) = try await repository()
    let text = String(repeating: "x", count: 3000)
    try write(
      machine,
      [
        ".gitattributes":
          "* lfsfetch-large=1k\n*.csv lfsfetch-large=4k\n*.svg -lfsfetch-large\n*.log lfsfetch-large=0\n",
        "a.txt": text, "b.csv": text, "c.svg": text, "d.log": text, "e.csv": text + text,
      ])
    try await machine.git("add", ".", in: folder)
    let refused = try await commit(machine, in: folder)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("error: 2 files staged"))
    #expect(refused.errors.contains("`a.txt`, 3.0 kB; 1k is allowed\n  caused by: `e.csv`, 6.0 kB; 4k is allowed\n"))
    try write(machine, [".gitattributes": "* lfsfetch-large=much\n"])
    try await machine.git("add", ".", in: folder)
    let nonsense = try await commit(machine, in: folder)
    #expect(nonsense.status == 1)
    #expect(nonsense.errors.contains("error: the attribute `lfsfetch-large` of `.gitattributes` is no size: `much`\n"))
  }

  @Test func `content that should be a pointer becomes one as the hint says`() async throws {
    let (machine, folder) = try await repository()
    try write(machine, ["a.bin": "content"])
    try await machine.git("add", ".", in: folder)
    #expect(
      try await commit(machine, in: folder).errors.contains("then `git add --renormalize FILE` stages the pointer"))
    try await machine.lfsfetch("install", in: folder)
    try await machine.git("add", "--renormalize", "a.bin", in: folder)
    let outcome = try await commit(machine, in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try await machine.git("cat-file", "blob", "HEAD:a.bin", in: folder).hasPrefix(Self.version))
  }

  @Test func `a pointer that is not canonical becomes so as the hint says`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine()
    let clone = try await machine.clone(model.url())
    try await machine.lfsfetch("hooks", "install", "--only", "pre-commit", in: clone)
    let text = try await model.pointer("weights/tool.bin").text
    try machine.sandbox.write(text.replacing("\n", with: "\r\n"), to: "work/clone/weights/one-byte.bin")
    try await machine.git("add", ".", in: clone)
    let refused = try await machine.run("git", ["commit", "--quiet", "--message", "x"], in: clone)
    #expect(refused.status == 1, "\(refused.errors)")
    try await machine.lfsfetch("pull", in: clone)
    try await machine.git("add", "--renormalize", "weights/one-byte.bin", in: clone)
    let accepted = try await machine.run("git", ["commit", "--quiet", "--message", "x"], in: clone)
    #expect(accepted.status == 0, "\(accepted.errors)")
    #expect(try await machine.git("cat-file", "blob", "HEAD:weights/one-byte.bin", in: clone) + "\n" == text)
  }

  @Test func `what a merge brings is not the user's to mend`() async throws {
    let (machine, folder) = try await repository()
    try await machine.git("checkout", "--quiet", "-b", "theirs", in: folder)
    try write(machine, ["a.bin": "content", "both": "theirs"])
    try await machine.git("add", ".", in: folder)
    try await machine.git("commit", "--quiet", "--no-verify", "--message", "Theirs", in: folder)
    try await machine.git("checkout", "--quiet", "main", in: folder)
    try write(machine, ["both": "ours"])
    try await machine.git("add", ".", in: folder)
    #expect(try await commit(machine, in: folder).status == 0)
    #expect(try await machine.run("git", ["merge", "--quiet", "theirs"], in: folder).status == 1)
    try write(machine, ["both": "merged", "b.bin": "content"])
    try await machine.git("add", ".", in: folder)
    let refused = try await commit(machine, in: folder)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("error: 1 file staged") && refused.errors.contains("`b.bin`, 7 B"))
    try await machine.git("rm", "--quiet", "--cached", "b.bin", in: folder)
    #expect(try await commit(machine, in: folder).status == 0)
  }

  // MARK: The pre-commit framework

  /// The Python that has the real pre-commit, which the set-up of the tests installs.
  private func framework() async throws -> String {
    let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Setup/python-environment.sh").path
    return try await Tool.run(script, []).trimmingCharacters(in: .newlines) + "/bin/python"
  }

  @Test func `run by the pre-commit framework`() async throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let (machine, folder) = try await repository()
    try await machine.lfsfetch("hooks", "uninstall", in: folder)
    // The framework clones the repository that has the hooks.
    try await machine.git("init", "--quiet", "provider")
    let provider = machine.work + "/provider"
    let file = ".pre-commit-hooks.yaml"
    try FileManager.default.copyItem(atPath: root.appending(path: file).path, toPath: provider + "/" + file)
    try await machine.git("add", ".", in: provider)
    try await machine.git("commit", "--quiet", "--message", "Hooks", in: provider)
    let revision = try await machine.git("rev-parse", "HEAD", in: provider)
    try write(
      machine,
      [
        ".pre-commit-config.yaml":
          "repos:\n- repo: \(provider)\n  rev: \(revision)\n  hooks:\n  - id: lfsfetch-check\n",
        "before.bin": "content", "-odd name.txt": "text",
      ])
    try await machine.git("add", "--all", in: folder)
    try await machine.git("commit", "--quiet", "--message", "Before", in: folder)
    let program = try await framework()
    let install = try await machine.run(program, ["-m", "pre_commit", "install"], in: folder)
    #expect(install.status == 0, "\(install.output)\(install.errors)")

    try write(machine, ["a.bin": "content", "b.txt": "text"])
    try await machine.git("add", ".", in: folder)
    let refused = try await commit(machine, in: folder)
    #expect(refused.status == 1)
    let said = refused.output + refused.errors
    #expect(said.contains("`a.bin`, 7 B") && !said.contains("before.bin"), "\(said)")
    #expect(!said.lowercased().contains("deprecat"))
    try write(machine, ["a.bin": pointer])
    try await machine.git("add", ".", in: folder)
    let accepted = try await commit(machine, in: folder)
    #expect(accepted.status == 0, "\(accepted.output)\(accepted.errors)")
    // In CI, every file is looked at.
    let all = try await machine.run(program, ["-m", "pre_commit", "run", "--all-files"], in: folder)
    #expect(all.status == 1)
    #expect(all.output.contains("`before.bin`, 7 B") && !all.output.contains("`a.bin`"), "\(all.output)")
  }
}
