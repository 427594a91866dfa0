import Fixtures
import Foundation
import JSON
import Testing

/// Custom transfer agents that the user has configured: a real program, and the real git-lfs with the same program as
/// the reference.
@Suite struct TransferAgentTests {
  private static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Servers/transfer_agent.py").path

  /// A machine with an agent, and a clone with pointers on it.
  private struct Setup {
    let machine: GitMachine
    let model: ServedModel
    let clone: String
    var log: String { machine.sandbox.folder + "/agent.log" }
    /// The program under test, under the name of git-lfs.
    let standIn: [String: String]

    init(
      _ mode: String = "good", isStandalone: Bool = true, settings: [String: String] = [:],
      filters: GitMachine.Filters = .none
    ) async throws {
      model = try ServedModel()
      machine = try await GitMachine(filters)
      let folder = machine.sandbox.folder
      let name = "lfs.customtransfer.lfsfetch-test"
      var all = [
        name + ".path": "python3",
        name + ".args": "'\(TransferAgentTests.script)' '\(model.objects)' '\(folder)/agent.log' \(mode)",
      ]
      if isStandalone { all["lfs.standalonetransferagent"] = "lfsfetch-test" }
      for (key, value) in all.merging(settings, uniquingKeysWith: { $1 }) {
        try await machine.git("config", "--global", key, value)
      }
      try machine.sandbox.makeFolder(folder + "/bin")
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/bin/git-lfs", withDestinationPath: Sandbox.program)
      standIn = ["PATH": folder + "/bin:" + (machine.environment["PATH"] ?? "")]
      clone = try await machine.clone(model.url(), environment: ["GIT_LFS_SKIP_SMUDGE": "1"])
    }

    /// What the agent was told, without the numbers of its processes, sorted; and how many processes there were.
    func messages() throws -> (lines: [String], processes: Int) {
      let lines = String(decoding: bytes(log) ?? Data(), as: UTF8.self).split(separator: "\n")
      let parts = lines.map { $0.split(separator: " ", maxSplits: 1) }
      return (parts.map { String($0[1]) }.sorted(), Set(parts.map { $0[0] }).count)
    }

    var media: Set<String> { Set(FileTree.paths(in: clone + "/.git/lfs/objects")) }
  }

  @Test func `objects come as git-lfs gets them, with the same messages`() async throws {
    let settings = ["lfs.concurrenttransfers": "3"]
    let expected = try await Setup(settings: settings, filters: .gitLFS)
    try await expected.machine.git("lfs", "pull", in: expected.clone)
    let setup = try await Setup(settings: settings, filters: .gitLFS)
    try await setup.machine.lfsfetch("pull", in: setup.clone)
    #expect(try await FileTree.of(setup.clone) == FileTree.of(expected.clone))
    #expect(setup.media == expected.media)
    let (lines, processes) = try setup.messages()
    let (told, _) = try expected.messages()
    #expect(Set(lines) == Set(told))
    #expect(lines.count { $0.contains("\"download\"") && $0.contains("\"oid\"") } == setup.media.count)
    #expect(processes <= 3)
    #expect(lines.count { $0.contains("terminate") } == processes)
    // No batch API was asked, and nothing of the agent's is left.
    #expect(try await !setup.model.requests().contains { $0.uri.contains("/objects/batch") })
    try await setup.machine.git("lfs", "fsck", in: setup.clone)
  }

  @Test func `one process where the agent is not concurrent`() async throws {
    let setup = try await Setup(settings: ["lfs.customtransfer.lfsfetch-test.concurrent": "false"])
    try await setup.machine.lfsfetch("fetch", in: setup.clone)
    let (lines, processes) = try setup.messages()
    #expect(processes == 1)
    #expect(lines.contains { $0.contains("\"concurrent\":false") })
  }

  @Test func `the server chooses, from what is offered`() async throws {
    let setup = try await Setup(isStandalone: false)
    try await setup.machine.lfsfetch("pull", in: setup.clone)
    let orders = try setup.messages().lines.filter { $0.contains("\"oid\"") }
    #expect(orders.count == setup.media.count)
    for order in orders {
      let action = try JSON.parse(Array(order.utf8)).required("action")
      #expect(try action.required("href").string().hasPrefix("http://127.0.0.1:"))
    }
    #expect(try await sha256(setup.clone + "/weights/model.bin") == setup.model.pointer("weights/model.bin").oid)
    // Not where the user wants the usual way alone, nor for what uploads.
    for (key, value) in [("lfs.basictransfersonly", "true"), ("lfs.customtransfer.lfsfetch-test.direction", "upload")] {
      let basic = try await Setup(isStandalone: false, settings: [key: value])
      try await basic.machine.lfsfetch("pull", in: basic.clone)
      #expect(try basic.messages().lines == [])
      #expect(GitMachine.pointers(in: basic.clone) == [])
    }
  }

  @Test func `get, clone and the filter use it, too`() async throws {
    let setup = try await Setup()
    let path = try await setup.machine.lfsfetch("get", setup.model.url() + ":weights/model.bin")
      .trimmingCharacters(in: .newlines)
    #expect(try await sha256(path) == setup.model.pointer("weights/model.bin").oid)
    #expect(try setup.messages().lines.contains { $0.contains("\"remote\":\"\(setup.model.url())\"") })
    try await setup.machine.lfsfetch("clone", setup.model.url(), "own")
    #expect(GitMachine.pointers(in: setup.machine.work + "/own") == [])
    try await setup.machine.lfsfetch("install")
    let filtered = try await setup.machine.clone(setup.model.url(), name: "filtered")
    #expect(GitMachine.pointers(in: filtered) == [])
    #expect(try await !setup.model.requests().contains { $0.uri.contains("/objects/batch") })
  }

  @Test func `an agent for one server alone`() async throws {
    let model = try ServedModel()
    let url = model.servers.http + "/git"
    let setup = try await Setup(
      isStandalone: false,
      settings: ["lfs.\(url).standalonetransferagent": "lfsfetch-test", "lfs.basictransfersonly": "true"])
    try await setup.machine.lfsfetch("fetch", in: setup.clone)
    #expect(try setup.messages().lines.contains { $0.contains("\"oid\"") })
    let other = try await Setup(
      isStandalone: false,
      settings: ["lfs.https://other/.standalonetransferagent": "lfsfetch-test", "lfs.basictransfersonly": "true"])
    try await other.machine.lfsfetch("fetch", in: other.clone)
    #expect(try other.messages().lines == [])
  }

  struct Fault: Sendable, CustomStringConvertible {
    let mode: String
    let words: String
    var status: Int32 = 4
    var isComparable = true
    var description: String { mode }
  }

  static let faults = [
    Fault(mode: "refuse", words: "cannot begin: not today (32)"),
    Fault(mode: "die", words: "ended with the status 1: out of \\u{1b}[2Jorder"),
    Fault(mode: "rubbish", words: "sends what is no message of the protocol: "),
    Fault(mode: "stranger", words: "speaks of an object that it was not asked for"),
    Fault(mode: "nowhere", words: "names `/nonexistent/file`, which is no file that can be read"),
    // git-lfs would read it for ever.
    Fault(mode: "device", words: "names `/dev/zero`, which is no file that can be read", isComparable: false),
    Fault(mode: "wrong", words: "the bytes do not have the SHA-256 that they should have", status: 6),
    Fault(mode: "long", words: "the host sent more bytes than the object has", status: 6),
  ]

  @Test(arguments: faults) func `an agent with a fault`(_ fault: Fault) async throws {
    let setup = try await Setup(fault.mode)
    let outcome = try await setup.machine.run(
      Sandbox.program, ["fetch", "--include=weights/model.bin"], in: setup.clone)
    #expect(outcome.status == fault.status, "\(outcome.errors)")
    #expect(outcome.errors.contains(fault.words), "\(outcome.errors)")
    #expect(!outcome.errors.contains("\u{1B}"))
    #expect(setup.media == [])
    #expect(setup.machine.sandbox.cachedFiles("objects") == [])
    guard fault.isComparable else { return }
    let expected = try await Setup(fault.mode)
    let reference = try await expected.machine.run(
      "git", ["lfs", "fetch", "--include=weights/model.bin"], in: expected.clone)
    let named = try await setup.machine.run(
      "git", ["lfs", "fetch", "--include=weights/model.bin"], in: setup.clone, environment: setup.standIn)
    #expect(named.status == reference.status, "\(reference.errors)")
    #expect(expected.media == [])
  }

  @Test func `an object that the agent does not have is no reason to give up the others`() async throws {
    var statuses: [Int32] = []
    var media: [Int] = []
    for isReference in [true, false] {
      let setup = try await Setup()
      let lost = try await setup.model.pointer("weights/model.bin").oid
      try FileManager.default.removeItem(atPath: setup.model.objects + "/" + lost)
      let outcome = try await setup.machine.run(
        "git", ["lfs", "fetch"], in: setup.clone, environment: isReference ? [:] : setup.standIn)
      statuses.append(outcome.status)
      media.append(setup.media.count)
      if !isReference { #expect(outcome.errors.contains("could not get it: no such \\u{1b}[2Jobject (404)")) }
    }
    #expect(statuses[0] == statuses[1])
    #expect(media[0] == media[1] && media[0] > 1)
  }

  @Test func `a link to a file is as good as the file, and the file stays`() async throws {
    let setup = try await Setup("link")
    try await setup.machine.lfsfetch("fetch", in: setup.clone)
    #expect(FileTree.paths(in: setup.model.objects).isEmpty == false)
    #expect(setup.media.count > 1)
  }

  @Test func `one that says nothing is ended`() async throws {
    let setup = try await Setup("hang")
    let outcome = try await setup.machine.run(
      Sandbox.program, ["get", setup.model.url() + ":weights/one-byte.bin", "--timeout", "1"])
    #expect(outcome.status == 4)
    #expect(outcome.errors.contains("the transfer agent `lfsfetch-test` has said nothing for 1 s"))
  }

  @Test func `an interruption ends it`() async throws {
    let setup = try await Setup("hang")
    let run = try Launch(
      Sandbox.program, ["fetch"], environment: setup.machine.environment, in: setup.clone)
    while !(bytes(setup.log) ?? Data()).contains(Data("\"oid\"".utf8)) { try await Task.sleep(for: .milliseconds(5)) }
    run.send(SIGINT)
    #expect(try await run.outcome().status == 130)
    let lines = String(decoding: bytes(setup.log) ?? Data(), as: UTF8.self).split(separator: "\n")
    for id in Set(lines.compactMap { $0.split(separator: " ").first.flatMap { pid_t($0) } }) {
      try await waitForEnd(of: id)
    }
  }

  @Test(arguments: [("./agent", true), ("no-such-program", true), ("", false)])
  func `an agent that is not there`(_ path: String, _ isNamed: Bool) async throws {
    let setup = try await Setup(settings: ["lfs.customtransfer.lfsfetch-test.path": path])
    let outcome = try await setup.machine.run(Sandbox.program, ["fetch"], in: setup.clone)
    #expect(outcome.status == (isNamed ? 4 : 2))
    #expect(
      outcome.errors.contains(
        isNamed
          ? "the transfer agent `lfsfetch-test` cannot be started: cannot find the program `\(path)`"
          : "there is no transfer agent `lfsfetch-test`"), "\(outcome.errors)")
  }
}
