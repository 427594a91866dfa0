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

  @Test(arguments: [false, true]) func `a further work tree has a configuration of its own where git is told so`(
    _ isTold: Bool
  ) async throws {
    let (machine, reference) = try await (GitMachine(.none), GitMachine(.none))
    var statuses: [Int32] = []
    var written: [[String]] = []
    for (machine, program) in [(reference, ["git", "lfs"]), (machine, [Sandbox.program])] {
      try await machine.git("init", "--quiet", "repository")
      let folder = machine.work + "/repository"
      try await machine.git("commit", "--quiet", "--allow-empty", "--message", "One", in: folder)
      if isTold { try await machine.git("config", "extensions.worktreeConfig", "true", in: folder) }
      try await machine.git("worktree", "add", "--quiet", "../tree", in: folder)
      let outcome = try await machine.run(
        program[0], program.dropFirst() + ["install", "--worktree"], in: machine.work + "/tree")
      statuses.append(outcome.status)
      let own = bytes(folder + "/.git/worktrees/tree/config.worktree") ?? Data()
      let common = try #require(bytes(folder + "/.git/config"))
      #expect(!String(decoding: common, as: UTF8.self).contains("filter"))
      written.append(
        String(decoding: own, as: UTF8.self).replacingOccurrences(of: "git-lfs", with: "lfsfetch")
          .split(separator: "\n").map(String.init).sorted())
    }
    #expect(statuses.map { $0 == 0 } == [isTold, isTold])
    #expect(written[0] == written[1])
    #expect(written[1].isEmpty != isTold)
  }

  @Test func `what else the configuration says stays as it is, in whatever encoding and behind a link`() async throws {
    let machine = try await GitMachine(.none)
    let (link, file) = (machine.sandbox.home + "/.gitconfig", machine.sandbox.home + "/dotfiles")
    let written = Data("[user]\r\n\tname = x # caf".utf8) + Data([0xe9]) + Data("\r\n".utf8)
    try written.write(to: URL(filePath: file))
    try FileManager.default.removeItem(atPath: link)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "dotfiles")
    try await machine.lfsfetch("install")
    #expect(bytes(file).map { $0.count > written.count && $0.starts(with: written) } == true)
    try await machine.lfsfetch("uninstall")
    #expect(bytes(file) == written)
    #expect(fileStatus(link).map { $0.st_mode & S_IFMT } == S_IFLNK)
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

  @Test(arguments: ["install", "uninstall"])
  func `a work tree that may have no configuration of its own`(_ verb: String) async throws {
    let (named, path) = try await GitMachine.calledGitLFS()
    for (machine, environment) in [(try await GitMachine(.gitLFS), [:]), (named, path)] {
      try await machine.git("init", "--quiet", "repository")
      let folder = machine.work + "/repository"
      try await machine.git("commit", "--quiet", "--allow-empty", "-m", "First", in: folder)
      try await machine.git("worktree", "add", "--quiet", machine.work + "/other", in: folder)
      let outcome = try await machine.run(
        "git", ["lfs", verb, "--worktree"], in: machine.work + "/other", environment: environment)
      #expect(outcome.status == (verb == "install" ? 2 : 0), "\(outcome.errors)")
      #expect(outcome.output.hasPrefix("warning: error running "))
      let words = "--worktree cannot be used with multiple working trees unless the config\nextension worktreeConfig"
      #expect(outcome.output.contains(words), "\(outcome.output)")
      #expect(outcome.output.contains("Hooks for this repository have been removed.") == (verb == "uninstall"))
    }
    let own = try await named.run(Sandbox.program, [verb, "--worktree"], in: named.work + "/other")
    #expect(own.status == 2)
    #expect(own.errors.contains("error: `--worktree` needs the extension worktreeConfig"), "\(own.errors)")
  }

  @Test func `outside of a repository there is no local configuration`() async throws {
    let machine = try await GitMachine(.none)
    let outcome = try await machine.run(
      Sandbox.program, ["install", "--local"], environment: ["GIT_CEILING_DIRECTORIES": machine.sandbox.folder])
    #expect(outcome.status == 3)
    #expect(outcome.errors.contains("error: this folder is in no git repository"))
  }
}
