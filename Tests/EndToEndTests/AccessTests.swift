import Fixtures
import Foundation
import Testing

/// `lfs.<url>.access`: what git-lfs notes of servers that want credentials, and makes of it.
@Suite struct AccessTests {
  private func machine(_ model: ServedModel) async throws -> GitMachine {
    let machine = try await GitMachine(.gitLFS)
    let answer = "echo username=\(model.servers.username); echo password=\(model.servers.password)"
    try await machine.git(
      "config", "--global", "credential.helper", "!f() { if test \"$1\" = get; then \(answer); fi; }; f")
    return machine
  }

  private func noted(_ machine: GitMachine, _ clone: String) async throws -> String {
    let outcome = try await machine.run(
      "git", ["config", "--local", "--get-regexp", #"^lfs\..*\.access$"#], in: clone)
    return outcome.output
  }

  private func refusals(_ model: ServedModel) async throws -> Int {
    try await model.requests().batches.count { $0.status == 401 }
  }

  @Test func `a host that refuses is one fault, however many files it has`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    try await machine.git("config", "lfs.url", model.url("/private") + "/info/lfs", in: clone)
    let pull = try await machine.run(Sandbox.program, ["pull"], in: clone)
    try await machine.lfsfetch("install", "--local", "--force", in: clone)
    let files = GitMachine.pointers(in: clone)
    for file in files { try FileManager.default.removeItem(atPath: clone + "/" + file) }
    let checkout = try await machine.run("git", ["checkout", "."], in: clone)
    for run in [pull, checkout] {
      #expect(run.status != 0)
      let lines = run.errors.split(separator: "\n")
      #expect(lines.count { $0.hasPrefix("error: cannot download `") } > 3, "\(run.errors)")
      #expect(lines.count { $0.hasSuffix("answered 401") } == 1, "\(run.errors)")
      #expect(lines.count { $0.hasPrefix("hint: give a token for ") } == 1, "\(run.errors)")
    }
  }

  @Test(arguments: ["/private", "/git"]) func `it is written when a server has asked for credentials`(
    _ prefix: String
  ) async throws {
    let model = try ServedModel()
    var notes: [String] = []
    for words in [["git", "lfs"], [Sandbox.program]] {
      let machine = try await machine(model)
      let clone = try await machine.clone(model.url(prefix), environment: ["GIT_LFS_SKIP_SMUDGE": "1"])
      let outcome = try await machine.run(words[0], words.dropFirst() + ["fetch"], in: clone)
      #expect(outcome.status == 0, "\(outcome.errors)")
      notes.append(try await noted(machine, clone))
      // From then on credentials are sent unasked.
      let refused = try await refusals(model)
      try FileManager.default.removeItem(atPath: clone + "/.git/lfs/objects")
      try? FileManager.default.removeItem(atPath: machine.sandbox.cache)
      _ = try await machine.run(words[0], words.dropFirst() + ["fetch"], in: clone)
      #expect(try await refusals(model) == refused)
      let environment = try await machine.run(words[0], words.dropFirst() + ["env"], in: clone)
      #expect(environment.output.contains("info/lfs (auth=\(prefix == "/private" ? "basic" : "none"))"))
    }
    #expect(notes[1] == notes[0])
    #expect(notes[1] == (prefix == "/private" ? "lfs.\(model.url(prefix))/info/lfs.access basic\n" : ""))
  }

  @Test func `the filters write it, and a configuration that cannot be written is no matter`() async throws {
    let model = try ServedModel()
    let machine = try await machine(model)
    let clone = try await machine.clone(model.url("/private"), environment: ["GIT_LFS_SKIP_SMUDGE": "1"])
    try machine.sandbox.write("", to: "work/clone/.git/config.lock")
    try await machine.lfsfetch("fetch", in: clone)
    #expect(try await noted(machine, clone) == "")
    try FileManager.default.removeItem(atPath: clone + "/.git/config.lock")
    try FileManager.default.removeItem(atPath: clone + "/.git/lfs/objects")
    try FileManager.default.removeItem(atPath: machine.sandbox.cache)
    try FileManager.default.removeItem(atPath: clone + "/weights/model.bin")
    try await machine.lfsfetch("install", "--force")
    try await machine.git("checkout", "--", "weights/model.bin", in: clone)
    #expect(try await noted(machine, clone) == "lfs.\(model.url("/private"))/info/lfs.access basic\n")
  }

  @Test func `get writes nothing into the repository that it stands in`() async throws {
    let model = try ServedModel()
    let machine = try await machine(model)
    try await machine.git("init", "--quiet", "here")
    try await machine.lfsfetch("get", model.url("/private") + ":weights/model.bin", in: machine.work + "/here")
    #expect(try await noted(machine, machine.work + "/here") == "")
  }
}
