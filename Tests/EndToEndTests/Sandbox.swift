import Fixtures
import Foundation
import Testing

/// A machine for one test: a home, a cache, a working directory and a folder for temporary files of its own, and nothing
/// in the PATH.
final class Sandbox: Sendable {
  let folder: String
  var home: String { folder + "/home" }
  var cache: String { folder + "/cache" }
  /// The working directory.
  var work: String { folder + "/work" }

  init() throws {
    var template = Array((FileManager.default.temporaryDirectory.path + "/lfsfetch-e2e-XXXXXX").utf8CString)
    let made = try #require(mkdtemp(&template))
    let resolved = try #require(realpath(made, nil))
    defer { free(resolved) }
    folder = String(cString: resolved)
    for name in ["home", "work", "empty", "tmp"] { try makeFolder(folder + "/" + name) }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// The program under test, which the build puts beside the tests.
  static let program: String = {
    let words = CommandLine.arguments
    let bundle = words.first { $0.contains(".xctest") } ?? words[0]
    var path = URL(filePath: bundle)
    while path.pathComponents.contains(where: { $0.hasSuffix(".xctest") }) { path.deleteLastPathComponent() }
    return path.appending(path: "lfsfetch").path
  }()

  var environment: [String: String] {
    [
      "HOME": home, "LFSFETCH_CACHE": cache, "GIT_CONFIG_NOSYSTEM": "1", "PATH": folder + "/empty", "LC_ALL": "C",
      "TMPDIR": folder + "/tmp",
    ].merging(Self.sanitizerSettings) { own, _ in own }
  }

  /// `make sanitize` runs the program under test with a sanitizer, too; what its threads have when it ends is no leak.
  private static let sanitizerSettings = ProcessInfo.processInfo.environment
    .filter { $0.key.hasSuffix("SAN_OPTIONS") }
    .mapValues { $0 + ":detect_leaks=0" }

  func start(
    _ arguments: [String], environment: [String: String] = [:], output: String? = nil
  ) throws -> Launch {
    try Launch(
      Self.program, arguments, environment: self.environment.merging(environment) { $1 }, in: work, output: output)
  }

  func run(
    _ arguments: String..., environment: [String: String] = [:], output: String? = nil
  ) async throws -> Launch.Outcome {
    try await start(arguments, environment: environment, output: output).outcome()
  }

  /// Runs it and returns the path that it printed; the test ends when it fails.
  @discardableResult
  func path(_ arguments: String..., environment: [String: String] = [:]) async throws -> String {
    let outcome = try await start(arguments, environment: environment).outcome()
    try #require(outcome.status == 0, "lfsfetch \(arguments): \(outcome.errors)")
    return outcome.path
  }

  // MARK: Files

  func makeFolder(_ path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// Writes a file below the sandbox and returns its path.
  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    let path = folder + "/" + name
    try makeFolder((path as NSString).deletingLastPathComponent)
    try Data(text.utf8).write(to: URL(filePath: path))
    return path
  }

  /// A registry file with these models, in JSON.
  func registry(_ models: String) throws -> String {
    try write("{\"models\": {\(models)}}", to: "models.json")
  }

  func setGitConfiguration(_ text: String) throws { try write(text, to: "home/.gitconfig") }

  /// What downloads that are not finished have left.
  var partialDownloads: [String] { cachedFiles("partial").filter { $0 != "locks" } }

  /// How many bytes of an object the journal of its download claims.
  func journalledBytes(of oid: String) -> Int {
    let journal = bytes(cache + "/partial/" + oid + ".journal") ?? Data()
    var claims: [Substring: Int] = [:]
    for line in String(decoding: journal, as: UTF8.self).split(separator: "\n").dropFirst() {
      let fields = line.split(separator: " ")
      if fields.count == 3, let length = Int(fields[1]) { claims[fields[0]] = max(length, claims[fields[0]] ?? 0) }
    }
    return claims.values.reduce(0, +)
  }

  /// Starts the command, and stops it (as by SIGSTOP) when that many bytes of the object are in the journal.
  func stop(
    _ arguments: [String], inTheMiddleOf oid: String, after count: Int, environment: [String: String] = [:]
  ) throws -> Launch {
    let run = try start(arguments, environment: environment)
    let start = ContinuousClock.now
    while journalledBytes(of: oid) < count {
      usleep(500)
      try #require(ContinuousClock.now - start < .seconds(60), "the journal does not grow")
    }
    run.send(SIGSTOP)
    try #require(cachedFiles("objects") == [], "the download was over before it could be stopped")
    return run
  }

  /// The paths of all files below the cache's folder `name`, links among them.
  func cachedFiles(_ name: String) -> [String] {
    FileTree.paths(in: cache + "/" + name)
  }
}

func bytes(_ path: String) -> Data? { FileManager.default.contents(atPath: path) }

func fileStatus(_ path: String) -> stat? {
  var status = stat()
  return lstat(path, &status) == 0 ? status : nil
}

/// The permission bits.
func mode(_ path: String) -> Int? { fileStatus(path).map { Int($0.st_mode & 0o7777) } }
