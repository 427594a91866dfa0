import Foundation
import Testing

/// `lfsfetch install` and `uninstall` change what `git lfs install` and `uninstall` change in git's configuration.
@Suite struct InstallTests {
  private func filters(_ machine: GitMachine, _ scope: String, in folder: String) async throws -> [String] {
    let outcome = try await machine.run(
      "git", ["config", scope, "--get-regexp", "^filter\\.lfs\\."], in: folder,
      environment: ["GIT_CONFIG_SYSTEM": machine.sandbox.folder + "/system", "GIT_CONFIG_NOSYSTEM": "0"])
    return outcome.outputLines.map { $0.replacingOccurrences(of: "git-lfs", with: "lfsfetch") }.sorted()
  }

  @Test(arguments: ["--global", "--local", "--system", "--worktree"], [[], ["--skip-smudge"]])
  func `each configuration`(_ scope: String, _ options: [String]) async throws {
    let (machine, reference) = try await (GitMachine(.none), GitMachine(.none))
    for (machine, program) in [(machine, [Sandbox.program]), (reference, ["git", "lfs"])] {
      try await machine.git("init", "--quiet", "repository")
      let folder = machine.work + "/repository"
      let environment = ["GIT_CONFIG_SYSTEM": machine.sandbox.folder + "/system", "GIT_CONFIG_NOSYSTEM": "0"]
      // git-lfs writes into the user's configuration when it is not told otherwise, and knows no option for it.
      let words = (scope == "--global" ? [] : [scope]) + options
      let outcome = try await machine.run(
        program[0], program.dropFirst() + ["install"] + words, in: folder, environment: environment)
      #expect(outcome.status == 0, "\(program): \(outcome.errors)")
    }
    let (folder, other) = (machine.work + "/repository", reference.work + "/repository")
    let written = try await filters(machine, scope, in: folder)
    #expect(written.count == 4)
    #expect(try await written == filters(reference, scope, in: other))
    let environment = ["GIT_CONFIG_SYSTEM": machine.sandbox.folder + "/system", "GIT_CONFIG_NOSYSTEM": "0"]
    try await machine.lfsfetch("uninstall", scope, in: folder, environment: environment)
    #expect(try await filters(machine, scope, in: folder) == [])
    let file = scope == "--global" ? machine.sandbox.home + "/.gitconfig" : folder + "/.git/config"
    #expect(try !String(contentsOfFile: file, encoding: .utf8).contains("lfs"))
  }

  @Test func `it takes the place of git-lfs, but not of what the user wrote`() async throws {
    let machine = try await GitMachine(.gitLFS)
    try await machine.lfsfetch("install")
    #expect(try await machine.git("config", "filter.lfs.process") == "lfsfetch filter-process")
    try await machine.git("config", "--global", "filter.lfs.smudge", "my-own %f")
    let refused = try await machine.run(Sandbox.program, ["install"])
    #expect(refused.status == 2)
    #expect(refused.errors.contains("`my-own %f`"))
    #expect(try await machine.git("config", "filter.lfs.smudge") == "my-own %f")
    try await machine.lfsfetch("install", "--force")
    #expect(try await machine.git("config", "filter.lfs.smudge") == "lfsfetch smudge -- %f")
  }

  @Test func `a program that is not in the PATH is written with its path`() async throws {
    let machine = try await GitMachine(.none)
    let outcome = try await machine.run(Sandbox.program, ["install"], environment: ["PATH": "/nonexistent"])
    #expect(outcome.status == 0)
    let process = try await machine.git("config", "filter.lfs.process")
    #expect(process.hasSuffix("/lfsfetch filter-process") && process.hasPrefix("/"))
  }

  @Test func `outside of a repository there is no local configuration`() async throws {
    let machine = try await GitMachine(.none)
    let outcome = try await machine.run(
      Sandbox.program, ["install", "--local"], environment: ["GIT_CEILING_DIRECTORIES": machine.sandbox.folder])
    #expect(outcome.status == 3)
    #expect(outcome.errors.contains("error: this folder is in no git repository"))
  }
}
