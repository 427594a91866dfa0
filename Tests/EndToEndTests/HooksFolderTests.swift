import Foundation
import Testing

/// `lfsfetch hooks`, wherever git looks for hooks.
@Suite struct HooksFolderTests {
  @Test func `all work trees have the repository's hooks`() async throws {
    let (machine, folder) = try await GitMachine.withRepository()
    try await machine.git("commit", "--quiet", "--allow-empty", "--message", "One", in: folder)
    try await machine.git("worktree", "add", "--quiet", "../tree", in: folder)
    try await machine.lfsfetch("hooks", "install", in: machine.work + "/tree")
    #expect(GitMachine.hooks(in: folder + "/.git/hooks") == GitMachine.standardHooks)
    try await machine.git("commit", "--quiet", "--allow-empty", "--message", "Two", in: machine.work + "/tree")
  }

  @Test func `a bare repository is pushed to, and no more`() async throws {
    let (machine, folder) = try await GitMachine.withRepository("--bare")
    try await machine.lfsfetch("hooks", "install", in: folder)
    #expect(GitMachine.hooks(in: folder + "/hooks") == ["post-receive"])
    try await machine.lfsfetch("hooks", "uninstall", in: machine.work, environment: ["GIT_DIR": folder])
    #expect(GitMachine.hooks(in: folder + "/hooks") == [])
  }

  @Test func `a hooks folder of the work tree`() async throws {
    let (machine, folder) = try await GitMachine.withRepository("--template=")
    try machine.sandbox.makeFolder(folder + "/below")
    try await machine.git("config", "core.hooksPath", ".githooks", in: folder)
    let outcome = try await machine.run(Sandbox.program, ["hooks", "install"], in: folder + "/below")
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("warning: `\(folder)/.githooks` is in the work tree"))
    #expect(GitMachine.hooks(in: folder + "/.githooks") == GitMachine.standardHooks)
    // And git runs them: this pointer is none.
    try await machine.git("config", "lfsfetch.largeFileSize", "10", in: folder)
    try machine.sandbox.write("longer than ten bytes", to: "work/repository/file")
    try await machine.git("add", "file", in: folder)
    let commit = try await machine.run("git", ["commit", "--quiet", "--message", "One"], in: folder)
    #expect(commit.status == 1)
    #expect(commit.errors.contains("`file`, 21 B; 10 is allowed"))
  }

  @Test(arguments: ["a link", "configured", "of the user", "nowhere"])
  func `a hooks folder of many repositories is left alone`(_ how: String) async throws {
    let (machine, folder) = try await GitMachine.withRepository()
    let shared = machine.sandbox.home + "/shared hooks"
    try machine.sandbox.makeFolder(shared)
    switch how {
    case "a link":
      try FileManager.default.removeItem(atPath: folder + "/.git/hooks")
      try FileManager.default.createSymbolicLink(atPath: folder + "/.git/hooks", withDestinationPath: shared)
    case "configured": try await machine.git("config", "core.hooksPath", shared, in: folder)
    case "of the user": try await machine.git("config", "--global", "core.hooksPath", "~/shared hooks")
    default: try await machine.git("config", "core.hooksPath", "/dev/null", in: folder)
    }
    for verb in ["install", "uninstall"] {
      let outcome = try await machine.run(Sandbox.program, ["hooks", verb], in: folder)
      #expect(outcome.status == 2)
      let message =
        how == "nowhere"
        ? "error: git runs no hooks in this repository: `/dev/null` is no folder"
        : "error: git runs the hooks of `\(shared)`, which is outside of this repository"
      #expect(outcome.errors.hasPrefix(message), "\(outcome.errors)")
      #expect(outcome.errors.contains("hint: "))
    }
    #expect(GitMachine.hooks(in: shared) == [])
    try writeScript("#!/bin/sh\nlfsfetch hook pre-push \"$@\"\n", shared + "/pre-push")
    #expect(
      try await machine.hookStates(in: folder)["pre-push"]
        == (how == "nowhere" ? "not installed" : "run by another hook"))
  }

  @Test func `the way out of a shared folder is one`() async throws {
    let (machine, folder) = try await GitMachine.withRepository()
    try await machine.git("config", "--global", "core.hooksPath", machine.sandbox.home)
    let refused = try await machine.run(Sandbox.program, ["hooks", "install"], in: folder)
    let command = try #require(refused.errors.split(separator: "`").first { $0.hasPrefix("git config --local ") })
    let way = try await machine.run("sh", ["-c", String(command)], in: folder)
    #expect(way.status == 0)
    try await machine.lfsfetch("hooks", "install", in: folder)
    #expect(GitMachine.hooks(in: folder + "/.git/hooks") == GitMachine.standardHooks)
  }

  @Test func `links within the repository, and a folder that is not there`() async throws {
    let (machine, folder) = try await GitMachine.withRepository("--template=")
    try FileManager.default.createSymbolicLink(atPath: folder + "/.git/hooks", withDestinationPath: "../nothing")
    let dangling = try await machine.run(Sandbox.program, ["hooks", "install"], in: folder)
    #expect(dangling.status == 7)
    #expect(dangling.errors.hasPrefix("error: the hooks folder `\(folder)/.git/hooks` is a link that leads nowhere"))
    try machine.sandbox.makeFolder(folder + "/nothing")
    try await machine.lfsfetch("hooks", "install", in: folder)
    #expect(GitMachine.hooks(in: folder + "/nothing") == GitMachine.standardHooks)
    try FileManager.default.removeItem(atPath: folder + "/.git/hooks")
    try await machine.lfsfetch("hooks", "install", in: folder)
    #expect(GitMachine.hooks(in: folder + "/.git/hooks") == GitMachine.standardHooks)
  }

  @Test func `a folder that cannot be written to`() async throws {
    let (machine, folder) = try await GitMachine.withRepository()
    let command = boundByPermissions([Sandbox.program, "hooks", "install"])
    chmod(folder + "/.git/hooks", 0o555)
    let outcome = try await machine.run(command[0], Array(command.dropFirst()), in: folder)
    chmod(folder + "/.git/hooks", 0o755)
    #expect(outcome.status == 7)
    #expect(outcome.errors.hasPrefix("error: cannot change the hooks in `\(folder)/.git/hooks`\n"), "\(outcome.errors)")
    #expect(outcome.errors.contains("Permission denied"))
    #expect(GitMachine.hooks(in: folder + "/.git/hooks") == [])
  }
}
