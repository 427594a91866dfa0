import Files
import Fixtures
import Foundation
import HTTP
import Synchronization
import Testing

@testable import Git

/// Repositories behind a real ssh server, read by the real ssh and the real `git-upload-pack`.
@Suite struct SSHRemoteTests {
  private func remote(
    _ served: ServedRepository, at url: String? = nil, command: String? = nil, patience: Duration = .seconds(30),
    retry: Retry = .never, onMessage: @escaping @Sendable (String) -> Void = { _ in }
  ) throws -> GitRemote {
    let command = command ?? "ssh -F \(served.servers.sshConfig)"
    return try served.remote(
      url: url ?? served.servers.ssh + served.folder,
      ssh: SSHClient(
        SSHCommand(GitConfig(entries: [.init("core.sshcommand", command), .init("ssh.variant", "ssh")])) { _ in nil },
        patience: patience, retry: retry, onMessage: onMessage))
  }

  /// The commands that the server was asked to run for the repository, after the protocol.
  private func commands(_ served: ServedRepository) throws -> [String] {
    try String(contentsOfFile: served.servers.sshLog, encoding: .utf8).split(separator: "\n")
      .filter { $0.contains(served.name) }.map(String.init)
  }

  @Test func `references, a tree and contents through one process, in protocol v2`() async throws {
    let served = try ServedRepository()
    let remote = try remote(served)
    let commit = try await remote.resolve("v2").commit
    #expect(try commit == served.id("v2^{commit}"))
    let tree = try await remote.tree(of: commit)
    #expect(try tree.listing == served.listing("v2"))
    let entry = try tree.entry("README.md")
    try await remote.load(tree.entries.filter { $0.mode != .submodule }, of: tree)
    #expect(try await remote.content(of: entry) == served.gitBytes(["cat-file", "blob", entry.id.hex]))
    #expect(try await remote.server().advertisement.version == .v2)
    #expect(try commands(served) == ["version=2 git-upload-pack '\(served.folder)'"])
  }

  @Test func `protocol v0, where a process answers one fetch`() async throws {
    let served = try ServedRepository()
    let remote = try remote(served, at: served.servers.sshV0 + served.folder)
    let commit = try await remote.resolve("main").commit
    let tree = try await remote.tree(of: commit)
    #expect(try tree.listing == served.listing("main"))
    try await remote.load(tree.entries.filter { $0.mode != .submodule }, of: tree)
    #expect(try await remote.server().advertisement.version == .v0)
    #expect(Set(try commands(served)) == ["- git-upload-pack '\(served.folder)'"])
  }

  @Test(arguments: ["", "/"]) func `the short form, from the user's folder and from the root`(_ root: String)
    async throws
  {
    let served = try ServedRepository()
    let port = try #require(served.servers.ssh.split(separator: ":").last)
    let path = root.isEmpty ? served.name + ".git" : served.folder
    let remote = try remote(served, at: "[127.0.0.1:\(port)]:\(path)")
    #expect(try await remote.resolve("main").commit == served.id("main"))
  }

  @Test func `what a server cannot leave out comes along`() async throws {
    let served = try ServedRepository(configuration: ["uploadpack.allowFilter": "false"])
    let remote = try remote(served)
    let commit = try await remote.resolve("main").commit
    #expect(try await remote.tree(of: commit).listing == served.listing("main"))
  }

  @Test func `a commit that is not there`() async throws {
    let served = try ServedRepository()
    let error = try await gitError {
      _ = try await remote(served).tree(of: #require(ObjectID(hex: String(repeating: "1", count: 40))))
    }
    #expect(error.code == .revisionNotFound)
  }

  @Test func `a repository that is not there, in the other side's words`() async throws {
    let served = try ServedRepository()
    let url = served.servers.ssh + served.folder + "-not"
    let error = try await gitError { _ = try await remote(served, at: url).resolve("main") }
    #expect(error.code == .repositoryNotFound)
    #expect(error.cause?.contains("does not appear to be a git repository") == true)
  }

  @Test func `a port where nobody is, in ssh's words`() async throws {
    let served = try ServedRepository()
    let error = try await gitError { _ = try await remote(served, at: "ssh://127.0.0.1:1/x").resolve("main") }
    #expect(error.code == .network)
    #expect(error.message == "ssh could not reach the repository at 127.0.0.1:1")
    #expect(error.cause?.contains("Connection refused") == true)
  }

  /// A shell ends in the same way when the other side lacks the program that it is to run.
  @Test(arguments: ["nosuchssh -F x", "LC_ALL=C nosuchssh", "/nonexistent/ssh -v", "exec '/nonexistent/my ssh'"])
  func `an ssh program that is not there is named, and not the host`(_ command: String) async throws {
    let served = try ServedRepository()
    let error = try await gitError { _ = try await remote(served, command: command).resolve("main") }
    #expect(error.code == .config, "\(error)")
    #expect(error.message == "the ssh program `\(command)` cannot be run")
    #expect(error.cause?.contains("ssh") == true)
  }

  @Test func `a host without git is named`() async throws {
    let served = try ServedRepository()
    // What ssh hands on of a shell at the other side.
    let error = try await gitError {
      _ = try await remote(served, command: "echo 'sh: 1: git-upload-pack: not found' >&2; exit 127; ").resolve("main")
    }
    #expect(error.code == .serverError, "\(error)")
    #expect(error.message.hasSuffix("has no `git-upload-pack`"))
  }

  @Test func `a host whose key is not known, and one that does not know ours`() async throws {
    let served = try ServedRepository()
    for option in ["UserKnownHostsFile=/dev/null", "PubkeyAuthentication=no"] {
      let error = try await gitError {
        _ = try await remote(served, command: "ssh -o \(option) -F \(served.servers.sshConfig)").resolve("main")
      }
      #expect(error.code == .authentication, "\(error)")
      #expect(
        error.cause?.contains(option.hasPrefix("User") ? "Host key verification failed" : "Permission denied") == true)
    }
  }

  @Test func `remarks are told, and cannot steer a terminal; of a failure they are the reason`() async throws {
    let served = try ServedRepository()
    let told = Mutex<[String]>([])
    let remark = #"printf '\033[2Jwelcome\n' >&2; exec ssh -F \#(served.servers.sshConfig) "$@""#
    let path = served.cache + "/talking-ssh"
    try replaceFile(path, with: Array(remark.utf8))
    let talking = try remote(served, command: "sh \(path)") { line in told.withLock { $0.append(line) } }
    _ = try await talking.resolve("main")
    let host = served.servers.ssh.dropFirst("ssh://".count)
    #expect(told.withLock { $0 } == ["ssh to \(host): \\u{1b}[2Jwelcome"])
    told.withLock { $0 = [] }
    let url = served.servers.ssh + served.folder + "-not"
    let error = try await gitError {
      _ = try await remote(served, at: url, command: "sh \(path)") { line in told.withLock { $0.append(line) } }
        .resolve("main")
    }
    #expect(error.cause?.hasPrefix("ssh says: \\u{1b}[2Jwelcome; fatal: ") == true)
    if !ChildProcess.ownsTerminal { #expect(told.withLock { $0 } == []) }
  }

  @Test(arguments: ["exit 0", "exit 3", "echo hello; exec sleep 100", "printf 0; exec sleep 0.1", "kill -9 $$"])
  func `a program that is no ssh`(_ script: String) async throws {
    let served = try ServedRepository()
    let path = served.cache + "/no-ssh"
    try replaceFile(path, with: Array(script.utf8))
    let error = try await gitError { _ = try await remote(served, command: "sh \(path)").resolve("main") }
    #expect([.network, .repositoryNotFound, .protocolViolation].contains(error.code), "\(error)")
  }

  /// The first connections are bad, those after them are not.
  @Test(arguments: [
    "exit 255", "kill -9 $$", "exec sleep 600", "printf 00; exec sleep 600",
    #"ssh -F CONFIG "$@" | { head -c 300; kill $$; }"#, #"ssh -F CONFIG "$@" | { head -c 300; exec sleep 600; }"#,
  ])
  func `a conversation that breaks off or falls silent is begun again`(_ trouble: String) async throws {
    let served = try ServedRepository()
    let path = served.cache + "/weak-ssh"
    let script = """
      echo . >>\(served.cache)/tries
      [ $(wc -l <\(served.cache)/tries) -gt 2 ] && exec ssh -F CONFIG "$@"
      \(trouble)
      """
    try replaceFile(path, with: Array(script.replacing("CONFIG", with: served.servers.sshConfig).utf8))
    func remote(_ retry: Retry) throws -> GitRemote {
      try self.remote(served, command: "sh \(path)", patience: .seconds(8), retry: retry)
    }
    let error = try await gitError { _ = try await remote(.never).tree(of: served.id("main")) }
    #expect(error.code == .network, "\(error)")
    if trouble.contains("sleep") {
      let host = served.servers.ssh.dropFirst("ssh://".count)
      #expect(error == GitError(.network, "\(host) did not answer in time over ssh"))
    }
    let tree = try await remote(Retry(attempts: 3, base: .milliseconds(10))).tree(of: served.id("main"))
    #expect(try tree.listing == served.listing("main"))
  }

  @Test func `a connection that breaks in the middle of a pack`() async throws {
    let served = try ServedRepository(copyOf: "demo/large-history")
    let path = served.cache + "/breaking-ssh"
    // The first 40,000 bytes of all that comes, each as soon as it comes.
    let script = #"ssh -F \#(served.servers.sshConfig) "$@" | { python3 "$0.py"; kill $$; }"#
    let first = "import os\nleft = 40000\nwhile left > 0:\n  left -= os.write(1, os.read(0, min(left, 4096)))\n"
    try replaceFile(path + ".py", with: Array(first.utf8))
    try replaceFile(path, with: Array(script.utf8))
    let remote = try remote(served, command: "sh \(path)")
    let error = try await gitError { _ = try await remote.tree(of: served.id("main")) }
    #expect(error.code == .network || error.code == .repositoryNotFound, "\(error)")
    // What had come goes with its indexer, which the thread lets go of a moment later.
    let folder = remote.repository.packFolder
    for _ in 0..<500 where try !FileManager.default.contentsOfDirectory(atPath: folder).isEmpty {
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
  }

  @Test func `cancelling ends the conversation and leaves no process behind`() async throws {
    let served = try ServedRepository()
    let path = served.cache + "/slow-ssh"
    try replaceFile(path, with: Array("echo $$ >\(served.cache)/number; exec sleep 600".utf8))
    let remote = try remote(served, command: "sh \(path)")
    let task = Task { try await remote.resolve("main") }
    var number: pid_t?
    while number == nil {
      let text = (try? String(contentsOfFile: served.cache + "/number", encoding: .utf8)) ?? ""
      number = pid_t(text.trimmingCharacters(in: .newlines))
      try await Task.sleep(for: .milliseconds(5))
    }
    task.cancel()
    let error = try await gitError { _ = try await task.value }
    #expect(error.code == .cancelled)
    while kill(try #require(number), 0) == 0 { try await Task.sleep(for: .milliseconds(5)) }
  }

  @Test func `offline, no ssh is started`() async throws {
    let served = try ServedRepository()
    let mark = served.cache + "/mark"
    let client = SSHClient(
      SSHCommand(GitConfig(entries: [.init("core.sshcommand", "touch \(mark) #")])) { _ in nil }, isOffline: true)
    let remote = try served.remote(url: served.servers.ssh + served.folder, ssh: client)
    let error = try await gitError { _ = try await remote.resolve("main") }
    #expect(error.code == .offline)
    #expect(!FileManager.default.fileExists(atPath: mark))
  }
}
