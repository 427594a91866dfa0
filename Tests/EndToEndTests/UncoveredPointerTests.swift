import Foundation
import Testing

/// Pointers that no `filter=lfs` attribute covers: they stay under the program's own name, and get their content under
/// that of git-lfs, as git-lfs does it.
@Suite struct UncoveredPointerTests {
  private func model() async throws -> ServedModel {
    let model = try ServedModel()
    let pointer = try await model.addObject(noise(5000, seed: 7))
    try await model.commit(["loose.dat": pointer.text])
    return model
  }

  @Test(arguments: [["pull"], ["fetch", "checkout"], ["clone"]])
  func `under the name git-lfs they get their content, which git takes for a change`(_ commands: [String]) async throws
  {
    let model = try await model()
    let (named, path) = try await GitMachine.calledGitLFS()
    var trees: [[String: String]] = []
    for (machine, environment) in [(try await GitMachine(.gitLFS), [:]), (named, path)] {
      let clone = machine.work + "/clone"
      if commands != ["clone"] {
        _ = try await machine.clone(
          model.url(), environment: environment.merging(["GIT_LFS_SKIP_SMUDGE": "1"]) { $1 })
      }
      for command in commands {
        let words = ["lfs", command] + (command == "clone" ? [model.url(), clone] : [])
        let outcome = try await machine.run(
          "git", words, in: command == "clone" ? machine.work : clone, environment: environment)
        #expect(outcome.status == 0, "\(command): \(outcome.errors)")
      }
      trees.append(try await FileTree.of(clone))
      #expect(try await machine.git("diff", "--name-only", "HEAD", in: clone) == "loose.dat")
    }
    #expect(trees[1] == trees[0])
    let clone = named.work + "/clone"
    #expect(bytes(clone + "/loose.dat") == noise(5000, seed: 7))
    // git-lfs stages it, so that the next commit has it as it is.
    #expect(try await named.git("diff", "--name-only", "--cached", in: clone) == "")
  }

  @Test func `otherwise they stay, and are named`() async throws {
    let model = try await model()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    for command in ["pull", "checkout"] {
      let outcome = try await machine.run(Sandbox.program, [command], in: clone)
      #expect(outcome.status == 0)
      #expect(
        outcome.errors.contains(
          "warning: `loose.dat` is a pointer that no `filter=lfs` attribute covers, so it stays one; "
            + "`lfsfetch track` gives files that attribute\n"), "\(outcome.errors)")
      #expect(GitMachine.pointers(in: clone) == ["loose.dat"])
      #expect(try await machine.git("status", "--porcelain", in: clone) == "")
    }
  }
}
