import Foundation
import Testing

/// From which commit on `git lfs clone --shallow-since` fetches: dates are meant in the user's time zone, and where
/// that has summer time, the hour counts as git counts it.
@Suite struct ShallowDateTests {
  static let texts = ["2023-05-17", "2023-12-24", "6 months ago"]

  @Test(arguments: ["UTC", "America/Los_Angeles", "Europe/Berlin", "Australia/Sydney", "Asia/Kolkata"])
  func `a date is what git makes of it in this time zone`(_ zone: String) async throws {
    let model = try ServedModel()
    let (machine, path) = try await GitMachine.calledGitLFS()
    let environment = path.merging(["TZ": zone]) { $1 }
    try await machine.git("init", "--quiet", "asked")
    for (number, text) in Self.texts.enumerated() {
      let words = try await machine.git(
        "rev-parse", "--since=" + text, in: machine.work + "/asked", environment: environment)
      let moment = try #require(Int(words.split(separator: "=").last ?? ""))
      // One commit an hour, four before that moment and three after it.
      let commits = (-4..<3).map { hour in
        "commit refs/heads/dated-\(number)\ncommitter A <a@example.com> \(moment + 1_800 + hour * 3_600) +0000\n"
          + "data 2\n\(hour + 4)\n"
      }
      try await model.git("fast-import", "--quiet", input: commits.joined())
      let clone = try await machine.run(
        "git", ["lfs", "clone", "--shallow-since=" + text, "-b", "dated-\(number)", model.url(), "c\(number)"],
        environment: environment)
      try #require(clone.status == 0, "\(clone.errors)")
      let said = try await machine.git("log", "--format=%s", in: "\(machine.work)/c\(number)")
      #expect(said == "6\n5\n4", "\(text)")
    }
  }
}
