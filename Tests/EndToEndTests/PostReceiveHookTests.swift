import Foundation
import Testing

/// `post-receive`, run by the real git on a machine to which is pushed: it has the objects of what came.
@Suite struct PostReceiveHookTests {
  /// A mirror without objects, and a clone of it.
  private func mirror(of model: ServedModel) async throws -> (GitMachine, mirror: String, clone: String) {
    let machine = try await GitMachine(.none)
    try await machine.git("clone", "--quiet", "--mirror", model.url(), "mirror.git")
    let mirror = machine.work + "/mirror.git"
    try await machine.lfsfetch("hooks", "install", in: mirror)
    return (machine, mirror, try await machine.clone(mirror))
  }

  private func push(_ machine: GitMachine, _ words: [String], in clone: String) async throws -> String {
    let outcome = try await machine.run("git", ["push", "--quiet"] + words, in: clone)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.errors
  }

  @Test func `what was pushed is fetched, and nothing else`() async throws {
    let model = try ServedModel()
    let (machine, mirror, clone) = try await mirror(of: model)
    let first = try await model.addObject(noise(5000, seed: 1))
    let second = try await model.addObject(noise(5000, seed: 2))
    for (name, pointer) in [("one.bin", first), ("two.bin", second)] {
      try machine.sandbox.write(pointer.text, to: "work/clone/" + name)
      try await machine.git("add", ".", in: clone)
      try await machine.git("commit", "--quiet", "--message", name, in: clone)
    }
    let before = try await model.requests().objects.count
    _ = try await push(
      machine, ["origin", "main", "main:refs/heads/same", "v1:refs/heads/old", ":feature/other"], in: clone)
    #expect(try await model.requests().objects.count == before + 2)
    for oid in [first.oid, second.oid] {
      #expect(try await sha256(machine.stored(oid)) == oid)
      #expect(fileStatus("\(mirror)/lfs/objects/\(oid.prefix(2))/\(oid.dropFirst(2).prefix(2))/\(oid)") != nil)
    }
  }

  @Test func `what cannot be fetched is told to whoever pushes, who has pushed by then`() async throws {
    let model = try ServedModel()
    let (machine, mirror, clone) = try await mirror(of: model)
    let text = "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "1", count: 64))\nsize 12\n"
    try machine.sandbox.write(text, to: "work/clone/lost.bin")
    try await machine.git("add", ".", in: clone)
    try await machine.git("commit", "--quiet", "--message", "Lost", in: clone)
    let said = try await push(machine, ["origin", "main"], in: clone)
    #expect(said.contains("remote: warning: the content of 1 file is missing: `lost.bin`"), "\(said)")
    #expect(said.contains("`lfsfetch fetch --all` in this repository brings it"))
    #expect(try await machine.git("rev-parse", "main", in: mirror) == machine.git("rev-parse", "main", in: clone))
  }
}
