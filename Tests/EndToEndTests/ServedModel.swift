import Fixtures
import Foundation
import Testing

/// A copy of a sample repository and its objects, of one test's own, behind the real servers: the test can change
/// it, and the log tells what was asked of it. It goes when the test is over.
final class ServedModel: Sendable {
  let servers: Servers
  let name: String
  let home: String
  private let log: ServerLog

  /// The bare repository itself.
  var folder: String { "\(servers.repositories)/\(name).git" }
  /// The LFS server's objects, each a file named by its SHA-256.
  var objects: String { "\(servers.objects)/\(name)" }

  /// `kind` is the folder of Hugging Face's that it is in: `datasets/`, `spaces/`.
  init(copyOf sample: String = "demo/kitchen", kind: String = "") throws {
    servers = try Servers.running()
    log = try ServerLog(servers)
    name = "\(kind)copies/\(UUID().uuidString.lowercased())"
    home = FileManager.default.temporaryDirectory.path + "/lfsfetch-e2e-git-\(UUID().uuidString)"
    for folder in ["\(servers.repositories)/\(kind)copies", servers.objects + "/" + name, home] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    try FileManager.default.copyItem(atPath: "\(servers.repositories)/\(sample).git", toPath: folder)
    let originals = "\(servers.objects)/\(sample)"
    for object in try FileManager.default.contentsOfDirectory(atPath: originals) {
      try FileManager.default.linkItem(atPath: originals + "/" + object, toPath: objects + "/" + object)
    }
    try Data(Self.configuration.utf8).write(to: URL(filePath: home + "/.gitconfig"))
  }

  deinit {
    for path in [folder, objects, home] { try? FileManager.default.removeItem(atPath: path) }
  }

  func url(_ prefix: String = "/git", of base: String? = nil) -> String {
    "\(base ?? servers.http)\(prefix)/\(name).git"
  }

  /// The requests made for this repository and its objects so far.
  func requests() async throws -> [LoggedRequest] {
    try await log.requests(with: name)
  }

  // MARK: Changing it

  private static let configuration = """
    [user]
      name = A
      email = a@example.com
    [filter "lfs"]
      clean = git-lfs clean -- %f
      smudge = git-lfs smudge -- %f
      process = git-lfs filter-process
      required = true
    [safe]
      directory = *
    [advice]
      detachedHead = false
    """

  /// Runs the real git, by default on the bare repository, and returns what it printed.
  @discardableResult
  func git(_ arguments: String..., in folder: String? = nil, input: String? = nil) async throws -> String {
    var environment = ["HOME": home, "GIT_CONFIG_NOSYSTEM": "1", "GIT_INDEX_FILE": home + "/index"]
    if folder != nil { environment["GIT_INDEX_FILE"] = nil }
    var file = "/dev/null"
    if let input {
      file = home + "/input"
      try Data(input.utf8).write(to: URL(filePath: file))
    }
    let output = try await Tool.run(
      "git", arguments, in: folder ?? self.folder, environment: environment, input: file)
    return output.hasSuffix("\n") ? String(output.dropLast()) : output
  }

  func blob(_ text: String) async throws -> String { try await git("hash-object", "-w", "--stdin", input: text) }

  /// Adds a commit with these files, given by what stands in the repository, to a branch.
  @discardableResult
  func commit(_ files: [String: String], to branch: String = "main") async throws -> String {
    try await git("read-tree", branch)
    for (path, text) in files {
      try await git("update-index", "--add", "--cacheinfo", "100644,\(blob(text)),\(path)")
    }
    let tree = try await git("write-tree")
    let commit = try await git("commit-tree", "-p", branch, "-m", "Change", tree)
    try await git("update-ref", "refs/heads/\(branch)", commit)
    return commit
  }

  /// Makes a branch whose tree has these entries, given as `git mktree` takes them: nobody checks their paths.
  func branch(_ name: String, withTree entries: [String]) async throws {
    let tree = try await git("mktree", "-z", input: entries.joined(separator: "\0") + "\0")
    try await git("update-ref", "refs/heads/\(name)", git("commit-tree", "-m", name, tree))
  }

  /// A commit of the tree that the file lists, as `git mktree -z` takes it.
  func commitTree(listedIn file: String) async throws -> String {
    let tree = try await Tool.run(
      "sh", ["-c", #"git mktree -z <"$0""#, file], in: folder, environment: ["HOME": home, "GIT_CONFIG_NOSYSTEM": "1"])
    return try await git("commit-tree", "-m", "Raw", tree.trimmingCharacters(in: .newlines))
  }

  /// Puts an object on the LFS server and returns its pointer.
  func addObject(_ data: Data) async throws -> Pointer {
    let temporary = objects + "/new-\(UUID().uuidString)"
    try data.write(to: URL(filePath: temporary))
    let oid = try await sha256(temporary)
    try FileManager.default.moveItem(atPath: temporary, toPath: objects + "/" + oid)
    return Pointer(oid: oid, size: data.count)
  }

  /// Puts the objects where those look for them who clone the folder itself.
  func keepObjectsInRepository() throws {
    for oid in try FileManager.default.contentsOfDirectory(atPath: objects) {
      let part = "\(folder)/lfs/objects/\(oid.prefix(2))/\(oid.dropFirst(2).prefix(2))"
      try FileManager.default.createDirectory(atPath: part, withIntermediateDirectories: true)
      try FileManager.default.linkItem(atPath: objects + "/" + oid, toPath: part + "/" + oid)
    }
  }

  /// An LFS pointer; `text` is what stands in the repository.
  struct Pointer: Sendable {
    let oid: String
    let size: Int
    var text: String { "version https://git-lfs.github.com/spec/v1\noid sha256:\(oid)\nsize \(size)\n" }
  }

  /// The pointer at a path of a revision.
  func pointer(_ path: String, at revision: String = "main") async throws -> Pointer {
    let lines = try await git("cat-file", "blob", "\(revision):\(path)").split(separator: "\n")
    return Pointer(oid: String(lines[1].suffix(64)), size: try #require(Int(lines[2].dropFirst(5))))
  }

  func commitID(_ revision: String = "main") async throws -> String {
    try await git("rev-parse", "\(revision)^{commit}")
  }
}

/// Bytes that do not repeat, the same for the same seed.
func noise(_ count: Int, seed: UInt64 = 1) -> Data {
  var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
  var words = [UInt64](repeating: 0, count: (count + 7) / 8)
  words.withUnsafeMutableBufferPointer { words in
    for index in words.indices {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      words[index] = state
    }
  }
  return words.withUnsafeBytes { Data($0.prefix(count)) }
}
