import Foundation
import Testing

/// `lfsfetch status` says what `git lfs status` says.
@Suite struct StatusTests {
  static let questions: [[String]] = [[], ["--porcelain"], ["--json"]]

  /// Asks both programs everything about the folder.
  private func compareAll(_ machine: GitMachine, in folder: String) async throws {
    for question in Self.questions {
      let expected = try await machine.run("git", ["lfs", "status"] + question, in: folder)
      let answer = try await machine.run(Sandbox.program, ["status"] + question, in: folder)
      #expect(answer.output == expected.output)
    }
  }

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
    try await compare(in: clone + "/texts")
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
    try await compareAll(machine, in: folder)
    // Staged, and changed again; staged, and gone again; staged, and as before again.
    for name in ["b.bin", "c.bin", "a.bin"] { try machine.sandbox.write("staged", to: "work/new/" + name) }
    try await machine.git("add", ".", in: folder)
    try machine.sandbox.write("changed", to: "work/new/b.bin")
    try FileManager.default.removeItem(atPath: folder + "/c.bin")
    try machine.sandbox.write("x", to: "work/new/a.bin")
    try await compareAll(machine, in: folder)
    // A blob of HEAD that is not there.
    let blob = try await machine.git("rev-parse", "HEAD:a.bin", in: folder)
    try FileManager.default.removeItem(atPath: "\(folder)/.git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))")
    try await compareAll(machine, in: folder)
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

  @Test func `what git does not look at`() async throws {
    let machine = try await GitMachine(.gitLFS)
    try await machine.git("init", "--quiet", "new")
    let folder = machine.work + "/new"
    try machine.sandbox.write("*.bin filter=lfs diff=lfs merge=lfs -text\n", to: "work/new/.gitattributes")
    for name in ["a.bin", "b.bin", "c.txt"] { try machine.sandbox.write("x", to: "work/new/" + name) }
    try await machine.git("add", ".", in: folder)
    try await machine.git("commit", "--quiet", "--message", "One", in: folder)
    try await machine.git("config", "core.fileMode", "false", in: folder)
    try await machine.git("update-index", "--assume-unchanged", "b.bin", in: folder)
    for name in ["a.bin", "c.txt"] { chmod(folder + "/" + name, 0o755) }
    try machine.sandbox.write("changed", to: "work/new/b.bin")
    try machine.sandbox.write("intended", to: "work/new/d.bin")
    try await machine.git("add", "--intent-to-add", "d.bin", in: folder)
    try await compareAll(machine, in: folder)
    try await machine.git("config", "core.fileMode", "true", in: folder)
    try await compareAll(machine, in: folder)
    // What was only intended is not made by `checkout`.
    try FileManager.default.removeItem(atPath: folder + "/d.bin")
    try await machine.lfsfetch("checkout", in: folder)
    #expect(fileStatus(folder + "/d.bin") == nil)
    #expect(bytes(folder + "/b.bin") == Data("changed".utf8))
  }

  @Test func `only a branch with an upstream has something to push to`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.gitLFS)
    let clone = try await machine.clone(model.url(), environment: ["GIT_LFS_SKIP_SMUDGE": "1"])
    try machine.sandbox.write("new", to: "work/clone/weights/new.bin")
    try await machine.git("add", "weights/new.bin", in: clone)
    try await machine.git("commit", "--quiet", "--message", "New", in: clone)
    for hasUpstream in [true, false] {
      if !hasUpstream { try await machine.git("branch", "--unset-upstream", in: clone) }
      let expected = try await machine.run("git", ["lfs", "status"], in: clone)
      #expect(try await machine.lfsfetch("status", in: clone) == expected.output)
      #expect(expected.output.contains("to be pushed to origin/main") == hasUpstream)
    }
  }

  /// As git writes them, which keeps each on its line; what `ls-files` names is there to the byte.
  @Test(arguments: ["true", "false"]) func `names with special bytes`(_ quotesAll: String) async throws {
    let machine = try await GitMachine(.gitLFS)
    try await machine.git("init", "--quiet", "new")
    let folder = machine.work + "/new"
    try await machine.git("config", "core.quotePath", quotesAll, in: folder)
    try machine.sandbox.write("*.bin filter=lfs diff=lfs merge=lfs -text\n", to: "work/new/.gitattributes")
    let script = #"""
      mkdir f; for name in "$(printf 'n\303\244me.bin')" "$(printf 'l\nine.bin')" 'q"\.bin' ' b.bin' "$(printf 'f/e\033.bin')"
      do echo x >"$name"; done
      """#
    func shell(_ text: String) async throws { _ = try await machine.run("/bin/sh", ["-c", text], in: folder) }
    try await shell(script)
    try await machine.git("add", ".", in: folder)
    for isCommitted in [false, true] {
      if isCommitted {
        try await machine.git("commit", "--quiet", "--message", "One", in: folder)
        try await shell("rm f/*; echo changed >' b.bin'; for name in l* q* n*; do echo changed >$name; done")
      }
      for place in [folder, folder + "/f"] where fileStatus(place) != nil {
        let expected = try await machine.run("git", ["lfs", "status", "--porcelain"], in: place)
        #expect(try await machine.lfsfetch("status", "--porcelain", in: place) == expected.output)
        #expect(expected.output.contains(#""l\nine.bin""#))
      }
    }
    // Latin-1.
    try await shell(#"name=$(printf 'caf\351.bin'); echo x >"$name"; git add "$name"; git commit -qm Two"#)
    for question in [["ls-files"], ["ls-files", "--name-only"]] {
      func bytes(_ words: String) async throws -> String {
        try await machine.run("/bin/sh", ["-c", words + " | od -c"], in: folder).output
      }
      let expected = try await bytes("git lfs " + question.joined(separator: " "))
      #expect(try await bytes(Sandbox.program + " " + question.joined(separator: " ")) == expected)
      #expect(expected.contains("351"))
    }
  }

  /// git-lfs fails here.
  @Test func `files in conflict are neither deleted nor staged`() async throws {
    let machine = try await GitMachine()
    try await machine.git("init", "--quiet", "new")
    let folder = machine.work + "/new"
    try machine.sandbox.write("*.bin filter=lfs diff=lfs merge=lfs -text\n", to: "work/new/.gitattributes")
    func commit(_ files: [String: String]) async throws {
      for (name, text) in files { try machine.sandbox.write(text, to: "work/new/" + name) }
      try await machine.git("add", ".", in: folder)
      try await machine.git("commit", "--quiet", "--message", "Some", in: folder)
    }
    try await commit(["a.bin": "base", "gone.bin": "base", "same.bin": "same"])
    try await machine.git("checkout", "--quiet", "-b", "other", in: folder)
    try FileManager.default.removeItem(atPath: folder + "/gone.bin")
    try await commit(["a.bin": "theirs"])
    try await machine.git("checkout", "--quiet", "main", in: folder)
    try await commit(["a.bin": "ours", "gone.bin": "changed"])
    let merge = try await machine.run("git", ["merge", "other"], in: folder)
    #expect(merge.status == 1)
    try machine.sandbox.write("settled", to: "work/new/a.bin")
    try machine.sandbox.write("new", to: "work/new/b.bin")
    try await machine.git("add", "b.bin", in: folder)
    #expect(try await machine.lfsfetch("status", "--porcelain", in: folder) == "U  a.bin\nU  gone.bin\nA  b.bin\n")
    #expect(
      try await machine.lfsfetch("status", "--json", in: folder)
        == #"{"files":{"a.bin":{"status":"U"},"b.bin":{"status":"A"},"gone.bin":{"status":"U"}}}"# + "\n")
    let long = try await machine.lfsfetch("status", in: folder)
    #expect(long.contains("\ta.bin (LFS: ae0bec9 -> File: "), "\(long)")
    #expect(!long.contains("deleted"), "\(long)")
  }
}
