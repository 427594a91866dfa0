import Foundation
import HTTP
import Testing

@testable import Git

/// What a server can answer instead of a repository.
@Suite struct FailureServerTests {
  @Test(arguments: [
    ("/private/demo/kitchen.git", GitError.Code.authentication, "401 Unauthorized"),
    ("/forbidden/demo/kitchen.git", .forbidden, "403 Forbidden"),
    ("/git/demo/nothing.git", .repositoryNotFound, "404 Not Found"),
    ("/elsewhere", .repositoryNotFound, "404 Not Found"),
  ])
  func `a status is told apart and the host named`(_ path: String, _ code: GitError.Code, _ phrase: String)
    async throws
  {
    let served = try ServedRepository()
    let url = served.servers.http + path
    let error = try await gitError { _ = try await served.remote(url: url).resolve(nil) }
    #expect(error.code == code)
    #expect(error.message == "\(try HTTPURL(url).origin.name) answered \(phrase) for `\(url)`")
  }

  @Test func `an unreachable host`() async throws {
    let served = try ServedRepository()
    let error = try await gitError { _ = try await served.remote(url: "http://127.0.0.1:1/x.git").resolve(nil) }
    #expect(error.code == .network)
    #expect(error.message.contains("127.0.0.1:1"))
  }

  @Test func `a certificate is trusted when the configuration names its authority, and only then`() async throws {
    let served = try ServedRepository()
    let url = served.url().replacing(served.servers.http, with: served.servers.https)
    func remote(_ config: GitConfig) throws -> GitRemote {
      let client = HTTPClient(retry: .never) { config.transportSettings(for: $0) { _ in nil } }
      return try GitRemote(
        url: url, cacheDirectory: served.cache + "/git", memory: HostMemory(folder: served.cache), client: client,
        ssh: .none, config: config)
    }
    let trusting = GitConfig(entries: [.init("http.\(served.servers.https)/.sslcainfo", served.servers.ca)])
    #expect(try await remote(trusting).resolve("main").commit == served.id("main"))
    let error = try await gitError { _ = try await remote(GitConfig()).resolve("main") }
    #expect(error.code == .insecure)
    #expect(error.message.contains("certificate"))
  }

  @Test func `a cache that cannot be written`() async throws {
    let served = try ServedRepository()
    let remote = try GitRemote(
      url: served.url(), cacheDirectory: "/dev/null/git", memory: HostMemory(folder: served.cache),
      client: HTTPClient(retry: .never), ssh: .none, config: GitConfig())
    let error = try await gitError { _ = try await remote.tree(of: served.id("main")) }
    #expect(error.code == .disk)
    #expect(error.description.contains("/dev/null/git"))
  }

  @Test(arguments: ["/git", "/v0", "folder"]) func `a SHA-256 repository`(_ prefix: String) async throws {
    let served = try ServedRepository(copyOf: "demo/sha256")
    let error = try await gitError {
      let remote = try prefix == "folder" ? served.remote(url: served.folder) : served.remote(prefix)
      _ = try await remote.resolve(nil)
    }
    #expect(error.code == .unsupportedObjectFormat)
    #expect(error.message.contains("sha256; only SHA-1 repositories can be read"))
  }

  /// It would be sent with no request, and might be a secret that ends in a name.
  @Test func `an address with a query is refused`() async throws {
    let served = try ServedRepository()
    let error = try await gitError { _ = try served.remote(url: "\(served.url())?private_token=secret") }
    #expect(error == GitError(.invalidURL, "the address of a repository cannot have a query (`?…`)"))
  }
}
