import Foundation
import Testing

/// What a person at a terminal sees; everywhere else in these tests standard error is a file.
@Suite struct TerminalTests {
  /// Runs the program with all three streams on a terminal of that size, and gives its status and all that the
  /// terminal was sent.
  private func run(
    _ sandbox: Sandbox, _ arguments: [String], columns: Int = 80, environment: [String: String] = [:]
  ) async throws -> (status: Int, screen: String) {
    let script = """
      import fcntl, os, pty, struct, sys, termios
      child, terminal = pty.fork()
      if child == 0:
          fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0))
          os.execv(sys.argv[2], sys.argv[2:])
      said = b""
      while True:
          try:
              data = os.read(terminal, 65536)
          except OSError:
              break
          if not data:
              break
          said += data
      print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
      sys.stdout.buffer.write(said)
      """
    let all = sandbox.environment.merging(["TERM": "xterm", "PYTHONUTF8": "1"]) { $1 }.merging(environment) { $1 }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let output = try await Tool.run(
      "python3", ["-c", script, String(columns), Sandbox.program] + arguments, in: sandbox.work,
      environment: all.merging(["PATH": path]) { $1 })
    let parts = output.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    try #require(parts.count == 2)
    return (try #require(Int(parts[0])), parts[1].replacingOccurrences(of: "\r\n", with: "\n"))
  }

  /// The lines that were drawn, without the characters that move the cursor.
  private func drawn(_ screen: String) -> [String] {
    screen.replacing(/\e\[[0-9;]*[A-Za-z]/, with: "").split(whereSeparator: { $0 == "\n" || $0 == "\r" }).map(
      String.init)
  }

  @Test(arguments: [100, 40, 20]) func `progress is drawn in place and fits the window`(_ columns: Int) async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let pointer = try await model.addObject(noise(48 << 20))
    try await model.commit(["big.bin": pointer.text])
    let words = ["get", model.url() + ":big.bin", "--to", "out", "--connections", "1"]
    let (status, screen) = try await run(sandbox, words, columns: columns)
    #expect(status == 0)
    #expect(screen.contains("\u{1b}[J"), "nothing was redrawn: \(screen)")
    let lines = drawn(screen)
    #expect(lines.last == "\(sandbox.work)/out/big.bin")
    #expect(lines.dropLast().last?.hasPrefix("downloaded 50.3 MB, reused 0 B, in ") == true, "\(lines)")
    let progress = lines.dropLast(2)
    #expect(progress.allSatisfy { $0.count < columns }, "\(progress)")
    let percentages = progress.compactMap { $0.split(separator: " ").last }.filter { $0.hasSuffix("%") }
      .compactMap { Int($0.dropLast()) }
    #expect(!percentages.isEmpty, "\(progress)")
    #expect(percentages.allSatisfy { $0 <= 100 })
    #expect(percentages == percentages.sorted())
    #expect(try await sha256(sandbox.work + "/out/big.bin") == pointer.oid)
  }

  @Test func `errors have colours, but not for those who want none`() async throws {
    let sandbox = try Sandbox()
    let coloured = try await run(sandbox, ["get", "nosuch"])
    #expect(coloured.status == 3)
    #expect(coloured.screen.hasPrefix("\u{1b}[1;31merror:\u{1b}[0m no model is called `nosuch`\n"))
    for environment in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
      let plain = try await run(sandbox, ["get", "nosuch"], environment: environment)
      #expect(plain.screen.hasPrefix("error: no model is called `nosuch`\n"))
      #expect(!plain.screen.contains("\u{1b}"))
    }
  }

  @Test func `nothing is redrawn on a dumb terminal`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let (status, screen) = try await run(sandbox, ["get", model.url() + ":weights"], environment: ["TERM": "dumb"])
    #expect(status == 0)
    #expect(!screen.contains("\u{1b}"))
  }

  @Test func `a path on a terminal is shown escaped`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let blob = try await model.blob("evil\n")
    try await model.branch("evil", withTree: ["100644 blob \(blob)\ta\u{1b}[2Jb"])
    let words = ["get", model.url() + "@evil:a\u{1b}[2Jb", "-q"]
    let (status, screen) = try await run(sandbox, words)
    #expect(status == 0)
    #expect(screen.hasSuffix("/a\\u{1b}[2Jb\n"), "\(screen)")
    // A program gets it raw.
    #expect(try await sandbox.start(words).outcome().output.hasSuffix("/a\u{1b}[2Jb\n"))
  }
}
