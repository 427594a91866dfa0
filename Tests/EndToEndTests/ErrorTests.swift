import Foundation
import Testing

/// What the user reads, and the exit status a script gets, when names, options and registries are wrong.
@Suite struct ErrorTests {
  struct Case: Sendable, CustomStringConvertible {
    let words: [String]
    let status: Int32
    let errors: String
    var description: String { words.joined(separator: " ") }
  }

  static let usage = [
    Case(
      words: ["get", "a b"], status: 2,
      errors: """
        error: `a b` is neither a model's name nor a repository's URL
        hint: a repository is given as URL[@REVISION][:PATH-OR-GLOB], or as a path that begins with `/` or `./`

        """),
    Case(
      words: ["get", "https://host.invalid/org/model:"], status: 2,
      errors: "error: `https://host.invalid/org/model:` has an empty path\n"),
    Case(
      words: ["get", "https://host.invalid/org/model@:x"], status: 2,
      errors: "error: `https://host.invalid/org/model@:x` has an empty revision\n"),
    Case(
      words: ["get", "a\u{1b}[2J"], status: 2,
      errors: """
        error: `a\\u{1b}[2J` is neither a model's name nor a repository's URL
        hint: a repository is given as URL[@REVISION][:PATH-OR-GLOB], or as a path that begins with `/` or `./`

        """),
    Case(
      words: ["get", "--offlin", "fast"], status: 2,
      errors: "error: `lfsfetch get` has no option `--offlin`\nhint: did you mean `--offline`?\n"),
    Case(
      words: ["get"], status: 2,
      errors: "error: `lfsfetch get` needs a NAME\nhint: `lfsfetch get --help` tells how to use it\n"),
    Case(
      words: ["get", "--all", "fast"], status: 2,
      errors: "error: `--all` and a NAME exclude each other\nhint: `lfsfetch get --help` tells how to use it\n"),
    Case(
      words: ["get", "--link", "copy", "fast"], status: 2,
      errors: "error: `--link` says how files come into the folder of `--to`, which is missing\nhint: add `--to DIR`\n"),
    Case(
      words: ["gte", "fast"], status: 2, errors: "error: lfsfetch has no command `gte`\nhint: did you mean `get`?\n"),
    Case(
      words: ["get", "ssh://git@-host/org/model"], status: 2,
      errors: """
        error: cannot read the repository `ssh://-host/org/model`
          caused by: the address of the repository is not usable
          caused by: neither host nor path can begin with `-`

        """),
    Case(
      words: ["get", "git@host.invalid:org/model"], status: 2,
      errors: """
        error: cannot read the repository `git@host.invalid:org/model`
          caused by: the ssh program `ssh` is not there
          caused by: it is in no folder of the PATH

        """),
  ]

  @Test(arguments: usage) func `a command line that makes no sense`(_ test: Case) async throws {
    let sandbox = try Sandbox()
    let run = try await sandbox.start(test.words).outcome()
    #expect(run.status == test.status)
    #expect(run.output == "")
    #expect(run.errors == test.errors)
    #expect(!FileManager.default.fileExists(atPath: sandbox.cache + "/git"))
  }

  @Test(arguments: [("accurrate", "accurate"), ("fst", "fast"), ("mt3-pytorch", "mt3_pytorch"), ("FAST", nil)])
  func `an unknown name is told with the nearest one`(_ name: String, _ nearest: String?) async throws {
    let sandbox = try Sandbox()
    for command in ["get", "path", "info", "verify"] {
      let run = try await sandbox.run(command, name)
      #expect(run.status == 3, "\(command)")
      #expect(run.output == "")
      #expect(run.errors.hasPrefix("error: no model is called `\(name)`\nhint: "), "\(run.errors)")
      #expect(run.errors.contains(nearest.map { "did you mean `\($0)`?" } ?? "`lfsfetch list` shows"), "\(run.errors)")
    }
  }

  // MARK: Registry files

  struct Fault: Sendable, CustomStringConvertible {
    let description: String
    let text: String
    /// `line:column`, then what is wrong, as far as it is fixed.
    let cause: String
  }

  static let faults = [
    Fault(description: "cut short", text: "{\n  \"models\": {\n    \"a\": ", cause: ":3:10: "),
    Fault(
      description: "a misspelt key", text: "{\"models\": {\"a\": {\n  \"source\": \"x\",\n  \"alias\": []}}}",
      cause: ":3:3: `alias` is unknown here; expected one of `aliases`, "),
    Fault(
      description: "a bad hash",
      text: "{\"models\": {\"a\": {\"source\": \"/x\",\n \"objects\": {\"p\":\n  {\"sha256\": \"ABC\"}}}}}",
      cause: ":3:14: expected 64 lowercase hexadecimal digits"),
    Fault(
      description: "a path that leads out",
      text: "{\"models\": {\"a\": {\"source\": \"/x\",\n \"main\": \"../../etc/passwd\"}}}",
      cause: ":2:10: `../../etc/passwd` is not a path inside a repository"),
    Fault(
      description: "a model twice", text: "{\"models\": {\"a\": {\"source\": \"/x\"},\n\"a\": {\"source\": \"/y\"}}}",
      cause: ":2:1: "),
    Fault(description: "no registry", text: "[]", cause: ":1:1: "),
    Fault(description: "empty", text: "", cause: ":1:1: "),
    Fault(description: "no text at all", text: "\u{0}\u{1}", cause: ":1:1: "),
  ]

  @Test(arguments: faults) func `a registry file with a fault is named with the place`(_ fault: Fault) async throws {
    let sandbox = try Sandbox()
    let registry = try sandbox.write(fault.text, to: "models.json")
    for words in [["get", "a"], ["list"], ["info", "a"], ["path", "a"], ["verify"]] {
      let run = try await sandbox.start(words + ["--registry", registry]).outcome()
      #expect(run.status == 2)
      #expect(run.output == "")
      #expect(run.errors.hasPrefix("error: the registry `\(registry)` has a fault\n"), "\(run.errors)")
      #expect(run.errors.contains("  caused by: \(registry)\(fault.cause)"), "\(run.errors)")
    }
  }

  @Test func `a registry file that is not there`() async throws {
    let sandbox = try Sandbox()
    let run = try await sandbox.run("get", "fast", "--registry", "nosuch.json")
    #expect(run.status == 2)
    #expect(
      run.errors.hasPrefix(
        "error: cannot read the registry `nosuch.json`\n  caused by: No such file or directory\nhint: "),
      "\(run.errors)")
  }
}
