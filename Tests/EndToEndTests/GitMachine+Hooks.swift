import Fixtures
import Foundation
import Testing

extension GitMachine {
  static let standardHooks = ["post-checkout", "post-merge", "post-rewrite", "pre-commit", "pre-push"]

  /// A machine without filters, and a new repository on it.
  static func withRepository(_ arguments: String...) async throws -> (GitMachine, String) {
    let machine = try await GitMachine(.none)
    let outcome = try await machine.run("git", ["init", "--quiet"] + arguments + ["repository"])
    try #require(outcome.status == 0)
    return (machine, machine.work + "/repository")
  }

  /// The hooks of a folder, without git's samples.
  static func hooks(in folder: String) -> [String] {
    FileTree.paths(in: folder).filter { !$0.hasSuffix(".sample") }
  }

  /// What `lfsfetch hooks status` says of each.
  func hookStates(in folder: String) async throws -> [String: String] {
    let lines = try await lfsfetch("hooks", "status", in: folder).split(separator: "\n").dropFirst()
    return Dictionary(
      lines.map { line in
        let name = line.prefix { $0 != " " }
        return (String(name), line.dropFirst(name.count).trimmingCharacters(in: .whitespaces))
      }
    ) { $1 }
  }
}

/// A hook of the user's own, which only its mode keeps from being run.
@discardableResult
func writeScript(_ text: String, _ path: String, mode: mode_t = 0o755) throws -> Data {
  try writeProgram(text, to: path)
  chmod(path, mode)
  return Data(text.utf8)
}
