import Fixtures
import Foundation
import Testing

/// The forms in which git keeps its index, beside the real git-lfs: same answers, same files, and git agrees.
@Suite struct IndexFormTests {
  enum Form: String, CaseIterable { case split, splitByConfiguration, manyFiles }

  private func give(_ form: Form, to repository: String, on machine: GitMachine) async throws {
    switch form {
    case .split:
      try await machine.git("config", "splitIndex.maxPercentChange", "100", in: repository)
      try await machine.git("update-index", "--split-index", in: repository)
    case .splitByConfiguration:
      try await machine.git("config", "core.splitIndex", "true", in: repository)
      try await machine.git("config", "splitIndex.maxPercentChange", "100", in: repository)
      try await machine.git("update-index", "--split-index", in: repository)
    case .manyFiles:
      try await machine.git("config", "feature.manyFiles", "true", in: repository)
      try await machine.git("update-index", "--index-version", "4", "--untracked-cache", in: repository)
    }
  }

  /// Entries that come besides, that are replaced, and that are gone.
  private func change(_ repository: String, on machine: GitMachine) async throws {
    try await machine.git("rm", "--quiet", "--cached", "small/003.txt", in: repository)
    try machine.sandbox.write("new\n", to: "work/clone/weights/new.bin")
    try machine.sandbox.write("other\n", to: "work/clone/README.md")
    try await machine.git("add", "weights/new.bin", "README.md", in: repository)
  }

  @Test(arguments: Form.allCases) func `commands do what git-lfs does`(_ form: Form) async throws {
    let model = try ServedModel()
    var answers: [[String]] = []
    var trees: [[String: String]] = []
    for words in [["git", "lfs"], [Sandbox.program]] {
      let (machine, clone) = try await GitMachine.pointers(of: model)
      try await give(form, to: clone, on: machine)
      try await change(clone, on: machine)
      func run(_ arguments: String...) async throws -> String {
        let outcome = try await machine.run(words[0], words.dropFirst() + arguments, in: clone)
        #expect(outcome.status == 0, "\(words) \(arguments): \(outcome.errors)")
        return outcome.output
      }
      var answer = [try await run("ls-files"), try await run("status", "--porcelain")]
      _ = try await run("fetch")
      _ = try await run("pull")
      answer.append(try await machine.git("status", "--porcelain", in: clone))
      try FileManager.default.removeItem(atPath: clone + "/weights/model.bin")
      _ = try await run("checkout")
      answer.append(try await machine.git("status", "--porcelain", in: clone))
      answer.append(try await run("ls-files"))
      answer.append(try await run("status", "--porcelain"))
      _ = try await run("fsck")
      _ = try await run("prune", "--dry-run")
      try await machine.git("fsck", in: clone)
      try await machine.git("add", "--all", in: clone)
      answer.append(try await machine.git("diff", "--cached", "--stat", in: clone))
      answers.append(answer)
      trees.append(try await FileTree.of(clone))
    }
    #expect(answers[1] == answers[0])
    #expect(trees[1] == trees[0])
  }

  /// With a folder that is left out, and that the index has otherwise than HEAD: in a sparse index it is one entry.
  @Test(arguments: ["--no-sparse-index", "--sparse-index"])
  func `in cone mode, commands do what git-lfs does`(_ form: String) async throws {
    let model = try ServedModel()
    var answers: [[String]] = []
    var trees: [[String: String]] = []
    for words in [["git", "lfs"], [Sandbox.program]] {
      let (machine, clone) = try await GitMachine.pointers(of: model)
      try machine.sandbox.write("staged, and nowhere else\n", to: "work/clone/weights/model.bin")
      try machine.sandbox.write("new\n", to: "work/clone/weights/new.bin")
      try await machine.git("add", "weights", in: clone)
      try await machine.git("commit", "--quiet", "--message", "Change", in: clone)
      let set = try await machine.run(
        "git", ["sparse-checkout", "set", "--cone", form, "nested", "small"], in: clone,
        environment: ["GIT_LFS_SKIP_SMUDGE": "1"])
      try #require(set.status == 0, "\(set.errors)")
      try await machine.git("reset", "--quiet", "--soft", "HEAD~1", in: clone)
      let index = try await machine.git("ls-files", "--sparse", in: clone).split(separator: "\n")
      #expect(index.contains("weights/") == (form == "--sparse-index"))
      let before = Set(FileTree.paths(in: clone))
      func run(_ arguments: String...) async throws -> String {
        let outcome = try await machine.run(words[0], words.dropFirst() + arguments, in: clone)
        #expect(outcome.status == 0, "\(words) \(arguments): \(outcome.errors)")
        return outcome.output
      }
      var answer: [String] = []
      for arguments in [["ls-files"], ["ls-files", "--long"], ["status", "--porcelain"], ["status", "--json"]] {
        answer.append(try await run(arguments[0], arguments.dropFirst().first ?? "--size"))
      }
      _ = try await run("fetch")
      answer += FileTree.paths(in: clone + "/.git/lfs/objects").sorted()
      for command in ["checkout", "pull", "fsck"] { _ = try await run(command) }
      answers.append(answer)
      // git-lfs writes what is left out as well.
      trees.append(try await FileTree.of(clone).filter { before.contains($0.key) })
      guard words[0] != "git" else { continue }
      #expect(Set(FileTree.paths(in: clone)) == before)
      #expect(try await machine.git("status", "--porcelain", in: clone) == "M  weights/model.bin\nA  weights/new.bin")
      // Nothing else has what is staged; git-lfs does not keep it.
      let staged = FileTree.paths(in: clone + "/.git/lfs/objects")
      _ = try await run("prune")
      let kept = FileTree.paths(in: clone + "/.git/lfs/objects")
      #expect(kept.sorted() == staged.sorted())
    }
    #expect(answers[1] == answers[0])
    #expect(answers[0][2].contains("weights/model.bin"))
    #expect(trees[1] == trees[0])
  }

  @Test func `a clone with a split index is widened and narrowed`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine()
    try await machine.lfsfetch("clone", model.url(), "clone", "--include", "weights/model.bin")
    let clone = machine.work + "/clone"
    try await give(.split, to: clone, on: machine)
    try await machine.lfsfetch("add", "README.md", in: clone)
    try await machine.git("update-index", "--split-index", in: clone)
    try await machine.lfsfetch("drop", "weights/model.bin", in: clone)
    #expect(FileTree.paths(in: clone) == ["README.md"])
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
    try await machine.git("fsck", in: clone)
  }

  @Test func `a repository of SHA-256 is refused in words`() async throws {
    let machine = try await GitMachine(.none)
    try await machine.git("init", "--quiet", "--object-format=sha256", "repository")
    let outcome = try await machine.run(Sandbox.program, ["ls-files"], in: machine.work + "/repository")
    #expect(outcome.status != 0 && outcome.status < 128)
    #expect(outcome.errors.contains("only SHA-1 repositories can be read"), "\(outcome.errors)")
  }
}
