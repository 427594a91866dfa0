import Fixtures
import Foundation
import JSON
import Testing

/// Repositories behind ssh: a real ssh server, the real ssh, git's own programs behind it, and `git-lfs-authenticate`
/// as hosts have it.
@Suite struct SSHRepositoryTests {
  private func url(_ model: ServedModel) -> String { model.servers.ssh + model.folder }

  private func ssh(_ model: ServedModel) -> [String: String] {
    ["GIT_SSH_COMMAND": "ssh -F \(model.servers.sshConfig)"]
  }

  /// What the host was asked to run for the repository, after the protocol.
  private func commands(_ model: ServedModel) throws -> [String] {
    try String(contentsOfFile: model.servers.sshLog, encoding: .utf8).split(separator: "\n")
      .filter { $0.contains(model.name) }.map(String.init)
  }

  @Test func `a clone is what git and git-lfs make of it`() async throws {
    let model = try ServedModel()
    let reference = try await GitMachine(.gitLFS)
    let expected = try await reference.clone(url(model), environment: ssh(model))
    let machine = try await GitMachine(.gitLFS)
    try await machine.lfsfetch("clone", url(model), "clone", environment: ssh(model))
    let clone = machine.work + "/clone"
    #expect(try await FileTree.of(clone) == FileTree.of(expected))
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
    #expect(try await machine.git("config", "remote.origin.url", in: clone) == url(model))
    try await machine.git("fsck", in: clone)
    let tip = try await model.commit(["new.txt": "new\n"])
    try await machine.git("pull", "--quiet", in: clone, environment: ssh(model))
    #expect(try await machine.git("rev-parse", "HEAD", in: clone) == tip)
    try await machine.git("lfs", "fsck", in: clone)
    // The objects came from where `git-lfs-authenticate` led, with what it gave.
    let batches = try await model.requests().filter { $0.uri.contains("/objects/batch") }
    #expect(!batches.isEmpty && batches.allSatisfy { $0.uri.hasPrefix("/private/") && $0.status == 200 })
  }

  @Test func `ssh is called as git and git-lfs call it`() async throws {
    let model = try ServedModel()
    var calls: [Set<String>] = []
    for program in ["git", Sandbox.program] {
      let machine = try await GitMachine(.gitLFS)
      let log = machine.sandbox.folder + "/calls"
      let script = """
        #!/bin/sh
        { printf '%s' "${GIT_PROTOCOL:--}"; for word; do printf ' [%s]' "$word"; done; echo; } >>\(log)
        exec /usr/bin/env ssh -F \(model.servers.sshConfig) "$@"
        """
      let path = machine.sandbox.folder + "/ssh"
      // By another process: a program that this one has just written cannot be run while any of its children has it open.
      let draft = try machine.sandbox.write(script, to: "draft")
      #expect(try await machine.run("/usr/bin/install", ["-m", "755", draft, path]).status == 0)
      let outcome = try await machine.run(program, ["clone", url(model), "clone"], environment: ["GIT_SSH": path])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map(String.init)
      calls.append(Set(lines.filter { !$0.contains("git-lfs-transfer") }))
    }
    #expect(calls[0] == calls[1])
    #expect(calls[1].count == 2)
  }

  @Test func `core.sshCommand of the user's configuration is obeyed, as git does it`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.gitLFS)
    try await machine.git("config", "--global", "core.sshCommand", "ssh -F \(model.servers.sshConfig)")
    let clone = try await machine.lfsfetch("clone", url(model), "clone", "--include", "weights/model.bin")
      .trimmingCharacters(in: .newlines)
    #expect(try await sha256(clone + "/weights/model.bin") == model.pointer("weights/model.bin").oid)
    #expect(try commands(model).contains { $0.contains("git-lfs-authenticate") })
    try await machine.git("fetch", "--quiet", in: clone)
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
  }

  @Test func `get, and the parts of a clone that come later`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.none)
    let path = try await machine.lfsfetch(
      "get", url(model) + ":weights/one-byte.bin", environment: ssh(model)
    ).trimmingCharacters(in: .newlines)
    #expect(bytes(path) == Data("x".utf8))
    try await machine.lfsfetch("clone", url(model), "clone", "--include", "README.md", environment: ssh(model))
    let clone = machine.work + "/clone"
    try await machine.lfsfetch("add", "weights/model.bin", in: clone, environment: ssh(model))
    #expect(try await sha256(clone + "/weights/model.bin") == model.pointer("weights/model.bin").oid)
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
  }

  @Test func `protocol v0, and the short form of the address`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.none)
    let port = try #require(model.servers.sshV0.split(separator: ":").last)
    try await machine.lfsfetch("clone", "[127.0.0.1:\(port)]:\(model.name).git", environment: ssh(model))
    let clone = machine.work + "/" + (try #require(model.name.split(separator: "/").last))
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
    #expect(GitMachine.pointers(in: clone) == [])
    #expect(try commands(model).allSatisfy { $0.hasPrefix("- ") })
    #expect(try commands(model).contains("- git-lfs-authenticate \(model.name).git download"))
  }

  @Test func `the stand-in, whose host is asked once for a command`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.lfsfetch)
    let clone = try await machine.clone(
      url(model), environment: ssh(model).merging(["GIT_LFS_SKIP_SMUDGE": "1"]) { $1 })
    #expect(GitMachine.pointers(in: clone) != [])
    func asked() throws -> Int { try commands(model).count { $0.contains("git-lfs-authenticate") } }
    try await machine.lfsfetch("fetch", in: clone, environment: ssh(model))
    #expect(try asked() == 1)
    try await machine.lfsfetch("pull", in: clone, environment: ssh(model))
    #expect(GitMachine.pointers(in: clone) == [])
    #expect(try asked() == 1)
    let environment = try await machine.lfsfetch("env", in: clone)
    #expect(environment.contains("  SSH=127.0.0.1:\(model.folder)\n"))
    let filtered = try await GitMachine(.lfsfetch)
    let other = try await filtered.clone(url(model), environment: ssh(model))
    #expect(GitMachine.pointers(in: other) == [])
    #expect(try asked() == 2)
  }

  @Test func `a configured server is asked instead of the host`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.none)
    let clone = try await machine.clone(
      url(model), "-c", "lfs.url=\(model.url())/info/lfs", environment: ssh(model))
    try await machine.lfsfetch("pull", in: clone, environment: ssh(model))
    #expect(GitMachine.pointers(in: clone) == [])
    #expect(try !commands(model).contains { $0.contains("git-lfs-authenticate") })
  }

  @Test(arguments: ["echo 'you \\033[2Jmay not' >&2; exit 1", "exit 127"])
  func `a host that gives no token is asked over https`(_ script: String) async throws {
    let model = try ServedModel()
    try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: model.folder + "/git-lfs-authenticate"))
    chmod(model.folder + "/git-lfs-authenticate", 0o755)
    let machine = try await GitMachine(.none)
    let clone = try await machine.clone(url(model), environment: ssh(model))
    // Nobody is at that port; that it is asked shows in the message.
    let outcome = try await machine.run(
      Sandbox.program, ["pull", "--include=weights/one-byte.bin"], in: clone,
      environment: ssh(model).merging([
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "lfs.transfer.maxretries", "GIT_CONFIG_VALUE_0": "1",
      ]) { $1 })
    #expect(outcome.status == 4)
    #expect(outcome.errors.contains("https://127.0.0.1\(model.folder)/info/lfs"))
    let words = script.hasPrefix("echo") ? "you \\u{1b}[2Jmay not" : "it ended without a word"
    #expect(outcome.errors.contains("`git-lfs-authenticate` over ssh gave no other address: \(words)"))
    #expect(!outcome.errors.contains("\u{1B}"))
  }

  @Test func `a grant that is refused is renewed, and nobody is asked for credentials`() async throws {
    let model = try ServedModel()
    let grant = #"{"href": "\#(model.url("/private"))/info/lfs", "header": {"Authorization": "Bearer old"}}"#
    try Data("#!/bin/sh\necho '\(grant)'\n".utf8).write(to: URL(filePath: model.folder + "/git-lfs-authenticate"))
    chmod(model.folder + "/git-lfs-authenticate", 0o755)
    let machine = try await GitMachine(.none)
    let clone = try await machine.clone(url(model), environment: ssh(model))
    let asked = machine.work + "/asked"
    try await machine.git("config", "--global", "credential.helper", "!touch '\(asked)'; :")
    let outcome = try await machine.run(
      Sandbox.program, ["pull", "--include=weights/one-byte.bin"], in: clone, environment: ssh(model))
    #expect(outcome.status == 5)
    #expect(outcome.errors.contains("answered 401"), "\(outcome.errors)")
    #expect(try commands(model).count { $0.contains("git-lfs-authenticate") } == 2)
    #expect(try await model.requests().batches.map(\.status) == [401, 401])
    #expect(fileStatus(asked) == nil)
  }

  @Test func `the protocol that is not spoken is refused`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.none)
    let clone = try await machine.clone(url(model), "-c", "lfs.sshtransfer=always", environment: ssh(model))
    let outcome = try await machine.run(Sandbox.program, ["pull"], in: clone, environment: ssh(model))
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("the protocol that this needs, `git-lfs-transfer`, is not spoken"))
  }

  @Test func `another upload-pack, for a clone and in one, as git calls it`() async throws {
    let model = try ServedModel()
    let (machine, path) = try await GitMachine.calledGitLFS()
    let reference = try await GitMachine(.gitLFS)
    // For a clone only the option counts; the setting is for what is fetched later.
    for (number, options) in [
      ["--upload-pack", "env A=b git-upload-pack"], ["-c", "remote.origin.uploadpack=env A=c git-upload-pack"],
    ].enumerated() {
      for (machine, environment) in [(reference, ssh(model)), (machine, ssh(model).merging(path) { $1 })] {
        let before = try commands(model).count
        let outcome = try await machine.run(
          "git", ["lfs", "clone"] + options + [url(model), "\(number)"], environment: environment)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(GitMachine.pointers(in: machine.work + "/\(number)") == [])
        let settings = try await machine.git("config", "--list", "--local", in: machine.work + "/\(number)")
        #expect(settings.contains("uploadpack=env A=c") == (number == 1))
        let calls = try commands(model)[before...].filter { $0.contains("git-upload-pack '") }
        #expect(calls.allSatisfy { $0.hasPrefix("version=2 " + (number == 0 ? "env A=b " : "") + "git-upload-pack '") })
        #expect(calls.count == 1, "\(calls)")
      }
    }
    let missing = try await machine.run(
      "git", ["lfs", "clone", "-u", "/nowhere/pack", url(model), "c"],
      environment: ssh(model).merging(path) { $1 })
    #expect(missing.status == 2 && missing.errors.contains("has no `/nowhere/pack`"), "\(missing.errors)")
    // A partial clone fetches what it lacks by the same program.
    try await machine.lfsfetch("clone", url(model), "part", "--include", "README.md", environment: ssh(model))
    let part = machine.work + "/part"
    try await machine.git("config", "remote.origin.uploadpack", "env A=e git-upload-pack", in: part)
    try await machine.lfsfetch("add", "texts", in: part, environment: ssh(model))
    #expect(try commands(model).contains { $0.contains("env A=e git-upload-pack '") })
    #expect(try await machine.git("status", "--porcelain", in: part) == "")
  }

  @Test func `no host, no repository, no command: in the words of ssh, once`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.none)
    let lost = try await machine.run(
      Sandbox.program, ["clone", url(model) + "-not", "clone"], environment: ssh(model))
    #expect(lost.status == 3)
    #expect(lost.errors.components(separatedBy: "does not appear to be a git repository").count == 2)
    let closed = try await machine.run(
      Sandbox.program, ["clone", "ssh://127.0.0.1:1/x", "clone"], environment: ssh(model))
    #expect(closed.status == 4)
    #expect(closed.errors.components(separatedBy: "Connection refused").count == 2)
    let port = try #require(model.servers.ssh.split(separator: ":").last)
    let unknown = try await machine.run(
      Sandbox.program, ["clone", url(model), "clone"],
      environment: ["GIT_SSH_COMMAND": "ssh -o UserKnownHostsFile=/dev/null -F \(model.servers.sshConfig)"])
    #expect(unknown.status == 5)
    #expect(unknown.errors.contains("Host key verification failed"))
    #expect(unknown.errors.contains("hint: see whether `ssh -p \(port) 127.0.0.1` lets you in"))
    #expect(FileTree.paths(in: machine.work) == [])
  }

  @Test(arguments: [SIGINT, SIGTERM]) func `an interruption leaves no ssh behind`(_ signal: Int32) async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.none)
    let number = machine.sandbox.folder + "/number"
    let script = try machine.sandbox.write("echo $$ >\(number); exec sleep 600\n", to: "tools/slow")
    let run = try Launch(
      Sandbox.program, ["clone", url(model), "clone"],
      environment: machine.environment.merging(["GIT_SSH_COMMAND": "sh \(script)", "GIT_SSH_VARIANT": "ssh"]) { $1 },
      in: machine.work)
    var id: pid_t?
    while id == nil {
      id = bytes(number).flatMap { pid_t(String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .newlines)) }
      try await Task.sleep(for: .milliseconds(5))
    }
    run.send(signal)
    #expect(try await run.outcome().status == 130)
    try await waitForEnd(of: #require(id))
    #expect(FileTree.paths(in: machine.work) == [])
  }

  @Test func `submodules behind ssh`() async throws {
    let inner = try ServedModel()
    let outer = try ServedModel()
    let name = try #require(inner.name.split(separator: "/").last)
    let modules = try await outer.blob("[submodule \"sub\"]\n  path = sub\n  url = ../\(name).git\n")
    let commit = try await inner.commitID()
    try await outer.branch(
      "main", withTree: ["100644 blob \(modules)\t.gitmodules", "160000 commit \(commit)\tsub"])
    let machine = try await GitMachine(.none)
    try await machine.lfsfetch(
      "clone", "--recurse-submodules", url(outer), "clone", environment: ssh(outer))
    let clone = machine.work + "/clone"
    #expect(try await sha256(clone + "/sub/weights/model.bin") == inner.pointer("weights/model.bin").oid)
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
  }
}
