import Fixtures
import Foundation
import Testing

/// What `install`, `install --as-git-lfs` and `hooks install` write where the PATH may lead to other programs of the same
/// name: the bare name only where it surely leads to this one, wherever git is.
@Suite struct PlantedProgramTests {
  /// `OWN` is the folder of this program, `OTHER` one of the user's with programs of the same names, `EMPTY` one without.
  static let paths: [(String, isBare: Bool)] = [
    ("OWN", true), ("OWN:.", true), ("OWN:", true), ("OWN:bin", true), ("OWN:OTHER", true), ("EMPTY:OWN", true),
    (".:OWN", false), (":OWN", false), ("bin:OWN", false), ("EMPTY::OWN", false), ("./:OWN", false),
    ("OTHER:OWN", false), ("EMPTY", false),
  ]

  @Test func `the configuration and the hooks name this program, and it is the one that runs`() async throws {
    let machine = try await GitMachine(.none)
    let (own, other) = (machine.sandbox.folder + "/own", machine.sandbox.folder + "/other")
    try machine.sandbox.makeFolder(own)
    // By another process: one that this one starts meanwhile would inherit the open file, and keep it from being run.
    try await Tool.run("cp", [Sandbox.program, own + "/lfsfetch"])
    let mark = machine.sandbox.folder + "/mark"
    for (index, (path, isBare)) in Self.paths.enumerated() {
      let repository = machine.work + "/\(index)"
      try await machine.git("init", "--quiet", "\(index)")
      for folder in ["work/\(index)", "work/\(index)/bin", "other"] {
        for name in ["lfsfetch", "git-lfs"] {
          let text = folder == "other" ? "exit 1" : "echo $0 >>\(mark)"
          try writeProgram("#!/bin/sh\n\(text)\n", to: "\(machine.sandbox.folder)/\(folder)/\(name)")
        }
      }
      let folders = path.replacingOccurrences(of: "OWN", with: own).replacingOccurrences(of: "OTHER", with: other)
        .replacingOccurrences(of: "EMPTY", with: machine.sandbox.folder + "/empty")
      let environment = ["PATH": folders + ":/usr/bin:/bin"]
      func run(_ words: String...) async throws {
        let outcome = try await machine.run(own + "/lfsfetch", words, in: repository, environment: environment)
        #expect(outcome.status == 0, "\(path) \(words): \(outcome.errors)")
      }
      func filter(_ name: String) async throws -> String {
        try await machine.git("config", "--local", "filter.lfs." + name, in: repository)
      }
      try await run("hooks", "install")
      let program = isBare ? "lfsfetch" : own + "/lfsfetch"
      for name in ["pre-commit", "post-checkout"] {
        let hook = String(decoding: try #require(bytes(repository + "/.git/hooks/" + name)), as: UTF8.self)
        #expect(hook.contains("command -v \(program) >/dev/null"), "\(path): \(hook)")
        #expect(hook.contains("; \(program) hook \(name) "), "\(path): \(hook)")
      }
      for (options, name) in [([], "lfsfetch"), (["--as-git-lfs"], "git-lfs")] {
        let install = try await machine.run(
          own + "/lfsfetch", ["install", "--local"] + options, in: repository, environment: environment)
        #expect(install.status == 0, "\(path): \(install.errors)")
        let program = isBare ? name : own + "/" + name
        #expect(try await filter("process") == program + " filter-process", "\(path)")
        #expect(try await filter("clean") == program + " clean -- %f", "\(path)")
        #expect(try await filter("smudge") == program + " smudge -- %f", "\(path)")
        // git runs the filter and the hooks: only where the bare name is written it looks at the PATH for them.
        try machine.sandbox.write("*.bin filter=lfs\n", to: "work/\(index)/.gitattributes")
        try machine.sandbox.write(name, to: "work/\(index)/a.bin")
        try await machine.git("add", ".gitattributes", "a.bin", in: repository, environment: environment)
        try await machine.git("commit", "--quiet", "--message", name, in: repository, environment: environment)
        try FileManager.default.removeItem(atPath: repository + "/a.bin")
        try await machine.git("checkout", "--quiet", "--", "a.bin", in: repository, environment: environment)
        #expect(bytes(repository + "/a.bin") == Data(name.utf8))
      }
      #expect(
        try await machine.git("cat-file", "blob", "HEAD:a.bin", in: repository).hasPrefix("version https://git-lfs"))
      #expect(bytes(mark) == nil, "\(path): \(String(decoding: bytes(mark) ?? Data(), as: UTF8.self))")
    }
  }
}
