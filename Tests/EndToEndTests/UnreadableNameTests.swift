import Fixtures
import Foundation
import Testing

/// Names that are not UTF-8, where something would be made: nothing is made in their place.
@Suite struct UnreadableNameTests {
  private func shell(_ line: String, _ sandbox: Sandbox, _ url: String) async throws -> Launch.Outcome {
    try await Launch(
      "/bin/sh", ["-c", line, Sandbox.program, url],
      environment: sandbox.environment.merging(["PATH": "/usr/bin:/bin"]) { $1 },
      in: sandbox.work
    ).outcome()
  }

  @Test(arguments: [
    #""$0" clone "$1" "$(printf 'd\351r')""#, #""$0" get "$1:texts" --to "$(printf 'd\351r')""#,
    #""$0" get "$1:texts" --to="$(printf 'd\351r')""#, #""$0" clone "$1" x --cache "$(printf 'd\351r')""#,
  ])
  func `a folder to be made is refused`(_ line: String) async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let outcome = try await shell(line, sandbox, model.url())
    #expect(outcome.status == 2 && outcome.output == "")
    #expect(
      outcome.errors == """
        error: the name `d\u{FFFD}r` has bytes that are not UTF-8
        hint: give a name in UTF-8; what is made may be renamed afterwards

        """)
    #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox.work) == [])
    #expect(try await model.requests().isEmpty)
  }

  @Test func `so is all within a folder of such a name, where paths would lead elsewhere`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    for words in [#"clone "$1""#, #"clone "$1" x"#, "pull", "clean", #"get "$1:texts" --to x"#] {
      let line = #"mkdir -p "$(printf 'd\351r')" && cd "$(printf 'd\351r')" && echo x | "$0" "# + words
      let outcome = try await shell(line, sandbox, model.url())
      #expect(outcome.status == 2 && outcome.output == "", "\(words)")
      #expect(outcome.errors.hasPrefix("error: the path of the working directory, `/"), "\(outcome.errors)")
      #expect(
        outcome.errors.contains("/d\u{FFFD}r`, has bytes that are not UTF-8\nhint: go to a folder"), "\(outcome.errors)"
      )
    }
    let entries = try await shell("ls -A; ls -A */", sandbox, model.url())
    #expect(entries.output.split(separator: "\n").count == 1, "\(entries.output)")
  }

  @Test func `a name that has the replacement character itself is a name like others`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = try await sandbox.path("clone", model.url(), "d\u{FFFD}r", "--include", "README.md")
    #expect(FileTree.paths(in: clone) == ["README.md"])
  }
}
