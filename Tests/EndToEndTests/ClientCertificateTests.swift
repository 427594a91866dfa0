import Fixtures
import Foundation
import Testing

/// A host that wants to see a certificate, whose key has a passphrase.
@Suite struct ClientCertificateTests {
  private static let passphrase = "hush-hush"

  /// Files of a folder, served by openssl to those who show the certificate.
  private final class Host: Sendable {
    let address: String
    private let process: Launch

    init(_ sandbox: Sandbox, _ servers: Servers) async throws {
      let tls = servers.state + "/tls"
      let output = sandbox.folder + "/server.out"
      let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
      process = try Launch(
        "openssl",
        [
          "s_server", "-accept", "127.0.0.1:0", "-WWW", "-cert", tls + "/server.crt", "-key", tls + "/server.key",
          "-CAfile", sandbox.home + "/client.crt", "-Verify", "1", "-verify_return_error",
        ], environment: ["PATH": path], in: sandbox.work, output: output)
      let start = ContinuousClock.now
      var port: Substring?
      while port == nil {
        try #require(ContinuousClock.now - start < .seconds(60), "openssl does not start: \(process.errorsSoFar)")
        try await Task.sleep(for: .milliseconds(10))
        let said = String(decoding: bytes(output) ?? Data(), as: UTF8.self)
        port = said.split(separator: "\n").first { $0.hasPrefix("ACCEPT ") }?.split(separator: ":").last
      }
      address = "https://127.0.0.1:" + (port ?? "")
    }

    deinit { process.end() }
  }

  private let sandbox: Sandbox
  private let host: Host

  init() async throws {
    sandbox = try Sandbox()
    try await Tool.run(
      "openssl",
      [
        "req", "-x509", "-newkey", "rsa:2048", "-days", "2", "-subj", "/CN=client", "-passout",
        "pass:" + Self.passphrase, "-keyout", sandbox.home + "/client.key", "-out", sandbox.home + "/client.crt",
      ])
    let servers = try Servers.running()
    host = try await Host(sandbox, servers)
    try configure("", ca: servers.ca)
  }

  private func configure(_ more: String, ca: String) throws {
    try sandbox.setGitConfiguration(
      """
      [http]
        sslCAInfo = \(ca)
        sslCert = ~/client.crt
        sslKey = ~/client.key
        sslCertPasswordProtected = true
      \(more)
      """)
  }

  private func get(_ environment: [String: String] = [:]) async throws -> Launch.Outcome {
    try await sandbox.run("get", host.address + "/org/model", "--retries", "0", environment: environment)
  }

  private func program(_ name: String, _ text: String) throws -> String {
    try writeProgram("#!/bin/sh\n" + text + "\n", to: sandbox.home + "/" + name)
  }

  /// What the host sends is no repository; but it is something.
  private static let reached = "is not a git repository that speaks the smart HTTP protocol"

  @Test func `the passphrase of the key is asked for`() async throws {
    let ask = try program("ask", "echo \"$1\" >>\(sandbox.folder)/asked\necho \(Self.passphrase)")
    let run = try await get(["GIT_ASKPASS": ask])
    #expect(run.errors.contains(Self.reached), "\(run.errors)")
    let asked = String(decoding: bytes(sandbox.folder + "/asked") ?? Data(), as: UTF8.self)
    #expect(asked == "Password for 'cert:///\(sandbox.home)/client.crt': \n")
  }

  @Test func `a credential helper may know it`() async throws {
    let helper = try program(
      "helper", "grep -q protocol=cert && printf 'username=\\npassword=\(Self.passphrase)\\n'; exit 0")
    try configure("[credential]\n  helper = \(helper)\n", ca: Servers.running().ca)
    let run = try await get(["PATH": "/usr/bin:/bin"])
    #expect(run.errors.contains(Self.reached), "\(run.errors)")
  }

  @Test(arguments: ["", "mistaken"]) func `without it there is no connection`(passphrase: String) async throws {
    let ask = try program("ask", "echo \(passphrase)")
    let run = try await get(["GIT_ASKPASS": ask])
    #expect(run.status == 4)
    #expect(run.errors.contains("no secure connection to "), "\(run.errors)")
    #expect(!run.errors.contains("mistaken"))
  }
}
