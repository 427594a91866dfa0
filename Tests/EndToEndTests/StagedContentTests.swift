import Foundation
import Testing

/// What is staged and in no commit is the only trace of somebody's work: `drop` and `prune` leave it alone.
@Suite struct StagedContentTests {
  private func clone(_ model: ServedModel) async throws -> (GitMachine, String) {
    let machine = try await GitMachine()
    try await machine.lfsfetch("clone", model.url(), "clone", "--include", "weights/**")
    return (machine, machine.work + "/clone")
  }

  private func staged(_ path: String, _ machine: GitMachine, in clone: String) async throws -> String {
    let pointer = try await machine.git("cat-file", "blob", ":" + path, in: clone)
    return String(pointer.split(separator: "\n")[1].suffix(64))
  }

  @Test func `drop leaves what differs from HEAD in the index`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(model)
    try machine.sandbox.write("changed", to: "work/clone/weights/model.bin")
    try machine.sandbox.write("new", to: "work/clone/weights/new.bin")
    chmod(clone + "/weights/one-byte.bin", 0o755)
    try await machine.git("add", "weights", in: clone)
    let status = "M  weights/model.bin\nA  weights/new.bin\nM  weights/one-byte.bin"
    #expect(try await machine.git("status", "--porcelain", in: clone) == status)
    let dropped = try await machine.run(Sandbox.program, ["drop", "weights"], in: clone)
    #expect(dropped.status == 1)
    for path in ["weights/model.bin", "weights/new.bin", "weights/one-byte.bin"] {
      #expect(dropped.errors.contains("error: `\(path)` was changed and stays\n"), "\(dropped.errors)")
    }
    #expect(FileTree.paths(in: clone) == ["weights/model.bin", "weights/new.bin", "weights/one-byte.bin"])
    #expect(bytes(clone + "/weights/model.bin") == Data("changed".utf8))
    #expect(bytes(clone + "/weights/new.bin") == Data("new".utf8))
    #expect(try await machine.git("status", "--porcelain", in: clone) == status)
  }

  @Test(arguments: [false, true]) func `prune keeps what an index names`(_ isForced: Bool) async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(model)
    try await machine.git("worktree", "add", "--quiet", "-b", "own", "../tree", in: clone)
    var kept: [String] = []
    for (folder, name) in [("clone", "weights/one.bin"), ("clone", "weights/two.bin"), ("tree", "weights/three.bin")] {
      try machine.sandbox.write("of " + name, to: "work/\(folder)/\(name)")
      try await machine.git("add", "--sparse", name, in: machine.work + "/" + folder)
      kept.append(try await staged(name, machine, in: machine.work + "/" + folder))
    }
    // One that the work tree does not hold, and one that the configuration leaves out.
    try await machine.git("update-index", "--skip-worktree", "weights/two.bin", in: clone)
    try FileManager.default.removeItem(atPath: clone + "/weights/two.bin")
    try await machine.git("config", "lfs.fetchexclude", "weights", in: clone)
    try await machine.lfsfetch("prune", isForced ? "--force" : "--verbose", in: clone)
    for oid in kept { #expect(fileStatus(GitMachine.media(oid, in: clone)) != nil, "\(oid)") }
    try await machine.git("config", "--unset", "lfs.fetchexclude", in: clone)
    try await machine.git("checkout-index", "--force", "--ignore-skip-worktree-bits", "weights/two.bin", in: clone)
    #expect(bytes(clone + "/weights/two.bin") == Data("of weights/two.bin".utf8))
  }

  @Test func `drop says nothing of a submodule that was not cloned`() async throws {
    let model = try ServedModel()
    let commit = try await model.commitID()
    try await model.git("read-tree", "main")
    try await model.git("update-index", "--add", "--cacheinfo", "160000,\(commit),engine")
    let tree = try await model.git("write-tree")
    try await model.git("update-ref", "refs/heads/main", model.git("commit-tree", "-p", "main", "-m", "Sub", tree))
    let machine = try await GitMachine()
    try await machine.lfsfetch("clone", model.url(), "clone")
    let clone = machine.work + "/clone"
    let dropped = try await machine.run(Sandbox.program, ["drop", "*"], in: clone)
    #expect(dropped.status == 0, "\(dropped.errors)")
    #expect(!dropped.errors.contains("engine"))
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
    // Anything in it is the user's.
    try machine.sandbox.write("mine", to: "work/clone/engine/file")
    let again = try await machine.run(Sandbox.program, ["drop", "engine"], in: clone)
    #expect(again.status == 1 && again.errors.contains("`engine` is a submodule and stays"), "\(again.errors)")
  }
}
