import CSystem
import Foundation

/// A process that a test started, and what came of it.
///
/// Foundation's `Process` is not used in tests. It passes on which signals are ignored, so that no Ctrl-C reaches what
/// a background job of a shell starts; and it learns of an end by a socket, which any program that is started at the
/// same moment may hold open as long as it lives. Here nothing is passed on but three files, and no wait is endless.
/// Nor is the product's own `Program`: what starts the programs of tests must not fail with what is tested.
package final class Launch: Sendable {
  package struct Outcome: Sendable {
    /// The exit status, or the number of the signal that ended it, negative.
    package let status: Int32
    package let outputBytes: [UInt8]
    package let errors: String

    package var output: String { String(decoding: outputBytes, as: UTF8.self) }
    package var outputLines: [String] { output.split(separator: "\n").map(String.init) }
    package var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
    /// Standard output as one path.
    package var path: String { output.hasSuffix("\n") ? String(output.dropLast()) : output }
  }

  package struct Failure: Error, CustomStringConvertible { package let description: String }

  package let id: pid_t
  private let command: String
  private let outputPath: String
  private let errorPath: String

  /// `output` is where standard output goes instead of a file that is read at the end.
  package init(
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
      let ownFilesAlone = Int16(POSIX_SPAWN_CLOEXEC_DEFAULT)
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
      let ownFilesAlone: Int16 = 0
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output ?? outputPath, O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errorPath, O_WRONLY | O_CREAT, 0o600)
    #if !canImport(Darwin)
      lf_close_others(&actions)
    #endif
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK) | ownFilesAlone)

    // The shell goes to the working directory, which not every system lets posix_spawn do, and becomes the program.
    let words = (["/bin/sh", "-c", #"cd "$0" && exec "$@""#, folder, program] + arguments).map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in words + variables { free(text) } }
    var id: pid_t = 0
    let failure = posix_spawn(&id, "/bin/sh", &actions, &attributes, words, variables)
    guard failure == 0 else {
      throw Failure(description: "cannot start \(program): \(String(cString: strerror(failure)))")
    }
    self.id = id
  }

  deinit {
    for path in [outputPath, errorPath] { unlink(path) }
  }

  package func send(_ signal: Int32) { kill(id, signal) }

  /// Ends it without a word; for servers that a test leaves.
  package func end() {
    send(SIGKILL)
    var status: Int32 = 0
    while waitpid(id, &status, 0) == -1, errno == EINTR {}
  }

  /// Waits for the end; after `limit`, which is long because a disk may stand still for a while, the process is killed
  /// and the test fails.
  package func outcome(within limit: Duration = .seconds(180)) async throws -> Outcome {
    let start = ContinuousClock.now
    while true {
      if let outcome = try ended() { return outcome }
      if ContinuousClock.now - start > limit { throw overdue(limit) }
      try? await Task.sleep(for: .milliseconds(2))
    }
  }

  /// The same where nothing can be awaited.
  package func blockingOutcome(within limit: Duration = .seconds(180)) throws -> Outcome {
    let start = ContinuousClock.now
    while true {
      if let outcome = try ended() { return outcome }
      if ContinuousClock.now - start > limit { throw overdue(limit) }
      usleep(500)
    }
  }

  /// What it has said on standard output and on standard error so far.
  package var outputSoFar: String { String(decoding: Self.read(outputPath), as: UTF8.self) }
  package var errorsSoFar: String { String(decoding: Self.read(errorPath), as: UTF8.self) }

  private func ended() throws -> Outcome? {
    var status: Int32 = 0
    switch waitpid(id, &status, WNOHANG) {
    case 0: return nil
    case -1 where errno == EINTR: return nil
    case -1: throw Failure(description: "\(command): its end was waited for before")
    default: break
    }
    let signal = status & 0x7f
    return Outcome(
      status: signal == 0 ? status >> 8 & 0xff : -signal, outputBytes: Self.read(outputPath), errors: errorsSoFar)
  }

  private func overdue(_ limit: Duration) -> Failure {
    let threads = self.threads()
    end()
    return Failure(description: "still running after \(limit): \(command)\n\(threads)\n\(errorsSoFar)")
  }

  /// What it and all other programs are waiting for.
  private func threads() -> String {
    let ps = try? Launch(
      "/usr/bin/env", ["ps", "-eLo", "pid,ppid,stat,wchan:24,args"], environment: ["PATH": "/usr/bin:/bin"], in: "/")
    return (try? ps?.blockingOutcome(within: .seconds(30)).output) ?? ""
  }

  private static func read(_ path: String) -> [UInt8] { [UInt8](FileManager.default.contents(atPath: path) ?? Data()) }
}
