import Fixtures
import Foundation
import Testing

/// A file that is edited after `drop` has looked at it and before it is gone.
///
/// `strace` (Linux) holds the program back as it makes the call that is named, until the edit is made.
@Suite(.enabled(if: KilledClone.isPossible, "strace is not here, or may not watch other programs"))
struct DropRaceTests {
  /// What an editor may do with the file, and what it holds then; nil where only its first bytes are others.
  static let edits: [(script: String, content: String?)] = [
    ("printf mine | dd of=$file conv=notrunc 2>/dev/null", nil),
    ("echo mine >$file.new && mv $file.new $file", "mine\n"),
    ("rm -f $file && echo mine >$file", "mine\n"),
  ]

  /// The calls that follow each other, and what they are about: the index is put in place; the file, which was looked at
  /// again, is moved away; and it is removed.
  static let calls = [("rename", ".git/index.lock"), ("renameat", "texts"), ("unlinkat", "texts")]

  @Test(arguments: edits.indices, calls)
  func `the edit stays`(_ number: Int, _ call: (name: String, path: String)) async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "texts")
    let file = clone + "/texts/1023.txt"
    let (before, names) = (try #require(bytes(file)), FileTree.paths(in: clone))
    let log = sandbox.folder + "/strace"
    // The program is the process that is started, and who watches it a child of it.
    let words = [
      "-D", "-f", "-qq", "-o", log, "-P", clone + "/" + call.path, "-e", "trace=" + call.name, "-e",
      "inject=\(call.name):delay_enter=600000000:when=1",
    ]
    let run = try Launch(
      "strace", words + [Sandbox.program, "drop", "texts/1023.txt"],
      environment: sandbox.environment.merging(["PATH": "/usr/bin:/bin"]) { $1 }, in: clone)
    let start = ContinuousClock.now
    while bytes(log)?.isEmpty != false {
      try #require(ContinuousClock.now - start < .seconds(60), "it makes no such call: \(run.errorsSoFar)")
      usleep(1_000)
    }
    let edit = Self.edits[number]
    try await Tool.run("sh", ["-ec", edit.script], environment: ["file": file])
    // Whom nobody watches goes on.
    kill(try tracer(of: run.id), SIGKILL)
    let outcome = try await run.outcome()
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.hasPrefix("dropped 0 files\nerror: `texts/1023.txt` was changed and stays\n"),
      "\(outcome.errors)")
    // What is moved away already cannot be edited, and what is written in its place begins anew.
    let rest = call.name == "unlinkat" ? Data() : before.dropFirst(4)
    #expect(bytes(file) == edit.content.map { Data($0.utf8) } ?? Data("mine".utf8) + rest)
    #expect(FileTree.paths(in: clone) == names)
    #expect(try await model.git("status", "--porcelain", in: clone) == " M texts/1023.txt")
  }

  private func tracer(of process: pid_t) throws -> pid_t {
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("TracerPid:") })
    let id = try #require(pid_t(line.dropFirst("TracerPid:".count).trimmingCharacters(in: .whitespaces)))
    try #require(id > 0)
    return id
  }
}
