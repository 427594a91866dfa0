import Foundation
import Testing

/// What a clone is like, as real git sees it.
struct CloneDescription: Equatable {
  /// As it stands in the file.
  let head: String
  let references: [String]
  let logs: [String]
  let shallow: [String]
  let settings: [String]
  let files: [String: String]
  let pointers: [String]
  let objects: [String]
  let hooks: [String]
  let status: String
  let commits: String

  init(of clone: String, by machine: GitMachine) async throws {
    let folder = try await machine.git("rev-parse", "--absolute-git-dir", in: clone)
    let isBare = try await machine.git("rev-parse", "--is-bare-repository", in: clone) == "true"
    func lines(_ name: String) -> [String] {
      String(decoding: bytes(folder + "/" + name) ?? Data(), as: UTF8.self).split(separator: "\n").map(String.init)
    }
    head = lines("HEAD").joined()
    references = try await machine.git("for-each-ref", in: clone).split(separator: "\n").map(String.init)
    shallow = lines("shallow").sorted()
    // Without the second in which it was.
    logs = FileTree.paths(in: folder + "/logs").flatMap { name in
      lines("logs/" + name).map { line in
        name + ": " + line.replacing(#/> [0-9]+ /#, with: "> ")
      }
    }
    settings = try await machine.git("config", "--local", "--list", in: clone).split(separator: "\n").map(String.init)
      .filter { line in
        ["remote.", "branch.", "submodule.", "user.", "core.bare=", "lfs."].contains { line.hasPrefix($0) }
      }.sorted()
    files = isBare ? [:] : try await FileTree.of(clone).filter { !$0.key.hasPrefix("git/") }
    pointers = isBare ? [] : GitMachine.pointers(in: clone)
    objects = FileTree.paths(in: folder + "/lfs/objects")
    hooks = ((try? FileManager.default.contentsOfDirectory(atPath: folder + "/hooks")) ?? [])
      .filter { !$0.hasSuffix(".sample") }.sorted()
    status = isBare ? "" : try await machine.git("status", "--porcelain", "--branch", in: clone)
    commits = try await machine.git("rev-list", "--all", "--count", in: clone)
  }
}
