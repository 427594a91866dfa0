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
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["git"] + arguments
    process.currentDirectoryURL = URL(filePath: path)
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": folder("gitconfig")].merging(environment) { $1 }
    ) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    try #require(process.terminationStatus == status, "git \(arguments)")
    return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .newlines)
  }

  func write(_ text: String, to name: String) throws {
    try folder.write(text, to: "repository/" + name)
  }
}
