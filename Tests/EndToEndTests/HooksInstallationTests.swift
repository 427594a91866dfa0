import Foundation
import Testing

/// `lfsfetch hooks`, beside hooks that are there already and wherever git looks for them.
@Suite struct HooksInstallationTests {
  private static let standard = ["post-checkout", "post-merge", "post-rewrite", "pre-commit", "pre-push"]

  private func repository(_ arguments: String...) async throws -> (GitMachine, String) {
    let machine = try await GitMachine(.none)
    let outcome = try await machine.run("git", ["init", "--quiet"] + arguments + ["repository"])
    try #require(outcome.status == 0)
    return (machine, machine.work + "/repository")
  }

  /// The hooks of a folder, without git's samples.
  private func hooks(_ folder: String) -> [String] {
    FileTree.paths(in: folder).filter { !$0.hasSuffix(".sample") }
  }

  private func states(_ machine: GitMachine, in folder: String) async throws -> [String: String] {
    let lines = try await machine.lfsfetch("hooks", "status", in: folder).split(separator: "\n").dropFirst()
    return Dictionary(
      lines.map { line in
        let name = line.prefix { $0 != " " }
        return (String(name), line.dropFirst(name.count).trimmingCharacters(in: .whitespaces))
      }
    ) { $1 }
  }

  @discardableResult
  private func script(_ text: String, _ path: String, mode: mode_t = 0o755) throws -> Data {
    let data = Data(text.utf8)
    try data.write(to: URL(filePath: path))
    chmod(path, mode)
    return data
  }

  @Test func `installed once and again, and taken away`() async throws {
    let (machine, folder) = try await repository()
    let before = hooks(folder + "/.git/hooks")
    for _ in 0..<2 {
      let outcome = try await machine.run(Sandbox.program, ["hooks", "install"], in: folder)
      #expect(outcome.status == 0)
      #expect(outcome.output == "")
      #expect(outcome.errors.hasPrefix("git runs lfsfetch in its hooks `post-checkout`, "))
      #expect(hooks(folder + "/.git/hooks") == before + Self.standard)
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
    #expect(hooks(folder + "/.git/hooks") == ["post-checkout", "post-rewrite", "pre-commit"])
    for _ in 0..<2 {
      try await machine.lfsfetch("hooks", "uninstall", in: folder)
      #expect(hooks(folder + "/.git/hooks") == before)
    }
  }

  @Test func `only some`() async throws {
    let (machine, folder) = try await repository()
    try await machine.lfsfetch("hooks", "install", "--only", "post-receive", "pre-push", in: folder)
    #expect(hooks(folder + "/.git/hooks") == ["post-receive", "pre-push"])
    let unknown = try await machine.run(Sandbox.program, ["hooks", "install", "--only", "pre-pusch"], in: folder)
    #expect(unknown.status == 2)
    #expect(unknown.errors.contains("did you mean `pre-push`?"))
  }

  @Test func `hooks that are there are kept and run, and come back as they were`() async throws {
    let (machine, folder) = try await repository()
    let place = folder + "/.git/hooks/"
    let mine = try script("#!/bin/sh\necho mine >>\(machine.work)/ran \u{1}\n", place + "pre-commit", mode: 0o750)
    let theirs = try script("#!/bin/sh\nexit 3\n", place + "elsewhere")
    try FileManager.default.createSymbolicLink(atPath: place + "pre-push", withDestinationPath: "elsewhere")
    try script("not run", place + "post-merge", mode: 0o644)
    for _ in 0..<2 { try await machine.lfsfetch("hooks", "install", in: folder) }
    let states = try await states(machine, in: folder)
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
    #expect(hooks(folder + "/.git/hooks") == ["elsewhere", "post-merge", "pre-commit", "pre-push"])
  }

  @Test func `a hook that is kept has its own name, and finds beside it what it found before`() async throws {
    let (machine, folder) = try await repository()
    let place = folder + "/.git/hooks/"
    // A manager of hooks: one script for all, which looks at the name by which it is called.
    try script("basename \"$0\" >>\(machine.work)/ran\n", place + "manager.inc")
    let mine = try script("#!/bin/sh\n. \"$(dirname \"$0\")/manager.inc\"\n", place + "pre-commit")
    try machine.sandbox.makeFolder(folder + "/scripts")
    try script("#!/bin/sh\necho linked >>\(machine.work)/ran\n", folder + "/scripts/check")
    try FileManager.default.createSymbolicLink(
      atPath: place + "post-checkout", withDestinationPath: "../../scripts/check")
    let before = hooks(folder + "/.git/hooks")
    try await machine.lfsfetch("hooks", "install", in: folder)
    try await machine.git("commit", "--quiet", "--allow-empty", "--message", "One", in: folder)
    try await machine.git("checkout", "--quiet", "-b", "other", in: folder)
    #expect(bytes(machine.work + "/ran") == Data("pre-commit\nlinked\n".utf8))
    try await machine.lfsfetch("hooks", "uninstall", in: folder)
    #expect(hooks(folder + "/.git/hooks") == before)
    #expect(fileStatus(place + "before-lfsfetch") == nil)
    #expect(bytes(place + "pre-commit") == mine)
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: place + "post-checkout") == "../../scripts/check")
  }

  @Test func `what an earlier version has installed is taken over`() async throws {
    let (machine, folder) = try await repository()
    let place = folder + "/.git/hooks/"
    let mine = try script("#!/bin/sh\nbasename \"$0\" >>\(machine.work)/ran\n", place + "pre-commit", mode: 0o750)
    try await machine.lfsfetch("hooks", "install", "--only", "pre-commit", in: folder)
    let text = String(decoding: try #require(bytes(place + "pre-commit")), as: UTF8.self)
    let older = text.replacingOccurrences(of: "${0%/*}/before-lfsfetch/pre-commit", with: "$0.before-lfsfetch")
    #expect(older != text)
    for verb in ["install", "uninstall"] {
      try script(older, place + "pre-commit")
      try FileManager.default.moveItem(
        atPath: place + "before-lfsfetch/pre-commit", toPath: place + "pre-commit.before-lfsfetch")
      #expect(try await states(machine, in: folder)["pre-commit"] == "installed, after the hook that was there")
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
    let (machine, folder) = try await repository()
    let place = folder + "/.git/hooks/"
    try machine.sandbox.makeFolder(place + "before-lfsfetch")
    let mine = try script("#!/bin/sh\n", place + "before-lfsfetch/pre-commit")
    try await machine.lfsfetch("hooks", "install", "--only", "pre-commit", in: folder)
    #expect(try await states(machine, in: folder)["pre-commit"] == "installed, after the hook that was there")
    chmod(place + "pre-commit", 0o644)
    #expect(try await states(machine, in: folder)["pre-commit"] == "installed, but may not be run")
    try await machine.lfsfetch("hooks", "install", "--only", "pre-commit", in: folder)
    #expect(mode(place + "pre-commit") == 0o755)
    try FileManager.default.removeItem(atPath: place + "pre-commit")
    try await machine.lfsfetch("hooks", "uninstall", in: folder)
    #expect(bytes(place + "pre-commit") == mine)
  }

  @Test func `hooks of the user that run lfsfetch stay, and so do two hooks for one place`() async throws {
    let (machine, folder) = try await repository()
    let place = folder + "/.git/hooks/"
    try await machine.lfsfetch("hooks", "install", in: folder)
    let own = String(decoding: try #require(bytes(place + "pre-commit")), as: UTF8.self) + "echo mine\n"
    let edited = try script(own, place + "pre-commit")
    let foreign = try script("#!/bin/sh\necho foreign\n", place + "post-merge")
    try machine.sandbox.makeFolder(place + "before-lfsfetch")
    let kept = try script("#!/bin/sh\necho kept\n", place + "before-lfsfetch/post-merge")
    #expect(try await states(machine, in: folder)["pre-commit"] == "run by another hook")
    #expect(try await states(machine, in: folder)["post-merge"] == "not installed; another hook is there")
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

  @Test func `all work trees have the repository's hooks`() async throws {
    let (machine, folder) = try await repository()
    try await machine.git("commit", "--quiet", "--allow-empty", "--message", "One", in: folder)
    try await machine.git("worktree", "add", "--quiet", "../tree", in: folder)
    try await machine.lfsfetch("hooks", "install", in: machine.work + "/tree")
    #expect(hooks(folder + "/.git/hooks") == Self.standard)
    try await machine.git("commit", "--quiet", "--allow-empty", "--message", "Two", in: machine.work + "/tree")
  }

  @Test func `a bare repository is pushed to, and no more`() async throws {
    let (machine, folder) = try await repository("--bare")
    try await machine.lfsfetch("hooks", "install", in: folder)
    #expect(hooks(folder + "/hooks") == ["post-receive"])
    try await machine.lfsfetch("hooks", "uninstall", in: machine.work, environment: ["GIT_DIR": folder])
    #expect(hooks(folder + "/hooks") == [])
  }

  @Test func `a hooks folder of the work tree`() async throws {
    let (machine, folder) = try await repository("--template=")
    try machine.sandbox.makeFolder(folder + "/below")
    try await machine.git("config", "core.hooksPath", ".githooks", in: folder)
    let outcome = try await machine.run(Sandbox.program, ["hooks", "install"], in: folder + "/below")
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("warning: `\(folder)/.githooks` is in the work tree"))
    #expect(hooks(folder + "/.githooks") == Self.standard)
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
    let (machine, folder) = try await repository()
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
    #expect(hooks(shared) == [])
    try script("#!/bin/sh\nlfsfetch hook pre-push \"$@\"\n", shared + "/pre-push")
    #expect(
      try await states(machine, in: folder)["pre-push"] == (how == "nowhere" ? "not installed" : "run by another hook"))
  }

  @Test func `the way out of a shared folder is one`() async throws {
    let (machine, folder) = try await repository()
    try await machine.git("config", "--global", "core.hooksPath", machine.sandbox.home)
    let refused = try await machine.run(Sandbox.program, ["hooks", "install"], in: folder)
    let command = try #require(refused.errors.split(separator: "`").first { $0.hasPrefix("git config --local ") })
    let way = try await machine.run("sh", ["-c", String(command)], in: folder)
    #expect(way.status == 0)
    try await machine.lfsfetch("hooks", "install", in: folder)
    #expect(hooks(folder + "/.git/hooks") == Self.standard)
  }

  @Test func `links within the repository, and a folder that is not there`() async throws {
    let (machine, folder) = try await repository("--template=")
    try FileManager.default.createSymbolicLink(atPath: folder + "/.git/hooks", withDestinationPath: "../nothing")
    let dangling = try await machine.run(Sandbox.program, ["hooks", "install"], in: folder)
    #expect(dangling.status == 7)
    #expect(dangling.errors.hasPrefix("error: the hooks folder `\(folder)/.git/hooks` is a link that leads nowhere"))
    try machine.sandbox.makeFolder(folder + "/nothing")
    try await machine.lfsfetch("hooks", "install", in: folder)
    #expect(hooks(folder + "/nothing") == Self.standard)
    try FileManager.default.removeItem(atPath: folder + "/.git/hooks")
    try await machine.lfsfetch("hooks", "install", in: folder)
    #expect(hooks(folder + "/.git/hooks") == Self.standard)
  }

  @Test func `a folder that cannot be written to`() async throws {
    let (machine, folder) = try await repository()
    var command = [Sandbox.program, "hooks", "install"]
    if geteuid() == 0 {
      // Nothing is closed to root: this user has no rights but those of others.
      try #require(FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv"))
      try await Tool.run("chown", ["-R", "65534:65534", machine.sandbox.folder])
      try await Tool.run("chmod", ["755", machine.sandbox.folder])
      command = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] + command
    }
    chmod(folder + "/.git/hooks", 0o555)
    let outcome = try await machine.run(command[0], Array(command.dropFirst()), in: folder)
    chmod(folder + "/.git/hooks", 0o755)
    #expect(outcome.status == 7)
    #expect(outcome.errors.hasPrefix("error: cannot change the hooks in `\(folder)/.git/hooks`\n"), "\(outcome.errors)")
    #expect(outcome.errors.contains("Permission denied"))
    #expect(hooks(folder + "/.git/hooks") == [])
  }

  @Test func `without lfsfetch in the PATH`() async throws {
    let (machine, folder) = try await repository()
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
    let (machine, folder) = try await repository()
    let path = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
    let install = try await machine.run(Sandbox.program, ["hooks", "install"], in: folder, environment: path)
    #expect(install.status == 0)
    let commit = ["commit", "--quiet", "--allow-empty", "--message", "One"]
    #expect(try await machine.run("git", commit, in: folder, environment: path).status == 0)
    #expect(try await states(machine, in: folder)["pre-commit"] == "installed")
    try await machine.lfsfetch("hooks", "uninstall", in: folder)
    #expect(hooks(folder + "/.git/hooks") == [])
  }

  @Test func `outside of a repository`() async throws {
    let machine = try await GitMachine(.none)
    let outcome = try await machine.run(
      Sandbox.program, ["hooks", "status"], environment: ["GIT_CEILING_DIRECTORIES": machine.sandbox.folder])
    #expect(outcome.status == 3)
    #expect(outcome.errors.hasPrefix("error: this folder is in no git repository\n"))
  }
}
