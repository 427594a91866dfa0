import Fixtures
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

  @Test func `empty files come back as with git-lfs`() async throws {
    let model = try ServedModel()
    for words in [["checkout"], ["pull"], ["checkout", "texts"]] {
      var found: [[String]] = []
      for program in [["git", "lfs"], [Sandbox.program]] {
        let machine = try await GitMachine(.gitLFS)
        let clone = try await machine.clone(model.url())
        try machine.sandbox.write("", to: "work/clone/texts/void.bin")
        try machine.sandbox.write("*.bin filter=lfs diff=lfs merge=lfs -text\n", to: "work/clone/texts/.gitattributes")
        try await machine.git("add", ".", in: clone)
        try await machine.git("commit", "--quiet", "--message", "Empty", in: clone)
        try FileManager.default.removeItem(atPath: clone + "/texts/void.bin")
        let outcome = try await machine.run(program[0], program.dropFirst() + words, in: clone)
        #expect(outcome.status == 0, "\(outcome.errors)")
        found.append(FileTree.paths(in: clone + "/texts"))
        #expect(try await machine.git("status", "--porcelain", in: clone) == "")
      }
      #expect(found[0] == found[1])
      #expect(found[1].contains("void.bin"))
    }
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
    // As with git-lfs, folders are made, and a file that is there keeps its mode.
    chmod(machine.work + "/side", 0o640)
    for target in ["../side", "../new/folder/side"] {
      try await machine.lfsfetch("checkout", "--to", target, side, "weights/one-byte.bin", in: clone)
    }
    #expect(fileStatus(machine.work + "/side").map { $0.st_mode & 0o777 } == 0o640)
    #expect(bytes(machine.work + "/new/folder/side") == bytes(machine.work + "/side"))
  }

  /// A transfer agent that changes the work tree, as a person may while a long download is under way.
  @Test(arguments: ["pull", "hook"]) func `what is changed while objects come stays`(_ command: String) async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    let agent = machine.sandbox.folder + "/agent"
    let script = """
      #!/usr/bin/env python3
      import json, os, shutil, sys
      for line in sys.stdin:
          message = json.loads(line)
          if message["event"] == "init":
              print("{}", flush=True)
          elif message["event"] == "download":
              with open("\(clone)/weights/model.bin", "w") as file:
                  file.write("mine")
              if os.path.exists("\(clone)/weights/tool.bin"):
                  os.remove("\(clone)/weights/tool.bin")
              copy = "\(agent)." + message["oid"]
              shutil.copy("\(model.objects)/" + message["oid"], copy)
              print(json.dumps({"event": "complete", "oid": message["oid"], "path": copy}), flush=True)
      """
    try writeProgram(script, to: agent)
    try await machine.git("config", "lfs.customtransfer.test.path", agent, in: clone)
    try await machine.git("config", "lfs.customtransfer.test.concurrent", "false", in: clone)
    try await machine.git("config", "lfs.standalonetransferagent", "test", in: clone)
    if command == "pull" {
      try await machine.lfsfetch("pull", in: clone)
    } else {
      let (old, new) = try await (model.commitID("v1"), model.commitID("main"))
      try await machine.lfsfetch("hook", "post-checkout", old, new, "1", in: clone)
      // A hook brings nothing back that somebody has removed.
      #expect(fileStatus(clone + "/weights/tool.bin") == nil)
    }
    #expect(bytes(clone + "/weights/model.bin") == Data("mine".utf8))
    #expect(try await machine.git("status", "--porcelain", in: clone).contains(" M weights/model.bin"))
    #expect(!GitMachine.pointers(in: clone).contains("weights/copy-a.bin"))
  }

  @Test(arguments: [["pull"], ["fetch", "checkout"]])
  func `a pointer's permissions are those of its content`(_ commands: [String]) async throws {
    let model = try ServedModel()
    let modes = [
      ("weights/model.bin", 0o600), ("weights/copy-a.bin", 0o755), ("weights/tool.bin", 0o644),
    ]
    let (named, path) = try await GitMachine.calledGitLFS()
    for (machine, environment) in [(try await GitMachine(.gitLFS), [:]), (named, path)] {
      let clone = try await machine.clone(
        model.url(), environment: environment.merging(["GIT_LFS_SKIP_SMUDGE": "1"]) { $1 })
      for (file, mode) in modes { chmod(clone + "/" + file, mode_t(mode)) }
      for command in commands {
        let outcome = try await machine.run("git", ["lfs", command], in: clone, environment: environment)
        #expect(outcome.status == 0, "\(outcome.errors)")
      }
      #expect(GitMachine.pointers(in: clone) == [])
      for (file, expected) in modes { #expect(mode(clone + "/" + file) == expected, "\(file)") }
      // Who may run a file is what git keeps of it, so these are changes of the user's.
      #expect(
        try await machine.git("diff", "--name-only", "HEAD", in: clone) == "weights/copy-a.bin\nweights/tool.bin")
    }
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
    // Where git-lfs has locked files, those stay writable.
    let list = "work/clone/.git/lfs/lockcache.db"
    for (locked, isWritable) in [("a/b/c/deep.bin", false), ("nested/a/b/c/deep.bin", true)] {
      try machine.sandbox.write("\u{1}\(UnicodeScalar(UInt8(locked.utf8.count)))\(locked)\u{1}", to: list)
      try FileManager.default.removeItem(atPath: clone + "/nested/a/b/c/deep.bin")
      try await machine.lfsfetch("checkout", in: clone)
      #expect((mode("nested/a/b/c/deep.bin") & 0o200 != 0) == isWritable, "\(locked)")
    }
  }
}
