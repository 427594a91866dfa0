import Fixtures
import Foundation
import Testing

@testable import CLI

struct CompletionScriptTests {
  static let script = CompletionScript(commands: Command.all.map(\.specification))

  @Test(arguments: CompletionScript.Shell.allCases)
  func everyCommandAndOptionIsThere(shell: CompletionScript.Shell) {
    let text = Self.script.text(for: shell)
    for command in Command.all.map(\.specification) {
      for word in command.name.split(separator: " ") { #expect(text.contains(word)) }
      for option in command.allOptions {
        #expect(text.contains(shell == .fish ? " -l \(option.name) " : "--\(option.name)"))
      }
    }
    #expect(text.contains("lfsfetch completions models"))
  }

  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash")),
    arguments: [
      (["lfsfetch", "veri"], "verify"),
      (["lfsfetch", "get", "--re"], "--revision --retries --refresh --registry"),
      (["lfsfetch", "get", "--link", "h"], "hardlink"),
      (["lfsfetch", "get", "--link", "copy", "f"], "fast"),
      (["lfsfetch", "get", "-j", ""], ""),
      (["lfsfetch", "completions", "f"], "fish"),
      (["lfsfetch", "help", "li"], "list"),
      (["lfsfetch", "info", ""], "mr_mt3 fast"),
      (["lfsfetch", "regi"], "registry"),
      (["lfsfetch", "registry", "a"], "add alias"),
      (["lfsfetch", "registry", "show", "--o"], "--origin"),
      (["lfsfetch", "registry", "remove", "f"], "fast"),
    ])
  func bashCompletes(words: [String], expected: String) throws {
    let quoted = words.map(CompletionScript.quoted).joined(separator: " ")
    let output = try Self.bash(
      """
      lfsfetch() { printf 'mr_mt3\\nfast\\n'; }
      \(Self.script.bash)
      COMP_WORDS=(\(quoted)); COMP_CWORD=\(words.count - 1); _lfsfetch; printf '%s' "${COMPREPLY[*]}"
      """)
    #expect(output == expected)
  }

  /// A colon parts words in bash, and the program is asked for whole names.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash")))
  func bashCompletesVariants() throws {
    let output = try Self.bash(
      """
      lfsfetch() { printf 'fast\\nfast:q8\\nfast:q4\\nqueen\\n'; }
      \(Self.script.bash)
      COMP_LINE='lfsfetch get fast:q'; COMP_POINT=19
      COMP_WORDS=(lfsfetch get fast : q); COMP_CWORD=4; _lfsfetch; printf '%s' "${COMPREPLY[*]}"
      """)
    #expect(output == "q8 q4")
  }

  private static func bash(_ text: String) throws -> String {
    try Launch("/bin/bash", ["-c", text], environment: ["PATH": "/usr/bin:/bin"], in: "/").blockingOutcome().output
  }

  @Test func fishKeepsCommandsOfOneNameApart() {
    let lines = Self.script.fish.split(separator: "\n")
    #expect(
      lines.contains {
        $0.hasPrefix(
          "complete -c lfsfetch -n '__fish_seen_subcommand_from registry; and __fish_seen_subcommand_from add' -l retries"
        )
      })
    #expect(
      lines.contains {
        $0.hasPrefix(
          "complete -c lfsfetch -n '__fish_seen_subcommand_from add; and not __fish_seen_subcommand_from registry' -s j"
        )
      })
  }

  @Test func zshKnowsValuesAndRepeatedOptions() {
    let lines = Self.script.zsh.split(separator: "\n").map { $0.trimmingCharacters(in: [" ", "\\"]) }
    #expect(
      lines.contains("'--link=[How a file comes from the cache into DIR]:KIND:(reflink copy hardlink symlink)'"))
    #expect(lines.contains("'*--include=[Take only the files whose path matches]:GLOB:'"))
    #expect(lines.contains("'(--quiet -q)-q[Say nothing on stderr but errors]'"))
    #expect(lines.contains("'*:NAME:_lfsfetch_models' ;;"))
  }

  @Test func fishKnowsValues() {
    let lines = Self.script.fish.split(separator: "\n")
    #expect(
      lines.contains(
        "complete -c lfsfetch -n '__fish_seen_subcommand_from get' -l to -x -a '(__fish_complete_directories)'"
          + " -d 'Put the files in the folder DIR, which is made when it is not there'"))
  }
}
