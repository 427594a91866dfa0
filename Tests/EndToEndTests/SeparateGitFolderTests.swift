import Fixtures
import Foundation
import Testing

/// `git lfs clone --separate-git-dir`: wherever git's folder is to be.
@Suite struct SeparateGitFolderTests {
  private func names(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  private func clone(
    _ options: [String], in machine: GitMachine, _ path: [String: String]
  ) async throws -> Launch.Outcome {
    try await machine.run("git", ["lfs", "clone"] + options, environment: path)
  }

  private func check(_ folder: String, gitFolder: String, of model: ServedModel, _ machine: GitMachine) async throws {
    #expect(bytes(folder + "/.git") == Data("gitdir: \(gitFolder)\n".utf8))
    #expect(try await model.git("rev-parse", "--absolute-git-dir", in: folder) == gitFolder)
    #expect(try await model.git("fsck", "--strict", in: folder) == "")
    #expect(GitMachine.pointers(in: folder) == [])
    let below = gitFolder.hasPrefix(folder + "/") ? gitFolder.dropFirst(folder.count + 1) : ""
    let inside = below.split(separator: "/").first.map { "?? \($0)/" } ?? ""
    #expect(try await model.git("status", "--porcelain", in: folder) == inside)
    #expect(names(gitFolder + "/hooks").contains("pre-push"))
  }

  @Test(arguments: ["g", "c/git", "c/deep/er/git", "new/folder/g", "empty"], [false, true])
  func `beside the files, among them, in an empty folder`(_ place: String, isInside: Bool) async throws {
    let model = try ServedModel()
    let (machine, path) = try await GitMachine.calledGitLFS()
    try machine.sandbox.makeFolder(machine.work + "/empty")
    if isInside { try machine.sandbox.makeFolder(machine.work + "/c") }
    let outcome = try await clone(["--separate-git-dir", place, model.url(), "c"], in: machine, path)
    try #require(outcome.status == 0, "\(outcome.errors)")
    try await check(machine.work + "/c", gitFolder: machine.work + "/" + place, of: model, machine)
    #expect(names(machine.sandbox.cache + "/clones") == [])
  }

  @Test func `the files' own .git is what there is without the option`() async throws {
    let model = try ServedModel()
    let (machine, path) = try await GitMachine.calledGitLFS()
    let outcome = try await clone(["--separate-git-dir", "c/.git", model.url(), "c"], in: machine, path)
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(fileStatus(machine.work + "/c/.git/HEAD") != nil)
  }

  /// A file system of its own, which Linux has at this place.
  static let otherDisk = "/dev/shm"
  static var hasOtherDisk: Bool {
    guard let other = fileStatus(otherDisk), let own = fileStatus(FileManager.default.temporaryDirectory.path) else {
      return false
    }
    return other.st_dev != own.st_dev && access(otherDisk, W_OK) == 0
  }

  @Test(.enabled(if: hasOtherDisk, "there is no second file system to write to"), arguments: [false, true])
  func `on another file system`(_ exists: Bool) async throws {
    let model = try ServedModel()
    let (machine, path) = try await GitMachine.calledGitLFS()
    let folder = "\(Self.otherDisk)/lfsfetch-\(UUID().uuidString)"
    try machine.sandbox.makeFolder(folder + (exists ? "/g" : ""))
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let failed = try await clone(
      ["--separate-git-dir", folder + "/g", "-b", "nosuch", model.url(), "c"], in: machine, path)
    #expect(failed.status == 2)
    #expect(names(folder) == (exists ? ["g"] : []) && names(folder + "/g") == [] && names(machine.work) == [])
    let outcome = try await clone(["--separate-git-dir", folder + "/g", model.url(), "c"], in: machine, path)
    try #require(outcome.status == 0, "\(outcome.errors)")
    try await check(machine.work + "/c", gitFolder: folder + "/g", of: model, machine)
    #expect(names(folder) == ["g"])
  }

  @Test func `submodules lie in it, too`() async throws {
    let inner = try ServedModel()
    let outer = try ServedModel()
    let modules = try await outer.blob("[submodule \"inner\"]\n  path = inner\n  url = \(inner.url())\n")
    try await outer.branch(
      "outer", withTree: ["100644 blob \(modules)\t.gitmodules", "160000 commit \(try await inner.commitID())\tinner"])
    let (machine, path) = try await GitMachine.calledGitLFS()
    for place in ["deep/g", "c/git"] {
      try await Tool.run("rm", ["-rf", machine.work + "/c"])
      let outcome = try await clone(
        ["--separate-git-dir", place, "--recurse-submodules", "-b", "outer", outer.url(), "c"], in: machine, path)
      try #require(outcome.status == 0, "\(outcome.errors)")
      let submodule = machine.work + "/c/inner"
      #expect(
        try await machine.git("rev-parse", "--absolute-git-dir", in: submodule)
          == "\(machine.work)/\(place)/modules/inner")
      #expect(try await machine.git("rev-parse", "--show-toplevel", in: submodule) == submodule)
      #expect(try await machine.git("status", "--porcelain", in: submodule, environment: path) == "")
    }
  }

  static let refused: [(String, [String], words: String)] = [
    ("g", [], "fatal: repository path 'g' already exists and is not an empty directory."),
    ("c", [], "`c` would lie in git's own folder"), ("up", ["up/c"], "`up/c` would lie in git's own folder"),
    ("c/README.md", [], "git's own folder cannot be at `README.md`"),
    ("c/weights", [], "git's own folder cannot be at `weights`"),
    ("new/g", ["--bare"], "fatal: options '--bare' and '--separate-git-dir' cannot be used together"),
  ]

  @Test(arguments: refused) func `what cannot be is refused, and nothing is left`(
    _ place: String, _ more: [String], _ words: String
  ) async throws {
    let model = try ServedModel()
    let (machine, path) = try await GitMachine.calledGitLFS()
    try machine.sandbox.write("mine\n", to: "work/g/file")
    let target = more.first { !$0.hasPrefix("-") } ?? "c"
    let options = more.filter { $0.hasPrefix("-") } + ["--separate-git-dir", place, model.url(), target]
    let outcome = try await clone(options, in: machine, path)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    #expect(names(machine.work) == ["g"] && names(machine.work + "/g") == ["file"])
  }
}
