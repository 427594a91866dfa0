import Foundation
import Testing

/// Called as `git-lfs`, the program answers as git-lfs does.
@Suite struct GitLFSNameTests {
  /// A machine whose `git lfs` is the program under test.
  private func machine() async throws -> (GitMachine, environment: [String: String]) {
    let machine = try await GitMachine(.none)
    let folder = machine.sandbox.folder + "/bin"
    try machine.sandbox.makeFolder(folder)
    try FileManager.default.createSymbolicLink(atPath: folder + "/git-lfs", withDestinationPath: Sandbox.program)
    let path = ["PATH": folder + ":" + (machine.environment["PATH"] ?? "")]
    let outcome = try await machine.run("git", ["lfs", "install", "--skip-repo"], environment: path)
    #expect(outcome.output == "Git LFS initialized.\n", "\(outcome.errors)")
    #expect(try await machine.git("config", "filter.lfs.process") == "git-lfs filter-process")
    return (machine, path)
  }

  @Test func `a clone through the filter`() async throws {
    let model = try ServedModel()
    let (machine, path) = try await machine()
    let clone = try await machine.clone(model.url(), environment: path)
    #expect(GitMachine.pointers(in: clone) == [])
    #expect(try await machine.git("status", "--porcelain", in: clone, environment: path) == "")
    let version = try await machine.git("lfs", "version", in: clone, environment: path)
    #expect(version.hasPrefix("git-lfs/3.3.0 (lfsfetch "))
    #expect(try await machine.git("lfs", "--version", in: clone, environment: path) == version)
  }

  static let questions: [[String]] = [
    ["version"], ["ls-files", "-l", "-s"], ["ls-files", "nothing"], ["ls-files", "--bogus"], ["bogus"], ["fsck"],
    ["fsck", "nothing"], ["fsck", "origin/broken"], ["fetch"], ["fetch", "nowhere"], ["fetch", "origin", "nothing"],
    ["fetch", "origin", "origin/broken"], ["fetch", "--all", "--include=x"], ["pull"], ["pull", "nowhere"],
    ["checkout"], ["checkout", "weights"], ["prune"], ["env"], ["pointer", "--check", "--file=README.md"], ["pointer"],
    ["fetch", "--recent"], ["fetch", "-p"], ["uninstall"], ["install", "--local", "--skip-smudge"],
    ["post-checkout", "a", "b", "1"], ["post-merge", "0"], ["post-commit"],
  ]

  @Test(arguments: questions) func `exit statuses`(_ question: [String]) async throws {
    let model = try ServedModel()
    let reference = try await GitMachine(.gitLFS)
    let expected = try await reference.run(
      "git", ["lfs"] + question, in: reference.clone(model.url(), "-c", "lfs.fetchexclude=shards"))
    let (machine, path) = try await machine()
    let clone = try await machine.clone(model.url(), "-c", "lfs.fetchexclude=shards", environment: path)
    let answer = try await machine.run("git", ["lfs"] + question, in: clone, environment: path)
    #expect(answer.status == expected.status, "\(answer.errors)")
    if ["ls-files", "fsck", "uninstall", "install"].contains(question[0]), answer.status < 2 {
      let output = answer.output.replacingOccurrences(of: machine.work, with: reference.work)
      let told = expected.output.replacingOccurrences(of: "Updated Git hooks.\n", with: "")
        .replacingOccurrences(of: "Hooks for this repository have been removed.\n", with: "")
      #expect(output.split(separator: "\n").sorted() == told.split(separator: "\n").sorted())
    }
  }

  @Test(arguments: [["pull"], ["ls-files"], ["fsck"], ["install", "--local"], ["env"]])
  func `outside of a repository`(_ question: [String]) async throws {
    let reference = try await GitMachine(.gitLFS)
    let expected = try await reference.run("git", ["lfs"] + question)
    let (machine, path) = try await machine()
    let answer = try await machine.run("git", ["lfs"] + question, environment: path)
    #expect(answer.status == expected.status)
    if answer.status != 0 { #expect(answer.output == expected.output) }
  }

  @Test(arguments: ["push", "lock", "unlock", "locks", "migrate", "clone"])
  func `what uploads or locks is said to be elsewhere`(_ command: String) async throws {
    let (machine, path) = try await machine()
    let answer = try await machine.run("git", ["lfs", command, "--whatever"], environment: path)
    #expect(answer.status == 8)
    #expect(answer.errors.hasPrefix("error: `git lfs \(command)` is not part of lfsfetch"))
  }

  @Test func `a push is stopped when it has LFS files without content, and only then`() async throws {
    let model = try ServedModel()
    let (machine, path) = try await machine()
    let clone = try await machine.clone(model.url(), environment: path)
    try machine.sandbox.write("#!/bin/sh\ngit lfs pre-push \"$@\"\n", to: "work/clone/.git/hooks/pre-push")
    chmod(clone + "/.git/hooks/pre-push", 0o755)
    try machine.sandbox.write("more\n", to: "work/clone/README.md")
    try await machine.git("commit", "--quiet", "--all", "--message", "Text", in: clone, environment: path)
    // The copy's folder is pushed to directly: the server takes no pushes.
    try await machine.git("remote", "set-url", "--push", "origin", model.folder, in: clone)
    try await machine.git("push", "--quiet", in: clone, environment: path)
    try machine.sandbox.write("weights", to: "work/clone/weights/new.bin")
    try await machine.git("add", ".", in: clone, environment: path)
    try await machine.git("commit", "--quiet", "--message", "Weights", in: clone, environment: path)
    let stopped = try await machine.run("git", ["push", "--quiet"], in: clone, environment: path)
    #expect(stopped.status == 1)
    #expect(stopped.errors.contains("error: the push would leave LFS files without content: `weights/new.bin`\n"))
    #expect(try await model.git("log", "-1", "--format=%s", "main") == "Text")
    let oid = try await machine.git("rev-parse", "HEAD:weights/new.bin", in: clone)
    let pointer = try await machine.git("cat-file", "blob", oid, in: clone)
    let name = try #require(pointer.split(separator: "\n").first { $0.hasPrefix("oid ") }.map { String($0.suffix(64)) })
    let folder = "\(model.folder)/lfs/objects/\(name.prefix(2))/\(name.dropFirst(2).prefix(2))"
    try machine.sandbox.makeFolder(folder)
    try Data("weights".utf8).write(to: URL(filePath: folder + "/" + name))
    try await machine.git("push", "--quiet", in: clone, environment: path)
  }

  @Test func `install --as-git-lfs makes the link`() async throws {
    let machine = try await GitMachine(.none)
    let folder = machine.sandbox.folder + "/own"
    try machine.sandbox.makeFolder(folder)
    // By another process: one that this one starts meanwhile would inherit the open file, and keep it from being run.
    try await Tool.run("cp", [Sandbox.program, folder + "/lfsfetch"])
    let path = ["PATH": folder + ":" + (machine.environment["PATH"] ?? "")]
    for _ in 0..<2 {
      let outcome = try await machine.run(folder + "/lfsfetch", ["install", "--as-git-lfs"], environment: path)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    #expect(try await machine.git("lfs", "version", environment: path).contains("lfsfetch"))
    #expect(try await machine.git("config", "filter.lfs.clean") == "git-lfs clean -- %f")
    try FileManager.default.removeItem(atPath: folder + "/git-lfs")
    try machine.sandbox.write("something else", to: "own/git-lfs")
    let refused = try await machine.run(folder + "/lfsfetch", ["install", "--as-git-lfs"], environment: path)
    #expect(refused.status == 7)
    #expect(bytes(folder + "/git-lfs") == Data("something else".utf8))
  }
}
