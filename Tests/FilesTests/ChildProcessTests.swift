import Fixtures
import Foundation
import Synchronization
import Testing

@testable import Files

/// Programs that run for us.
@Suite struct ChildProcessTests {
  private func shell(
    _ script: String, environment: [String: String] = [:], onErrorLine: @escaping @Sendable (String) -> Void = { _ in }
  ) throws -> ChildProcess {
    var program = try Program("/bin/sh", ["-c", script])
    program.environment = environment
    return try ChildProcess(program, onErrorLine: onErrorLine)
  }

  private func text(_ process: ChildProcess) throws -> String {
    String(decoding: try process.readAll(limit: 1 << 20), as: UTF8.self)
  }

  @Test func `what goes in and what comes out`() throws {
    let lines = Mutex<[String]>([])
    let process = try shell(
      "read -r line; echo \"$line $WORD\"; printf 'one\\ntwo\\r\\nthree' >&2; exit 7",
      environment: ["WORD": "world"]
    ) { line in lines.withLock { $0.append(line) } }
    try process.write(Array("hello\n".utf8))
    #expect(try text(process) == "hello world\n")
    #expect(process.wait() == .exited(7))
    #expect(process.lastWords == Array("one\ntwo\r\nthree".utf8))
    #expect(lines.withLock { $0 } == ["one", "two", "three"])
  }

  @Test func `signals are as they are by default, whatever is blocked or ignored here`() throws {
    var blocked = sigset_t()
    sigemptyset(&blocked)
    sigaddset(&blocked, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &blocked, nil)
    defer { pthread_sigmask(SIG_UNBLOCK, &blocked, nil) }
    let process = try shell("kill -TERM $$; sleep 60")
    #expect(process.wait() == .killed(signal: SIGTERM))
  }

  @Test func `it inherits no files but the three`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("x", to: "file")
    let file = try File.open(path, .read)
    let process = try shell("ls -l /proc/self/fd /dev/fd 2>/dev/null; true")
    #expect(try !text(process).contains(path))
    _ = try file.status()
  }

  @Test func `a program that reads no more is an error, not a signal`() throws {
    let process = try shell("exec <&-; echo closed; sleep 60")
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 1)
    defer { buffer.deallocate() }
    #expect(try process.read(into: buffer) == 7)
    let error = #expect(throws: FileError.self) {
      for _ in 0..<100 { try process.write([UInt8](repeating: 0, count: 4096)) }
    }
    #expect(error?.errno == EPIPE)
    process.terminate()
  }

  @Test func `terminating ends the reading, and what the program has started`() throws {
    // The inner shell keeps the pipe open for as long as it lives.
    let process = try shell("sh -c 'trap \"\" HUP; echo $$; exec sleep 60' & wait")
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 1)
    defer { buffer.deallocate() }
    let count = try process.read(into: buffer)
    let inner = try #require(
      pid_t(String(decoding: buffer[..<count], as: UTF8.self).trimmingCharacters(in: .newlines)))
    process.terminate()
    #expect(try process.read(into: buffer) == 0)
    #expect(process.wait() == .killed(signal: SIGTERM))
    while ProcessIdentity.startTime(of: inner) ?? 0 != 0 { usleep(10_000) }
  }

  @Test func `one that does not want to end is killed`() throws {
    let process = try shell("trap '' TERM; echo ready; while :; do sleep 0.1; done")
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 1)
    defer { buffer.deallocate() }
    #expect(try process.read(into: buffer) == 6)
    process.terminate()
    #expect(process.wait() == .killed(signal: SIGKILL))
  }

  @Test func `silence has a limit`() throws {
    let process = try shell("sleep 60")
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 1)
    defer { buffer.deallocate() }
    let error = #expect(throws: FileError.self) { try process.read(into: buffer, patience: .seconds(1)) }
    #expect(error?.errno == ETIMEDOUT)
    #expect(process.wait(atMost: .milliseconds(1)) == nil)
  }

  @Test func `nobody is left when nobody is interested any more`() throws {
    let folder = try TemporaryFolder()
    do { _ = try shell("cat >/dev/null; echo over >\(folder("end"))") }
    // Its input is over, and so is it.
    while FileManager.default.contents(atPath: folder("end")) != Data("over\n".utf8) { usleep(10_000) }
  }
}
