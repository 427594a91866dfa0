import Foundation
import Testing

/// `lfsfetch status` says what `git lfs status` says.
@Suite struct StatusTests {
  static let questions: [[String]] = [[], ["--porcelain"], ["--json"]]

  /// Compares at three moments: nothing changed, everything changed, and some of it committed.
  @Test(arguments: questions) func `status`(_ question: [String]) async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.gitLFS)
    let clone = try await machine.clone(model.url(), "-c", "lfs.fetchexclude=shards")
    func compare(in folder: String) async throws {
      let expected = try await machine.run("git", ["lfs", "status"] + question, in: folder)
      let answer = try await machine.run(Sandbox.program, ["status"] + question, in: folder)
      #expect(answer.status == expected.status, "\(answer.errors)")
      #expect(answer.output == expected.output)
    }
    try await compare(in: clone)
    try machine.sandbox.write("new", to: "work/clone/weights/new.bin")
    try machine.sandbox.write("s", to: "work/clone/texts/empty.txt")
    try await machine.git("add", ".", in: clone)
    try await machine.git("rm", "--quiet", "weights/copy-a.bin", in: clone)
    try await machine.git("mv", "weights/copy-b.bin", "weights/copy-c.bin", in: clone)
    try machine.sandbox.write("changed", to: "work/clone/weights/tool.bin")
    try machine.sandbox.write("changed\n", to: "work/clone/README.md")
    try machine.sandbox.write("unknown", to: "work/clone/unknown.txt")
    try FileManager.default.removeItem(atPath: clone + "/weights/model.bin")
    // The same content with another time is no change.
    _ = try await machine.run("touch", ["weights/one-byte.bin", "scripts/run.sh"], in: clone)
    try await compare(in: clone)
    try await compare(in: clone + "/weights")
    try await machine.git("commit", "--quiet", "--message", "Some", in: clone)
    try await compare(in: clone)
  }

  @Test func `a repository without a remote or a commit`() async throws {
    let machine = try await GitMachine(.gitLFS)
    try await machine.git("init", "--quiet", "new")
    let folder = machine.work + "/new"
    try machine.sandbox.write("*.bin filter=lfs diff=lfs merge=lfs -text\n", to: "work/new/.gitattributes")
    try machine.sandbox.write("x", to: "work/new/a.bin")
    try await machine.git("add", ".", in: folder)
    try await machine.git("commit", "--quiet", "--message", "One", in: folder)
    try machine.sandbox.write("y", to: "work/new/a.bin")
    func compare() async throws {
      for question in Self.questions {
        let expected = try await machine.run("git", ["lfs", "status"] + question, in: folder)
        let answer = try await machine.run(Sandbox.program, ["status"] + question, in: folder)
        #expect(answer.output == expected.output)
      }
    }
    try await compare()
    // Staged, and changed again; staged, and gone again; staged, and as before again.
    for name in ["b.bin", "c.bin", "a.bin"] { try machine.sandbox.write("staged", to: "work/new/" + name) }
    try await machine.git("add", ".", in: folder)
    try machine.sandbox.write("changed", to: "work/new/b.bin")
    try FileManager.default.removeItem(atPath: folder + "/c.bin")
    try machine.sandbox.write("x", to: "work/new/a.bin")
    try await compare()
    // A blob of HEAD that is not there.
    let blob = try await machine.git("rev-parse", "HEAD:a.bin", in: folder)
    try FileManager.default.removeItem(atPath: "\(folder)/.git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))")
    try await compare()
    try await machine.git("init", "--quiet", "empty")
    for name in ["", "a.bin"] {
      if !name.isEmpty { try machine.sandbox.write("x", to: "work/empty/" + name) }
      try await machine.git("add", ".", in: machine.work + "/empty")
      let expected = try await machine.run("git", ["lfs", "status"], in: machine.work + "/empty")
      #expect(try await machine.lfsfetch("status", in: machine.work + "/empty") == expected.output)
    }
    try await machine.git("init", "--quiet", "--bare", "bare.git")
    let bare = try await machine.run(Sandbox.program, ["status"], in: machine.work + "/bare.git")
    #expect(bare.status == 2)
  }
}
