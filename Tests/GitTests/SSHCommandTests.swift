import Files
import Testing

@testable import Git

/// Which ssh is run, and with which arguments.
@Suite struct SSHCommandTests {
  private func command(_ entries: [String: String] = [:], _ environment: [String: String] = [:]) -> SSHCommand {
    SSHCommand(GitConfig(entries: entries.map { .init($0.key, $0.value) })) { environment[$0] }
  }

  @Test func `the environment comes before the configuration, and a command before a program`() {
    let config = ["core.sshcommand": "configured"]
    #expect(command(config, ["GIT_SSH_COMMAND": "env", "GIT_SSH": "program"]).text == "env")
    #expect(command(config, ["GIT_SSH": "program"]).text == "configured")
    #expect(command([:], ["GIT_SSH": "program with space"]).text == "program with space")
    #expect(!command([:], ["GIT_SSH": "program"]).isCommand)
    #expect(command().text == "ssh")
    #expect(command(["core.sshcommand": ""], ["GIT_SSH_COMMAND": ""]).text == "ssh")
  }

  @Test(arguments: [
    ("ssh", nil, SSHCommand.Variant.ssh), ("/usr/bin/ssh -i 'a key'", nil, .ssh), ("'/a b/SSH.exe' -v", nil, .ssh),
    ("plink", nil, .plink), ("/x/TortoisePlink.exe", nil, .tortoisePlink), ("/x/wrapper", nil, nil),
    ("wrapper", "plink", .plink), ("wrapper", "putty", .putty), ("ssh", "simple", .simple), ("plink", "auto", nil),
    ("wrapper", "something", .ssh),
  ])
  func `the kind of program`(_ text: String, _ configured: String?, _ expected: SSHCommand.Variant?) {
    let config = configured.map { ["ssh.variant": $0] } ?? [:]
    #expect(command(config, ["GIT_SSH_COMMAND": text]).variant == expected)
    let environment = ["GIT_SSH_COMMAND": text].merging(configured.map { ["GIT_SSH_VARIANT": $0] } ?? [:]) { $1 }
    #expect(
      command(["ssh.variant": configured == nil ? "auto" : "plink"], configured == nil ? [:] : environment).variant
        == (configured == nil ? nil : expected))
  }

  @Test(arguments: [
    (SSHCommand.Variant.ssh, ["-o", "SendEnv=GIT_PROTOCOL", "-p", "22", "me@h"]), (.plink, ["-P", "22", "me@h"]),
    (.putty, ["-P", "22", "me@h"]), (.tortoisePlink, ["-batch", "-P", "22", "me@h"]),
  ])
  func `the order of arguments`(_ variant: SSHCommand.Variant, _ expected: [String]) throws {
    let address = try #require(try SSHAddress("ssh://me@h:22/x"))
    #expect(try command().arguments(to: address, as: variant, sendsProtocol: true) == expected)
  }

  @Test func `a simple program is not told a port`() async throws {
    let address = try #require(try SSHAddress("ssh://me@h:22/x"))
    let error = try await gitError { _ = try command().arguments(to: address, as: .simple, sendsProtocol: true) }
    #expect(error.message == "the ssh program `ssh` cannot be told a port")
    let usual = try #require(try SSHAddress("me@h:x"))
    #expect(try command().arguments(to: usual, as: .simple, sendsProtocol: true) == ["me@h"])
  }

  @Test(arguments: ["./ssh", "bin/ssh", "/nonexistent/ssh", "no-such-ssh"])
  func `a program that is not there, or would be another in another folder`(_ text: String) async throws {
    let error = try await gitError { _ = try command([:], ["GIT_SSH": text]).program([]) }
    #expect(error.message == "the ssh program `\(text)` is not there")
    #expect(error.cause?.hasPrefix("`GIT_SSH` names it;") == true)
  }
}
