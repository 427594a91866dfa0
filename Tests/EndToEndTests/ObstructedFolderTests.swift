import Foundation
import Testing

/// A file or a link that stands where the commit has a folder: it stays, nothing is written through it, and all else is
/// put in place.
@Suite struct ObstructedFolderTests {
  private static let deep = "nested/a/b/c/deep.bin"

  /// Clones with pointers, and puts something in the place of `nested`.
  private func obstructed(
    _ machine: GitMachine, _ model: ServedModel, byLink isLink: Bool, _ environment: [String: String] = [:]
  ) async throws -> String {
    let clone = try await machine.clone(
      model.url(), environment: environment.merging(["GIT_LFS_SKIP_SMUDGE": "1"]) { $1 })
    try FileManager.default.removeItem(atPath: clone + "/nested")
    if isLink {
      try machine.sandbox.makeFolder(machine.work + "/outside/a/b/c")
      try FileManager.default.createSymbolicLink(
        atPath: clone + "/nested", withDestinationPath: machine.work + "/outside")
    } else {
      try machine.sandbox.write("mine", to: "work/clone/nested")
    }
    return clone
  }

  private func check(_ machine: GitMachine, _ clone: String, byLink isLink: Bool) {
    #expect(GitMachine.pointers(in: clone) == [])
    #expect(bytes(clone + "/weights/model.bin")?.count ?? 0 > 1024)
    if isLink {
      #expect(FileTree.paths(in: machine.work + "/outside").filter { $0.hasSuffix(".bin") } == [])
    } else {
      #expect(bytes(clone + "/nested") == Data("mine".utf8))
    }
  }

  @Test(arguments: ["pull", "checkout"]) func `under the name git-lfs it is named, and no failure`(
    _ command: String
  ) async throws {
    let model = try ServedModel()
    let (named, path) = try await GitMachine.calledGitLFS()
    let real = (try await GitMachine(.gitLFS), [String: String](), false)
    for (machine, environment, isLink) in [real, (named, path, false), (named, path, true)] {
      try? FileManager.default.removeItem(atPath: machine.work + "/clone")
      let clone = try await obstructed(machine, model, byLink: isLink, environment)
      if command == "checkout" {
        _ = try await machine.run("git", ["lfs", "fetch"], in: clone, environment: environment)
      }
      let outcome = try await machine.run("git", ["lfs", command], in: clone, environment: environment)
      #expect(outcome.status == 0)
      #expect(outcome.errors.contains("Checkout error"), "\(outcome.errors)")
      #expect(outcome.errors.contains(Self.deep) && outcome.errors.contains("not a directory"), "\(outcome.errors)")
      check(machine, clone, byLink: isLink)
    }
  }

  @Test(arguments: [false, true]) func `otherwise it is a failure`(_ isLink: Bool) async throws {
    let model = try ServedModel()
    let machine = try await GitMachine()
    let clone = try await obstructed(machine, model, byLink: isLink)
    let outcome = try await machine.run(Sandbox.program, ["pull"], in: clone)
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.contains(
        "error: cannot write `\(Self.deep)`\n  caused by: cannot enter, without following links, the folder "
          + "`\(clone)/nested`: Not a directory\n"), "\(outcome.errors)")
    check(machine, clone, byLink: isLink)
  }
}
