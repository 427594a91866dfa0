import Fixtures
import Foundation
import Testing

/// Private repositories, opened by what real programs keep: git's credential helpers, netrc files, and others.
@Suite struct CredentialSourcesTests {
  private let model: ServedModel
  private let machine: GitMachine
  private var sandbox: Sandbox { machine.sandbox }
  private var origin: String { model.servers.http }
  private var url: String { model.url("/private") }
  private var host: String { String(origin.dropFirst("http://".count)) }

  init() async throws {
    model = try ServedModel()
    machine = try await GitMachine(.none)
  }

  /// The variable for a token of the servers' host.
  private var variable: String { "LFSFETCH_TOKEN_127_0_0_1_" + (host.split(separator: ":").last ?? "") }

  /// Tells a real helper of git's what it is to keep.
  private func tell(_ helper: String, _ operation: String, password: String) async throws {
    let input = try sandbox.write(
      "protocol=http\nhost=\(host)\nusername=\(model.servers.username)\npassword=\(password)\n\n", to: "input")
    let words = ["-c", "git credential-\(helper) \(operation)"]
    let outcome = try await machine.run("sh", words, input: input)
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  private func configure(_ text: String) throws {
    let path = sandbox.home + "/.gitconfig"
    let present = try String(contentsOfFile: path, encoding: .utf8)
    try sandbox.setGitConfiguration(present + text)
  }

  private func get(_ environment: [String: String] = [:], _ words: String...) async throws -> Launch.Outcome {
    try await machine.run(Sandbox.program, ["get", url + ":weights/model.bin"] + words, environment: environment)
  }

  /// That the file came, and that no host but the repository's was sent any credentials.
  private func expectFile(
    of run: Launch.Outcome, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    #expect(run.status == 0, "\(run.errors)", sourceLocation: sourceLocation)
    guard run.status == 0 else { return }
    #expect(
      try await sha256(run.path) == model.pointer("weights/model.bin").oid, sourceLocation: sourceLocation)
    let requests = try await model.requests()
    #expect(requests.batches.allSatisfy { $0.authorization == "Basic" && $0.status == 200 }, "\(requests)")
    #expect(requests.objects.allSatisfy { $0.authorization == "-" && $0.status < 300 }, "\(requests)")
  }

  // MARK: git's helpers

  @Test func `the real credential-store opens a private repository`() async throws {
    try configure("[credential]\n  helper = store\n")
    try await tell("store", "store", password: model.servers.password)
    let kept = try String(contentsOfFile: sandbox.home + "/.git-credentials", encoding: .utf8)
    try await expectFile(of: get())
    #expect(try await model.requests().git.map(\.status).prefix(2) == [401, 200])
    #expect(try String(contentsOfFile: sandbox.home + "/.git-credentials", encoding: .utf8) == kept)
  }

  @Test func `a password that is wrong is forgotten by the real credential-store`() async throws {
    let file = sandbox.home + "/kept"
    try configure("[credential \"\(origin)\"]\n  helper = store --file ~/kept\n")
    try await tell("store --file ~/kept", "store", password: "mistaken")
    let run = try await get()
    #expect(run.status == 5)
    #expect(run.errors.contains("it does not take what the credential helper `store` knows\n"), "\(run.errors)")
    #expect(!run.errors.contains("mistaken"))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "")
  }

  @Test func `the real credential-cache opens a private repository`() async throws {
    let socket = sandbox.home + "/sockets/cache"
    let helper = "cache --socket \(socket)"
    try configure("[credential]\n  helper = \(helper)\n")
    try await tell(helper, "store", password: model.servers.password)
    try await expectFile(of: get())
    // What was refused is no longer there.
    try await tell(helper, "store", password: "mistaken")
    #expect(try await get([:], "--refresh").status == 5)
    let question = try sandbox.write("protocol=http\nhost=\(host)\n\n", to: "question")
    let left = try await machine.run("sh", ["-c", "git credential-\(helper) get"], input: question)
    #expect(left.output == "")
    _ = try await machine.run("sh", ["-c", "git credential-\(helper) exit"])
  }

  /// git takes what lfsfetch has been told, and the other way round.
  @Test func `git finds the same credentials for the clone`() async throws {
    try configure("[credential]\n  helper = store\n")
    try await tell("store", "store", password: model.servers.password)
    try await machine.lfsfetch("clone", url, "copy", "--include", "weights/model.bin")
    try await machine.git("fetch", in: machine.work + "/copy")
    try await machine.lfsfetch("pull", in: machine.work + "/copy")
  }

  @Test func `a helper for the shell, and one for a path of the host`() async throws {
    let password = model.servers.password
    try configure(
      """
      [credential "\(origin)"]
        useHttpPath = true
        helper = "!f() { cat >>\(sandbox.folder)/record; echo username=alice; echo password=\(password); }; f"

      """)
    try await expectFile(of: get())
    let record = try String(contentsOfFile: sandbox.folder + "/record", encoding: .utf8)
    #expect(record.contains("\npath=private/\(model.name).git\n"), "\(record)")
    #expect(record.contains("\nwwwauth[]=Basic realm=\"lfsfetch tests\"\n"), "\(record)")
  }

  // MARK: Files and variables

  @Test func `an entry in a netrc file opens a private repository`() async throws {
    try sandbox.write("machine 127.0.0.1\n  login alice\n  password \(model.servers.password)\n", to: "home/.netrc")
    try await expectFile(of: get())
  }

  @Test func `a line in git's file of credentials does, without a helper`() async throws {
    try sandbox.write(
      "http://alice:\(model.servers.password)@\(host)\n", to: "home/.config/git/credentials")
    try await expectFile(of: get())
  }

  @Test func `a token in a variable goes with the first request`() async throws {
    try await expectFile(of: get([variable: model.servers.password]))
    #expect(try await model.requests().git.allSatisfy { $0.authorization == "Basic" && $0.status == 200 })
  }

  @Test func `Hugging Face's token opens what stands in its place`() async throws {
    try await expectFile(of: get(["HF_ENDPOINT": origin, "HF_TOKEN": model.servers.password]))
    try sandbox.write(model.servers.password + "\n", to: "hub/token")
    let other = [
      "HF_ENDPOINT": origin, "HF_HOME": sandbox.folder + "/hub", "LFSFETCH_CACHE": sandbox.folder + "/cache2",
    ]
    try await expectFile(of: get(other))
  }

  // MARK: login and logout

  @Test func `login keeps a token, and logout forgets it`() async throws {
    let file = sandbox.home + "/.config/lfsfetch/tokens.json"
    let token = try sandbox.write(model.servers.password + "\n", to: "token")
    let login = try await machine.run(Sandbox.program, ["login", origin, "--with-token"], input: token)
    #expect(login.status == 0, "\(login.errors)")
    #expect(login.output == "")
    #expect(login.errors == "the token for \(host) is kept in `\(file)`\n")
    #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
    try await expectFile(of: get())
    let logout = try await machine.run(Sandbox.program, ["logout", origin])
    #expect(logout.status == 0)
    #expect(logout.errors == "the token for \(host) is forgotten\n")
    #expect(!String(decoding: bytes(file) ?? Data(), as: UTF8.self).contains(model.servers.password))
    #expect(try await get([:], "--refresh").status == 5)
    #expect(try await machine.run(Sandbox.program, ["logout", origin]).status == 3)
  }

  @Test func `login needs a terminal or a token on standard input`() async throws {
    let none = try await sandbox.run("login", "example.com")
    #expect(none.status == 2)
    #expect(none.errors.hasPrefix("error: there is no terminal on which to ask for a token\nhint: "))
    #expect(try await sandbox.run("login", "example.com", "--with-token").status == 2)
    let lines = try sandbox.write("user\nhush\n", to: "lines")
    let several = try await machine.run(Sandbox.program, ["login", "example.com", "--with-token"], input: lines)
    #expect(several.status == 2)
    #expect(
      several.errors.hasPrefix("error: standard input has 2 lines, and a token is one; nothing is kept\nhint: "),
      "\(several.errors)")
    #expect(bytes(sandbox.home + "/.config/lfsfetch/tokens.json") == nil)
    let secret = try await sandbox.run("login", "alice:hush@example.com")
    #expect(secret.status == 2)
    #expect(!secret.errors.contains("hush"))
  }

  // MARK: Without any

  @Test func `who has no credentials is told the ways to give them`() async throws {
    let run = try await get()
    #expect(run.status == 5)
    #expect(
      run.errors == """
        error: cannot read the repository `\(url)`
          caused by: \(host) answered 401 Unauthorized for `\(url)`
        hint: give a token for \(host): run `lfsfetch login \(origin)`, or set `\(variable)`; \
        docs/concepts/credentials.md has all the ways

        """)
  }
}
