import Fixtures
import Foundation
import Testing

/// The program behind tinyproxy, which wants a user and a password.
@Suite struct ProxyTests {
  private let model: ServedModel
  private let sandbox: Sandbox

  init() throws {
    model = try ServedModel()
    sandbox = try Sandbox()
  }

  private var servers: Servers { model.servers }

  private func proxy(_ credentials: String = "alice:secret") -> String { "http://\(credentials)@\(servers.proxy)" }

  /// What the proxy was asked for, by whatever test.
  private func log() throws -> [Substring] {
    try String(contentsOfFile: servers.state + "/log/tinyproxy.log", encoding: .utf8).split(separator: "\n")
  }

  @Test(arguments: ["http_proxy", "all_proxy", "ALL_PROXY", "http.proxy", "http.URL.proxy"])
  func `the proxy is asked for every request, by whatever way it is named`(_ way: String) async throws {
    var environment: [String: String] = [:]
    switch way {
    case "http.proxy": try sandbox.setGitConfiguration("[http]\n  proxy = \(proxy())\n")
    case "http.URL.proxy":
      let both = [servers.http, servers.objectsHTTP].map { "[http \"\($0)/\"]\n  proxy = \(proxy())\n" }
      try sandbox.setGitConfiguration(both.joined())
    default: environment[way] = proxy()
    }
    let path = try await sandbox.path("get", model.url() + ":weights/model.bin", environment: environment)
    #expect(try await sha256(path) == model.pointer("weights/model.bin").oid)
    let asked = try log().filter { $0.contains(model.name) }
    #expect(asked.contains { $0.contains("/info/refs") })
    #expect(asked.contains { $0.contains("/info/lfs/objects/batch") })
    #expect(asked.contains { $0.contains("GET \(servers.objectsHTTP)/") })
    #expect(try await model.requests().allSatisfy { $0.authorization == "-" })
  }

  @Test(arguments: ["https_proxy", "HTTPS_PROXY"])
  func `https goes through the proxy's tunnel`(_ variable: String) async throws {
    let url = model.url(of: servers.https) + ":weights/model.bin"
    let path = try await sandbox.path(
      "get", url, environment: [variable: proxy(), "GIT_SSL_CAINFO": servers.ca])
    #expect(try await sha256(path) == model.pointer("weights/model.bin").oid)
    for base in [servers.https, servers.objectsHTTPS] {
      #expect(try log().contains { $0.contains("CONNECT \(base.dropFirst("https://".count)) ") })
    }
    // nginx saw nobody's credentials.
    #expect(try await model.requests().allSatisfy { $0.authorization == "-" })
  }

  @Test func `no_proxy is stronger`() async throws {
    let environment = ["http_proxy": "http://127.0.0.1:1", "no_proxy": "localhost,127.0.0.1"]
    try await sandbox.path("get", model.url() + ":weights/model.bin", environment: environment)
  }

  @Test func `a proxy that refuses is named, and its password is not`() async throws {
    let refused = try await sandbox.run(
      "get", model.url(of: servers.https), environment: ["https_proxy": proxy("alice:wr0ng")])
    #expect(refused.status == 4)
    #expect(refused.errors.contains("the proxy `\(servers.proxy)` wants a user and a password"))
    #expect(!refused.errors.contains("wr0ng"))
  }

  @Test func `a dead proxy is named, and its password is not`() async throws {
    let dead = try await sandbox.run(
      "get", model.url(), "--retries", "0", environment: ["http_proxy": "http://alice:s3cret@127.0.0.1:1"])
    #expect(dead.status == 4)
    #expect(dead.errors.contains("cannot connect to the proxy for \(servers.http.dropFirst("http://".count)): "))
    #expect(dead.errors.contains("127.0.0.1 port 1 "))
    #expect(!dead.errors.contains("s3cret"))
  }
}
