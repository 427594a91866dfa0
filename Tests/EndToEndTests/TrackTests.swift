import Foundation
import Testing

/// `lfsfetch track` and `untrack` leave the `.gitattributes` that those of git-lfs leave.
@Suite struct TrackTests {
  static let steps: [[String]] = [
    ["track", "*.bin"], ["track", "*.bin"], ["track", "a b.dat", "--lockable"], ["track", "sub/dir/", "--lockable"],
    ["track", "--filename", "x [1]*.psd"], ["track", "--not-lockable", "sub/dir/"],
    ["track", "--lockable", "*.bin"], ["track", "*.bin"], ["track"], ["track", "--no-excluded"], ["track", "--json"],
    ["untrack", "a b.dat"], ["untrack", "nothing"], ["track", "--no-modify-attrs", "*.dat"], ["untrack", "*.bin"],
    ["track", "#hash"], ["track"],
  ]

  @Test(arguments: ["\n", "\r\n"]) func `step by step`(_ ending: String) async throws {
    let (machine, reference) = try await (GitMachine(.none), GitMachine(.gitLFS))
    for machine in [machine, reference] {
      try await machine.git("init", "--quiet", "repository")
      try machine.sandbox.write(
        "# By hand\(ending)*.txt text\(ending)*.x -filter\(ending)", to: "work/repository/.gitattributes")
      try machine.sandbox.write(
        "*.png filter=lfs diff=lfs merge=lfs -text\n*.y !filter\n", to: "work/repository/deep/sub/.gitattributes")
    }
    for step in Self.steps {
      let expected = try await reference.run("git", ["lfs"] + step, in: reference.work + "/repository")
      let answer = try await machine.run(Sandbox.program, step, in: machine.work + "/repository")
      #expect(answer.status == expected.status, "\(step): \(answer.errors)")
      if step.contains("--json") {
        let parse = { try JSONSerialization.jsonObject(with: Data(($0 as String).utf8)) as? NSDictionary }
        #expect(try parse(answer.output) == parse(expected.output))
      } else if !step.contains("--filename") {
        #expect(answer.output == expected.output, "\(step)")
      }
      func lines(_ machine: GitMachine) -> String? {
        bytes(machine.work + "/repository/.gitattributes").map { String(decoding: $0, as: UTF8.self) }
      }
      let written = try #require(lines(machine))
      // git-lfs changes the ends of all lines when it takes one away.
      #expect(
        written.replacingOccurrences(of: ending, with: "\n")
          == lines(reference)?.replacingOccurrences(of: "\r\n", with: "\n"))
      #expect(written.contains("\r\n") == (ending == "\r\n"))
    }
  }

  @Test func `git looks again at files whose filter has changed`() async throws {
    let machine = try await GitMachine()
    try await machine.git("init", "--quiet", "repository")
    let folder = machine.work + "/repository"
    try machine.sandbox.write("content", to: "work/repository/sub/a.bin")
    try await machine.git("add", ".", in: folder)
    try await machine.git("commit", "--quiet", "--message", "One", in: folder)
    _ = try await machine.run("touch", ["-d", "1 hour ago", "sub/a.bin"], in: folder)
    try await machine.git("status", in: folder)
    #expect(try await machine.lfsfetch("track", "*.bin", in: folder + "/sub") == "Tracking \"*.bin\"\n")
    #expect(bytes(folder + "/sub/.gitattributes") == Data("*.bin filter=lfs diff=lfs merge=lfs -text\n".utf8))
    try await machine.git("add", ".", in: folder)
    #expect(try await machine.git("show", ":sub/a.bin", in: folder).hasPrefix("version https://git-lfs"))
  }

  @Test func `a dry run changes nothing, and empty lines stay`() async throws {
    let machine = try await GitMachine(.none)
    try await machine.git("init", "--quiet", "repository")
    let file = try machine.sandbox.write("*.a text\n\n*.b text\n", to: "work/repository/.gitattributes")
    try await machine.lfsfetch("track", "--dry-run", "*.bin", in: machine.work + "/repository")
    #expect(bytes(file) == Data("*.a text\n\n*.b text\n".utf8))
    try await machine.lfsfetch("track", "*.bin", in: machine.work + "/repository")
    #expect(bytes(file) == Data("*.a text\n\n*.b text\n*.bin filter=lfs diff=lfs merge=lfs -text\n".utf8))
  }

  @Test func `a link is not written through`() async throws {
    let machine = try await GitMachine(.none)
    try await machine.git("init", "--quiet", "repository")
    let target = try machine.sandbox.write("mine", to: "target")
    try FileManager.default.createSymbolicLink(
      atPath: machine.work + "/repository/.gitattributes", withDestinationPath: target)
    let outcome = try await machine.run(Sandbox.program, ["track", "*.bin"], in: machine.work + "/repository")
    #expect(outcome.status == 7)
    #expect(bytes(target) == Data("mine".utf8))
  }
}
