import Fixtures
import Testing

/// An LFS server or an object host that does not give the object: what the user reads and what a script gets, and
/// that any other source makes up for it.
@Suite struct RefusalTests {
  struct Refusal: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What the program exits with when there is no other source.
    let status: Int32
    /// Lines of what the user then reads; HOST is the server.
    let reasons: [String]
    /// Of the file.
    var faults: [FaultServer.Fault] = []
    /// Of the batch API.
    var batch: [FaultServer.Fault] = []
    /// The batch API's error for the object.
    var error: BatchAnswer.ObjectError?

    func model() throws -> FaultyModel {
      try FaultyModel(faults, batch: batch) { [error] in if let error { $0.errors = [FaultyModel.oid: error] } }
    }
  }

  private static let quota =
    "This repository is over its data quota. Account responsible for LFS bandwidth "
    + "should purchase more data packs to restore access."

  static let refusals: [Refusal] = [
    Refusal(
      testDescription: "the quota is used up, 403", status: 5,
      reasons: [
        "  caused by: HOST answered 403", "  caused by: \(quota)",
        "hint: the credentials do not allow it, or the repository's LFS quota is used up",
      ],
      batch: [.status(403, body: "{\"message\": \"\(quota)\"}")]),
    Refusal(
      testDescription: "the quota is used up, 413", status: 4,
      reasons: ["  caused by: HOST answered 413", "hint: the LFS quota of the repository may be used up: wait"],
      batch: [.status(413, body: "{\"message\": \"\(quota)\"}")]),
    Refusal(
      testDescription: "the quota is used up, 429", status: 4,
      reasons: ["  caused by: HOST answered 429", "  caused by: too many requests"], batch: [.status(429)]),
    Refusal(
      testDescription: "the quota is used up, 509", status: 4,
      reasons: ["  caused by: HOST answered 509", "  caused by: its bandwidth limit is used up"],
      batch: [.status(509)]),
    Refusal(
      testDescription: "the quota is used up, told of each object", status: 4,
      reasons: [
        "the server refuses it (509): \(quota)",
        "hint: the LFS quota of the repository may be used up: wait until it is renewed, or name a mirror in a registry file",
      ], error: .init(509, quota)),
    Refusal(
      testDescription: "the object is forbidden", status: 5, reasons: ["the server does not allow it (403): no"],
      error: .init(403, "no")),
    Refusal(
      testDescription: "the object is missing", status: 3, reasons: ["the server does not have it (404): none"],
      error: .init(404, "none")),
    Refusal(
      testDescription: "the LFS server wants credentials", status: 5,
      reasons: ["  caused by: HOST answered 401", "hint: give a token for HOST: "], batch: [.status(401)]),
    Refusal(
      testDescription: "the object host wants credentials", status: 5, reasons: ["HOST answered 401"],
      faults: [.status(401)]),
    Refusal(
      testDescription: "the object host forbids it", status: 5, reasons: ["HOST answered 403"],
      faults: [.status(403)]),
    Refusal(
      testDescription: "the object host has lost it", status: 3, reasons: ["HOST answered 404"],
      faults: [.status(404)]),
    Refusal(
      testDescription: "a redirect loop", status: 4, reasons: ["HOST redirects more than 5 times"],
      faults: [.redirect(to: "?again")]),
    Refusal(
      testDescription: "gzip that nobody asked for", status: 6, reasons: ["the host sent the object encoded as gzip"],
      faults: [.changed { $0.headers["Content-Encoding"] = "gzip" }]),
    Refusal(
      testDescription: "more bytes than the pointer says", status: 6,
      reasons: [
        "the host announced \(FaultyModel.size + 1) bytes for an object of \(FaultyModel.size)"
      ],
      faults: [.rangeIgnored, .padded(to: FaultyModel.size + 1)]),
    Refusal(
      testDescription: "more bytes than the pointer says, unannounced", status: 6,
      reasons: ["the host sent more bytes than the object has"],
      faults: [.rangeIgnored, .padded(to: FaultyModel.size + 1), .withoutLength]),
    Refusal(
      testDescription: "another object than the one asked for", status: 4,
      reasons: ["the answer names an object that was not asked for"],
      batch: [
        .changed { response in
          let text = String(decoding: response.body, as: UTF8.self)
          let other = "\"oid\":\"\(String(repeating: "0", count: 64))\""
          response.body = Array(text.replacing("\"oid\":\"\(FaultyModel.oid)\"", with: other).utf8)
        }
      ]),
    Refusal(
      testDescription: "JSON that is cut short", status: 4,
      reasons: ["sent an answer that cannot be used", "  caused by: line 1, column "], batch: [.cut(to: 60)]),
  ]

  @Test(arguments: refusals) func `is told with its reason, and nothing is kept`(_ refusal: Refusal) async throws {
    let model = try refusal.model()
    let sandbox = try Sandbox()
    let run = try await sandbox.start(model.get(in: sandbox) + ["--retries", "1", "--to", "out"]).outcome()
    #expect(run.status == refusal.status)
    #expect(run.output == "")
    #expect(run.errors.hasPrefix("error: cannot download `model.bin`\n"), "\(run.errors)")
    let host = model.server.address.dropFirst("http://".count)
    for reason in refusal.reasons {
      #expect(run.errors.contains(reason.replacing("HOST", with: host)), "\(run.errors)")
    }
    #expect(sandbox.cachedFiles("objects") == [])
    #expect(sandbox.cachedFiles("snapshots") == [])
    #expect(FileTree.paths(in: sandbox.work + "/out") == [])
  }

  @Test(arguments: refusals) func `is made up for by a mirror`(_ refusal: Refusal) async throws {
    let model = try refusal.model()
    let mirror = try FaultyModel.mirror()
    let sandbox = try Sandbox()
    let words = try model.get(in: sandbox, mirrors: [mirror.address + "/elsewhere.bin"]) + ["--retries", "1"]
    let run = try await sandbox.start(words).outcome()
    try await FaultyModel.expectFile(of: run)
    let warnings = run.errorLines.filter { $0.hasPrefix("warning: `model.bin` could not be had from \(model.lfs) (") }
    #expect(warnings.count == 1, "\(run.errors)")
    #expect(warnings.allSatisfy { $0.hasSuffix("; going on with \(mirror.address)/elsewhere.bin") }, "\(warnings)")
  }

  @Test func `another model's repository makes up for it as well, and only what failed fails`() async throws {
    let model = try FaultyModel(batch: [.status(509)])
    let other = try FaultyModel()
    let sandbox = try Sandbox()
    func entry(_ name: String, _ server: FaultServer, _ oid: String) -> String {
      """
      "\(name)": {
        "source": "\(server.address)/org/model.git", "branch": "main", "files": ["model.bin"], "main": "model.bin",
        "objects": {"model.bin": {"sha256": "\(oid)", "size": \(FaultyModel.size)}}
      }
      """
    }
    let missing = String(repeating: "a", count: 64)
    let registry = try sandbox.registry(
      [
        entry("model", model.server, FaultyModel.oid), entry("twin", other.server, FaultyModel.oid),
        entry("missing", other.server, missing),
      ].joined(separator: ","))
    let run = try await sandbox.run("get", "model", "missing", "--registry", registry)
    // Some failed, and others did not.
    #expect(run.status == 1)
    try #require(run.outputLines.count == 1)
    #expect(try await sha256(run.outputLines[0]) == FaultyModel.oid)
    #expect(other.servedBytes >= FaultyModel.size)
    #expect(run.errors.contains("the server does not have it (404)"), "\(run.errors)")
  }
}
