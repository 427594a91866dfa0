import Foundation
import Testing

/// Cookies as git's configuration has them, for git's own requests and for those to LFS servers, beside git and git-lfs.
@Suite struct CookieTests {
  /// `FILE` has the cookie that the server wants, `NEW` is an empty file, `ORIGIN` the server.
  struct Setting: Sendable, CustomStringConvertible {
    let prefix: String
    let words: [String]
    let succeeds: Bool
    /// The name by which the server is asked: the object host has the other one.
    var host = "localhost"

    var description: String { "\(host)/\(prefix) \(words)" }
  }

  static let settings = [
    Setting(prefix: "cookies", words: [], succeeds: false),
    Setting(prefix: "cookies", words: ["http.cookieFile=FILE"], succeeds: true),
    Setting(prefix: "cookies", words: ["http.cookieFile=FILE", "http.saveCookies=true"], succeeds: true),
    Setting(prefix: "cookies", words: ["http.ORIGIN.cookieFile=FILE"], succeeds: true),
    Setting(prefix: "cookies", words: ["http.https://elsewhere.example.cookieFile=FILE"], succeeds: false),
    Setting(prefix: "cookies", words: ["http.cookieFile=NEW"], succeeds: false),
    // What git is given by the server reaches the filter only by the file.
    Setting(prefix: "sessions", words: [], succeeds: false),
    Setting(prefix: "sessions", words: ["http.cookieFile="], succeeds: false),
    Setting(prefix: "sessions", words: ["http.cookieFile=NEW"], succeeds: false),
    Setting(prefix: "sessions", words: ["http.cookieFile=NEW", "http.saveCookies=true"], succeeds: true),
    // Cookies know no ports: where the object host has the same name it gets them, too, and refuses.
    Setting(prefix: "cookies", words: ["http.cookieFile=FILE"], succeeds: false, host: "127.0.0.1"),
  ]

  /// The address, and the settings with the files of this machine.
  private func prepare(_ setting: Setting, _ model: ServedModel, _ sandbox: Sandbox) throws -> (String, [String]) {
    let port = try #require(model.servers.https.split(separator: ":").last)
    let origin = "https://\(setting.host):\(port)"
    let fields = [setting.host, "FALSE", "/", "FALSE", "2145916800", "pass", "letmein"]
    let file = try sandbox.write(
      "# Netscape HTTP Cookie File\n" + fields.joined(separator: "\t") + "\n", to: "home/cookies")
    let new = try sandbox.write("", to: "home/new")
    let words = setting.words.map { word in
      word.replacingOccurrences(of: "FILE", with: file).replacingOccurrences(of: "NEW", with: new)
        .replacingOccurrences(of: "ORIGIN", with: origin)
    }
    return (model.url("/" + setting.prefix, of: origin), words)
  }

  @Test(arguments: settings) func `the filter does what git-lfs does`(_ setting: Setting) async throws {
    let model = try ServedModel()
    var trees: [[String: String]] = []
    var statuses: [Int32] = []
    for filters in [GitMachine.Filters.gitLFS, .lfsfetch] {
      let machine = try await GitMachine(filters)
      let (url, words) = try prepare(setting, model, machine.sandbox)
      let before = try await model.requests().count
      let run = try await machine.run(
        "git",
        ["clone", "--quiet"] + (words + ["lfs.transfer.maxretries=1"]).flatMap { ["-c", $0] } + [url, "clone"],
        environment: ["GIT_SSL_CAINFO": model.servers.ca])
      statuses.append(run.status)
      if setting.succeeds {
        trees.append(try await FileTree.of(machine.work + "/clone"))
        #expect(GitMachine.pointers(in: machine.work + "/clone") == [])
      }
      let refused = try await model.requests().dropFirst(before).filter { $0.status == 400 }
      #expect(refused.isEmpty == (setting.host == "localhost"), "the object host was sent a cookie: \(refused)")
    }
    #expect(statuses[1] == statuses[0])
    #expect((statuses[0] == 0) == setting.succeeds)
    #expect(trees.first == trees.last)
  }

  @Test func `clone and get send them, and keep what they are given`() async throws {
    let model = try ServedModel()
    let port = try #require(model.servers.https.split(separator: ":").last)
    for (prefix, settings, isKept) in [
      ("cookies", "cookieFile = ~/cookies", false), ("sessions", "cookieFile =", false),
      ("sessions", "cookieFile = ~/new\n  saveCookies = true", true),
    ] {
      let sandbox = try Sandbox()
      let setting = Setting(prefix: prefix, words: [], succeeds: true)
      let (url, _) = try prepare(setting, model, sandbox)
      let environment = ["GIT_SSL_CAINFO": model.servers.ca]
      let refused = try await sandbox.run("get", url + ":nested/**", environment: environment)
      #expect(refused.status == 5, "\(refused.errors)")
      try sandbox.setGitConfiguration("[http \"https://localhost:\(port)\"]\n  \(settings)\n")
      let path = try await sandbox.path("get", url + ":nested/**", environment: environment)
      let oid = try await model.pointer("nested/a/b/c/deep.bin").oid
      #expect(try await sha256(path + "/nested/a/b/c/deep.bin") == oid)
      let clone = try await sandbox.path(
        "clone", url, "c", "--include", "weights/tool.bin", environment: environment)
      #expect(GitMachine.pointers(in: clone) == [])
      let kept = String(decoding: try #require(bytes(sandbox.home + "/new")), as: UTF8.self)
      #expect(kept.contains("letmein") == isKept, "\(kept)")
    }
    #expect(try await !model.requests().contains { $0.status == 400 })
  }
}
