import Fixtures
import Foundation
import HTTP
import Testing

@testable import Git

/// A copy of a sample repository of its own, behind the real git server, so that a test can count the requests that
/// it made and configure the repository as it likes. It goes when the test is over.
final class ServedRepository: Sendable {
  let name: String
  let servers: Servers
  private let log: ServerLog
  /// A folder for the test's cache.
  let cache: String

  /// The bare repository itself.
  var folder: String { "\(servers.repositories)/\(name).git" }

  /// `configuration` is what the copy's own git configuration says beside the original's.
  init(copyOf sample: String = "demo/kitchen", configuration: [String: String] = [:]) throws {
    servers = try Servers.running()
    log = try ServerLog(servers)
    name = "copies/\(UUID().uuidString.lowercased())"
    cache = FileManager.default.temporaryDirectory.path + "/lfsfetch-git-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: servers.repositories + "/copies", withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: cache, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: "\(servers.repositories)/\(sample).git", toPath: folder)
    for (key, value) in configuration { try git("config", key, value) }
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
    try? FileManager.default.removeItem(atPath: cache)
  }

  func url(_ prefix: String = "/git") -> String { "\(servers.http)\(prefix)/\(name).git" }

  func remote(
    _ prefix: String = "/git", config: GitConfig = GitConfig(), maximumPackSize: Int64 = 1 << 30
  ) throws -> GitRemote {
    try remote(url: url(prefix), config: config, maximumPackSize: maximumPackSize)
  }

  func remote(
    url: String, ssh: SSHClient = .none, config: GitConfig = GitConfig(), maximumPackSize: Int64 = 1 << 30
  ) throws -> GitRemote {
    try GitRemote(
      url: url, cacheDirectory: cache + "/git", memory: HostMemory(folder: cache + "/hosts"),
      client: HTTPClient(retry: .never), ssh: ssh, config: config, maximumPackSize: maximumPackSize)
  }

  /// The requests made for this copy so far, as `METHOD path-after-the-repository`.
  func requests() async throws -> [String] {
    try await log.lines(with: name).map { line in
      let fields = line.split(separator: " ")
      let path = fields[3].split(separator: "\(name).git").last ?? ""
      return "\(fields[2]) \(path.prefix { $0 != "?" })"
    }
  }

  /// Runs git on the copy and returns what it printed.
  @discardableResult
  func git(_ arguments: String...) throws -> String {
    try String(decoding: gitBytes(arguments), as: UTF8.self).trimmingCharacters(in: .newlines)
  }

  func gitBytes(_ arguments: [String], in folder: String? = nil, input: [UInt8] = []) throws -> [UInt8] {
    let environment = [
      "PATH": "/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin", "HOME": cache, "GIT_CONFIG_NOSYSTEM": "1",
      "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "A",
      "GIT_COMMITTER_EMAIL": "a@example.com", "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory",
      "GIT_CONFIG_VALUE_0": "*",
    ]
    let feed = cache + "/input-" + UUID().uuidString
    try Data(input).write(to: URL(filePath: feed))
    let outcome = try Launch(
      "git", arguments, environment: environment, in: folder ?? self.folder, input: feed
    ).blockingOutcome()
    try #require(outcome.status == 0, "git \(arguments): \(outcome.errors)")
    return outcome.outputBytes
  }

  /// Makes a commit of one tree, written entry by entry as `git mktree` takes them, and a branch that ends at it.
  func commitTree(_ entries: [String], branch: String) throws -> ObjectID {
    let listing = entries.joined(separator: "\0") + "\0"
    let tree = try gitBytes(["mktree", "-z"], input: Array(listing.utf8))
    let hex = String(decoding: tree, as: UTF8.self).trimmingCharacters(in: .newlines)
    let commit = try id(git("commit-tree", "-m", branch, hex))
    try git("update-ref", "refs/heads/\(branch)", commit.hex)
    return commit
  }

  func blob(_ text: String) throws -> String {
    let hex = try gitBytes(["hash-object", "-w", "--stdin"], input: Array(text.utf8))
    return String(decoding: hex, as: UTF8.self).trimmingCharacters(in: .newlines)
  }

  func id(_ revision: String) throws -> ObjectID {
    try #require(ObjectID(hex: git("rev-parse", revision)))
  }

  /// `<mode> <id> <path>` of every file, as git lists them.
  func listing(_ revision: String) throws -> [String] {
    try gitBytes(["ls-tree", "-r", "-z", revision]).split(separator: 0).map { line in
      let text = String(decoding: line, as: UTF8.self)
      let fields = text.split(separator: "\t", maxSplits: 1)
      let head = fields[0].split(separator: " ")
      return "\(head[0]) \(head[2]) \(fields[1])"
    }
  }
}

extension SSHClient {
  /// For tests that have nothing to do with ssh.
  static var none: SSHClient { SSHClient(SSHCommand(GitConfig()) { _ in nil }, isOffline: true) }
}

extension RemoteTree {
  var listing: [String] {
    entries.map { entry in
      let mode =
        switch entry.mode {
        case .regular: "100644"
        case .executable: "100755"
        case .symlink: "120000"
        case .submodule: "160000"
        }
      return "\(mode) \(entry.id) \(String(decoding: entry.rawPath, as: UTF8.self))"
    }
  }

  func entry(_ path: String) throws -> TreeEntry {
    try #require(entries.first { $0.rawPath == Array(path.utf8) }, "there is no \(path)")
  }
}

/// The error that `body` throws.
func gitError(_ body: () async throws -> Void) async throws -> GitError {
  try #require(await #expect(throws: GitError.self) { try await body() })
}
