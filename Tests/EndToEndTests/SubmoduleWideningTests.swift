import Foundation
import Testing

/// `lfsfetch add` and `drop` in a clone with submodules: each of these is a repository of its own, in which nothing is
/// changed from outside, and nothing lost.
@Suite struct SubmoduleWideningTests {
  /// A clone with a submodule at `deps/inner`, which was cloned, too, unless `isCloned` says otherwise.
  private func clone(_ inner: ServedModel, isCloned: Bool = true) async throws -> (GitMachine, String) {
    let outer = try ServedModel()
    let modules = try await outer.blob("[submodule \"inner\"]\n  path = deps/inner\n  url = \(inner.url())\n")
    let file = try await outer.blob("outer\n")
    let folder = try await outer.git(
      "mktree", "-z", input: "160000 commit \(inner.commitID())\tinner\0" + "100644 blob \(file)\tnotes.txt\0")
    try await outer.branch(
      "main",
      withTree: ["100644 blob \(modules)\t.gitmodules", "040000 tree \(folder)\tdeps", "100644 blob \(file)\tfile"])
    let machine = try await GitMachine()
    let words = isCloned ? ["--recurse-submodules"] : []
    let run = try await machine.run(Sandbox.program, ["clone", outer.url(), "c"] + words)
    try #require(run.status == 0, "\(run.errors)")
    return (machine, machine.work + "/c")
  }

  /// Git finds nothing changed, neither outside nor inside, and the submodule where it belongs.
  private func check(_ machine: GitMachine, _ clone: String, _ inner: ServedModel) async throws {
    for folder in [clone, clone + "/deps/inner"] {
      #expect(try await machine.git("status", "--porcelain", in: folder) == "")
      #expect(try await machine.git("fsck", "--no-progress", in: folder) == "")
    }
    let status = try await machine.git("submodule", "status", in: clone)
    #expect(try await status.hasPrefix(" \(inner.commitID()) deps/inner"), "\(status)")
    let files = try await FileTree.of(clone)
    try await machine.git("submodule", "update", "--init", "--recursive", in: clone)
    #expect(try await FileTree.of(clone) == files)
  }

  @Test func `paths inside are refused, and work inside`() async throws {
    let inner = try ServedModel()
    let (machine, clone) = try await clone(inner)
    let before = try await FileTree.of(clone)
    for (verb, path, folder) in [
      ("drop", "deps/inner/texts", clone), ("drop", "deps/inner/texts/1023.txt", clone),
      ("drop", "inner/weights/*", clone + "/deps"), ("add", "deps/inner/texts", clone),
      ("drop", "deps/inner/nothing", clone),
    ] {
      let refused = try await machine.run(Sandbox.program, [verb, path], in: folder)
      #expect(refused.status == 2)
      #expect(
        refused.errors
          == "error: `\(path)` is in the submodule `deps/inner`, which is a repository of its own\n"
          + "hint: run the same command inside it\n")
    }
    let unknown = try await machine.run(Sandbox.program, ["drop", "deps/innermost"], in: clone)
    #expect(unknown.status == 3 && unknown.errors.contains("fits no file of the repository"), "\(unknown.errors)")
    #expect(try await FileTree.of(clone) == before)
    try await check(machine, clone, inner)

    let folder = clone + "/deps/inner"
    try await machine.lfsfetch("drop", "texts", "weights/*", in: folder)
    #expect(fileStatus(folder + "/texts") == nil && fileStatus(folder + "/weights") == nil)
    try await check(machine, clone, inner)
    let outside = try await machine.run(Sandbox.program, ["drop", "../../file"], in: folder)
    #expect(outside.status == 2)
    try await machine.lfsfetch("add", ".", in: folder)
    #expect(try await FileTree.of(clone) == before)
    try await check(machine, clone, inner)
  }

  @Test(arguments: ["deps/inner", "deps/inner/", "deps", "deps/*", "."])
  func `the submodule itself stays, whatever is in it`(_ path: String) async throws {
    let inner = try ServedModel()
    let (machine, clone) = try await clone(inner)
    let told = """
      error: `deps/inner` is a submodule and stays
        caused by: it is a repository of its own, in which there may be what is nowhere else
      hint: `git submodule deinit` empties its folder; `lfsfetch drop` inside it takes out files of it

      """
    let before = try await FileTree.of(clone + "/deps/inner")
    let dropped = try await machine.run(Sandbox.program, ["drop", path], in: clone)
    #expect(dropped.status == 1)
    #expect(dropped.errors.hasSuffix(told) && !dropped.errors.contains("was changed"), "\(dropped.errors)")
    #expect(try await FileTree.of(clone + "/deps/inner") == before)
    #expect((fileStatus(clone + "/deps/notes.txt") == nil) == !path.hasPrefix("deps/inner"))
    try await check(machine, clone, inner)
    let added = try await machine.run(Sandbox.program, ["add", path], in: clone)
    #expect(added.status == 0 && !added.errors.contains("not cloned"), "\(added.errors)")
    try await check(machine, clone, inner)

    // A changed file, one that git does not know, a commit that is nowhere else, and one that is staged.
    try machine.sandbox.write("mine", to: "work/c/deps/inner/README.md")
    try machine.sandbox.write("mine", to: "work/c/deps/inner/new.txt")
    try machine.sandbox.write("mine", to: "work/c/deps/inner/weights/one-byte.bin")
    try await machine.git("add", "README.md", in: clone + "/deps/inner")
    try await machine.git("commit", "--quiet", "--message", "Mine", in: clone + "/deps/inner")
    let changed = try await FileTree.of(clone + "/deps/inner")
    for isStaged in [false, true] {
      if isStaged { try await machine.git("add", "deps/inner", in: clone) }
      let status = try await machine.git("status", "--porcelain", in: clone)
      let again = try await machine.run(Sandbox.program, ["drop", path], in: clone)
      #expect(again.status == 1)
      #expect(again.errors.hasSuffix(told), "\(again.errors)")
      #expect(try await FileTree.of(clone + "/deps/inner") == changed)
      #expect(try await machine.git("status", "--porcelain", in: clone) == status)
    }
    #expect(try await machine.git("log", "-1", "--format=%s", in: clone + "/deps/inner") == "Mine")
  }

  @Test func `one that was not cloned is an empty folder, and whoever adds it is told how it is cloned`() async throws {
    let inner = try ServedModel()
    let (machine, clone) = try await clone(inner, isCloned: false)
    let dropped = try await machine.run(Sandbox.program, ["drop", "deps"], in: clone)
    #expect(dropped.status == 0 && dropped.errors == "dropped 1 file\n", "\(dropped.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: clone + "/deps/inner") == [])
    let added = try await machine.run(Sandbox.program, ["add", "deps/inner"], in: clone)
    #expect(added.status == 0)
    #expect(
      added.errors.contains(
        "warning: `deps/inner` is a submodule that was not cloned; `git submodule update --init deps/inner` clones it\n"
      ),
      "\(added.errors)")
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
    try await machine.git("submodule", "update", "--init", "--quiet", "deps/inner", in: clone)
    #expect(try await sha256(clone + "/deps/inner/weights/model.bin") == inner.pointer("weights/model.bin").oid)
    try await machine.lfsfetch("add", ".", in: clone)
    try await check(machine, clone, inner)
  }
}
