import Git
import HTTP
import Testing
import Text

@testable import LFSFetch

@Suite struct EndpointTests {
  private func discover(
    _ remote: String, _ entries: [(String, String)] = [], repository: String? = nil, local: String? = nil
  ) throws(FetchError) -> Endpoint {
    let config = GitConfig(entries: entries.map { GitConfig.Entry($0.0, $0.1) })
    return try Endpoint.discover(
      remote: remote, localObjects: local, config: config, configuredByRepository: repository)
  }

  @Test(arguments: [
    ("https://h/org/name", "https://h/org/name.git/info/lfs"),
    ("https://h/org/name.git", "https://h/org/name.git/info/lfs"),
    ("https://h/org/name/", "https://h/org/name.git/info/lfs"),
    ("https://h/org/name.git///", "https://h/org/name.git/info/lfs"),
    ("https://H:8443/name?x=1", "https://h:8443/name.git/info/lfs"),
    ("http://[::1]:3000/a%40b", "http://[::1]:3000/a%40b.git/info/lfs"),
    ("git://h/org/name", "https://h/org/name.git/info/lfs"),
  ])
  func `derived from the remote`(remote: String, endpoint: String) throws {
    let found = try discover(remote)
    guard case .http(let server) = found else { return #expect(Bool(false), "\(found)") }
    #expect(server.url.string == endpoint)
    #expect(server.isNamedByUser)
  }

  @Test func `credentials in the remote's URL go along`() throws {
    guard case .http(let server) = try discover("https://me:se%20cret@h/x") else { return #expect(Bool(false)) }
    let url = server.url
    #expect(url.user == "me")
    #expect(url.password == "se cret")
    #expect("\(url)" == "https://h/x.git/info/lfs")
  }

  @Test(
    arguments: [
      ([], "https://h/x.git/info/lfs", "https://h/x.git/info/lfs"),
      ([("lfs.pushurl", "https://l/push"), ("lfs.url", "https://l/x")], "https://l/push", "https://l/x"),
      ([("remote.origin.lfspushurl", "https://l/1"), ("lfs.url", "https://l/2")], "https://l/2", "https://l/2"),
      (
        [("remote.origin.lfspushurl", "https://l/1"), ("remote.origin.lfsurl", "https://l/2")], "https://l/1",
        "https://l/2"
      ),
      ([("remote.other.lfspushurl", "https://l/1")], "https://h/x.git/info/lfs", "https://h/x.git/info/lfs"),
    ] as [([(String, String)], String, String)])
  func `where a push goes to`(entries: [(String, String)], push: String, fetch: String) throws {
    let config = GitConfig(entries: entries.map { GitConfig.Entry($0.0, $0.1) })
    for (isPush, expected) in [(true, push), (false, fetch)] {
      let found = try Endpoint.discover(
        remote: "https://h/x", localObjects: nil, config: config, configuredByRepository: nil, isPush: isPush)
      guard case .http(let server) = found else { return #expect(Bool(false), "\(found)") }
      #expect(server.url.string == expected)
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    var config: [(String, String)] = []
    var repository: String?
    var local: String?
    let expected: String
    var testDescription: String { name }
  }

  @Test(arguments: [
    Case(name: "lfs.url", config: [("lfs.url", "https://l/x")], expected: "https://l/x"),
    Case(name: "lfsurl", config: [("remote.origin.lfsurl", "https://l/x")], expected: "https://l/x"),
    Case(
      name: "lfs.url before lfsurl", config: [("lfs.url", "https://l/1"), ("remote.origin.lfsurl", "https://l/2")],
      expected: "https://l/1"),
    Case(name: ".lfsconfig", repository: "https://l/r", expected: "https://l/r"),
    Case(
      name: "the user before .lfsconfig", config: [("lfs.url", "https://l/u")], repository: "https://l/r",
      expected: "https://l/u"),
    Case(
      name: "insteadOf of the remote", config: [("url.https://mirror/.insteadof", "https://h/")],
      expected: "https://mirror/org/name.git/info/lfs"),
    Case(
      name: "insteadOf of lfs.url", config: [("url.https://mirror/.insteadof", "lfs:"), ("lfs.url", "lfs:x")],
      expected: "https://mirror/x"),
    Case(
      name: "a protocol in place of git's own",
      config: [("url.git://h:9418/.insteadof", "https://h/"), ("lfs.gitprotocol", "http")],
      expected: "http://h:9418/org/name.git/info/lfs"),
    Case(name: "a folder", local: "/repo/lfs/objects", expected: "/repo/lfs/objects"),
    Case(name: ".lfsconfig before the folder", repository: "https://l/r", local: "/repo", expected: "https://l/r"),
    Case(
      name: "other keys mean nothing", config: [("lfs.pushurl", "https://l/p")],
      expected: "https://h/org/name.git/info/lfs"),
  ])
  func `what is configured comes first`(_ example: Case) throws {
    let found = try discover(
      "https://h/org/name", example.config, repository: example.repository, local: example.local)
    switch found {
    case .http(let server):
      #expect(server.url.string == example.expected)
      // A host that only the repository names gets none of the user's general headers.
      let isRepositorysOwn = example.repository == example.expected && !example.expected.hasPrefix("https://h/")
      #expect(server.isNamedByUser == !isRepositorysOwn)
    case .folder(let path): #expect(path == example.expected)
    }
  }

  @Test(arguments: ["file:///x", "", "http://h/\u{7}", "ftp://h/x"])
  func `only http, https and ssh`(_ text: String) {
    let error = fetchError { () throws(FetchError) in try discover("https://h/x", repository: text) }
    #expect(error?.code == .usage)
    #expect(error?.message == "cannot use the LFS server `\(text.escapingControls)`")
    #expect(
      error?.hint == "only http, https and ssh addresses are supported; set `lfs.url` in git's configuration to one")
  }

  @Test(arguments: [
    ("git@h.example:org/n.git", "https://h.example/org/n.git/info/lfs", "org/n.git"),
    ("ssh://git@h.example:2222/org/n.git", "https://h.example/org/n.git/info/lfs", "/org/n.git"),
    ("git@h.example:~me/n", "https://h.example/~me/n.git/info/lfs", "~me/n"),
    ("ssh://git@h.example/~me/n", "https://h.example/~me/n.git/info/lfs", "/~me/n"),
  ])
  func `a repository behind ssh, as git-lfs sees it`(_ remote: String, _ url: String, _ path: String) throws {
    guard case .http(let server) = try discover(remote) else { throw TestFailure() }
    #expect(server.url.string == url)
    #expect(server.ssh?.destination == "git@h.example")
    #expect(server.ssh?.path == path)
    #expect(server.isNamedByUser)
  }

  @Test func `a server behind ssh is no repository`() throws {
    guard case .http(let server) = try discover("https://h/x", [("lfs.url", "ssh://git@l:2222/lfs/x")]) else {
      throw TestFailure()
    }
    #expect(server.url.string == "https://l/lfs/x")
    #expect(server.ssh?.port == 2222)
    let named = try discover("git@h:x", repository: "git@h:y")
    #expect(named == .http(LFSServer(url: try HTTPURL("https://h/y"), ssh: try SSHAddress("git@h:y"))))
  }

  @Test(arguments: ["ssh://-oProxyCommand=x/y", "git@h:-y", "ssh://me:secret@h/x"])
  func `ssh addresses that mean harm`(_ address: String) {
    for (remote, repository) in [(address, nil), ("https://h/x", address)] as [(String, String?)] {
      let error = fetchError { () throws(FetchError) in try discover(remote, repository: repository) }
      #expect(error?.code == .usage)
      #expect(error?.message.contains("secret") == false)
    }
  }

  @Test(
    arguments: [
      ("lfs.sshtransfer", "always", true), ("lfs.sshtransfer", "negotiate", false), ("lfs.sshtransfer", "never", false),
      ("lfs.ssh://git@h:22/org.sshtransfer", "always", true), ("lfs.ssh://other/org.sshtransfer", "always", false),
    ])
  func `objects over ssh alone are refused`(_ key: String, _ value: String, _ isRefused: Bool) {
    let error = fetchError { () throws(FetchError) in try discover("ssh://git@h:22/org/x", [(key, value)]) }
    #expect(error?.code == (isRefused ? .usage : nil))
    #expect(error?.hint?.hasPrefix("set `lfs.sshtransfer` to `negotiate` or `never`") == (isRefused ? true : nil))
  }

  struct TestFailure: Error {}
}
