import Foundation
import Testing

/// `post-checkout`, `post-merge` and `post-rewrite`, run by the real git: what comes with another commit gets its content,
/// and nothing else does.
@Suite struct ArrivingHookTests {
  /// A clone full of pointers, with the hooks installed, on a machine whose git makes pointers but leaves them as they
  /// are in the work tree.
  private func clone(of model: ServedModel) async throws -> (GitMachine, String) {
    let machine = try await GitMachine(.none)
    try await machine.lfsfetch("install", "--skip-smudge")
    let clone = try await machine.clone(model.url())
    try await machine.lfsfetch("hooks", "install", in: clone)
    return (machine, clone)
  }

  /// What real git and git-lfs have in the work tree for a revision.
  private func expected(_ model: ServedModel, _ revision: String) async throws -> [String: String] {
    let reference = try await GitMachine(.gitLFS)
    return try await FileTree.of(reference.clone(model.url(), "--branch", revision))
  }

  /// git takes a file for changed whose size is not the one that its index has, whatever the filter would make of it.
  private func isClean(_ machine: GitMachine, _ clone: String) async throws -> Bool {
    try await machine.git("status", "--porcelain", in: clone) == ""
  }

  @Test func `other branches come with their content`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(of: model)
    for branch in ["feature/other", "main"] {
      try await machine.git("checkout", "--quiet", branch, in: clone)
      #expect(try await FileTree.of(clone) == expected(model, branch))
      #expect(try await isClean(machine, clone))
    }
    let before = try await model.requests().count
    try await machine.git("checkout", "--quiet", "feature/other", in: clone)
    #expect(GitMachine.pointers(in: clone) == [])
    #expect(try await model.requests().count == before, "nothing is fetched twice")
  }

  @Test func `what both commits have alike stays as it is`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(of: model)
    let before = (try await model.requests().count, GitMachine.pointers(in: clone))
    try await machine.git("checkout", "--quiet", "-b", "own", in: clone)
    try await machine.git("checkout", "--quiet", "--", "weights", in: clone)
    try await machine.git("commit", "--quiet", "--allow-empty", "--message", "Nothing", in: clone)
    try await machine.git("commit", "--quiet", "--amend", "--allow-empty", "--message", "Still", in: clone)
    try await machine.git("checkout", "--quiet", "main", in: clone)
    // Of what main has, this tag has weights/model.bin, and the same.
    try await machine.git("checkout", "--quiet", "v2", in: clone)
    #expect(GitMachine.pointers(in: clone) == ["weights/model.bin"])
    #expect(try await model.requests().count == before.0)
    #expect(before.1.count > 100)
  }

  @Test func `what the user has changed or removed stays`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(of: model)
    try machine.sandbox.write("mine", to: "work/clone/weights/model.bin")
    try FileManager.default.removeItem(atPath: clone + "/weights/tool.bin")
    let (old, new) = try await (model.commitID("v1"), model.commitID("main"))
    try await machine.lfsfetch("hook", "post-checkout", old, new, "1", in: clone)
    #expect(bytes(clone + "/weights/model.bin") == Data("mine".utf8))
    #expect(fileStatus(clone + "/weights/tool.bin") == nil)
    #expect(GitMachine.pointers(in: clone) == [])
    #expect(try await machine.git("status", "--porcelain", in: clone) == " M weights/model.bin\n D weights/tool.bin")
  }

  @Test func `merges, fast ones and real ones and those that are squashed`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(of: model)
    func start() async throws {
      try await machine.git("checkout", "--quiet", "-B", "own", "v1", in: clone)
      #expect(GitMachine.pointers(in: clone) == [])
    }
    for options in [["--ff-only"], ["--squash"], ["--no-ff", "--message", "Merged"]] {
      try await start()
      let merge = try await machine.run("git", ["merge", "--quiet"] + options + ["origin/feature/other"], in: clone)
      #expect(merge.status == 0, "\(merge.errors)")
      #expect(try await FileTree.of(clone) == expected(model, "feature/other"), "\(options)")
      #expect(try await machine.git("diff", "--name-only", in: clone) == "")
      try await machine.git("checkout", "--quiet", "--force", "main", in: clone)
    }
    // One of a history that has gone its own way.
    try await start()
    try machine.sandbox.write("more", to: "work/clone/notes.txt")
    try await machine.git("add", "notes.txt", in: clone)
    try await machine.git("commit", "--quiet", "--message", "Notes", in: clone)
    try await machine.git("pull", "--quiet", "--no-rebase", "--no-edit", "origin", "feature/other", in: clone)
    #expect(GitMachine.pointers(in: clone) == [])
    #expect(try await isClean(machine, clone))
  }

  @Test(arguments: [["rebase"], ["rebase", "--apply"], ["rebase", "--force-rebase"], ["pull", "--rebase", "origin"]])
  func `a rebase`(_ words: [String]) async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(of: model)
    // The branch moves on, and its weights stay as they were at v1.
    try await model.git("branch", "moved", "v1")
    try await model.commit(
      ["README.md": "moved\n", "new.bin": model.pointer("weights/one-byte.bin").text], to: "moved")
    try await machine.git("fetch", "--quiet", in: clone)
    try await machine.git("checkout", "--quiet", "-b", "own", "v1", in: clone)
    // Commits that change weights which the rebase first puts back as they were, and that add some.
    for (name, text) in [("weights/model.bin", "mine"), ("added.bin", "added"), ("weights/model.bin", "mine again")] {
      try machine.sandbox.write(text, to: "work/clone/" + name)
      try await machine.git("add", ".", in: clone)
      try await machine.git("commit", "--quiet", "--message", name, in: clone)
    }
    let target = words[0] == "pull" ? "moved" : "origin/moved"
    let rebase = try await machine.run("git", words + [target], in: clone)
    #expect(rebase.status == 0, "\(rebase.errors)")
    #expect(try await machine.git("log", "--format=%s", "origin/moved..", in: clone).split(separator: "\n").count == 3)
    #expect(bytes(clone + "/weights/model.bin") == Data("mine again".utf8))
    #expect(bytes(clone + "/added.bin") == Data("added".utf8))
    #expect(bytes(clone + "/new.bin") == Data("x".utf8))
    #expect(GitMachine.pointers(in: clone) == [])
    #expect(try await isClean(machine, clone))
  }

  /// Git writes the index once more after its hook, and tells no other.
  @Test func `a rebase that only moves the branch on says what is missing`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(of: model)
    try await machine.git("checkout", "--quiet", "-b", "own", "v1", in: clone)
    let rebase = try await machine.run("git", ["rebase", "--quiet", "origin/feature/other"], in: clone)
    #expect(rebase.status == 0)
    #expect(
      rebase.errors.contains(
        "warning: the content of 2 files is missing: `weights/model.bin`, `weights/other.bin`\n"), "\(rebase.errors)")
    #expect(rebase.errors.contains("caused by: git is not yet through with its rebase"))
    #expect(try await isClean(machine, clone))
    try await machine.lfsfetch("pull", in: clone)
    #expect(try await FileTree.of(clone) == expected(model, "feature/other"))
    #expect(try await isClean(machine, clone))
    // A pull is a merge then.
    try await machine.git("checkout", "--quiet", "-B", "own", "v1", in: clone)
    try await machine.git("pull", "--quiet", "--rebase", "origin", "feature/other", in: clone)
    #expect(try await FileTree.of(clone) == expected(model, "feature/other"))
    #expect(try await isClean(machine, clone))
  }

  @Test func `another work tree`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(of: model)
    try await machine.git("worktree", "add", "--quiet", "../tree", "feature/other", in: clone)
    let tree = machine.work + "/tree"
    #expect(try await FileTree.of(tree) == expected(model, "feature/other"))
    try await machine.git("merge", "--quiet", "--no-edit", "main", in: tree)
    #expect(GitMachine.pointers(in: tree) == [])
    #expect(try await isClean(machine, tree))
    #expect(!GitMachine.pointers(in: clone).isEmpty, "the first work tree stays as it was")
  }

  @Test func `where the filter has done it all, nothing is done`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine()
    let clone = try await machine.clone(model.url())
    try await machine.git("fetch", "--quiet", in: clone)
    try await machine.git("checkout", "--quiet", "feature/other", in: clone)
    try await machine.lfsfetch("hooks", "install", in: clone)
    let before = try await model.requests().count
    let checkout = try await machine.run("git", ["checkout", "--quiet", "main"], in: clone)
    #expect(checkout.status == 0 && checkout.errors == "")
    #expect(try await model.requests().count == before)
    #expect(GitMachine.pointers(in: clone) == [])
  }

  @Test func `who wants pointers gets them`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(of: model)
    let before = try await model.requests().count
    let skip = ["GIT_LFS_SKIP_SMUDGE": "1"]
    try await machine.git("checkout", "--quiet", "feature/other", in: clone, environment: skip)
    #expect(try await model.requests().count == before)
    try await machine.git("config", "lfs.fetchexclude", "shards,weights/copy-?.bin", in: clone)
    try await machine.git("checkout", "--quiet", "main", in: clone)
    #expect(GitMachine.pointers(in: clone).count == 122)
    #expect(bytes(clone + "/weights/one-byte.bin") == Data("x".utf8))
  }

  @Test func `a network that is down blocks no checkout`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(of: model)
    try await machine.git("config", "lfs.url", "http://127.0.0.1:1/nothing", in: clone)
    let start = ContinuousClock.now
    let checkout = try await machine.run("git", ["checkout", "--quiet", "feature/other"], in: clone)
    #expect(checkout.status == 0)
    #expect(ContinuousClock.now - start < .seconds(20))
    #expect(
      checkout.errors.contains(
        "warning: the content of 2 files is missing: `weights/model.bin`, `weights/other.bin`\n"), "\(checkout.errors)")
    #expect(checkout.errors.contains("caused by: ") && checkout.errors.contains("127.0.0.1:1"))
    #expect(checkout.errors.contains("hint: `lfsfetch pull` brings it\n"))
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
    // And that it does.
    try await machine.git("config", "--unset", "lfs.url", in: clone)
    try await machine.lfsfetch("pull", in: clone)
    #expect(try await FileTree.of(clone) == expected(model, "feature/other"))
  }

  @Test func `trouble of any other kind blocks no checkout either`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(of: model)
    try await machine.git("remote", "remove", "origin", in: clone)
    let checkout = try await machine.run("git", ["checkout", "--quiet", "v1"], in: clone)
    #expect(checkout.status == 0)
    #expect(checkout.errors.contains("warning: the content of 1 file is missing: `weights/model.bin`\n"))
    #expect(checkout.errors.contains("caused by: the repository has no remote `origin` to fetch from\n"))
    let forbidden = model.url("/forbidden") + "/info/lfs"
    try await machine.git("config", "lfs.url", forbidden, in: clone)
    let other = try await machine.run("git", ["checkout", "--quiet", "main"], in: clone)
    #expect(other.status == 0)
    #expect(other.errors.contains("then `lfsfetch pull` brings it"))
    let broken = try await machine.run(
      "git", ["checkout", "--quiet", "v1"], in: clone, environment: ["LFSFETCH_CACHE": "/dev/null/no"])
    #expect(broken.status == 0)
    #expect(broken.errors.contains("warning: ") && broken.errors.contains("hint: "))
  }

  @Test func `names from the repository do not steer the terminal, and programs that it names are not run`()
    async throws
  {
    let model = try ServedModel()
    let missing =
      "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "0", count: 64))\nsize 12\n"
    let (machine, clone) = try await clone(of: model)
    let mark = machine.sandbox.folder + "/mark"
    let planted =
      "[core]\n\tsshCommand = touch \(mark)\n[lfs]\n\turl = http://127.0.0.1:1/\n\tstandalonetransferagent = a\n"
      + "[lfs \"customtransfer.a\"]\n\tpath = touch\n\targs = \(mark)\n"
    let entries = try await [
      "100644 blob \(model.blob("* filter=lfs\n.* !filter\n"))\t.gitattributes",
      "100644 blob \(model.blob(planted))\t.lfsconfig", "100644 blob \(model.blob(missing))\t\u{1B}[2Jx\u{7}",
    ]
    try await model.branch("hostile", withTree: entries)
    try await machine.git("fetch", "--quiet", in: clone)
    let checkout = try await machine.run("git", ["checkout", "--quiet", "hostile"], in: clone)
    #expect(checkout.status == 0)
    #expect(checkout.errors.contains("\\u{1b}[2Jx\\u{7}"), "\(checkout.errors)")
    #expect(!checkout.errors.contains("\u{1B}") && !checkout.errors.contains("\u{7}"))
    #expect(!FileManager.default.fileExists(atPath: mark))
  }
}
