import Foundation
import Testing

/// `lfsfetch hooks`, beside hooks that are there already.
@Suite struct HooksInstallationTests {
  @Test func `installed once and again, and taken away`() async throws {
    let (machine, folder) = try await GitMachine.withRepository()
    let before = GitMachine.hooks(in: folder + "/.git/hooks")
    for _ in 0..<2 {
      let outcome = try await machine.run(Sandbox.program, ["hooks", "install"], in: folder)
      #expect(outcome.status == 0)
      #expect(outcome.output == "")
      #expect(outcome.errors.hasPrefix("git runs lfsfetch in its hooks `post-checkout`, "))
      #expect(GitMachine.hooks(in: folder + "/.git/hooks") == before + GitMachine.standardHooks)
    }
    #expect(mode(folder + "/.git/hooks/pre-push") == 0o755)
    #expect(
      try await machine.lfsfetch("hooks", "status", in: folder) == """
        HOOK           STATE
        post-checkout  installed
        post-merge     installed
        post-rewrite   installed
        pre-commit     installed
        pre-push       installed
        post-receive   not installed

        """)
    try await machine.lfsfetch("hooks", "uninstall", "--only", "pre-push", "post-merge", in: folder)
    #expect(GitMachine.hooks(in: folder + "/.git/hooks") == ["post-checkout", "post-rewrite", "pre-commit"])
    for _ in 0..<2 {
      try await machine.lfsfetch("hooks", "uninstall", in: folder)
      #expect(GitMachine.hooks(in: folder + "/.git/hooks") == before)
    }
  }

  @Test func `only some`() async throws {
    let (machine, folder) = try await GitMachine.withRepository()
    try await machine.lfsfetch("hooks", "install", "--only", "post-receive", "pre-push", in: folder)
    #expect(GitMachine.hooks(in: folder + "/.git/hooks") == ["post-receive", "pre-push"])
    let unknown = try await machine.run(Sandbox.program, ["hooks", "install", "--only", "pre-pusch"], in: folder)
    #expect(unknown.status == 2)
    #expect(unknown.errors.contains("did you mean `pre-push`?"))
  }

  @Test func `hooks that are there are kept and run, and come back as they were`() async throws {
    let (machine, folder) = try await GitMachine.withRepository()
    let place = folder + "/.git/hooks/"
    let mine = try writeScript("#!/bin/sh\necho mine >>\(machine.work)/ran \u{1}\n", place + "pre-commit", mode: 0o750)
    let theirs = try writeScript("#!/bin/sh\nexit 3\n", place + "elsewhere")
    try FileManager.default.createSymbolicLink(atPath: place + "pre-push", withDestinationPath: "elsewhere")
    try writeScript("not run", place + "post-merge", mode: 0o644)
    for _ in 0..<2 { try await machine.lfsfetch("hooks", "install", in: folder) }
    let states = try await machine.hookStates(in: folder)
    #expect(states["pre-commit"] == "installed, after the hook that was there")
    #expect(states["post-checkout"] == "installed")
    #expect(bytes(place + "before-lfsfetch/pre-commit") == mine)

    try await machine.git("commit", "--quiet", "--allow-empty", "--message", "One", in: folder)
    #expect(bytes(machine.work + "/ran") == Data("mine \u{1}\n".utf8))
    try await machine.git("init", "--quiet", "--bare", "other.git")
    let push = try await machine.run("git", ["push", "--quiet", "../other.git", "main"], in: folder)
    #expect(push.status == 1, "the hook that was there refuses")

    try await machine.lfsfetch("hooks", "uninstall", in: folder)
    #expect(bytes(place + "pre-commit") == mine)
    #expect(mode(place + "pre-commit") == 0o750)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: place + "pre-push") == "elsewhere")
    #expect(bytes(place + "elsewhere") == theirs)
    #expect(mode(place + "post-merge") == 0o644)
    #expect(GitMachine.hooks(in: folder + "/.git/hooks") == ["elsewhere", "post-merge", "pre-commit", "pre-push"])
  }

  @Test func `a hook that is kept has its own name, and finds beside it what it found before`() async throws {
    let (machine, folder) = try await GitMachine.withRepository()
    let place = folder + "/.git/hooks/"
    // A manager of hooks: one script for all, which looks at the name by which it is called.
    try writeScript("basename \"$0\" >>\(machine.work)/ran\n", place + "manager.inc")
    let mine = try writeScript("#!/bin/sh\n. \"$(dirname \"$0\")/manager.inc\"\n", place + "pre-commit")
    try machine.sandbox.makeFolder(folder + "/scripts")
    try writeScript("#!/bin/sh\necho linked >>\(machine.work)/ran\n", folder + "/scripts/check")
    try FileManager.default.createSymbolicLink(
      atPath: place + "post-checkout", withDestinationPath: "../../scripts/check")
    let before = GitMachine.hooks(in: folder + "/.git/hooks")
    try await machine.lfsfetch("hooks", "install", in: folder)
    try await machine.git("commit", "--quiet", "--allow-empty", "--message", "One", in: folder)
    try await machine.git("checkout", "--quiet", "-b", "other", in: folder)
    #expect(bytes(machine.work + "/ran") == Data("pre-commit\nlinked\n".utf8))
    try await machine.lfsfetch("hooks", "uninstall", in: folder)
    #expect(GitMachine.hooks(in: folder + "/.git/hooks") == before)
    #expect(fileStatus(place + "before-lfsfetch") == nil)
    #expect(bytes(place + "pre-commit") == mine)
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: place + "post-checkout") == "../../scripts/check")
  }

  @Test func `what an earlier version has installed is taken over`() async throws {
    let (machine, folder) = try await GitMachine.withRepository()
    let place = folder + "/.git/hooks/"
    let mine = try writeScript("#!/bin/sh\nbasename \"$0\" >>\(machine.work)/ran\n", place + "pre-commit", mode: 0o750)
    try await machine.lfsfetch("hooks", "install", "--only", "pre-commit", in: folder)
    let text = String(decoding: try #require(bytes(place + "pre-commit")), as: UTF8.self)
    let older = text.replacingOccurrences(of: "${0%/*}/before-lfsfetch/pre-commit", with: "$0.before-lfsfetch")
    #expect(older != text)
    for verb in ["install", "uninstall"] {
      try writeScript(older, place + "pre-commit")
      try FileManager.default.moveItem(
        atPath: place + "before-lfsfetch/pre-commit", toPath: place + "pre-commit.before-lfsfetch")
      #expect(try await machine.hookStates(in: folder)["pre-commit"] == "installed, after the hook that was there")
      try await machine.lfsfetch("hooks", verb, "--only", "pre-commit", in: folder)
      #expect(fileStatus(place + "pre-commit.before-lfsfetch") == nil)
      guard verb == "install" else { continue }
      #expect(bytes(place + "pre-commit") == Data(text.utf8))
      try await machine.git("commit", "--quiet", "--allow-empty", "--message", "One", in: folder)
      #expect(bytes(machine.work + "/ran") == Data("pre-commit\n".utf8))
    }
    #expect(bytes(place + "pre-commit") == mine)
    #expect(mode(place + "pre-commit") == 0o750)
    #expect(fileStatus(place + "before-lfsfetch") == nil)
  }

  @Test func `what a killed run left is mended`() async throws {
    let (machine, folder) = try await GitMachine.withRepository()
    let place = folder + "/.git/hooks/"
    try machine.sandbox.makeFolder(place + "before-lfsfetch")
    let mine = try writeScript("#!/bin/sh\n", place + "before-lfsfetch/pre-commit")
    try await machine.lfsfetch("hooks", "install", "--only", "pre-commit", in: folder)
    #expect(try await machine.hookStates(in: folder)["pre-commit"] == "installed, after the hook that was there")
    chmod(place + "pre-commit", 0o644)
    #expect(try await machine.hookStates(in: folder)["pre-commit"] == "installed, but may not be run")
    try await machine.lfsfetch("hooks", "install", "--only", "pre-commit", in: folder)
    #expect(mode(place + "pre-commit") == 0o755)
    try FileManager.default.removeItem(atPath: place + "pre-commit")
    try await machine.lfsfetch("hooks", "uninstall", in: folder)
    #expect(bytes(place + "pre-commit") == mine)
  }

  @Test func `hooks of the user that run lfsfetch stay, and so do two hooks for one place`() async throws {
    let (machine, folder) = try await GitMachine.withRepository()
    let place = folder + "/.git/hooks/"
    try await machine.lfsfetch("hooks", "install", in: folder)
    let own = String(decoding: try #require(bytes(place + "pre-commit")), as: UTF8.self) + "echo mine\n"
    let edited = try writeScript(own, place + "pre-commit")
    let foreign = try writeScript("#!/bin/sh\necho foreign\n", place + "post-merge")
    try machine.sandbox.makeFolder(place + "before-lfsfetch")
    let kept = try writeScript("#!/bin/sh\necho kept\n", place + "before-lfsfetch/post-merge")
    #expect(try await machine.hookStates(in: folder)["pre-commit"] == "run by another hook")
    #expect(try await machine.hookStates(in: folder)["post-merge"] == "not installed; another hook is there")
    let install = try await machine.run(Sandbox.program, ["hooks", "install"], in: folder)
    #expect(install.status == 7)
    #expect(install.errors.contains("post-merge` and `\(folder)/.git/hooks/before-lfsfetch/post-merge` are both there"))
    let uninstall = try await machine.run(Sandbox.program, ["hooks", "uninstall"], in: folder)
    #expect(uninstall.status == 0)
    #expect(uninstall.errors.contains("`pre-commit` is a hook of yours that runs lfsfetch; it stays as it is"))
    #expect(bytes(place + "pre-commit") == edited)
    #expect(bytes(place + "post-merge") == foreign)
    #expect(bytes(place + "before-lfsfetch/post-merge") == kept)
  }

  @Test func `a folder in the place of a hook is no hook, and stays`() async throws {
    let (machine, folder) = try await GitMachine.withRepository()
    let place = folder + "/.git/hooks/pre-push"
    try machine.sandbox.makeFolder(place)
    let outcome = try await machine.run(Sandbox.program, ["hooks", "install", "--only", "pre-push"], in: folder)
    #expect(outcome.status == 7)
    #expect(outcome.errors.contains("cannot replace `\(place)`: Is a directory"), "\(outcome.errors)")
    #expect(GitMachine.hooks(in: folder + "/.git/hooks") == [])
    let status = try #require(fileStatus(place))
    #expect(status.st_mode & S_IFMT == S_IFDIR)
  }

  @Test func `without lfsfetch in the PATH`() async throws {
    let (machine, folder) = try await GitMachine.withRepository()
    try await machine.lfsfetch("hooks", "install", in: folder)
    let path = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
    let commit = ["commit", "--quiet", "--allow-empty", "--message", "One"]
    let refused = try await machine.run("git", commit, in: folder, environment: path)
    #expect(refused.status == 1)
    #expect(refused.errors.hasPrefix("pre-commit: lfsfetch is not in the PATH, so nothing was checked; "))
    try await machine.git("commit", "--quiet", "--allow-empty", "--no-verify", "--message", "One", in: folder)
    let checkout = try await machine.run(
      "git", ["checkout", "--quiet", "-b", "other"], in: folder, environment: path)
    #expect(checkout.status == 0)
    #expect(
      checkout.errors == "post-checkout: lfsfetch is not in the PATH, so LFS files may be left as pointers\n")
  }

  @Test func `a program that is not in the PATH when the hooks are installed is called by its path`() async throws {
    let (machine, folder) = try await GitMachine.withRepository()
    let path = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
    let install = try await machine.run(Sandbox.program, ["hooks", "install"], in: folder, environment: path)
    #expect(install.status == 0)
    let commit = ["commit", "--quiet", "--allow-empty", "--message", "One"]
    #expect(try await machine.run("git", commit, in: folder, environment: path).status == 0)
    #expect(try await machine.hookStates(in: folder)["pre-commit"] == "installed")
    try await machine.lfsfetch("hooks", "uninstall", in: folder)
    #expect(GitMachine.hooks(in: folder + "/.git/hooks") == [])
  }

  @Test func `outside of a repository`() async throws {
    let machine = try await GitMachine(.none)
    let outcome = try await machine.run(
      Sandbox.program, ["hooks", "status"], environment: ["GIT_CEILING_DIRECTORIES": machine.sandbox.folder])
    #expect(outcome.status == 3)
    #expect(outcome.errors.hasPrefix("error: this folder is in no git repository\n"))
  }
}
