import Fixtures
import Foundation
import Testing

@testable import CLI

/// The program itself, run as a process: what only a process shows, such as signals and closed streams.
struct ProgramTests {
  /// The binary stands beside the test runner.
  static let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(
    path: "lfsfetch")

  /// Runs a command line of the shell in which `lfsfetch` is the program.
  private func run(_ line: String) throws -> Launch.Outcome {
    let environment = ["PROGRAM": Self.program.path, "HOME": "/nonexistent", "PATH": "/usr/bin:/bin"]
    let words = ["-c", "lfsfetch() { \"$PROGRAM\" \"$@\"; }; " + line]
    return try Launch("/bin/sh", words, environment: environment, in: Self.program.deletingLastPathComponent().path)
      .blockingOutcome()
  }

  @Test func theVersionIsOneLine() throws {
    let outcome = try run("lfsfetch --version")
    #expect(outcome.output == "lfsfetch 0.1.0\n")
    #expect(outcome.errors == "")
    #expect(outcome.status == 0)
  }

  @Test func helpIsDataWhenAskedForAndTalkWhenNot() throws {
    let help = HelpText(width: 80).program(Command.all.map(\.specification))
    let asked = try run("lfsfetch --help")
    #expect(asked.output == help && asked.errors == "" && asked.status == 0)
    let unasked = try run("lfsfetch")
    #expect(unasked.output == "" && unasked.errors == help && unasked.status == 2)
  }

  @Test func aMistakeHasStatusTwo() throws {
    let outcome = try run("lfsfetch get --jbos 3 fast")
    #expect(outcome.output == "")
    #expect(outcome.errors == "error: `lfsfetch get` has no option `--jbos`\nhint: did you mean `--jobs`?\n")
    #expect(outcome.status == 2)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func dataThatCannotBeWrittenIsAFailure() throws {
    let outcome = try run("lfsfetch --version > /dev/full")
    #expect(
      outcome.errors == "error: cannot write to standard output\n  caused by: No space left on device\n")
    #expect(outcome.status == 7)
  }

  @Test func aReaderThatHasGoneIsNoError() throws {
    let outcome = try run("{ sleep 0.2; lfsfetch --help; echo $? >&2; } | true")
    #expect(outcome.errors == "141\n")
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func aSignalStopsAFetchWithinASecond(signal: Int32) throws {
    // A host that takes the connection and never answers.
    let listener = try SilentHost()
    let cache = FileManager.default.temporaryDirectory.appending(path: "lfsfetch-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: cache) }
    // `make sanitize` runs the program with a sanitizer, too.
    let sanitizers = ProcessInfo.processInfo.environment.filter { $0.key.hasSuffix("SAN_OPTIONS") }
    let get = try Launch(
      Self.program.path, ["get", "--json", "--cache", cache.path, "http://127.0.0.1:\(listener.port)/model"],
      environment: ["HOME": "/nonexistent"].merging(sanitizers) { $1 }, in: "/")
    var start = ContinuousClock.now
    while get.outputSoFar.isEmpty {
      try #require(ContinuousClock.now - start < .seconds(60), "it says whom it asks; \(get.errorsSoFar)")
      usleep(1_000)
    }

    start = ContinuousClock.now
    get.send(signal)
    let outcome = try get.blockingOutcome()
    #expect(ContinuousClock.now - start < .seconds(10), "alone it takes milliseconds")
    #expect(outcome.status == 130)
    #expect(outcome.errors == "interrupted; run the same command again to go on from there\n")
  }
}

/// Takes connections on a port of the loopback interface and says nothing.
private final class SilentHost {
  let port: UInt16
  private let descriptor: Int32

  init() throws {
    #if os(Linux)
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let isOpen = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, length) == 0 && listen(descriptor, 8) == 0
          && getsockname(descriptor, pointer, &length) == 0
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    try #require(isOpen)
  }

  deinit { close(descriptor) }
}
