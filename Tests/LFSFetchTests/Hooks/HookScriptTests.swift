import Fixtures
import Foundation
import Testing

@testable import LFSFetch

/// The scripts, run by the shell that git would run them with.
@Suite struct HookScriptTests {
  private static let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "hooks")

  @Test(arguments: HookName.allCases) func `what is installed is the file in the folder hooks`(_ name: HookName) throws
  {
    let text = try String(contentsOf: Self.source.appending(path: name.rawValue), encoding: .utf8)
    #expect(HookScript(name, program: "lfsfetch", former: nil).text == text)
    #expect(text.hasPrefix("#!/bin/sh\n") && text.split(separator: "\n").count == 2)
    #expect(text.hasSuffix("lfsfetch hook \(name.rawValue) \"$@\"\n"))
    #expect(FileManager.default.isExecutableFile(atPath: Self.source.appending(path: name.rawValue).path))
  }

  @Test(arguments: HookName.allCases, ["lfsfetch", "'/opt/my programs/lfsfetch'"])
  func `a script is known by its text, and not when it was changed`(_ name: HookName, _ program: String) throws {
    for former in [nil] + HookScript.Former.allCases {
      let script = HookScript(name, program: program, former: former)
      #expect(HookScript(script.text, of: name) == script)
      #expect(HookScript(script.text + "echo more\n", of: name) == nil)
      #expect(HookScript.isCalled(by: script.text + "echo more\n", name) == (program == "lfsfetch"))
      for other in HookName.allCases where other != name { #expect(HookScript(script.text, of: other) == nil) }
    }
  }

  @Test(arguments: [
    ("#!/bin/sh\nlfsfetch hook pre-push \"$@\"\n", true), ("#!/bin/sh\n  # lfsfetch hook pre-push\n", false),
    ("#!/bin/sh\nexit 0\n", false), ("", false), ("lfsfetch hook pre-commit", false),
  ])
  func `hooks of others that run lfsfetch`(text: String, isCalled: Bool) {
    #expect(HookScript(text, of: .prePush) == nil)
    #expect(HookScript.isCalled(by: text, .prePush) == isCalled)
  }

  // MARK: What the shell does with them

  private struct Outcome: Equatable {
    var status: Int32
    /// What the former hook and lfsfetch wrote, in their order.
    var record: String
    var errors: String
  }

  /// Installs the script as `name` in a folder with a blank in its name and runs it with two arguments and two lines of
  /// input. `former` and `program` are the exit statuses of the former hook and of lfsfetch; nil is that it is not there.
  private func run(
    _ name: HookName, former: Int32?, program: Int32?, place: HookScript.Former = .inFolder
  ) throws -> Outcome {
    let folder = try TemporaryFolder()
    let record = folder("record")
    func script(_ who: String, _ status: Int32) -> String {
      let input = name.readsStandardInput ? "sed 's/^/\(who) reads /'; " : ""
      return "#!/bin/sh\n{ echo \(who) \"$@\"; \(input)} >>\(record)\nexit \(status)\n"
    }
    if let former {
      try writeProgram(script("former", former), to: folder("my hooks/" + place.path(of: name)))
    }
    if let program { try writeProgram(script("lfsfetch", program), to: folder("bin/lfsfetch")) }
    let text = HookScript(name, program: "lfsfetch", former: former == nil ? nil : place).text
    try writeProgram(text, to: folder("my hooks/" + name.rawValue))
    // Not from a pipe: its writer would complain of a hook that does not read.
    try folder.write("one\ntwo\n", to: "input")
    let hook = try Launch(
      "my hooks/" + name.rawValue, ["first", "second word"],
      environment: ["PATH": folder("bin") + ":/usr/bin:/bin", "former": "77", "input": "wrong"], in: folder.path,
      input: folder("input")
    ).blockingOutcome()
    let written = (try? String(contentsOfFile: record, encoding: .utf8)) ?? ""
    return Outcome(status: hook.status, record: written, errors: hook.errors)
  }

  private func record(_ name: HookName, _ who: String...) -> String {
    who.map { who in
      let words = who == "lfsfetch" ? "hook \(name.rawValue) first second word" : "first second word"
      return "\(who) \(words)\n" + (name.readsStandardInput ? "\(who) reads one\n\(who) reads two\n" : "")
    }.joined()
  }

  @Test(arguments: HookName.allCases) func `both hooks get what git gives`(_ name: HookName) throws {
    #expect(
      try run(name, former: nil, program: 0) == Outcome(status: 0, record: record(name, "lfsfetch"), errors: ""))
    #expect(
      try run(name, former: 0, program: 0)
        == Outcome(status: 0, record: record(name, "former", "lfsfetch"), errors: ""))
    // As earlier versions kept it.
    #expect(
      try run(name, former: 0, program: 0, place: .besideIt)
        == Outcome(status: 0, record: record(name, "former", "lfsfetch"), errors: ""))
  }

  @Test(arguments: HookName.allCases) func `both exit statuses count`(_ name: HookName) throws {
    #expect(try run(name, former: nil, program: 3).status == 3)
    #expect(try run(name, former: 0, program: 3).status == 3)
    let failed = try run(name, former: 5, program: 0)
    #expect(failed.status == 5)
    #expect(failed.record == (name.canRefuse ? record(name, "former") : record(name, "former", "lfsfetch")))
  }

  @Test(arguments: HookName.allCases) func `where lfsfetch is not there, it is said in a line`(_ name: HookName) throws
  {
    for former in [nil, 0] as [Int32?] {
      let outcome = try run(name, former: former, program: nil)
      #expect(outcome.status == (name.canRefuse ? 1 : 0))
      #expect(outcome.record == (former == nil ? "" : record(name, "former")))
      #expect(outcome.errors.hasPrefix("\(name.rawValue): lfsfetch is not in the PATH, so "))
      #expect(outcome.errors.split(separator: "\n").count == 1)
      #expect(!name.canRefuse || outcome.errors.contains("--no-verify"))
    }
  }

  @Test func `a former hook that does not read its input is no fault`() throws {
    let folder = try TemporaryFolder()
    try writeProgram("#!/bin/sh\nexec 0<&-\n", to: folder("before-lfsfetch/pre-push"))
    try writeProgram("#!/bin/sh\nwc -c\n", to: folder("lfsfetch"))
    try writeProgram(
      HookScript(.prePush, program: folder("lfsfetch"), former: .inFolder).text, to: folder("pre-push"))
    // More than a pipe holds.
    let line = "trap '' PIPE; head -c 300000 /dev/zero | tr '\\0' x | '\(folder("pre-push"))'"
    let push = try Launch("/bin/sh", ["-c", line], environment: ["PATH": "/usr/bin:/bin"], in: "/").blockingOutcome()
    #expect(push.status == 0)
    #expect(push.output.trimmingCharacters(in: .whitespacesAndNewlines) == "300000")
    #expect(push.errors.isEmpty)
  }
}
