import Fixtures
import Foundation
import Testing

/// A machine with git, real or with lfsfetch in the place of git-lfs: a home and a cache of its own, and the program
/// under test in the PATH.
struct GitMachine {
  let sandbox: Sandbox

  /// Whose filters git runs.
  enum Filters { case lfsfetch, gitLFS, none }

  init(_ filters: Filters = .lfsfetch) async throws {
    sandbox = try Sandbox()
    try sandbox.setGitConfiguration(
      """
      [user]
        name = A
        email = a@example.com
      [init]
        defaultBranch = main
      [advice]
        detachedHead = false
      [protocol "file"]
        allow = always

      """)
    switch filters {
    case .lfsfetch: try await lfsfetch("install")
    case .gitLFS: try await git("lfs", "install", "--skip-repo")
    case .none: break
    }
  }

  /// A machine whose `git lfs` is the program under test, with `environment`.
  static func calledGitLFS() async throws -> (GitMachine, environment: [String: String]) {
    let machine = try await GitMachine(.none)
    let folder = machine.sandbox.folder + "/bin"
    try machine.sandbox.makeFolder(folder)
    try FileManager.default.createSymbolicLink(atPath: folder + "/git-lfs", withDestinationPath: Sandbox.program)
    let path = ["PATH": folder + ":" + (machine.environment["PATH"] ?? "")]
    let outcome = try await machine.run("git", ["lfs", "install", "--skip-repo"], environment: path)
    try #require(outcome.output == "Git LFS initialized.\n", "\(outcome.errors)")
    return (machine, path)
  }

  var work: String { sandbox.work }

  var environment: [String: String] {
    let program = (Sandbox.program as NSString).deletingLastPathComponent
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return sandbox.environment.merging(["PATH": program + ":" + path]) { $1 }
  }

  /// Runs a program and says how it ended.
  func run(
    _ program: String, _ arguments: [String], in folder: String? = nil, environment: [String: String] = [:],
    input: String = "/dev/null"
  ) async throws -> Launch.Outcome {
    try await Launch(
      program, arguments, environment: self.environment.merging(environment) { $1 }, in: folder ?? work, input: input
    ).outcome()
  }

  /// Runs git; the test ends when it fails.
  @discardableResult
  func git(
    _ arguments: String..., in folder: String? = nil, environment: [String: String] = [:]
  ) async throws -> String {
    let outcome = try await run("git", arguments, in: folder, environment: environment)
    try #require(outcome.status == 0, "git \(arguments): \(outcome.errors)")
    return outcome.path
  }

  /// Runs the program under test; the test ends when it fails.
  @discardableResult
  func lfsfetch(
    _ arguments: String..., in folder: String? = nil, environment: [String: String] = [:]
  ) async throws -> String {
    let outcome = try await run(Sandbox.program, arguments, in: folder, environment: environment)
    try #require(outcome.status == 0, "lfsfetch \(arguments): \(outcome.errors)")
    return outcome.output
  }

  /// Clones into the working directory and returns the folder.
  func clone(
    _ url: String, _ arguments: String..., name: String = "clone", environment: [String: String] = [:]
  ) async throws -> String {
    let outcome = try await run("git", ["clone", "--quiet"] + arguments + [url, name], environment: environment)
    try #require(outcome.status == 0, "git clone: \(outcome.errors)")
    return work + "/" + name
  }

  /// A clone with pointers in the place of content, on a machine whose git runs git-lfs as its filter: what lfsfetch
  /// leaves must be right for others, too.
  static func pointers(of model: ServedModel, _ arguments: String...) async throws -> (GitMachine, String) {
    let machine = try await GitMachine(.gitLFS)
    let outcome = try await machine.run(
      "git", ["clone", "--quiet"] + arguments + [model.url(), "clone"], environment: ["GIT_LFS_SKIP_SMUDGE": "1"])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return (machine, machine.work + "/clone")
  }

  /// Where a repository has an object of LFS.
  static func media(_ oid: String, in repository: String) -> String {
    "\(repository)/.git/lfs/objects/\(oid.prefix(2))/\(oid.dropFirst(2).prefix(2))/\(oid)"
  }

  func stored(_ oid: String) -> String { "\(sandbox.cache)/objects/\(oid.prefix(2))/\(oid.dropFirst(2))" }

  /// The paths of the work tree that hold pointers instead of content.
  static func pointers(in folder: String) -> [String] {
    FileTree.paths(in: folder).filter { path in
      bytes(folder + "/" + path)?.starts(with: Data("version https://git-lfs".utf8)) == true
    }
  }
}
