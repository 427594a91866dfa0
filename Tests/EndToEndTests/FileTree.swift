import Foundation
import Testing

/// The files below a folder: of each its type, permissions and SHA-256, or where it links to. Git's own folder is
/// left out.
enum FileTree {
  static func of(_ folder: String) async throws -> [String: String] {
    var tree: [String: String] = [:]
    var plain: [String] = []
    for path in paths(in: folder) {
      let full = folder + "/" + path
      guard let status = fileStatus(full) else { continue }
      if status.st_mode & S_IFMT == S_IFLNK {
        tree[path] = try "link to " + FileManager.default.destinationOfSymbolicLink(atPath: full)
      } else {
        tree[path] = String(status.st_mode & 0o7777, radix: 8) + " "
        plain.append(path)
      }
    }
    guard !plain.isEmpty else { return tree }
    let hashes = try await Tool.run("openssl", ["dgst", "-sha256", "-r"] + plain, in: folder)
      .split(separator: "\n").map { String($0.prefix(64)) }
    try #require(hashes.count == plain.count)
    for (path, hash) in zip(plain, hashes) { tree[path]?.append(hash) }
    return tree
  }

  /// Everything but folders, sorted.
  static func paths(in folder: String) -> [String] {
    let all = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
    return all.filter { path in
      guard path != ".git", !path.hasPrefix(".git/"), let status = fileStatus(folder + "/" + path) else { return false }
      return status.st_mode & S_IFMT != S_IFDIR
    }.sorted()
  }
}

/// The SHA-256 of a file, by another program than the one under test.
func sha256(_ path: String) async throws -> String {
  String(try await Tool.run("openssl", ["dgst", "-sha256", "-r", path]).prefix(64))
}
