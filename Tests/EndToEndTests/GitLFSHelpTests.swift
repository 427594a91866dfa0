import Testing

/// Help and versions under the name git-lfs: on the stream and with the status of the real one, in our own words.
@Suite struct GitLFSHelpTests {
  /// `git` answers `git lfs --help` itself, by the manual of whatever `git-lfs` was installed with it.
  static let questions: [[String]] = [
    [], [""], ["help"], ["--help"], ["-h"], ["--version"], ["-v"], ["version"], ["version", "--help"],
    ["help", "help"],
    ["help", "pull"], ["pull", "--help"], ["pull", "-h"], ["pull", "--help", "x"], ["help", "pull", "fetch"],
    ["help", "ext", "list"], ["ext", "--help"], ["install", "hooks", "--help"], ["help", "pre-push"],
    ["post-checkout", "--help"], ["filter-process", "--help"], ["clone", "--help"], ["nope"], ["nope", "--help"],
    ["help", "nope"], ["--nope"], ["-x"], ["pull", "--nope"], ["pull", "--help", "--nope"], ["help", "--nope"],
    ["fetch", "--include"],
  ]

  @Test(arguments: questions) func `streams and status`(_ words: [String]) async throws {
    let reference = try await GitMachine(.none)
    let expected = try await reference.run("git-lfs", words)
    let (machine, path) = try await GitMachine.calledGitLFS()
    let answer = try await machine.run("git-lfs", words, environment: path)
    #expect(answer.status == expected.status)
    #expect(answer.output.isEmpty == expected.output.isEmpty, "\(answer.output)")
    #expect(answer.errors.isEmpty == expected.errors.isEmpty, "\(answer.errors)")
    #expect(!answer.output.contains("lfsfetch get"))
  }

  /// Every option of the real one is taken and told; of `version` it has one for fun.
  @Test(arguments: [
    "checkout", "clean", "clone", "env", "ext", "fetch", "filter-process", "fsck", "install", "ls-files", "pointer",
    "post-checkout", "post-commit", "post-merge", "pre-push", "prune", "pull", "smudge", "status", "track", "uninstall",
    "untrack", "update",
  ]) func `options`(_ command: String) async throws {
    let reference = try await GitMachine(.none)
    let known = try await reference.run("git-lfs", ["__complete", command, "-"]).output
    let options = known.split(separator: "\n").map { $0.split(separator: "\t")[0] }.filter { $0.hasPrefix("-") }
    #expect(options.contains("--help"), "\(known)")
    let (machine, path) = try await GitMachine.calledGitLFS()
    let help = try await machine.run("git-lfs", ["help", command], environment: path).output
    let told = help.split(whereSeparator: { " ,\n".contains($0) })
    for option in options { #expect(told.contains(option), "\(option)") }
  }

  @Test func `what is elsewhere is said to be, also where its help is asked for`() async throws {
    let (machine, path) = try await GitMachine.calledGitLFS()
    for words in [["help", "push"], ["push", "--help"], ["lock", "-h"], ["completion", "bash"]] {
      let answer = try await machine.run("git-lfs", words, environment: path)
      #expect(answer.status == 8)
      #expect(answer.output.isEmpty)
      let name = words[0] == "help" ? words[1] : words[0]
      #expect(
        answer.errors == """
          error: `git lfs \(name)` is not part of lfsfetch, which only downloads
          hint: use the real git-lfs for it: it works in the same repository

          """)
    }
  }

  @Test func `help beside an error`() async throws {
    let (machine, path) = try await GitMachine.calledGitLFS()
    let flag = try await machine.run("git-lfs", ["pull", "--nope"], environment: path)
    #expect(flag.errors == "Error: unknown flag: --nope\n")
    #expect(flag.output.hasPrefix("Download what the work tree needs, and put it in place\n\nUsage: git lfs pull "))
    let topic = try await machine.run("git-lfs", ["help", "pul"], environment: path)
    #expect(topic.errors.hasPrefix("Error: unknown command \"pul\" for \"git-lfs\"\n"))
    let all = try await machine.run("git-lfs", ["help"], environment: path)
    #expect(topic.output == all.output)
    #expect(try await machine.run("git-lfs", [], environment: path).output.hasSuffix("\n" + all.output))
  }
}
