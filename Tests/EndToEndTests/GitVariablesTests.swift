import Fixtures
import Foundation
import Testing

/// Git's variables, as users set them and as git sets them for hooks: the stand-in sees the repository that git-lfs sees.
@Suite struct GitVariablesTests {
  struct Setting: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// In a clone whose LFS files are pointers.
    let script: String
  }

  static let settings = [
    Setting(
      testDescription: "the objects elsewhere",
      script: "mv .git/objects ../objects; mkdir .git/objects; export GIT_OBJECT_DIRECTORY=$PWD/../objects"),
    Setting(
      testDescription: "further objects",
      script: "mv .git/objects .git/o; mkdir .git/objects; export GIT_ALTERNATE_OBJECT_DIRECTORIES=/nowhere:$PWD/.git/o"
    ),
    Setting(
      testDescription: "another index",
      script: "cp .git/index .git/other; echo x >x.bin; export GIT_INDEX_FILE=.git/other; git add x.bin"),
    Setting(
      testDescription: "another work tree",
      script: "git worktree add -q ../w; export GIT_DIR=$PWD/.git/worktrees/w GIT_WORK_TREE=$PWD/../w; cd /"),
    Setting(
      testDescription: "git's folder and the work tree, relative",
      script: "cd ..; export GIT_DIR=clone/.git GIT_WORK_TREE=clone"),
    Setting(testDescription: "a namespace", script: "export GIT_NAMESPACE=name"),
    Setting(testDescription: "no search above", script: "cd weights; export GIT_CEILING_DIRECTORIES=$(dirname $PWD)"),
    Setting(
      testDescription: "a search, but not so far",
      script: "cd weights; export GIT_CEILING_DIRECTORIES=$(dirname $(dirname $PWD)) GIT_DISCOVERY_ACROSS_FILESYSTEM=1"),
    Setting(
      testDescription: "settings of the command line",
      script: "export GIT_CONFIG_PARAMETERS=\"'lfs.fetchexclude'='weights,small' 'lfs.concurrenttransfers=2'\""),
  ]

  /// What the program says, and what the files are then.
  private static let questions = """
    git-lfs ls-files; echo $?; git-lfs status --porcelain; echo $?
    git-lfs fetch -X shards >/dev/null 2>&1; echo $?; git-lfs checkout >/dev/null 2>&1; echo $?
    git-lfs pull >/dev/null 2>&1; echo $?
    cd ${GIT_WORK_TREE:-.}; find . -path ./.git -prune -o -type f -print | sort | xargs md5sum
    """

  @Test(arguments: settings) func `are obeyed as by git-lfs`(_ setting: Setting) async throws {
    let model = try ServedModel()
    let (named, path) = try await GitMachine.calledGitLFS()
    var told: [String] = []
    for (machine, environment) in [(try await GitMachine(.gitLFS), [:]), (named, path)] {
      let clone = try await machine.clone(
        model.url(), environment: environment.merging(["GIT_LFS_SKIP_SMUDGE": "1"]) { $1 })
      let outcome = try await machine.run(
        "sh", ["-ec", setting.script + "; set +e; exec 2>&1\n" + Self.questions], in: clone, environment: environment)
      told.append(outcome.output.replacingOccurrences(of: machine.work, with: "WORK"))
    }
    #expect(told[1] == told[0])
  }

  /// Git names the index to its hooks from the top of the work tree.
  @Test func `a hook asks in another folder`() async throws {
    let model = try ServedModel()
    let (machine, path) = try await GitMachine.calledGitLFS()
    let clone = try await machine.clone(model.url(), environment: path)
    try writeProgram(
      "#!/bin/sh\necho $GIT_INDEX_FILE\ncd weights\ngit lfs status --porcelain\ngit lfs ls-files -n -I new.bin\n",
      to: clone + "/.git/hooks/pre-commit")
    try machine.sandbox.write("new", to: "work/clone/weights/new.bin")
    try await machine.git("add", ".", in: clone, environment: path)
    let commit = try await machine.run(
      "git", ["commit", "--quiet", "--message", "New"], in: clone, environment: path)
    #expect(commit.status == 0)
    #expect(commit.output + commit.errors == ".git/index\nA  weights/new.bin\nweights/new.bin\n")
  }

  /// What was pushed waits in a folder of its own until the hook has agreed.
  @Test func `a hook of the server sees what is being pushed`() async throws {
    let (machine, path) = try await GitMachine.calledGitLFS()
    try await machine.git("init", "--quiet", "--bare", "a:b/server.git")
    try writeProgram(
      "#!/bin/sh\nread old new name\necho ${GIT_QUARANTINE_PATH:+waits}\ngit lfs ls-files $new\n",
      to: machine.work + "/a:b/server.git/hooks/pre-receive")
    try await machine.git("init", "--quiet", "own")
    let own = machine.work + "/own"
    try machine.sandbox.write("*.bin filter=lfs\n", to: "work/own/.gitattributes")
    try machine.sandbox.write("x", to: "work/own/x.bin")
    try await machine.git("add", ".", in: own, environment: path)
    try await machine.git("commit", "--quiet", "--message", "One", in: own, environment: path)
    let push = try await machine.run(
      "git", ["push", "--quiet", "--no-verify", machine.work + "/a:b/server.git", "main"], in: own, environment: path)
    #expect(push.status == 0)
    let lines = push.errorLines.map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(lines == ["remote: waits", "remote: 2d711642b7 - x.bin"], "\(push.errors)")
  }
}
