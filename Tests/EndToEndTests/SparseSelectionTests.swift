import Foundation
import Testing

/// A clone that holds a part of the files: what its sparse checkout selects is what lfsfetch fetches, however it was
/// widened.
@Suite struct SparseSelectionTests {
  private func clone(_ model: ServedModel, _ filters: GitMachine.Filters) async throws -> (GitMachine, String) {
    let machine = try await GitMachine(filters)
    try await machine.lfsfetch("clone", model.url(), "clone", "--include", "nested/**")
    return (machine, machine.work + "/clone")
  }

  private func objects(_ clone: String) -> Int { FileTree.paths(in: clone + "/.git/lfs/objects").count }

  @Test func `the filter brings what git widens the clone by`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(model, .lfsfetch)
    try await machine.git("sparse-checkout", "add", "weights", in: clone)
    #expect(try await sha256(clone + "/weights/model.bin") == model.pointer("weights/model.bin").oid)
    #expect(GitMachine.pointers(in: clone) == [])
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
    #expect(fileStatus(clone + "/shards") == nil)
    #expect(fileStatus(GitMachine.media(try await model.pointer("shards/part-000.bin").oid, in: clone)) == nil)
  }

  @Test(arguments: ["add", "disable"]) func `pull brings it where there is no filter`(_ verb: String) async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(model, .gitLFS)
    let words = verb == "add" ? ["add", "weights"] : ["disable"]
    let widened = try await machine.run(
      "git", ["sparse-checkout"] + words, in: clone, environment: ["GIT_LFS_SKIP_SMUDGE": "1"])
    try #require(widened.status == 0, "\(widened.errors)")
    #expect(GitMachine.pointers(in: clone).contains("weights/model.bin"))
    try await machine.lfsfetch("pull", in: clone)
    #expect(GitMachine.pointers(in: clone) == [])
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
    #expect((fileStatus(clone + "/shards") == nil) == (verb == "add"))
    #expect(verb == "add" ? objects(clone) < 20 : objects(clone) == 129)
  }

  @Test func `fetch brings no more than what is selected, unless it is named`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await clone(model, .gitLFS)
    let before = objects(clone)
    for words in [["fetch"], ["fetch", "origin", "main"], ["pull"]] {
      let outcome = try await machine.run(Sandbox.program, words, in: clone)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(objects(clone) == before, "\(words)")
    }
    try await machine.lfsfetch("fetch", "--include", "weights/model.bin", in: clone)
    #expect(fileStatus(GitMachine.media(try await model.pointer("weights/model.bin").oid, in: clone)) != nil)
    // What the user himself leaves out stays out.
    try await machine.git("config", "lfs.fetchexclude", "weights", in: clone)
    try await machine.git("sparse-checkout", "disable", in: clone)
    try await machine.lfsfetch("pull", in: clone)
    #expect(GitMachine.pointers(in: clone).contains("weights/one-byte.bin"))
    #expect(!GitMachine.pointers(in: clone).contains("shards/part-000.bin"))
  }

  @Test func `pull in a sparse checkout of git's`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    let set = try await machine.run("git", ["sparse-checkout", "set", "--cone", "nested"], in: clone)
    try #require(set.status == 0, "\(set.errors)")
    try await machine.lfsfetch("pull", in: clone)
    #expect(GitMachine.pointers(in: clone) == [])
    #expect(fileStatus(GitMachine.media(try await model.pointer("nested/a/b/c/deep.bin").oid, in: clone)) != nil)
    #expect(fileStatus(GitMachine.media(try await model.pointer("weights/model.bin").oid, in: clone)) == nil)
    #expect(fileStatus(GitMachine.media(try await model.pointer("shards/part-000.bin").oid, in: clone)) == nil)
  }

  /// git-lfs writes the files that are left out, too: of its work, the selected part is what is right.
  @Test func `pull in a sparse index, beside git-lfs`() async throws {
    let model = try ServedModel()
    var trees: [[String: String]] = []
    for program in [["git", "lfs"], [Sandbox.program]] {
      let (machine, clone) = try await GitMachine.pointers(of: model)
      let set = try await machine.run(
        "git", ["sparse-checkout", "set", "--cone", "--sparse-index", "nested", "small"], in: clone,
        environment: ["GIT_LFS_SKIP_SMUDGE": "1"])
      try #require(set.status == 0, "\(set.errors)")
      let before = Set(FileTree.paths(in: clone))
      let pull = try await machine.run(program[0], program.dropFirst() + ["pull"], in: clone)
      #expect(pull.status == 0, "\(pull.errors)")
      trees.append(try await FileTree.of(clone).filter { before.contains($0.key) })
      guard program != ["git", "lfs"] else { continue }
      #expect(Set(FileTree.paths(in: clone)) == before)
      #expect(GitMachine.pointers(in: clone) == [])
      #expect(try await machine.git("status", "--porcelain", in: clone) == "")
      let index = try await machine.git("ls-files", "--sparse", in: clone).split(separator: "\n")
      #expect(index.contains("weights/") && index.contains("shards/"))
    }
    #expect(trees[0] == trees[1])
  }
}
