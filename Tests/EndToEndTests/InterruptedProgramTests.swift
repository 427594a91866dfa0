import Fixtures
import Foundation
import Testing

/// Programs that lfsfetch has started end with it when it is interrupted, though no terminal tells them.
@Suite struct InterruptedProgramTests {
  /// Which program, and what is run that needs it.
  enum Case: String, CaseIterable { case extended, agent, helper, ssh }

  /// A program that notes its number and that of another which it starts, and then wants to stay.
  private static func program(_ folder: String, isStubborn: Bool) -> String {
    """
    #!/bin/sh
    \(isStubborn ? "trap '' TERM INT HUP" : "")
    sleep 300 &
    echo "$$ $!" >'\(folder)/draft' && mv '\(folder)/draft' '\(folder)/numbers'
    while :; do sleep 1; done

    """
  }

  private func launch(
    _ kind: Case, _ machine: GitMachine, _ repository: String, program: String
  ) async throws -> Launch {
    var arguments = ["fetch"]
    var variables: [String: String] = [:]
    var input = "/dev/null"
    var settings: [String: String] = [:]
    switch kind {
    case .extended:
      settings = ["lfs.extension.slow.clean": "\(program) %f", "lfs.extension.slow.smudge": "cat"]
      arguments = ["clean", "a.bin"]
      input = try machine.sandbox.write("content\n", to: "content")
    case .agent:
      settings = ["lfs.customtransfer.slow.path": program, "lfs.standalonetransferagent": "slow"]
    case .helper:
      let servers = try Servers.running()
      settings = [
        "credential.helper": program, "remote.origin.url": "\(servers.http)/private/demo/kitchen.git",
      ]
    case .ssh:
      settings = ["remote.origin.url": "ssh://nowhere.example/demo.git"]
      variables["GIT_SSH_COMMAND"] = program
      variables["GIT_SSH_VARIANT"] = "ssh"
    }
    for (key, value) in settings { try await machine.git("config", key, value, in: repository) }
    return try Launch(
      Sandbox.program, arguments, environment: machine.environment.merging(variables) { $1 }, in: repository,
      input: input)
  }

  @Test(arguments: Case.allCases, [SIGINT, SIGTERM, SIGHUP])
  func `they end at a signal`(_ kind: Case, signal: Int32) async throws {
    try await check(kind, signal, isStubborn: false)
  }

  @Test(arguments: [Case.extended, .agent]) func `those that do not listen are killed`(_ kind: Case) async throws {
    try await check(kind, SIGTERM, isStubborn: true)
  }

  private func check(_ kind: Case, _ signal: Int32, isStubborn: Bool) async throws {
    let machine = try await GitMachine(.none)
    let repository = machine.work + "/r"
    try await machine.git("init", "--quiet", repository)
    try machine.sandbox.write("*.bin filter=lfs diff=lfs merge=lfs -text\n", to: "work/r/.gitattributes")
    let digits = String(repeating: "0123456789abcdef", count: 4)
    try machine.sandbox.write(
      "version https://git-lfs.github.com/spec/v1\noid sha256:\(digits)\nsize 12\n", to: "work/r/a.bin")
    try await machine.git("add", ".", in: repository)
    try await machine.git("commit", "--quiet", "-m", "1", in: repository)
    try await machine.git(
      "config", "remote.origin.url", "\(try Servers.running().http)/git/demo/kitchen.git", in: repository)
    let folder = machine.sandbox.folder
    let program = try writeProgram(Self.program(folder, isStubborn: isStubborn), to: folder + "/slow program")
    let quoted = kind == .extended ? folder + "/slow" : kind == .agent ? program : "'\(program)'"
    if kind == .extended { try FileManager.default.moveItem(atPath: program, toPath: quoted) }
    let run = try await launch(kind, machine, repository, program: kind == .helper ? "!" + quoted : quoted)
    var numbers: [pid_t] = []
    for _ in 0..<3000 where numbers.isEmpty {
      try await Task.sleep(for: .milliseconds(10))
      numbers = String(decoding: bytes(folder + "/numbers") ?? Data(), as: UTF8.self)
        .split { $0 == " " || $0 == "\n" }.compactMap { pid_t($0) }
    }
    try #require(numbers.count == 2, "the program was not started: \(run.errorsSoFar)")
    run.send(signal)
    let outcome = try await run.outcome()
    #expect(outcome.status == 130, "\(outcome.errors)")
    #expect(outcome.errors.contains("interrupted"), "\(outcome.errors)")
    for number in numbers { try await waitForEnd(of: number) }
    #expect(FileTree.paths(in: repository + "/.git/lfs/tmp") == [])
  }
}
