import Fixtures
import Foundation
import Testing

/// Answers made to do harm: the program neither swallows them nor follows them.
@Suite struct HostileAnswerTests {
  /// Runs the program and gives its peak memory in MiB as well. A process of Python's starts it, because Linux counts
  /// what the process that it was forked from had in memory, which may be much in these tests.
  private func measured(_ sandbox: Sandbox, _ words: [String]) async throws -> (run: Launch.Outcome, peak: Double) {
    let script = """
      import os, sys
      child = os.fork()
      if child == 0:
          os.execv(sys.argv[2], sys.argv[2:])
      _, status, used = os.wait4(child, 0)
      with open(sys.argv[1], "w") as file:
          print(used.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10), file=file)
      sys.exit(os.waitstatus_to_exitcode(status))
      """
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let report = sandbox.folder + "/peak"
    let run = try await Launch(
      "python3", ["-c", script, report, Sandbox.program] + words,
      environment: sandbox.environment.merging(["PATH": path]) { $1 }, in: sandbox.work
    ).outcome()
    let text = try String(contentsOfFile: report, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    return (run, try #require(Double(text)))
  }

  /// Sanitizers need more memory than anything under test.
  private static let isSanitized = ProcessInfo.processInfo.environment.keys.contains { $0.hasSuffix("SAN_OPTIONS") }

  struct Answer: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let fault: FaultServer.Fault
    /// MiB. The program alone, doing nothing, has 20.
    var peak = 64.0
  }

  private static func list(of element: String, count: Int) -> FaultServer.Fault {
    .changed { response in
      response.body = Array(#"{"objects": ["#.utf8) + Array(repeatElement(Array(element.utf8), count: count).joined())
    }
  }

  static let answers: [Answer] = [
    Answer(testDescription: "100 MB of JSON", fault: .padded(to: 100_000_000)),
    Answer(
      testDescription: "100 MB of JSON without a length",
      fault: .changed { response in
        response.body += [UInt8](repeating: 0x20, count: 100_000_000)
        response.framing = .close
      }),
    Answer(
      testDescription: "100 MB of JSON in 100 kB of gzip",
      fault: .changed { response in
        response.headers["Content-Encoding"] = "gzip"
        response.body = gzipBomb(100_000_000)
      }),
    Answer(
      testDescription: "eight million lists, one in the other",
      fault: .changed { $0.body = [UInt8](repeating: 0x5b, count: 8_000_000) }),
    // A value takes fifty bytes or so, and the limit of 2 MiB lets this many through.
    Answer(testDescription: "a million numbers", fault: list(of: "0,", count: 1_000_000), peak: 112),
    Answer(testDescription: "a quarter of a million objects", fault: list(of: #"{"":0},"#, count: 250_000), peak: 112),
  ]

  @Test(arguments: answers) func `a batch answer that is too much`(_ answer: Answer) async throws {
    let model = try FaultyModel(batch: [answer.fault])
    let sandbox = try Sandbox()
    let (run, peak) = try await measured(sandbox, model.get(in: sandbox))
    #expect(run.status == 4)
    #expect(run.errors.hasPrefix("error: cannot download `model.bin`\n"), "\(run.errors)")
    #expect(run.errors.contains(model.server.address.dropFirst(7)), "\(run.errors)")
    if !Self.isSanitized { #expect(peak < answer.peak) }
    // What curl and the system had taken in when it stopped.
    #expect(model.server.servedBytes(FaultyModel.batchPath) < 32 << 20)
  }

  // MARK: https

  @Test func `a repository that redirects from https to http is not followed`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let run = try await sandbox.run(
      "get", model.url("/downgrade", of: model.servers.https) + ":weights/model.bin",
      environment: ["SSL_CERT_FILE": model.servers.ca])
    #expect(run.status == 4)
    let host = model.servers.https.dropFirst("https://".count)
    #expect(run.errors.contains("\(host) redirects from https to the insecure http://127.0.0.1:"), "\(run.errors)")
    #expect(try await model.requests().allSatisfy { $0.uri.hasPrefix("/downgrade/") })
  }

  @Test(arguments: [false, true]) func `an object is not followed from https to http`(_ hasMirror: Bool) async throws {
    let servers = try Servers.running()
    let model = try FaultyModel { $0.base = servers.https + "/downgrade" }
    let mirror = try FaultyModel.mirror()
    let sandbox = try Sandbox()
    let words = try model.get(in: sandbox, mirrors: hasMirror ? [mirror.address + "/elsewhere.bin"] : [])
    let run = try await sandbox.start(words, environment: ["SSL_CERT_FILE": servers.ca]).outcome()
    let host = servers.https.dropFirst("https://".count)
    #expect(run.errors.contains("\(host) redirects from https to the insecure http://127.0.0.1:"), "\(run.errors)")
    if hasMirror {
      try await FaultyModel.expectFile(of: run)
    } else {
      #expect(run.status == 4)
      #expect(run.output == "")
    }
    let log = try String(contentsOfFile: servers.log, encoding: .utf8)
    #expect(!log.contains("/git/objects/\(FaultyModel.oid)"))
  }
}
