import Foundation
import Testing

/// A process that a test started, and what came of it.
///
/// Foundation's `Process` passes on which signals are ignored; a test that runs as a background job of a shell would
/// then start programs that no Ctrl-C reaches. So this starts them itself, with all signals as they are by default.
final class Launch: Sendable {
  struct Outcome: Sendable {
    /// The exit status, or the number of the signal that ended it, negative.
    let status: Int32
    let output: String
    let errors: String

    var outputLines: [String] { output.split(separator: "\n").map(String.init) }
    var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
    /// Standard output as one path.
    var path: String { output.hasSuffix("\n") ? String(output.dropLast()) : output }
  }

  let id: pid_t
  private let command: String
  private let outputPath: String
  private let errorPath: String

  /// `output` is where standard output goes instead of a file that is read at the end.
  init(
    _ program: String, _ arguments: [String], environment: [String: String], in folder: String,
    input: String = "/dev/null", output: String? = nil
  ) throws {
    umask(0o022)
    command = ([program] + arguments).joined(separator: " ")
    let base = FileManager.default.temporaryDirectory.path + "/lfsfetch-launch-\(UUID().uuidString)"
    outputPath = base + ".out"
    errorPath = base + ".err"
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output ?? outputPath, O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errorPath, O_WRONLY | O_CREAT, 0o600)
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))

    // The shell goes to the working directory, which not every system lets posix_spawn do, and becomes the program.
    let words = (["/bin/sh", "-c", #"cd "$0" && exec "$@""#, folder, program] + arguments).map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in words + variables { free(text) } }
    var id: pid_t = 0
    let failure = posix_spawn(&id, "/bin/sh", &actions, &attributes, words, variables)
    try #require(failure == 0, "cannot start \(program): \(String(cString: strerror(failure)))")
    self.id = id
  }

  deinit {
    for path in [outputPath, errorPath] { unlink(path) }
  }

  func send(_ signal: Int32) { kill(id, signal) }

  /// Waits for the end; after `limit`, which is long because a disk may stand still for a while, the process is killed
  /// and the test fails.
  func outcome(within limit: Duration = .seconds(180)) async throws -> Outcome {
    let start = ContinuousClock.now
    var status: Int32 = 0
    var isKilled = false
    while waitpid(id, &status, WNOHANG) == 0 {
      if !isKilled, ContinuousClock.now - start > limit {
        Issue.record("still running after \(limit): \(command)\n\(await threads())\n\(errorsSoFar)")
        send(SIGKILL)
        isKilled = true
      }
      try? await Task.sleep(for: .milliseconds(2))
    }
    let signal = status & 0x7f
    return Outcome(
      status: signal == 0 ? status >> 8 & 0xff : -signal, output: Self.read(outputPath), errors: Self.read(errorPath))
  }

  /// What it has said on standard error so far.
  var errorsSoFar: String { Self.read(errorPath) }

  /// What it and all other programs are waiting for.
  private func threads() async -> String {
    let ps = try? Launch(
      "/usr/bin/env", ["ps", "-eLo", "pid,ppid,stat,wchan:24,args"], environment: ["PATH": "/usr/bin:/bin"], in: "/")
    return (try? await ps?.outcome().output) ?? ""
  }

  private static func read(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }
}

/// Waits until a process is gone, or only its number is left.
func waitForEnd(of id: pid_t) async throws {
  for _ in 0..<1000 {
    let arguments = ["ps", "-o", "stat=", "-p", "\(id)"]
    let outcome = try await Launch(
      "/usr/bin/env", arguments, environment: ["PATH": "/usr/bin:/bin"], in: "/"
    ).outcome()
    if outcome.output.isEmpty || outcome.output.hasPrefix("Z") { return }
    try await Task.sleep(for: .milliseconds(10))
  }
  Issue.record("the process \(id) still runs")
}

/// Programs of the machine that tests compare with or prepare things by.
enum Tool {
  /// Runs it and returns what it printed; the test ends when it fails.
  @discardableResult
  static func run(
    _ program: String, _ arguments: [String], in folder: String = "/", environment: [String: String] = [:],
    input: String = "/dev/null"
  ) async throws -> String {
    let inherited = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let all = ["PATH": inherited + ":/usr/sbin:/sbin", "LC_ALL": "C"].merging(environment) { $1 }
    let outcome = try await Launch(program, arguments, environment: all, in: folder, input: input).outcome()
    try #require(outcome.status == 0, "\(program) \(arguments): \(outcome.errors)")
    return outcome.output
  }
}
