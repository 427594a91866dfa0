import Fixtures
import Foundation
import Testing

/// A repository in a temporary folder, made and changed by the real git.
struct LocalGit {
  let folder: TemporaryFolder
  var path: String { folder("repository") }

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("[user]\n  name = A\n  email = a@example.com\n[init]\n  defaultBranch = main\n", to: "gitconfig")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try self("init", "--quiet")
  }

  @discardableResult
  func callAsFunction(_ arguments: String..., environment: [String: String] = [:], status: Int32 = 0) throws -> String {
    let environment = ProcessInfo.processInfo.environment.merging(
      ["GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": folder("gitconfig")].merging(environment) { $1 }
    ) { $1 }
    let outcome = try Launch("git", arguments, environment: environment, in: path).blockingOutcome()
    try #require(outcome.status == status, "git \(arguments): \(outcome.errors)")
    return outcome.output.trimmingCharacters(in: .newlines)
  }

  func write(_ text: String, to name: String) throws {
    try folder.write(text, to: "repository/" + name)
  }
}
