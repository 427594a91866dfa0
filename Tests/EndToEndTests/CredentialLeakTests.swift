import Fixtures
import Foundation
import Testing

/// A marked secret, given in each of the ways there are, on each path that fails or leads elsewhere: it reaches the host
/// that it is for, and is then looked for in all that was said, written, run and asked of others.
@Suite struct CredentialLeakTests {
  private static let secret = MarkedSecret.text

  // MARK: The ways

  enum Way: String, CaseIterable, Sendable {
    case address, variable, hubVariable, hubFile, login, header, headerForAll, store, shellHelper, netrc
    case gitCredentials, askPass
  }

  /// Everything that holds the secret by right lies below `home`; returns the variables that go with it.
  private func give(_ way: Way, for server: FaultServer, in sandbox: Sandbox) throws -> [String: String] {
    let secret = Self.secret
    let host = "127.0.0.1:\(server.port)"
    let line = "http://alice:\(secret)@\(host)\n"
    let basic = Data("alice:\(secret)".utf8).base64EncodedString()
    switch way {
    case .address: return [:]
    case .variable: return ["LFSFETCH_TOKEN_127_0_0_1_\(server.port)": secret]
    case .hubVariable: return ["HF_ENDPOINT": server.address, "HF_TOKEN": secret]
    case .hubFile:
      try sandbox.write(secret, to: "home/.cache/huggingface/token")
      return ["HF_ENDPOINT": server.address]
    case .login:
      try sandbox.write(
        "{\"hosts\":{\"\(server.address)\":{\"username\":\"alice\",\"token\":\"\(secret)\"}}}",
        to: "home/.config/lfsfetch/tokens.json")
    case .header:
      try sandbox.setGitConfiguration(
        "[http \"\(server.address)\"]\n  extraHeader = Authorization: Basic \(basic)\n")
    case .headerForAll:
      try sandbox.setGitConfiguration("[http]\n  extraHeader = Authorization: Basic \(basic)\n")
    case .store:
      try sandbox.setGitConfiguration("[credential]\n  helper = store --file ~/kept\n")
      try sandbox.write(line, to: "home/kept")
    case .shellHelper:
      // Answers for one host, and notes how it and its parent were called.
      let helper = try writeProgram(
        """
        #!/bin/sh
        { echo "$0 $*"; tr '\\0' ' ' </proc/$PPID/cmdline; echo; } >>\(sandbox.folder)/called
        [ "$1" = get ] && grep -q 'host=\(host)$' && printf 'username=alice\\npassword=\(secret)\\n'
        exit 0

        """, to: sandbox.home + "/helper")
      try sandbox.setGitConfiguration("[credential]\n  helper = \(helper)\n")
      return ["PATH": "/usr/bin:/bin"]
    case .netrc: try sandbox.write("machine 127.0.0.1 login alice password \(secret)\n", to: "home/.netrc")
    case .gitCredentials: try sandbox.write(line, to: "home/.git-credentials")
    case .askPass:
      let program = try writeProgram(
        "#!/bin/sh\ncase $1 in User*) echo alice ;; *) echo \(secret) ;; esac\n", to: sandbox.home + "/ask")
      return ["GIT_ASKPASS": program]
    }
    return [:]
  }

  // MARK: The paths

  /// What the server does once it has been given the secret. `other` records what reaches another origin.
  enum Path: String, CaseIterable, Sendable {
    case refused, forbidden, gated, missing, failing, nonsense, brokenOff
    case redirected, batchRefused, batchRedirected, batchMoved, objectRedirected, objectElsewhere, wrongBytes
    case plain, plainRedirected, plainChanged
  }

  private static let content = Fixtures.bytes(count: 3000, seed: 1)
  private static let oid = objectName(of: content)
  private static let git = "/org/model.git/info/refs"
  private static let batch = "/org/model.git/info/lfs/objects/batch"
  private static let object = "/objects/\(oid)"

  private func serve(_ path: Path, on server: FaultServer, other: FaultServer) {
    let answer = BatchAnswer(
      contents: [Self.oid: Self.content], base: path == .objectElsewhere ? other.address : server.address)
    var git = FaultServer.Route.status(404)
    var gitFaults: [FaultServer.Fault] = []
    var batch = FaultServer.Route.batch(answer)
    var object = FaultServer.Route.content(Self.content)
    switch path {
    case .refused: gitFaults = [.status(401)]
    case .forbidden: git = .status(403)
    case .gated: git = .status(403, headers: ["X-Error-Code": "GatedRepo"])
    case .missing, .objectElsewhere: break
    case .failing: git = .status(500)
    case .nonsense: git = .text("hello", type: "application/x-git-upload-pack-advertisement")
    case .brokenOff: (git, gitFaults) = (.content(Self.content), [.reset(after: 10)])
    case .redirected: git = .redirect(to: other.address + Self.git)
    case .batchRefused: batch = .status(422, body: "{\"message\": \"no\"}")
    case .batchRedirected: batch = .redirect(to: other.address + Self.batch, status: 307)
    case .batchMoved: batch = .redirect(to: other.address + Self.batch, status: 302)
    case .objectRedirected: object = .redirect(to: other.address + Self.object)
    case .plain, .plainChanged: break
    case .plainRedirected: object = .redirect(to: other.address + Self.object)
    case .wrongBytes: object = .content(Fixtures.bytes(count: 3000, seed: 2))
    }
    let changing = FaultServer.Fault.changed { $0.headers["ETag"] = "\"\(UUID())\"" }
    server[Self.git] = git.with([MarkedSecret.door] + gitFaults)
    server[Self.batch] = batch.with([MarkedSecret.door])
    server[Self.object] = object.with([MarkedSecret.door] + (path == .plainChanged ? [changing] : []))
  }

  private func commands(_ path: Path, _ way: Way, _ server: FaultServer, _ sandbox: Sandbox) throws -> [[String]] {
    let authority = way == .address ? "alice:\(Self.secret)@" : ""
    let source = "http://\(authority)127.0.0.1:\(server.port)/org/model.git"
    switch path {
    case .refused, .forbidden, .gated, .missing, .failing, .nonsense, .brokenOff, .redirected:
      return [
        ["get", "--json", source + "@v1:a", "--retries", "0"], ["clone", source, "copy", "--retries", "0"],
      ]
    case .plain, .plainRedirected, .plainChanged:
      // The helper notes how its parent was called, and that has what was typed.
      let query = way == .shellHelper ? "" : "?key=\(Self.secret)"
      let file = "http://\(authority)127.0.0.1:\(server.port)\(Self.object)\(query)#unverified"
      return [["get", "--json", file], ["lock", file], ["get", "--refresh", file]].map { $0 + ["--retries", "0"] }
    default:
      let registry = try sandbox.write(
        """
        {"models": {"model": {
          "source": "\(source)", "branch": "main", "files": ["model.bin"], "main": "model.bin",
          "objects": {"model.bin": {"sha256": "\(Self.oid)", "size": \(Self.content.count)}}
        }}}
        """, to: "home/models.json")
      return [
        ["get", "model", "--registry", registry, "--retries", "0"],
        ["get", "model", "--registry", registry, "--retries", "0", "--json", "--to", "out"],
      ]
    }
  }

  // MARK: The search

  @Test(arguments: Way.allCases, Path.allCases) func `nothing leaks`(way: Way, path: Path) async throws {
    let (server, other) = (try FaultServer(), try FaultServer())
    for address in [Self.git, Self.batch, Self.object] {
      other[address] = .status(401, headers: ["WWW-Authenticate": "Basic realm=\"y\""])
    }
    serve(path, on: server, other: other)
    let sandbox = try Sandbox()
    let environment = try give(way, for: server, in: sandbox)
    // Where a password is in the address of a registry file, that file is the user's own.
    var said = ""
    for words in try commands(path, way, server, sandbox) {
      let run = try await sandbox.start(words, environment: environment).outcome()
      said += run.errors
      MarkedSecret.expectNone(in: run, of: words)
    }
    MarkedSecret.expectNone(inFilesOf: sandbox) { $0.hasPrefix("home/") }
    MarkedSecret.expectNone(inRequestsTo: other)
    // It did reach the host that it is for: else the search would prove nothing.
    let reached = server.requests().contains { MarkedSecret.isGiven(by: $0) }
    #expect(reached, "\(said)")
    if [.redirected, .batchRedirected, .batchMoved, .objectRedirected, .objectElsewhere, .plainRedirected].contains(
      path)
    {
      #expect(!other.requests().isEmpty)
    }
  }
}
