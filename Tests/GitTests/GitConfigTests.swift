import Fixtures
import Foundation
import HTTP
import Testing

@testable import Git

/// Git's configuration, compared with what git itself makes of it.
@Suite struct GitConfigTests {
  private let folder = FileManager.default.temporaryDirectory.path + "/lfsfetch-config-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func write(_ name: String, _ text: String) throws -> String {
    let path = folder + "/" + name
    let parent = path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex)
    try FileManager.default.createDirectory(atPath: String(parent), withIntermediateDirectories: true)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  /// What `git <arguments>` prints, nil when it fails.
  private func git(_ arguments: [String]) throws -> String? {
    let environment = [
      "PATH": "/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin", "HOME": folder, "GIT_CONFIG_NOSYSTEM": "1",
    ]
    let outcome = try Launch("git", arguments, environment: environment, in: "/").blockingOutcome()
    return outcome.status == 0 ? outcome.output : nil
  }

  @Test func `files in git's order, then the environment`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let environment = [
      "HOME": folder, "GIT_CONFIG_SYSTEM": try write("system", "[a]\nx = system\n[b]\nx = system\n"),
      "GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": "A.Sub.X", "GIT_CONFIG_VALUE_0": "environment",
      "GIT_CONFIG_KEY_1": "d.x", "GIT_CONFIG_VALUE_1": "",
    ]
    _ = try write(".config/git/config", "[a]\nx = xdg\n")
    _ = try write(".gitconfig", "[a]\nx = home\n[include]\npath = more\n[c]\nFlag\n")
    _ = try write("more", "[a]\nx = included\n")
    let config = try GitConfig.user { environment[$0] }
    #expect(config.all("A.X") == ["system", "xdg", "home", "included"])
    #expect(config.string("a.x") == "included")
    #expect(config.string("a.Sub.x") == "environment")
    #expect(config.string("a.sub.x") == nil)
    #expect(try config.bool("c.flag") == true)
    #expect(try config.bool("d.x") == false)
    #expect(try config.bool("nothing.x") == nil)

    #expect(try GitConfig.user { $0 == "GIT_CONFIG_NOSYSTEM" ? "1" : environment[$0] }.string("b.x") == nil)
    let global = try write("global", "[a]\nx = global\n")
    #expect(
      try GitConfig.user { $0 == "GIT_CONFIG_GLOBAL" ? global : environment[$0] }.all("a.x") == [
        "system", "global",
      ])
    let xdg = try GitConfig.user { $0 == "XDG_CONFIG_HOME" ? folder + "/nothing" : environment[$0] }
    #expect(xdg.all("a.x") == ["system", "home", "included"])
  }

  @Test func `a broken file is named with its line`() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = try write(".gitconfig", "[a]\nx = 1\n[broken\n")
    let error = try await gitError {
      _ = try GitConfig.user { $0 == "HOME" ? folder : $0 == "GIT_CONFIG_NOSYSTEM" ? "1" : nil }
    }
    #expect(error.code == .config)
    #expect(error.description.contains(path))
    #expect(error.description.contains(":3"))
  }

  @Test(arguments: [["GIT_CONFIG_COUNT": "x"], ["GIT_CONFIG_COUNT": "1"], ["GIT_CONFIG_COUNT": "-1"]])
  func `an unusable environment is refused`(_ environment: [String: String]) async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let error = try await gitError {
      _ = try GitConfig.user { $0 == "GIT_CONFIG_NOSYSTEM" ? "1" : environment[$0] }
    }
    #expect(error.code == .config)
  }

  @Test func `a value that is neither true nor false is refused`() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let config = GitConfig(entries: [.init("a.x", "maybe"), .init("a.y", "On"), .init("a.z", "2")])
    let error = try await gitError { _ = try config.bool("a.x") }
    #expect(error.message == "git's configuration variable `a.x` must be true or false, and is `maybe`")
    #expect(try config.bool("a.y") == true)
    #expect(try config.bool("a.z") == true)
  }

  static let texts = [
    "[lfs]\n\turl = https://example.com/x\n", "[lfs]url=a",
    "[LFS \"https://X/y\"]\n\tAccess = basic ; note\n# comment\n",
    "[a]\nx = \"quoted # \\\" \\\\ \\t\" tail   \ny=one \\\n  two\n", "[a.B.c]\nx",
    "\u{feff}[a]\r\nx = 1\r\ny = \"a b\"  \r\n", "[a]\nx =\ny = \"\"\n",
    "[remote \"o\\\"r\\\\i\"]\nlfsurl = z # c\n[a]\nb = a  b\n", "[a] x = 1\n[b]y=2;z\n", "",
    "\n\n# only a comment\n",
    "[a\nx=1\n", "x = 1\n", "[a]\n= 1\n", "[a]\nx = \"open\n", "[a]\nx = \\q\n", "[a]\nx y\n",
    "[a \"b\nc\"]\nx=1\n", "[]\nx=1\n", "[a]\n1x = 1\n",
    // With what stands before it, a combining mark is one Character, and none that is looked for.
    "[A \"\u{308}B\"]\nX = \u{301}\n", "[a \"\u{c9}.\u{308}C\"]\nx = y\u{301} \n", "[a]\nx =\u{301}y\n",
    "[a]\nx \u{301}= y\n", "[a]\u{301}\nx = y\n",
  ]

  @Test(arguments: texts) func `a repository's configuration is read as git reads it`(_ text: String) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = try write("config", text)
    let expected = try git(["config", "--file", path, "--list", "-z"])
    let parsed = try? GitConfig(parsing: Array(text.utf8), name: ".lfsconfig")
    let listing = parsed?.entries.map { entry in entry.name + (entry.value.map { "\n" + $0 } ?? "") + "\0" }
      .joined()
    #expect(listing == expected)
  }

  @Test func `names are the same when their bytes are`() throws {
    let text = """
      [remote "\u{e9}"]\nurl = composed\n[remote "e\u{301}"]\nurl = decomposed\n[remote "\u{301}x"]\nurl = mark
      """
    let config = try GitConfig(parsing: Array(text.utf8), name: "x")
    #expect(config.all("Remote.\u{e9}.URL") == ["composed"])
    #expect(config.string("remote.e\u{301}.url") == "decomposed")
    #expect(config.string("remote.\u{301}x.url") == "mark")
    #expect(config.string("\u{212a}emote.x.url") == nil)
    #expect(config.entries[0] != GitConfig.Entry("remote.e\u{301}.url", "composed"))
  }

  @Test func `a repository's configuration includes nothing`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let secret = try write("secret", "[lfs]\nurl = https://evil\n")
    let config = try GitConfig(parsing: Array("[include]\npath = \(secret)\n".utf8), name: ".lfsconfig")
    #expect(config.string("lfs.url") == nil)
    #expect(config.string("include.path") == secret)
  }

  @Test func `an error says where`() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let error = try await gitError {
      _ = try GitConfig(parsing: Array("[a]\nx = 1\ny = \"\n".utf8), name: ".lfsconfig")
    }
    #expect(error.message == "`.lfsconfig` is not valid configuration")
    #expect(error.cause == "a quoted value that is not closed, in line 3")
  }

  static let patterns = [
    "https://example.com", "https://example.com/", "https://example.com/org", "https://example.com/org/",
    "https://example.com/or",
    "https://example.com/org/repo.git", "https://user@example.com", "https://user@example.com/org",
    "https://other@example.com/org/repo.git",
    "https://*.com", "https://*.example.com", "https://*.*.com", "https://*", "http://example.com",
    "https://example.com:443/org", "https://example.com:8443",
    "HTTPS://EXAMPLE.com/%6frg", "https://sub.example.com", "https://sub.*.com/org", "example.com",
    "https://example.com/Org",
  ]

  @Test(arguments: [
    "https://example.com/org/repo.git", "https://user@example.com/org/repo.git", "https://sub.example.com/org/x",
    "http://example.com/org",
    "https://example.com:8443/", "https://user:word@example.com/", "https://example.com/organ",
    "https://EXAMPLE.COM/%6Frg/x", "https://other.org/",
  ])
  func `http variables fit URLs as git has it`(_ url: String) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let parsed = try HTTPURL(url)
    for first in GitConfigTests.patterns {
      for second in GitConfigTests.patterns {
        let text =
          "[http]\nproxy = general\n[http \"\(first)\"]\nproxy = \(first)\n[http \"\(second)\"]\nproxy = \(second)-2\n"
        let config = try GitConfig(parsing: Array(text.utf8), name: "x")
        try compare(config, text, parsed, url)
      }
    }
  }

  /// One of the pairs in a hundred is shown to git itself: a process each would take minutes.
  private func compare(_ config: GitConfig, _ text: String, _ parsed: HTTPURL, _ url: String) throws {
    guard ObjectID.digest(of: Array((text + url).utf8)).bytes[0] < 6 else { return }
    let path = try write("config", text)
    let expected = try git(["config", "--file", path, "--get-urlmatch", "http.proxy", url])
    #expect(
      config.http("proxy", for: parsed).last?.text == expected?.trimmingCharacters(in: .newlines), "\(text) \(url)")
  }

  @Test(arguments: [
    ("hub:x", "https://example.com/x"), ("hub:org/x", "https://example.com/special/x"),
    ("https://a/b", "https://b/b"), ("other", "other"), ("git@h:x", "git@h:x"),
    ("hub:\u{301}x", "https://example.com/\u{301}x"), ("mark:x", "\u{301}/x"),
  ])
  func `the longest insteadOf is taken`(_ url: String, _ expected: String) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let config = GitConfig(entries: [
      .init("url.https://example.com/.insteadof", "hub:"),
      .init("url.https://example.com/special/.insteadof", "hub:org/"),
      .init("url.https://b/.insteadof", "https://a/"), .init("url.x.pushinsteadof", "git@h:"),
      .init("url.\u{301}/.insteadof", "mark:"),
    ])
    #expect(Array(config.rewriting(url).utf8) == Array(expected.utf8))
  }

  @Test(
    arguments: [
      ([("http.sslcainfo", "/a"), ("http.https://example.com/.extraheader", "A: b"), ("core.x", "y")], true),
      ([("http.https://*.example.com.proxy", "p")], true),
      ([("http.https://example.com/team.extraheader", "A: b")], false),
      ([("http.https://me@example.com.proxy", "p")], false),
    ])
  func `settings hold for a whole host unless a variable names a path or a user`(
    entries: [(String, String)], isSo: Bool
  ) {
    let config = GitConfig(entries: entries.map { .init($0.0, $0.1) })
    #expect(config.transportSettingsDependOnOriginAlone == isSo)
  }

  @Test func `settings of a connection`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let config = GitConfig(entries: [
      .init("http.proxy", "http://proxy:1"), .init("http.sslcainfo", "~/ca.pem"), .init("http.sslcapath", "/certs"),
      .init("http.sslverify", "false"),
      .init("http.https://example.com.sslverify", "true"), .init("http.sslcert", "/cert"),
      .init("http.sslkey", "/key"), .init("http.useragent", "agent"),
      .init("http.extraheader", "X-Old: 1"), .init("http.extraheader", ""),
      .init("http.extraheader", "X-General: 2"),
      .init("http.https://example.com.extraheader", "Authorization: Basic  eA=="),
      .init("http.lowspeedlimit", "1000"), .init("http.lowspeedtime", "7"),
    ])
    let cookies = GitConfig(entries: [
      .init("http.cookiefile", "~/cookies"), .init("http.savecookies", "true"),
      .init("http.https://empty.example.cookiefile", ""),
    ])
    for (host, file) in [("example.com", "/home/me/cookies"), ("empty.example", "")] {
      let settings = cookies.transportSettings(for: try HTTPURL("https://\(host)/x")) {
        $0 == "HOME" ? "/home/me" : nil
      }
      #expect(settings.cookieFile == file && settings.savesCookies)
    }
    let settings = config.transportSettings(for: try HTTPURL("https://example.com/x")) {
      $0 == "HOME" ? "/home/me" : nil
    }
    var expected = TransportSettings()
    expected.proxy = "http://proxy:1"
    expected.caFile = "/home/me/ca.pem"
    expected.caDirectory = "/certs"
    expected.clientCertificate = "/cert"
    expected.clientKey = "/key"
    expected.userAgent = "agent"
    expected.headers = ["Authorization": "Basic  eA=="]
    expected.globalHeaders = ["X-General": "2"]
    expected.lowSpeedLimit = 1000
    expected.lowSpeedTime = .seconds(7)
    #expect(settings == expected)
    let other = config.transportSettings(for: try HTTPURL("https://other.com/x")) { _ in nil }
    #expect(other.verifyPeer == false)
    #expect(other.headers == [:])
  }

  @Test func `the environment is stronger, and OpenSSL's variables are weakest`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let url = try HTTPURL("https://example.com/x")
    let config = GitConfig(entries: [.init("http.sslcainfo", "/file"), .init("http.useragent", "file")])
    let environment = [
      "GIT_SSL_CAINFO": "/env", "GIT_HTTP_USER_AGENT": "env", "GIT_SSL_NO_VERIFY": "1", "GIT_SSL_CERT": "/c",
      "GIT_SSL_KEY": "/k", "SSL_CERT_FILE": "/openssl",
    ]
    let settings = config.transportSettings(for: url) { environment[$0] }
    #expect(settings.caFile == "/env")
    #expect(settings.userAgent == "env")
    #expect(settings.clientCertificate == "/c" && settings.clientKey == "/k")
    #expect(settings.verifyPeer == false)
    let weak = ["SSL_CERT_FILE": "/openssl", "SSL_CERT_DIR": "/certs"]
    #expect(config.transportSettings(for: url) { weak[$0] }.caFile == "/file")
    #expect(config.transportSettings(for: url) { weak[$0] }.caDirectory == nil)
    #expect(GitConfig().transportSettings(for: url) { weak[$0] }.caFile == "/openssl")
    #expect(GitConfig().transportSettings(for: url) { weak[$0] }.caDirectory == "/certs")
  }
}
