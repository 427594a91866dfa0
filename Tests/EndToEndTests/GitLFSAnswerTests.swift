import Fixtures
import Foundation
import Testing

/// One question each to git-lfs and to the program called as `git-lfs`: the same status, and the same words where
/// scripts read them.
@Suite struct GitLFSAnswerTests {
  static let questions: [[String]] = [
    ["version"], ["ls-files", "-l", "-s"], ["ls-files", "nothing"], ["ls-files", "--bogus"], ["bogus"], ["fsck"],
    ["fsck", "nothing"], ["fsck", "origin/broken"], ["fetch"], ["fetch", "nowhere"], ["fetch", "origin", "nothing"],
    ["fetch", "origin", "origin/broken"], ["fetch", "--all", "--include=x"], ["pull"], ["pull", "nowhere"],
    ["checkout"], ["checkout", "weights"], ["prune"], ["env"], ["pointer", "--check", "--file=README.md"], ["pointer"],
    ["pointer", "--check", "--file=nowhere"], ["pointer", "--file=nowhere"],
    ["fetch", "--recent"], ["fetch", "-p"], ["uninstall"], ["install", "--local", "--skip-smudge"],
    ["install", "--local", "--system"], ["update"], ["update", "--manual"], ["update", "--force", "--manual"], ["ext"],
    ["install", "hooks"], ["uninstall", "hooks"], ["install", "--skip-repo"],
    ["post-checkout", "a", "b", "1"], ["post-merge", "0"], ["post-commit"], ["post-checkout", "a"], ["post-merge"],
    ["pre-push", "--dry-run"], ["version", "x"], ["env", "x"], ["status", "x", "y"], ["prune", "x"], ["install", "x"],
    ["uninstall", "x"], ["update", "x"], ["fetch", "-r"], ["fetch", "-a"], ["status", "-j"],
    ["pointer", "-f", "weights/model.bin", "-p", "README.md"],
  ]

  @Test(arguments: questions) func `exit statuses`(_ question: [String]) async throws {
    let model = try ServedModel()
    let reference = try await GitMachine(.gitLFS)
    let expected = try await reference.run(
      "git", ["lfs"] + question, in: reference.clone(model.url(), "-c", "lfs.fetchexclude=shards"))
    let (machine, path) = try await GitMachine.calledGitLFS()
    let clone = try await machine.clone(model.url(), "-c", "lfs.fetchexclude=shards", environment: path)
    let answer = try await machine.run("git", ["lfs"] + question, in: clone, environment: path)
    #expect(answer.status == expected.status, "\(answer.errors)")
    if ["ls-files", "fsck", "uninstall", "install", "update", "ext"].contains(question[0]), answer.status < 2 {
      let output = answer.output.replacingOccurrences(of: machine.work, with: reference.work)
      #expect(output.split(separator: "\n").sorted() == expected.output.split(separator: "\n").sorted())
    }
  }

  /// What scripts look for in the messages of git-lfs.
  static let mistakes: [([String], words: String)] = [
    (["fetch", "nowhere"], "Invalid remote name \"nowhere\""),
    (["pull", "nowhere"], "Invalid remote name \"nowhere\""),
    (["fetch", "--all", "--recent"], "Cannot combine --all with --recent\n"),
    (["fetch", "--all", "-I=x"], "Cannot combine --all with --include or --exclude\n"),
    (["ls-files", "--all", "main"], "Cannot use --all with explicit reference\n"),
    (["ls-files", "--", "--all"], "Did you mean `git lfs ls-files --all --` ?\n"),
    (["pointer"], "Nothing to do!\n"), (["pointer", "--pointer=nowhere"], "open nowhere: no such file or directory\n"),
    (["pointer", "--pointer=README.md"], "Pointer file error: invalid header\n"),
    (
      ["checkout", "--base"],
      "--to and exactly one of --theirs, --ours, and --base must be used together\n"
    ),
    (
      ["checkout", "--to", "x", "--ours", "--theirs", "a"],
      "Error parsing args: at most one of --base, --theirs, and --ours is allowed\n"
    ),
    (["checkout", "--to", "x", "--ours", "a", "b"], "--to requires exactly one Git LFS object file path\n"),
    (
      ["checkout", "--to", "x", "--ours", "weights/model.bin"],
      "Could not checkout (are you not in the middle of a merge?)"
    ),
    (["track", "--json", "x"], "--json option can't be combined with arguments\n"),
    (["update", "--force", "--manual"], "You cannot use --force and --manual options together\n"),
    (["install", "--local", "--system"], "Only one of --local and --system options can be specified.\n"),
    (["bogus"], "Error: unknown command \"bogus\" for \"git-lfs\"\n"),
    (["ls-files", "--bogus"], "Error: unknown flag: --bogus\n"),
    (["ls-files", "-lz"], "Error: unknown shorthand flag: 'z' in -z\n"),
    (["fetch", "origin", "nothing"], "Invalid ref argument: [nothing]\n"),
    (["fsck", "nothing"], "Git can't resolve ref: \"nothing\"\n"),
    (["pointer", "--stdin", "--pointer=README.md"], "cannot read from STDIN and --pointer\n"),
    (["pointer", "--check"], "Must specify either --file or --stdin with --compare\n"),
    (["pointer", "--check", "--stdin", "--file=README.md"], "With --check, --file cannot be combined with --stdin\n"),
    (
      ["pointer", "--check", "--strict", "--no-strict", "--file=README.md"],
      "Cannot combine --strict with --no-strict\n"
    ),
  ]

  @Test(arguments: mistakes) func `words`(_ question: [String], _ words: String) async throws {
    let model = try ServedModel()
    let reference = try await GitMachine(.gitLFS)
    let expected = try await reference.run(
      "git", ["lfs"] + question, in: reference.clone(model.url(), "-c", "lfs.fetchexclude=*"))
    #expect(expected.errors.contains(words), "\(expected.errors)")
    let (machine, path) = try await GitMachine.calledGitLFS()
    let clone = try await machine.clone(model.url(), "-c", "lfs.fetchexclude=*", environment: path)
    let answer = try await machine.run("git", ["lfs"] + question, in: clone, environment: path)
    #expect(answer.errors.contains(words), "\(answer.errors)")
    #expect(answer.status == expected.status)
  }

  /// Questions whose whole answer on stdout is the same; `place` is where they are asked.
  static let sameAnswers: [(place: String, [String])] = [
    ("detached", ["status"]), ("detached", ["fetch"]), ("clone", ["fetch"]), ("clone", ["fetch", "origin", "v1"]),
    ("clone", ["fetch", "origin", "main", "origin/feature/other"]), ("clone", ["fetch", "--all"]),
    ("clone", ["untrack"]), ("clone", ["pre-push"]), ("clone", ["post-merge", "a", "b"]), ("clone", ["post-checkout"]),
    ("clone", ["checkout", "README.md"]),
    ("bare", ["track"]), ("bare", ["track", "x"]), ("bare", ["untrack", "x"]), ("bare", ["checkout"]),
    ("bare", ["status"]), ("bare", ["ls-files"]), ("bare", ["fetch"]), ("none", ["status", "--json"]),
  ]

  @Test(arguments: sameAnswers) func `answers`(place: String, _ question: [String]) async throws {
    let model = try ServedModel()
    var outcomes: [Launch.Outcome] = []
    let (machine, path) = try await GitMachine.calledGitLFS()
    for (machine, environment) in [(try await GitMachine(.gitLFS), [:]), (machine, path)] {
      let pointers = environment.merging(["GIT_LFS_SKIP_SMUDGE": "1"]) { $1 }
      let clone = try await machine.clone(model.url(), environment: pointers)
      _ = try await machine.clone(model.url(), "--bare", name: "bare", environment: pointers)
      try await machine.git("worktree", "add", "--quiet", "--detach", "../detached", in: clone, environment: pointers)
      try machine.sandbox.makeFolder(machine.work + "/none")
      outcomes.append(
        try await machine.run("git", ["lfs"] + question, in: machine.work + "/" + place, environment: environment))
    }
    #expect(outcomes[1].status == outcomes[0].status, "\(outcomes[1].errors)")
    // Without a terminal git-lfs may or may not tell how much it has fetched, and it counts some objects twice.
    let lines = outcomes.map { outcome in
      outcome.outputLines.filter { !$0.hasPrefix("Downloading LFS objects") && !$0.hasSuffix(" objects found, done.") }
    }
    if question.contains("--all") { #expect(outcomes[1].output.contains(" objects found, done.\n")) }
    #expect(lines[1] == lines[0])
    #expect(!lines[0].isEmpty || place == "clone" || question == ["ls-files"])
  }

  @Test(arguments: [["pull"], ["ls-files"], ["fsck"], ["install", "--local"], ["uninstall", "--local"], ["env"]])
  func `outside of a repository`(_ question: [String]) async throws {
    let reference = try await GitMachine(.gitLFS)
    let expected = try await reference.run("git", ["lfs"] + question)
    let (machine, path) = try await GitMachine.calledGitLFS()
    let answer = try await machine.run("git", ["lfs"] + question, environment: path)
    #expect(answer.status == expected.status)
    if answer.status != 0 { #expect(answer.output == expected.output) }
  }

  @Test(arguments: [["pull"], ["ls-files"], ["env"]])
  func `in a work tree that is not there`(_ question: [String]) async throws {
    let (named, path) = try await GitMachine.calledGitLFS()
    var answers: [Launch.Outcome] = []
    for (machine, environment) in [(try await GitMachine(.gitLFS), [:]), (named, path)] {
      try await machine.git("init", "--quiet", "repository")
      let place = ["GIT_DIR": machine.work + "/repository/.git", "GIT_WORK_TREE": "no/such/folder"]
      answers.append(
        try await machine.run("git", ["lfs"] + question, environment: environment.merging(place) { $1 }))
    }
    #expect(answers[1].status == answers[0].status)
    if answers[1].status != 0 { #expect(answers[1].output == answers[0].output) }
    let own = try await named.run(
      Sandbox.program, ["pull"],
      environment: ["GIT_DIR": named.work + "/repository/.git", "GIT_WORK_TREE": "no/such/folder"])
    #expect(own.status == 3)
    #expect(own.errors.contains("cannot use the work tree `no/such/folder`"), "\(own.errors)")
  }
}
