import Foundation
import Testing

/// What a person at a terminal is asked, and what is seen of the answer.
@Suite struct CredentialPromptTests {
  private let model: ServedModel
  private let sandbox: Sandbox
  private var url: String { model.url("/private") }
  private var origin: String { model.servers.http }

  init() throws {
    model = try ServedModel()
    sandbox = try Sandbox()
  }

  /// What stands on the terminal, how the program ended, and whether the terminal shows again what is typed.
  private struct Conversation {
    let status: Int
    let screen: String
    let hasEcho: Bool
  }

  /// Runs the program on a terminal. `answers` are pairs of a text to wait for and one to type then; `^C` is typed as
  /// such.
  private func talk(
    _ arguments: [String], _ answers: [(String, String)], environment: [String: String] = [:]
  ) async throws -> Conversation {
    let script = """
      import json, os, pty, sys, termios
      answers = json.loads(sys.argv[1])
      child, terminal = pty.fork()
      if child == 0:
          os.execv(sys.argv[2], sys.argv[2:])
      said = b""
      seen = 0
      while True:
          while answers and answers[0][0].encode() in said[seen:]:
              question, answer = answers.pop(0)
              seen = len(said)
              os.write(terminal, b"\\x03" if answer == "^C" else answer.encode() + b"\\n")
          try:
              data = os.read(terminal, 65536)
          except OSError:
              break
          if not data:
              break
          said += data
      echo = bool(termios.tcgetattr(terminal)[3] & termios.ECHO)
      status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
      print(status, int(echo), len(answers), flush=True)
      sys.stdout.buffer.write(said)
      """
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let all = sandbox.environment.merging(["TERM": "xterm", "PYTHONUTF8": "1", "PATH": path]) { $1 }
      .merging(environment) { $1 }
    let list = try JSONSerialization.data(withJSONObject: answers.map { [$0.0, $0.1] })
    let output = try await Tool.run(
      "python3", ["-c", script, String(decoding: list, as: UTF8.self), Sandbox.program] + arguments, in: sandbox.work,
      environment: all)
    let parts = output.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = parts[0].split(separator: " ").compactMap { Int($0) }
    try #require(parts.count == 2 && numbers.count == 3)
    #expect(numbers[2] == 0, "not all was asked: \(parts[1])")
    return Conversation(
      status: numbers[0], screen: parts[1].replacingOccurrences(of: "\r\n", with: "\n"), hasEcho: numbers[1] == 1)
  }

  private func occurrences(of text: String, in screen: String) -> Int { screen.ranges(of: text).count }

  @Test func `user and password are asked for once, and the password is not shown`() async throws {
    let words = ["get", url + ":weights/model.bin", url + ":README.md", url + "@v1:weights/model.bin"]
    let talk = try await talk(
      words, [("Username for \(origin): ", "alice"), ("Password or token for alice", model.servers.password)])
    #expect(talk.status == 0, "\(talk.screen)")
    #expect(occurrences(of: "Username for", in: talk.screen) == 1, "\(talk.screen)")
    #expect(!talk.screen.contains(model.servers.password), "\(talk.screen)")
    #expect(talk.hasEcho)
    #expect(talk.screen.contains("alice"))
  }

  @Test func `who was asked for a layer of the registry is not asked again for a model`() async throws {
    try await model.commit(["models.json": #"{"models": {}}"#])
    let talk = try await talk(
      ["get", url + ":weights/model.bin", "--registry", url + ":models.json"],
      [("Username for \(origin): ", "alice"), ("Password or token for alice", model.servers.password)])
    #expect(talk.status == 0, "\(talk.screen)")
    #expect(occurrences(of: "Username for", in: talk.screen) == 1, "\(talk.screen)")
  }

  @Test func `a wrong password is said to be wrong, and not asked for again`() async throws {
    let talk = try await talk(["get", url], [("Username for", "alice"), ("Password or token", "mistaken")])
    #expect(talk.status == 5)
    #expect(talk.screen.contains("it does not take the password that you gave\n"), "\(talk.screen)")
    #expect(occurrences(of: "Username for", in: talk.screen) == 1)
    #expect(!talk.screen.contains("mistaken"))
  }

  @Test func `interrupting the question leaves a terminal that shows what is typed`() async throws {
    let talk = try await talk(["get", url], [("Username for", "alice"), ("Password or token", "^C")])
    #expect(talk.status == 130)
    #expect(talk.hasEcho)
    #expect(talk.screen.contains("interrupted"), "\(talk.screen)")
  }

  @Test func `who does not want to be asked is not`() async throws {
    let talk = try await talk(["get", url], [], environment: ["GIT_TERMINAL_PROMPT": "0"])
    #expect(talk.status == 5)
    #expect(!talk.screen.contains("Username for"), "\(talk.screen)")
  }

  /// A repository that names another host as its LFS server may want to be told a password for it.
  @Test func `only for a host that the user has named is a person asked`() async throws {
    let open = try ServedModel()
    try await open.commit([".lfsconfig": "[lfs]\n  url = \(open.servers.https)/private/\(open.name).git/info/lfs\n"])
    try sandbox.setGitConfiguration("[http]\n  sslCAInfo = \(open.servers.ca)\n")
    let talk = try await talk(["get", open.url() + ":weights/model.bin"], [])
    #expect(talk.status == 5, "\(talk.screen)")
    #expect(!talk.screen.contains("Username for"), "\(talk.screen)")
  }

  @Test func `login asks for the token without showing it`() async throws {
    let asked = "Token for \(origin): "
    let login = try await talk(["login", "http://alice@" + origin.dropFirst(7)], [(asked, model.servers.password)])
    #expect(login.status == 0, "\(login.screen)")
    #expect(!login.screen.contains(model.servers.password))
    #expect(login.hasEcho)
    try await sandbox.path("get", url + ":weights/model.bin")
    #expect(try await model.requests().git.allSatisfy { $0.status == 200 })
  }

  /// git runs the filter; there a question would come in the middle of git's own work.
  @Test func `nobody is asked when git runs the filter`() async throws {
    let machine = try await GitMachine()
    let copy = try await machine.clone(model.url(), environment: ["GIT_LFS_SKIP_SMUDGE": "1"])
    try await machine.git("config", "lfs.url", url + "/info/lfs", in: copy)
    let pointer = try await model.pointer("weights/model.bin").text
    let input = try machine.sandbox.write(pointer, to: "pointer")
    let run = try await machine.run("sh", ["-c", "lfsfetch smudge weights/model.bin"], in: copy, input: input)
    #expect(!run.errors.contains("Username for"))
    #expect(run.errors.contains("hint: give a token for"), "\(run.errors)")
  }
}
