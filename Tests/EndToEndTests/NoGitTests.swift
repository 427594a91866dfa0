import Foundation
import Testing

/// The product runs no other program but what the user's configuration names, and git never.
@Suite struct NoGitTests {
  @Test(arguments: ["", "/nonexistent"]) func `nothing in the PATH is needed`(_ path: String) async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let folder = try await sandbox.path("get", model.url() + ":weights", environment: ["PATH": path])
    #expect(bytes(folder + "/weights/one-byte.bin") == Data("x".utf8))
  }

  @Test func `programs that are planted in the PATH and the working directory are never run`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let mark = sandbox.folder + "/mark"
    for folder in ["planted", "work"] {
      for name in ["git", "git-lfs", "git-upload-pack", "ssh", "sh", "curl"] {
        let path = try sandbox.write("#!/bin/sh\necho \(folder)/\(name) >>\(mark)\n", to: folder + "/" + name)
        chmod(path, 0o755)
      }
    }
    let environment = ["PATH": sandbox.folder + "/planted:.:", "GIT_SSH": "./ssh", "GIT_ASKPASS": "./git"]
    try sandbox.setGitConfiguration(
      """
      [credential]
        helper = !./git
      [core]
        sshCommand = ./ssh
        fsmonitor = ./git
      [filter "lfs"]
        process = ./git-lfs
        required = true

      """)
    let whole = try await sandbox.run("get", model.url(), "--to", "out", environment: environment)
    #expect(whole.status == 0, "\(whole.errors)")
    let local = try await sandbox.run("get", model.folder + ":README.md", environment: environment)
    #expect(local.status == 0, "\(local.errors)")
    let refused = try await sandbox.run("get", model.url("/private"), environment: environment)
    #expect(refused.status == 5)
    let ssh = try await sandbox.run("get", "git@127.0.0.1:demo/kitchen.git", environment: environment)
    #expect(ssh.status == 2)
    #expect(ssh.errors.contains("the ssh program `./ssh` is not there"))
    #expect(!FileManager.default.fileExists(atPath: mark))
  }
}
