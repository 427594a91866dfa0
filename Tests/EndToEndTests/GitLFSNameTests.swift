import Foundation
import Testing

/// Called as `git-lfs`, the program answers as git-lfs does.
@Suite struct GitLFSNameTests {
  @Test func `a clone through the filter`() async throws {
    let model = try ServedModel()
    let (machine, path) = try await GitMachine.calledGitLFS()
    #expect(try await machine.git("config", "filter.lfs.process") == "git-lfs filter-process")
    let clone = try await machine.clone(model.url(), environment: path)
    #expect(GitMachine.pointers(in: clone) == [])
    #expect(try await machine.git("status", "--porcelain", in: clone, environment: path) == "")
    let version = try await machine.git("lfs", "version", in: clone, environment: path)
    #expect(version.hasPrefix("git-lfs/3.3.0 (lfsfetch "))
    #expect(try await machine.git("lfs", "--version", in: clone, environment: path) == version)
  }

  static let questions: [[String]] = [
    ["version"], ["ls-files", "-l", "-s"], ["ls-files", "nothing"], ["ls-files", "--bogus"], ["bogus"], ["fsck"],
    ["fsck", "nothing"], ["fsck", "origin/broken"], ["fetch"], ["fetch", "nowhere"], ["fetch", "origin", "nothing"],
    ["fetch", "origin", "origin/broken"], ["fetch", "--all", "--include=x"], ["pull"], ["pull", "nowhere"],
    ["checkout"], ["checkout", "weights"], ["prune"], ["env"], ["pointer", "--check", "--file=README.md"], ["pointer"],
    ["fetch", "--recent"], ["fetch", "-p"], ["uninstall"], ["install", "--local", "--skip-smudge"],
    ["install", "--local", "--system"], ["update"], ["update", "--manual"], ["update", "--force", "--manual"], ["ext"],
    ["install", "hooks"], ["uninstall", "hooks"], ["install", "--skip-repo"],
    ["post-checkout", "a", "b", "1"], ["post-merge", "0"], ["post-commit"],
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
    ("clone", ["untrack"]), ("clone", ["checkout", "README.md"]),
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

  @Test func `content that is not here is named, and what cannot be fetched stays a pointer`() async throws {
    let model = try ServedModel()
    let oid = try await model.pointer("weights/model.bin").oid
    var told: [[Substring]] = []
    let (machine, path) = try await GitMachine.calledGitLFS()
    for (machine, environment) in [(try await GitMachine(.gitLFS), [:]), (machine, path)] {
      let clone = try await machine.clone(
        model.url(), environment: environment.merging(["GIT_LFS_SKIP_SMUDGE": "1"]) { $1 })
      let checkout = try await machine.run("git", ["lfs", "checkout", "weights"], in: clone, environment: environment)
      #expect(checkout.status == 0)
      told.append(checkout.errors.split(separator: "\n").sorted())
    }
    #expect(told[1] == told[0])
    try FileManager.default.removeItem(atPath: model.objects + "/" + oid)
    let clone = machine.work + "/clone"
    let pointer = bytes(clone + "/weights/model.bin")
    let smudged = try await machine.run(
      "git", ["lfs", "smudge", "weights/model.bin"], in: clone, environment: path, input: clone + "/weights/model.bin")
    #expect(smudged.status == 2)
    #expect(Data(smudged.output.utf8) == pointer)
    let fetched = try await machine.run(
      "git", ["lfs", "fetch", "-I", "weights/model.bin"], in: clone, environment: path)
    #expect(fetched.status == 2)
    #expect(fetched.errors.contains("error: failed to fetch some objects from '\(model.url())/info/lfs'\n"))
  }

  @Test func `lines on stdout`() async throws {
    let model = try ServedModel()
    let reference = try await GitMachine(.gitLFS)
    let (machine, path) = try await GitMachine.calledGitLFS()
    var told: [[String]] = []
    for (machine, environment) in [(reference, [:]), (machine, path)] {
      let clone = try await machine.clone(
        model.url(), environment: environment.merging(["GIT_LFS_SKIP_SMUDGE": "1"]) { $1 })
      var lines: [String] = []
      func ask(_ words: String...) async throws {
        let outcome = try await machine.run("git", ["lfs"] + words, in: clone, environment: environment)
        #expect(outcome.status == 0)
        lines += outcome.output.split(separator: "\n").map(String.init).filter { $0.contains("LFS") }
      }
      try await ask("fetch", "-I", "shards")
      try await ask("checkout", "shards")
      try await ask("ls-files", "--json", "-I", "weights")
      try await ask("uninstall")
      try await ask("pull")
      try await ask("checkout")
      // How fast it was, nobody knows before.
      told.append(lines.map { line in line.split(separator: "|").map(String.init)[0] } + GitMachine.pointers(in: clone))
    }
    #expect(told[1].contains("weights/model.bin"))
    #expect(told[1].filter { !$0.hasPrefix("Downloading") } == told[0].filter { !$0.hasPrefix("Downloading") })
    #expect(told[1].contains("Downloading LFS objects: 100% (120/120), 60 KB "), "\(told[1])")
  }

  @Test func `files that are to be locked first are read-only after a checkout`() async throws {
    let model = try ServedModel()
    let (machine, path) = try await GitMachine.calledGitLFS()
    let clone = try await machine.clone(model.url(), environment: path)
    try machine.sandbox.write("nested/**/*.bin lockable\n", to: "work/clone/.git/info/attributes")
    func mode() -> mode_t { (fileStatus(clone + "/nested/a/b/c/deep.bin")?.st_mode ?? 0) & 0o222 }
    #expect(mode() != 0)
    try await machine.git("checkout", "--quiet", "v1", in: clone, environment: path)
    try await machine.git("checkout", "--quiet", "main", in: clone, environment: path)
    #expect(mode() == 0)
  }

  @Test(arguments: [["pull"], ["ls-files"], ["fsck"], ["install", "--local"], ["env"]])
  func `outside of a repository`(_ question: [String]) async throws {
    let reference = try await GitMachine(.gitLFS)
    let expected = try await reference.run("git", ["lfs"] + question)
    let (machine, path) = try await GitMachine.calledGitLFS()
    let answer = try await machine.run("git", ["lfs"] + question, environment: path)
    #expect(answer.status == expected.status)
    if answer.status != 0 { #expect(answer.output == expected.output) }
  }

  @Test(arguments: ["push", "lock", "unlock", "locks", "migrate"])
  func `what uploads or locks is said to be elsewhere`(_ command: String) async throws {
    let (machine, path) = try await GitMachine.calledGitLFS()
    let answer = try await machine.run("git", ["lfs", command, "--whatever"], environment: path)
    #expect(answer.status == 8)
    #expect(answer.errors.hasPrefix("error: `git lfs \(command)` is not part of lfsfetch"))
  }

  @Test func `a push is stopped when it has LFS files without content, and only then`() async throws {
    let model = try ServedModel()
    let (machine, path) = try await GitMachine.calledGitLFS()
    let clone = try await machine.clone(model.url(), environment: path)
    try machine.sandbox.write("#!/bin/sh\ngit lfs pre-push \"$@\"\n", to: "work/clone/.git/hooks/pre-push")
    chmod(clone + "/.git/hooks/pre-push", 0o755)
    try machine.sandbox.write("more\n", to: "work/clone/README.md")
    try await machine.git("commit", "--quiet", "--all", "--message", "Text", in: clone, environment: path)
    // The copy's folder is pushed to directly: the server takes no pushes.
    try await machine.git("remote", "set-url", "--push", "origin", model.folder, in: clone)
    try await machine.git("push", "--quiet", in: clone, environment: path)
    try machine.sandbox.write("weights", to: "work/clone/weights/new.bin")
    try await machine.git("add", ".", in: clone, environment: path)
    try await machine.git("commit", "--quiet", "--message", "Weights", in: clone, environment: path)
    let stopped = try await machine.run("git", ["push", "--quiet"], in: clone, environment: path)
    #expect(stopped.status == 1)
    #expect(stopped.errors.contains("error: the push would leave LFS files without content: `weights/new.bin`\n"))
    #expect(try await model.git("log", "-1", "--format=%s", "main") == "Text")
    let oid = try await machine.git("rev-parse", "HEAD:weights/new.bin", in: clone)
    let pointer = try await machine.git("cat-file", "blob", oid, in: clone)
    let name = try #require(pointer.split(separator: "\n").first { $0.hasPrefix("oid ") }.map { String($0.suffix(64)) })
    let folder = "\(model.folder)/lfs/objects/\(name.prefix(2))/\(name.dropFirst(2).prefix(2))"
    try machine.sandbox.makeFolder(folder)
    try Data("weights".utf8).write(to: URL(filePath: folder + "/" + name))
    try await machine.git("push", "--quiet", in: clone, environment: path)
  }

  @Test func `install --as-git-lfs makes the link`() async throws {
    let machine = try await GitMachine(.none)
    let folder = machine.sandbox.folder + "/own"
    try machine.sandbox.makeFolder(folder)
    // By another process: one that this one starts meanwhile would inherit the open file, and keep it from being run.
    try await Tool.run("cp", [Sandbox.program, folder + "/lfsfetch"])
    let path = ["PATH": folder + ":" + (machine.environment["PATH"] ?? "")]
    for _ in 0..<2 {
      let outcome = try await machine.run(folder + "/lfsfetch", ["install", "--as-git-lfs"], environment: path)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    #expect(try await machine.git("lfs", "version", environment: path).contains("lfsfetch"))
    #expect(try await machine.git("config", "filter.lfs.clean") == "git-lfs clean -- %f")
    try FileManager.default.removeItem(atPath: folder + "/git-lfs")
    try machine.sandbox.write("something else", to: "own/git-lfs")
    let refused = try await machine.run(folder + "/lfsfetch", ["install", "--as-git-lfs"], environment: path)
    #expect(refused.status == 7)
    #expect(bytes(folder + "/git-lfs") == Data("something else".utf8))
  }
}
