import Foundation
import Testing

/// `lfsfetch pointer` answers as `git lfs pointer` does.
@Suite struct PointerCommandTests {
  static let canonical =
    "version https://git-lfs.github.com/spec/v1\noid sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\nsize 5\n"

  static let questions: [[String]] = [
    ["--file=hello"], ["--file=hello", "--pointer=pointer"], ["--file=hello", "--stdin"],
    ["--file=other", "--pointer=pointer"], ["--pointer=pointer"], ["--pointer=other"], ["--file=missing"], [],
    ["--file=empty"],
    ["--check", "--file=pointer"], ["--check", "--file=other"], ["--check", "--stdin"], ["--check", "--file=crlf"],
    ["--check", "--strict", "--file=crlf"], ["--check", "--strict", "--file=pointer"],
    ["--check", "--no-strict", "--file=crlf"], ["--check"], ["--check", "--stdin", "--file=pointer"],
  ]

  @Test(arguments: questions) func `answers`(_ question: [String]) async throws {
    let machine = try await GitMachine(.none)
    for (name, text) in [
      ("hello", "hello"), ("other", "other"), ("empty", ""), ("pointer", Self.canonical),
      ("crlf", Self.canonical.replacingOccurrences(of: "\n", with: "\r\n")),
    ] {
      try machine.sandbox.write(text, to: "work/" + name)
    }
    let input = machine.work + "/pointer"
    let expected = try await machine.run("git-lfs", ["pointer"] + question, input: input)
    let answer = try await machine.run(Sandbox.program, ["pointer"] + question, input: input)
    #expect(answer.output == expected.output)
    if expected.status == 0 {
      #expect(answer.status == 0, "\(answer.errors)")
      #expect(answer.errors == expected.errors)
    } else if question.first == "--check" {
      #expect(answer.status == expected.status)
    } else {
      #expect(answer.status != 0)
    }
  }
}
