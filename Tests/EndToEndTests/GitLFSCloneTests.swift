import Fixtures
import Foundation
import Testing

/// `git lfs clone`, beside the real one: the same references, settings, files and objects.
@Suite struct GitLFSCloneTests {
  static let options: [[String]] = [
    [], ["-b", "v1"], ["--branch=feature/other", "--origin", "upstream"], ["--depth", "1"],
    ["--depth=2", "--no-single-branch"], ["--single-branch", "-b", "feature/other"], ["--bare"], ["--mirror"],
    ["--no-checkout"], ["-I", "shards"], ["--include=shards", "--exclude=shards/00*"],
    ["--shallow-since=2000-01-01"], ["--shallow-exclude=v1"], ["--shallow-exclude=v1", "--no-single-branch"],
    ["-c", "remote.origin.fetch=+refs/tags/v1:refs/kept/v1"], ["-c", "remote.origin.fetch=refs/tags/*:refs/kept/*"],
    ["--separate-git-dir", "git"], ["-c", "user.name=Someone Else"], ["-l", "-s", "-v", "--no-hardlinks", "-j", "3"],
  ]

  @Test(arguments: options) func `makes what git-lfs makes`(_ options: [String]) async throws {
    let model = try ServedModel()
    let reference = try await GitMachine(.gitLFS)
    let (machine, path) = try await GitMachine.calledGitLFS()
    var found: [CloneDescription] = []
    for (machine, environment) in [(reference, [:]), (machine, path)] {
      let outcome = try await machine.run(
        "git", ["lfs", "clone"] + options + [model.url(), "c"], environment: environment)
      try #require(outcome.status == 0, "\(outcome.errors)")
      let warning = "WARNING: `git lfs clone` is deprecated and will not be updated\n          with new flags"
      #expect(outcome.errors.hasPrefix(warning))
      let kind = options.contains("--bare") || options.contains("--mirror") ? "bare repository " : ""
      #expect(outcome.errors.contains("Cloning into \(kind)'c'...\n"))
      found.append(try await CloneDescription(of: machine.work + "/c", by: reference))
    }
    #expect(found[1] == found[0], "\(found.map { ($0.head, $0.references, $0.settings, $0.commits) })")
    try await reference.git("fsck", "--strict", in: machine.work + "/c")
    #expect(try await reference.git("cat-file", "--batch-all-objects", "--batch-check", in: machine.work + "/c") != "")
    let promised = try await machine.git("config", "--list", in: machine.work + "/c")
    #expect(!promised.contains("promisor"))
  }

  @Test func `a folder that is named after the repository, and submodules`() async throws {
    let inner = try ServedModel()
    let outer = try ServedModel()
    let modules = try await outer.blob("[submodule \"inner\"]\n  path = deps/inner\n  url = \(inner.url())\n")
    let tree = [
      "100644 blob \(modules)\t.gitmodules", "040000 tree \(try await depsTree(inner, in: outer))\tdeps",
    ]
    try await outer.branch("outer", withTree: tree)
    let (machine, path) = try await GitMachine.calledGitLFS()
    let outcome = try await machine.run(
      "git", ["lfs", "clone", "-b", "outer", "--depth=1", "--recursive", outer.url()], environment: path)
    try #require(outcome.status == 0, "\(outcome.errors)")
    let name = String(try #require(outer.name.split(separator: "/").last))
    let submodule = "\(machine.work)/\(name)/deps/inner"
    #expect(GitMachine.pointers(in: submodule) == [])
    #expect(FileTree.paths(in: submodule).contains("weights/model.bin"))
    #expect(try await machine.git("status", "--porcelain", in: "\(machine.work)/\(name)", environment: path) == "")
    // Git takes the depth for the clone alone.
    #expect(try await machine.git("rev-parse", "--is-shallow-repository", in: submodule) == "false")
  }

  private func depsTree(_ inner: ServedModel, in outer: ServedModel) async throws -> String {
    try await outer.git("mktree", "--missing", input: "160000 commit \(try await inner.commitID())\tinner\n")
  }

  @Test(arguments: [[], ["--bare"]]) func `an empty repository`(_ options: [String]) async throws {
    let reference = try await GitMachine(.gitLFS)
    let (machine, path) = try await GitMachine.calledGitLFS()
    var settings: [String] = []
    for (machine, environment) in [(reference, [:]), (machine, path)] {
      try await machine.git("init", "--quiet", "--bare", "empty")
      let outcome = try await machine.run(
        "git", ["lfs", "clone"] + options + ["empty", "c"], environment: environment)
      #expect(outcome.status == 0)
      #expect(outcome.errors.contains("You appear to have cloned an empty repository."), "\(outcome.errors)")
      let list = try await machine.git("config", "--list", "--local", in: machine.work + "/c").split(separator: "\n")
      let own = list.filter { $0.hasPrefix("remote.") || $0.hasPrefix("branch.") }.sorted().joined(separator: "\n")
      settings.append(own.replacingOccurrences(of: machine.work, with: ""))
      #expect(try await machine.git("symbolic-ref", "HEAD", in: machine.work + "/c") == "refs/heads/main")
    }
    #expect(settings[1] == settings[0])
  }

  static let mistakes: [([String], words: String)] = [
    ([], "You must specify a repository to clone."), (["--bogus", "a"], "--bogus"),
    (["nowhere", "c"], "nowhere"), (["-b", "nosuch", "URL", "c"], "nosuch"),
    (["--shallow-since=whenever", "URL", "c"], "`whenever` is not understood as a date"),
    (["--depth=1", "--shallow-exclude=v1", "URL", "c"], "`--depth` excludes `--shallow-since`"),
    (["-c", "nonsense", "URL", "c"], "`nonsense` is no variable of git's configuration"),
    (["-o", "a..b", "URL", "c"], "`a..b` is no name for a remote"),
  ]

  @Test(arguments: mistakes) func `mistakes leave nothing behind`(_ options: [String], _ words: String) async throws {
    let model = try ServedModel()
    let (machine, path) = try await GitMachine.calledGitLFS()
    let words = (["lfs", "clone"] + options.map { $0 == "URL" ? model.url() : $0 }, words)
    let outcome = try await machine.run("git", words.0, environment: path)
    #expect(outcome.errors.contains(words.1), "\(outcome.errors)")
    #expect(outcome.status == (options.contains("--bogus") ? 127 : 2))
    #expect(try FileManager.default.contentsOfDirectory(atPath: machine.work) == [])
  }

  @Test func `what is not done is said, and the clone is made`() async throws {
    let model = try ServedModel()
    let (machine, path) = try await GitMachine.calledGitLFS()
    let outcome = try await machine.run(
      "git", ["lfs", "clone", "--quiet", "--skip-repo", "--ipv4", model.url(), "c"], environment: path)
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("warning: `--ipv4` is not used by lfsfetch, which goes on without it\n"))
    #expect(!outcome.errors.contains("Cloning into"))
    #expect(fileStatus(machine.work + "/c/.git/hooks") == nil)
    #expect(GitMachine.pointers(in: machine.work + "/c") == [])
  }

  @Test func `an upload-pack of the user's is called by nobody but a host behind ssh`() async throws {
    let model = try ServedModel()
    let (machine, path) = try await GitMachine.calledGitLFS()
    let program = try writeProgram(
      "#!/bin/sh\necho called >>\(machine.sandbox.folder)/log\nexec git-upload-pack \"$@\"\n",
      to: machine.sandbox.folder + "/upload-pack")
    for (address, remark) in [
      (model.url(), "warning: --upload-pack is ignored over http, where the server runs it.\n"),
      (model.folder, "ignored for a repository of this machine, which lfsfetch reads by itself.\n"),
      ("file://" + model.folder, "ignored for a repository of this machine, which lfsfetch reads by itself.\n"),
    ] {
      let outcome = try await machine.run(
        "git", ["lfs", "clone", "-u", program, address, "c"], environment: path)
      #expect(outcome.status == 0 && outcome.errors.contains(remark), "\(outcome.errors)")
      #expect(GitMachine.pointers(in: machine.work + "/c") == [])
      try FileManager.default.removeItem(atPath: machine.work + "/c")
    }
    #expect(bytes(machine.sandbox.folder + "/log") == nil)
  }

  @Test func `git's words where there is no place or no repository`() async throws {
    let model = try ServedModel()
    let (machine, path) = try await GitMachine.calledGitLFS()
    try machine.sandbox.write("mine\n", to: "work/c/file")
    for (arguments, words, hint) in [
      (
        [model.url(), "c"], "fatal: destination path 'c' already exists and is not an empty directory.", "name another"
      ),
      (["nowhere", "d"], "fatal: repository 'nowhere' does not exist", "check the path"),
      (["-b", "nosuch", model.url(), "d"], "fatal: Remote branch nosuch not found in upstream origin", "fatal"),
      (["-b", try await model.commitID(), model.url(), "d"], "not found in upstream origin", "fatal"),
      (["-c", "remote.origin.fetch=refs/tags/no:refs/x", model.url(), "d"], "fatal: couldn't find remote ref", "ref"),
    ] {
      let reference = try await machine.run("git", ["lfs", "clone"] + arguments)
      let outcome = try await machine.run("git", ["lfs", "clone"] + arguments, environment: path)
      #expect(outcome.status == reference.status)
      #expect(reference.errors.contains(words) && outcome.errors.contains(words), "\(outcome.errors)")
      #expect(outcome.errors.contains(hint))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: machine.work) == ["c"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: machine.work + "/c") == ["file"])
  }
}
