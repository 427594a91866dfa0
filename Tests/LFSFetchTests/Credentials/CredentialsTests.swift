import Files
import Fixtures
import Foundation
import Git
import HTTP
import Synchronization
import Testing

@testable import LFSFetch

/// Where credentials are looked for, in which order, how often, and for whom.
struct CredentialsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Serves everything to those who give one of the passwords.
  private func server(_ passwords: String..., status: Int = 200) throws -> FaultServer {
    let good = passwords.flatMap { password in
      ["alice", "x-access-token", "user"].map { "Basic " + base64("\($0):\(password)".utf8) }
    }
    let route = FaultServer.Route { request in
      good.contains(request.headers["Authorization"] ?? "")
        ? FaultServer.Response(status, body: Array("ok".utf8))
        : FaultServer.Response(401, headers: ["WWW-Authenticate": "Basic realm=\"x\""])
    }
    return try FaultServer(["/org/model.git/info/refs": route, "/org/other.git/info/refs": route])
  }

  private func url(_ server: FaultServer, _ repository: String = "model") throws -> HTTPURL {
    try server.url("/org/\(repository).git/info/refs")
  }

  private func client(
    _ configuration: String = "", _ variables: [String: String] = [:],
    ask: (@Sendable (CredentialQuestion) -> CredentialAnswer?)? = nil,
    warn: @escaping @Sendable (String) -> Void = { Issue.record("\($0)") }
  ) throws -> HTTPClient {
    let config = try GitConfig(parsing: Array(configuration.utf8), name: "test")
    let all = ["HOME": folder.path].merging(variables) { $1 }
    let credentials = Credentials(config: config, variable: { all[$0] }, ask: ask, warn: warn)
    return HTTPClient(retry: .never, authorizer: credentials.authorizer) { config.transportSettings(for: $0) }
  }

  private func sent(_ server: FaultServer) -> [String] {
    server.requests().map { request in
      guard let value = request.headers["Authorization"] else { return "-" }
      guard value.hasPrefix("Basic "), let pair = Data(base64Encoded: String(value.dropFirst(6))) else { return value }
      return String(decoding: pair, as: UTF8.self)
    }
  }

  /// A helper that notes each operation, and answers with the password.
  private func helper(_ password: String) throws -> String {
    try writeProgram(
      """
      #!/bin/sh
      { echo "$1"; sed -n 's/^\\(path\\|username\\|password\\)=/  &/p'; } >>\(folder("record"))
      [ "$1" = get ] && printf 'username=alice\\npassword=\(password)\\n'
      exit 0

      """, to: folder("helper"))
  }

  private func record() -> [String] {
    let text = (try? String(contentsOfFile: folder("record"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map { String($0) }
  }

  private func variable(_ server: FaultServer) -> String { "LFSFETCH_TOKEN_127_0_0_1_\(server.port)" }

  // MARK: The order

  @Test func eachPlaceIsLookedIntoUntilOneIsRight() async throws {
    let server = try server("typed")
    let pair = base64("alice:header".utf8)
    try folder.write("machine 127.0.0.1 login alice password netrc\n", to: ".netrc")
    try folder.write("http://alice:file@127.0.0.1:\(server.port)\n", to: ".git-credentials")
    try folder.write("hub\n", to: ".cache/huggingface/token")
    try TokenFile(environment: { _ in folder.path }).keep("login", username: "alice", for: url(server).origin)
    let configuration = """
      [http "\(server.address)"]
        extraHeader = Authorization: Basic \(pair)
      [credential]
        helper = \(try helper("helper"))
      """
    let variables = [
      variable(server): "variable", "HF_ENDPOINT": server.address, "XDG_CONFIG_HOME": folder.path,
    ]
    let client = try client(configuration, variables) { question in
      #expect(question.subject == .host(server.address, username: nil))
      return CredentialAnswer(username: "alice", password: "typed")
    }
    #expect(try await client.send(HTTPRequest(.get, url(server))).status == 200)
    #expect(
      sent(server) == [
        "x-access-token:variable", "alice:header", "alice:login", "alice:helper", "alice:netrc", "alice:file",
        "user:hub",
        "alice:typed",
      ])
    // What is right is kept by the helper, what it knew is forgotten.
    #expect(
      record() == [
        "get", "erase", "  username=alice", "  password=helper", "store", "  username=alice", "  password=typed",
      ])
    // And is what the next request begins with.
    #expect(try await client.send(HTTPRequest(.get, url(server, "other"))).status == 200)
    #expect(sent(server).last == "alice:typed")
    #expect(server.requests().count == 9)
  }

  @Test func aHeaderComesBeforeWhatIsKeptAndAfterAVariable() async throws {
    let server = try server("header")
    try TokenFile(environment: { _ in folder.path }).keep("login", username: "alice", for: url(server).origin)
    let configuration = """
      [http "\(server.address)"]
        extraHeader = Authorization: Basic \(base64("alice:header".utf8))
      """
    let kept = try client(configuration, ["XDG_CONFIG_HOME": folder.path])
    #expect(try await kept.send(HTTPRequest(.get, url(server))).status == 200)
    #expect(sent(server) == ["alice:header"])
    let variable = try client(configuration, [variable(server): "alice:wrong"])
    #expect(try await variable.send(HTTPRequest(.get, url(server))).status == 200)
    #expect(sent(server).dropFirst() == ["alice:wrong", "alice:header"])
  }

  @Test func theAddressComesFirst() async throws {
    let server = try server("address")
    let client = try client("", [variable(server): "alice:variable"])
    let text = "http://alice:address@127.0.0.1:\(server.port)/org/model.git/info/refs"
    #expect(try await client.send(HTTPRequest(.get, HTTPURL(text))).status == 200)
    #expect(sent(server) == ["alice:address"])
  }

  @Test func allThatWasRefusedIsNamed() async throws {
    let server = try server()
    let path = try folder.write("machine 127.0.0.1 login alice password netrc\n", to: "my-netrc")
    let client = try client(
      "[credential]\n helper = \(try helper("h"))\n", [variable(server): "variable", "NETRC": path])
    let error = await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest(.get, url(server))) }
    #expect(
      error?.message
        == "127.0.0.1:\(server.port) answered 401 Unauthorized: it does not take the token in `\(variable(server))`, "
        + "what the credential helper `\(folder("helper"))` knows and the password in `\(path)`")
  }

  // MARK: How often

  @Test func manyRequestsAtOnceAreOneLookUp() async throws {
    let server = try server("p")
    let client = try client("[credential]\n helper = \(try helper("p"))\n")
    let url = try url(server)
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<40 { group.addTask { try await client.send(HTTPRequest(.get, url)).status } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses == Array(repeating: 200, count: 40))
    #expect(record().filter { $0 == "get" }.count == 1)
    #expect(record().filter { $0 == "store" }.count == 1)
  }

  @Test func aLookUpEndsWhenNobodyWaitsForItAnyMore() async throws {
    let server = try server("p")
    let pids = folder("pids")
    let client = try client("[credential]\n helper = \"!echo $$ >>\(pids); exec sleep 600;\"\n")
    let url = try url(server)
    let requests = (0..<3).map { _ in Task { try await client.send(HTTPRequest(.get, url)).status } }
    while !FileManager.default.fileExists(atPath: pids) { try await Task.sleep(for: .milliseconds(2)) }
    for request in requests { request.cancel() }
    for request in requests {
      await #expect(throws: HTTPError.self) { try await request.value }
    }
    #expect(sent(server).allSatisfy { $0 == "-" })
  }

  @Test func aPersonIsAskedOnceForAHost() async throws {
    let server = try server()
    let asked = Mutex(0)
    let client = try client { _ in
      asked.withLock { $0 += 1 }
      return nil
    }
    for repository in ["model", "other"] {
      #expect(try await client.send(HTTPRequest(.get, url(server, repository))).status == 401)
    }
    #expect(asked.withLock { $0 } == 1)
  }

  @Test(
    arguments: [
      ("", ["GIT_TERMINAL_PROMPT": "0"]), ("[credential]\n interactive = false\n", [:]),
      ("[credential]\n helper = \"!echo quit=1; true\"\n", [:]),
    ] as [(String, [String: String])]) func nobodyIsAskedWhoDoesNotWantTo(
      configuration: String, variables: [String: String]
    ) async throws
  {
    let server = try server("p")
    let client = try client(configuration, variables) { _ in
      Issue.record("asked")
      return nil
    }
    #expect(try await client.send(HTTPRequest(.get, url(server))).status == 401)
  }

  @Test func aWindowIsAskedBeforeTheTerminal() async throws {
    let server = try server("p")
    let program = try writeProgram(
      "#!/bin/sh\necho \"$1\" >>\(folder("questions"))\ncase $1 in Username*) echo alice ;; *) echo p ;; esac\n",
      to: folder("ask"))
    let client = try client("[core]\n askPass = /nonexistent\n", ["GIT_ASKPASS": program]) { _ in
      Issue.record("asked on the terminal")
      return nil
    }
    #expect(try await client.send(HTTPRequest(.get, url(server))).status == 200)
    let questions = try String(contentsOfFile: folder("questions"), encoding: .utf8)
    #expect(
      questions == """
        Username for '\(server.address)': 
        Password for 'http://alice@127.0.0.1:\(server.port)': 

        """)
  }

  @Test func aCredentialThatWasRightElsewhereIsNotForgotten() async throws {
    let server = try server("p")
    server["/org/other.git/info/refs"] = .status(401)
    let client = try client("[credential]\n helper = \(try helper("p"))\n")
    #expect(try await client.send(HTTPRequest(.get, url(server))).status == 200)
    await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest(.get, url(server, "other"))) }
    #expect(record().filter { $0 == "erase" } == [])
    #expect(try await client.send(HTTPRequest(.get, url(server))).status == 200)
    #expect(record().filter { $0 == "get" }.count == 1)
  }

  @Test func onlyWhatASuccessProvesIsKept() async throws {
    let server = try server("p", status: 302)
    let client = try client("[credential]\n helper = \(try helper("p"))\n")
    _ = try await client.send(HTTPRequest(.get, url(server)))
    #expect(record() == ["get"])
  }

  // MARK: For whom

  @Test func pathsAreToldApartWhereTheUserWants() async throws {
    let server = try server("p")
    let client = try client(
      "[credential \"\(server.address)\"]\n useHttpPath = true\n helper = \(try helper("p"))\n username = alice\n")
    for repository in ["model", "other", "model"] {
      #expect(try await client.send(HTTPRequest(.get, url(server, repository))).status == 200)
    }
    let lines = ["  path=org/model.git", "  username=alice"]
    #expect(Array(record().prefix(3)) == ["get"] + lines)
    #expect(record().filter { $0 == "get" }.count == 2)
    #expect(record().contains("  path=org/other.git"))
  }

  @Test func theTokenOfAnotherHostIsNotSent() async throws {
    let (server, other) = (try server("p"), try server("p"))
    let client = try client("", [variable(server): "alice:p", "HF_TOKEN": "h", "GITHUB_TOKEN": "g"])
    #expect(try await client.send(HTTPRequest(.get, url(server))).status == 200)
    #expect(try await client.send(HTTPRequest(.get, url(other))).status == 401)
    #expect(sent(other) == ["-"])
  }

  /// Anybody on the way can read plain http, a netrc entry names no port, and a password that is typed can be asked for
  /// by anybody.
  @Test func aHostThatTheUserHasNotNamedGetsOnlyWhatIsBoundToIt() async throws {
    let server = try server("p")
    try folder.write("machine 127.0.0.1 login alice password p\n", to: ".netrc")
    let client = try client("", [variable(server): "alice:p"]) { _ in
      Issue.record("asked")
      return nil
    }
    var request = HTTPRequest(.get, try url(server))
    request.configuredHeaders = .scoped
    #expect(try await client.send(request).status == 401)
    #expect(sent(server) == ["-"])
    // A helper is told the whole origin, and so is the file of git's.
    try folder.write("http://alice:p@127.0.0.1:\(server.port)\n", to: ".git-credentials")
    let other = try self.client()
    #expect(try await other.send(request).status == 200)
  }
}
