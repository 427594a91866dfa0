import Foundation
import Testing

/// What `pull` and `checkout` put into a work tree, and what they leave alone.
@Suite struct CheckoutTests {
  @Test func `what is changed stays, what is missing comes back`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    let other = try await model.pointer("weights/model.bin", at: "v1").text
    try machine.sandbox.write("mine", to: "work/clone/weights/copy-a.bin")
    try machine.sandbox.write(other, to: "work/clone/weights/model.bin")
    try FileManager.default.removeItem(atPath: clone + "/weights/tool.bin")
    try FileManager.default.removeItem(atPath: clone + "/nested")
    try await machine.lfsfetch("pull", in: clone)
    #expect(bytes(clone + "/weights/copy-a.bin") == Data("mine".utf8))
    #expect(bytes(clone + "/weights/model.bin") == Data(other.utf8))
    #expect(mode(clone + "/weights/tool.bin") == 0o755)
    #expect(
      try await machine.git("status", "--porcelain", in: clone) == " M weights/copy-a.bin\n M weights/model.bin")
  }

  @Test func `a file that is missing like its content comes back as a pointer`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    try FileManager.default.removeItem(atPath: clone + "/weights/tool.bin")
    let outcome = try await machine.run(Sandbox.program, ["checkout"], in: clone)
    #expect(outcome.status == 0)
    #expect(outcome.errors.hasPrefix("warning: the content of 130 files is not on this machine"), "\(outcome.errors)")
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
    #expect(bytes(clone + "/weights/tool.bin")?.starts(with: Data("version https://git-lfs".utf8)) == true)
  }

  @Test func `progress for a program that watches a file`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    let log = machine.sandbox.folder + "/watched/progress"
    let watched = ["GIT_LFS_PROGRESS": log]
    try await machine.lfsfetch("fetch", "-I", "weights/model.bin,weights/tool.bin", in: clone, environment: watched)
    let fetched = String(decoding: bytes(log) ?? Data(), as: UTF8.self).split(separator: "\n").map(String.init)
    let size = 3 << 20
    #expect(fetched.contains { $0.hasSuffix("/2 \(size)/\(size) weights/model.bin") }, "\(fetched)")
    #expect(fetched.contains { $0.hasSuffix("/2 1004/1004 weights/tool.bin") })
    for number in 1...2 { #expect(fetched.contains { $0.hasPrefix("download \(number)/2 ") }) }
    try FileManager.default.removeItem(atPath: log)
    try await machine.lfsfetch("checkout", "weights/tool.bin", in: clone, environment: watched)
    #expect(bytes(log) == Data("checkout 1/1 1004/1004 weights/tool.bin\n".utf8))
  }

  @Test func `checkout of paths and patterns, from a folder`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    let nothing = try await machine.run(Sandbox.program, ["checkout"], in: clone)
    #expect(nothing.status == 0)
    #expect(nothing.errors.hasPrefix("warning: the content of 130 files is not on this machine"))
    try await machine.lfsfetch("fetch", in: clone)
    let all = Set(GitMachine.pointers(in: clone))
    try await machine.lfsfetch("checkout", "tool.bin", "../nested", "copy-*", in: clone + "/weights")
    #expect(
      all.subtracting(GitMachine.pointers(in: clone)) == [
        "weights/tool.bin", "weights/copy-a.bin", "weights/copy-b.bin", "nested/a/b/c/deep.bin",
      ])
    try await machine.lfsfetch("checkout", ".", in: clone + "/shards")
    #expect(GitMachine.pointers(in: clone).allSatisfy { !$0.hasPrefix("shards/") })
    let outside = try await machine.run(Sandbox.program, ["checkout", "../.."], in: clone)
    #expect(outside.status == 2)
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
  }

  @Test(arguments: ["--base", "--ours", "--theirs"]) func `a side of a conflict`(_ side: String) async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.gitLFS)
    let clone = try await machine.clone(model.url())
    try await machine.git("checkout", "--quiet", "-b", "one", in: clone)
    for (branch, text) in [("one", "our weights"), ("two", "their weights")] {
      if branch == "two" { try await machine.git("checkout", "--quiet", "-b", "two", "main", in: clone) }
      try machine.sandbox.write(text, to: "work/clone/weights/one-byte.bin")
      try await machine.git("commit", "--quiet", "--all", "--message", branch, in: clone)
    }
    try await machine.git("checkout", "--quiet", "one", in: clone)
    _ = try await machine.run("git", ["merge", "--quiet", "two"], in: clone)
    try machine.sandbox.write("old", to: "work/side")
    try await machine.lfsfetch("checkout", "--to", "../../side", side, "one-byte.bin", in: clone + "/weights")
    let expected = ["--base": "x", "--ours": "our weights", "--theirs": "their weights"]
    #expect(bytes(machine.work + "/side") == expected[side].map { Data($0.utf8) })
  }

  @Test func `what is read-only stays so, and what is to be locked first becomes so`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    try machine.sandbox.write(
      "nested/**/*.bin filter=lfs diff=lfs merge=lfs -text lockable\n", to: "work/clone/.git/info/attributes")
    func mode(_ path: String) -> mode_t { (fileStatus(clone + "/" + path)?.st_mode ?? 0) & 0o777 }
    chmod(clone + "/weights/model.bin", 0o444)
    chmod(clone + "/weights/tool.bin", 0o555)
    try await machine.lfsfetch("pull", in: clone)
    #expect(mode("weights/model.bin") & 0o222 == 0)
    #expect(mode("weights/tool.bin") & 0o333 == 0o111)
    #expect(mode("weights/copy-a.bin") & 0o200 != 0)
    #expect(mode("nested/a/b/c/deep.bin") & 0o222 == 0)
    #expect(GitMachine.pointers(in: clone) == [])
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
    // Where git-lfs keeps locks, it knows better.
    try machine.sandbox.write("locks", to: "work/clone/.git/lfs/lockcache.db")
    try FileManager.default.removeItem(atPath: clone + "/nested/a/b/c/deep.bin")
    try await machine.lfsfetch("checkout", in: clone)
    #expect(mode("nested/a/b/c/deep.bin") & 0o200 != 0)
  }
}
