import Foundation
import Testing

/// What people do with git in a clone that lfsfetch has made goes on as in git's own.
@Suite struct GitInClonesTests {
  static let clones: [[String]] = [["--include", "weights/**"], ["--full"]]

  private func clone(_ model: ServedModel, _ options: [String]) async throws -> (GitMachine, String) {
    let machine = try await GitMachine()
    let outcome = try await machine.run(Sandbox.program, ["clone", model.url(), "clone"] + options)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return (machine, machine.work + "/clone")
  }

  private func check(_ machine: GitMachine, in clone: String) async throws {
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
    #expect(GitMachine.pointers(in: clone) == [])
    let fsck = try await machine.run("git", ["fsck", "--no-dangling"], in: clone)
    #expect(fsck.status == 0, "\(fsck.errors)")
  }

  @Test(arguments: clones) func `git pull and git lfs pull bring new commits`(_ options: [String]) async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(model, options)
    for (number, seed) in [(1, UInt64(7)), (2, 8)] {
      let pointer = try await model.addObject(noise(3000, seed: seed))
      try await model.commit(["weights/new-\(number).bin": pointer.text, "README.md": "\(number)\n"])
      // With lfsfetch's filter, and then as it is for somebody who has none.
      let environment = number == 1 ? [:] : ["GIT_LFS_SKIP_SMUDGE": "1"]
      try await machine.git("pull", "--quiet", in: clone, environment: environment)
      if number == 2 { #expect(GitMachine.pointers(in: clone) == ["weights/new-2.bin"]) }
      try await machine.git("lfs", "pull", in: clone)
      #expect(try await sha256(clone + "/weights/new-\(number).bin") == pointer.oid)
      try await check(machine, in: clone)
      #expect(try await machine.git("rev-parse", "HEAD", in: clone) == model.commitID())
    }
  }

  @Test(arguments: clones) func `merge, rebase, stash, repack and further work trees`(_ options: [String]) async throws
  {
    let model = try ServedModel()
    let (machine, clone) = try await clone(model, options)
    func commit(_ name: String) async throws {
      try machine.sandbox.write("content of " + name, to: "work/clone/weights/" + name)
      try await machine.git("add", "weights/" + name, in: clone)
      try await machine.git("commit", "--quiet", "--message", name, in: clone)
    }
    for (name, way) in [("a.bin", "merge"), ("b.bin", "rebase")] {
      let pointer = try await model.addObject(noise(2000, seed: UInt64(name.utf8.first ?? 1)))
      try await model.commit(["weights/of-\(name)": pointer.text])
      try await commit(name)
      try await machine.git("fetch", "--quiet", in: clone)
      if way == "merge" {
        try await machine.git("merge", "--quiet", "--no-edit", "origin/main", in: clone)
      } else {
        try await machine.git("rebase", "--quiet", "origin/main", in: clone)
      }
      #expect(try await sha256(clone + "/weights/of-\(name)") == pointer.oid)
      #expect(bytes(clone + "/weights/" + name) == Data("content of \(name)".utf8))
      try await check(machine, in: clone)
    }
    try machine.sandbox.write("stashed", to: "work/clone/weights/model.bin")
    try await machine.git("stash", "--quiet", in: clone)
    #expect(try await sha256(clone + "/weights/model.bin") == model.pointer("weights/model.bin").oid)
    try await machine.git("repack", "-a", "-d", "--quiet", in: clone)
    try await machine.lfsfetch("prune", in: clone)
    try await machine.git("stash", "pop", "--quiet", in: clone)
    #expect(bytes(clone + "/weights/model.bin") == Data("stashed".utf8))
    try await machine.git("checkout", "--quiet", "--", "weights/model.bin", in: clone)
    try await check(machine, in: clone)
    try await machine.git("worktree", "add", "--quiet", "-b", "second", "../tree", in: clone)
    #expect(bytes(machine.work + "/tree/weights/a.bin") == Data("content of a.bin".utf8))
    #expect(GitMachine.pointers(in: machine.work + "/tree") == [])
    #expect(try await machine.git("status", "--porcelain", in: machine.work + "/tree") == "")
  }
}
