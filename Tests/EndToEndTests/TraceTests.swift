import Fixtures
import Foundation
import Testing

/// `GIT_TRACE` and `GIT_CURL_VERBOSE` tell what is asked of whom, and never with what it is opened.
@Suite struct TraceTests {
  @Test func `requests and answers`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    let file = machine.sandbox.folder + "/trace"
    let outcome = try await machine.run(
      Sandbox.program, ["fetch", "--include=weights/model.bin"], in: clone, environment: ["GIT_TRACE": file])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(!outcome.errors.contains("trace"))
    let lines = String(decoding: bytes(file) ?? Data(), as: UTF8.self).split(separator: "\n").map(String.init)
    let batch = "\(model.url())/info/lfs/objects/batch"
    #expect(lines.contains { $0.hasSuffix(" trace lfsfetch: tq: sending batch of size 1") }, "\(lines)")
    #expect(lines.contains { $0.hasSuffix(" trace lfsfetch: HTTP: POST \(batch)") }, "\(lines)")
    #expect(lines.contains { $0.hasSuffix(" trace lfsfetch: HTTP: 200 POST \(batch)") }, "\(lines)")
    // Nothing is asked any more.
    _ = try await machine.run(
      Sandbox.program, ["fetch", "--include=weights/model.bin"], in: clone, environment: ["GIT_TRACE": file])
    let all = String(decoding: bytes(file) ?? Data(), as: UTF8.self).split(separator: "\n")
    #expect(all.filter { $0.contains(" HTTP: ") }.count == lines.filter { $0.contains(" HTTP: ") }.count)
  }

  @Test func `headers, without the password`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let secret = Data("\(model.servers.username):\(model.servers.password)".utf8).base64EncodedString()
    try sandbox.setGitConfiguration(
      "[http \"\(model.servers.http)/\"]\n  extraHeader = Authorization: Basic \(secret)\n  extraHeader = X-Foo: bar\n")
    let environment = ["GIT_CURL_VERBOSE": "1", "GIT_TRACE": "1"]
    let outcome = try await sandbox.start(
      ["get", model.url("/private") + ":weights/model.bin"], environment: environment
    ).outcome()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("\n> Authorization: Basic * * * * *\n"))
    #expect(outcome.errors.contains("\n> X-Foo: bar\n"))
    #expect(outcome.errors.contains("\n< HTTP/1.1 200 OK\n"))
    #expect(!outcome.errors.contains(secret) && !outcome.errors.contains(model.servers.password))
  }

  @Test func `why an object is asked for again`() async throws {
    let model = try FaultyModel([.status(500).first(2)])
    let sandbox = try Sandbox()
    let outcome = try await sandbox.start(try model.get(in: sandbox), environment: ["GIT_TRACE": "1"]).outcome()
    #expect(outcome.status == 0, "\(outcome.errors)")
    let again = "trace lfsfetch: tq: retrying object \(FaultyModel.oid): Fatal error: Server error: "
    #expect(outcome.errors.contains(again + model.server.address.dropFirst("http://".count) + " answered 500\n"))
  }

  @Test func `what a transfer agent says on standard error`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    let agent = machine.sandbox.folder + "/agent"
    try writeProgram("#!/bin/sh\necho 'about to fail' >&2\nexit 1\n", to: agent)
    try await machine.git("config", "lfs.customtransfer.own.path", agent, in: clone)
    try await machine.git("config", "lfs.standalonetransferagent", "own", in: clone)
    let outcome = try await machine.run(
      Sandbox.program, ["fetch", "--include=weights/model.bin"], in: clone, environment: ["GIT_TRACE": "1"])
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains("xfer: started custom adapter process \"\(agent)\" for \"own\"\n"))
    #expect(outcome.errors.contains("xfer[agent]: about to fail\n"), "\(outcome.errors)")
  }
}
