import Fixtures
import Foundation
import Testing

/// Waits until a process is gone, or only its number is left.
func waitForEnd(of id: pid_t) async throws {
  for _ in 0..<1000 {
    let arguments = ["ps", "-o", "stat=", "-p", "\(id)"]
    let outcome = try await Launch(
      "/usr/bin/env", arguments, environment: ["PATH": "/usr/bin:/bin"], in: "/"
    ).outcome()
    if outcome.output.isEmpty || outcome.output.hasPrefix("Z") { return }
    try await Task.sleep(for: .milliseconds(10))
  }
  Issue.record("the process \(id) still runs")
}

/// Programs of the machine that tests compare with or prepare things by.
enum Tool {
  /// Runs it and returns what it printed; the test ends when it fails.
  @discardableResult
  static func run(
    _ program: String, _ arguments: [String], in folder: String = "/", environment: [String: String] = [:],
    input: String = "/dev/null"
  ) async throws -> String {
    let inherited = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let all = ["PATH": inherited + ":/usr/sbin:/sbin", "LC_ALL": "C"].merging(environment) { $1 }
    let outcome = try await Launch(program, arguments, environment: all, in: folder, input: input).outcome()
    try #require(outcome.status == 0, "\(program) \(arguments): \(outcome.errors)")
    return outcome.output
  }
}
