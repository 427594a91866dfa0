import Fixtures
import Testing

/// What the tests of `add` and `drop` have in common.
extension Sandbox {
  /// Runs the program under test in a folder.
  func run(in folder: String, _ words: String...) async throws -> Launch.Outcome { try await run(in: folder, words) }

  func run(in folder: String, _ words: [String]) async throws -> Launch.Outcome {
    try await Launch(Self.program, words, environment: environment, in: folder).outcome()
  }
}

extension ServedModel {
  /// Git finds nothing to change in the clone, and git-lfs nothing missing.
  func check(_ clone: String) async throws {
    #expect(try await git("status", "--porcelain", in: clone) == "")
    let files = try await FileTree.of(clone)
    try await git("sparse-checkout", "reapply", in: clone)
    #expect(try await FileTree.of(clone) == files)
    #expect(try await git("lfs", "fsck", in: clone) == "Git LFS fsck OK")
    let before = try await requests().batches.count
    try await git("lfs", "pull", in: clone)
    #expect(try await requests().batches.count == before)
  }
}
