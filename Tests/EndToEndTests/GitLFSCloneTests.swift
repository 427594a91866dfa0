import Foundation
import Testing

/// `git lfs clone`, beside the real one: the same references, settings, files and objects.
@Suite struct GitLFSCloneTests {
  /// What a clone is like, as real git sees it.
  struct Description: Equatable {
    let head: String
    var references: [String]
    let settings: [String]
    let files: [String: String]
    let pointers: [String]
    let objects: [String]
    let hooks: [String]
    let status: String
    let commits: String
  }

  private func describe(_ clone: String, by machine: GitMachine) async throws -> Description {
    let folder = try await machine.git("rev-parse", "--absolute-git-dir", in: clone)
    let isBare = try await machine.git("rev-parse", "--is-bare-repository", in: clone) == "true"
    let settings = try await machine.git("config", "--local", "--list", in: clone).split(separator: "\n")
    let hooks = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/hooks")) ?? []
    return Description(
      head: try await machine.git("rev-parse", "--symbolic-full-name", "HEAD", in: clone),
      references: try await machine.git("for-each-ref", in: clone).split(separator: "\n").map(String.init),
      settings: settings.map(String.init).filter { line in
        ["remote.", "branch.", "submodule.", "user.", "core.bare="].contains { line.hasPrefix($0) }
      }.sorted(),
      files: isBare ? [:] : try await FileTree.of(clone).filter { !$0.key.hasPrefix("git/") },
      pointers: isBare ? [] : GitMachine.pointers(in: clone),
      objects: FileTree.paths(in: folder + "/lfs/objects"), hooks: hooks.filter { !$0.hasSuffix(".sample") }.sorted(),
      status: isBare ? "" : try await machine.git("status", "--porcelain", in: clone),
      commits: try await machine.git("rev-list", "--all", "--count", in: clone))
  }

  static let options: [[String]] = [
    [], ["-b", "v1"], ["--branch=feature/other", "--origin", "upstream"], ["--depth", "1"],
    ["--depth=2", "--no-single-branch"], ["--single-branch", "-b", "feature/other"], ["--bare"], ["--mirror"],
    ["--no-checkout"], ["-I", "shards"], ["--include=shards", "--exclude=shards/00*"],
    ["--separate-git-dir", "git"], ["-c", "user.name=Someone Else"], ["-l", "-s", "-v", "--no-hardlinks", "-j", "3"],
  ]

  @Test(arguments: options) func `makes what git-lfs makes`(_ options: [String]) async throws {
    let model = try ServedModel()
    let reference = try await GitMachine(.gitLFS)
    let (machine, path) = try await GitMachine.calledGitLFS()
    var found: [Description] = []
    for (machine, environment) in [(reference, [:]), (machine, path)] {
      let outcome = try await machine.run(
        "git", ["lfs", "clone"] + options + [model.url(), "c"], environment: environment)
      try #require(outcome.status == 0, "\(outcome.errors)")
      let warning = "WARNING: `git lfs clone` is deprecated and will not be updated\n          with new flags"
      #expect(outcome.errors.hasPrefix(warning))
      let kind = options.contains("--bare") || options.contains("--mirror") ? "bare repository " : ""
      #expect(outcome.errors.contains("Cloning into \(kind)'c'...\n"))
      found.append(try await describe(machine.work + "/c", by: reference))
    }
    // Annotated tags come with what they name alone.
    if options.contains(where: { $0 == "--depth" || $0 == "--single-branch" }) {
      for index in found.indices { found[index].references.removeAll { $0.contains(" tag\t") } }
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
    (["--shallow-since=2020-01-01", "URL", "c"], "`--shallow-since` is not part of lfsfetch"),
    (["-u", "x", "URL", "c"], "`--upload-pack` is not part of lfsfetch"),
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
      "git", ["lfs", "clone", "--quiet", "--skip-repo", "--template=", "--reference", ".", model.url(), "c"],
      environment: path)
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("warning: `--template` is not used by lfsfetch, which goes on without it\n"))
    #expect(outcome.errors.contains("warning: `--reference` is not used by lfsfetch, which goes on without it\n"))
    #expect(!outcome.errors.contains("Cloning into"))
    #expect(fileStatus(machine.work + "/c/.git/hooks") == nil)
    #expect(GitMachine.pointers(in: machine.work + "/c") == [])
  }
}
