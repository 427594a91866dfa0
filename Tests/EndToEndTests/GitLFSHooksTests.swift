import Foundation
import Testing

/// Called as `git-lfs`, the program installs git-lfs's hooks, and neither of the two is in the other's way.
@Suite struct GitLFSHooksTests {
  static let names = ["pre-push", "post-checkout", "post-commit", "post-merge"]

  private func hooks(_ machine: GitMachine, in folder: String = "repository/.git/hooks") -> [Data?] {
    Self.names.map { bytes(machine.work + "/" + folder + "/" + $0) }
  }

  /// The program, and the real git-lfs beside it, each in a new repository.
  private func pair() async throws -> (ours: GitMachine, path: [String: String], reference: GitMachine) {
    let reference = try await GitMachine(.gitLFS)
    let (ours, path) = try await GitMachine.calledGitLFS()
    for machine in [ours, reference] { try await machine.git("init", "--quiet", "repository") }
    return (ours, path, reference)
  }

  @Test func `they are the same to the byte, installed and taken away`() async throws {
    let (ours, path, reference) = try await pair()
    for step in [
      ["install", "--manual"], ["install"], ["uninstall", "hooks"], ["update"], ["uninstall"], ["install", "hooks"],
    ] {
      let expected = try await reference.run("git", ["lfs"] + step, in: reference.work + "/repository")
      let answer = try await ours.run("git", ["lfs"] + step, in: ours.work + "/repository", environment: path)
      #expect(answer.status == expected.status)
      #expect(answer.output == expected.output)
      #expect(hooks(ours) == hooks(reference), "\(step)")
    }
    #expect(FileManager.default.isExecutableFile(atPath: ours.work + "/repository/.git/hooks/pre-push"))
    // Each takes the other's for its own.
    try await ours.git("lfs", "update", in: reference.work + "/repository", environment: path)
    try await reference.git("lfs", "update", in: ours.work + "/repository")
  }

  @Test(arguments: ["#!/bin/sh\ngit lfs push --stdin \"$@\"\n", "#!/bin/sh\n\tgit lfs pre-push \"$@\"", "\n", ""])
  func `what older versions wrote is renewed`(_ text: String) async throws {
    let (ours, path, reference) = try await pair()
    for machine in [ours, reference] { try machine.sandbox.write(text, to: "work/repository/.git/hooks/pre-push") }
    try await reference.git("lfs", "update", in: reference.work + "/repository")
    try await ours.git("lfs", "update", in: ours.work + "/repository", environment: path)
    #expect(hooks(ours) == hooks(reference))
  }

  @Test func `lfsfetch's own stay, unless they are to be overwritten`() async throws {
    let (ours, path, reference) = try await pair()
    let repository = ours.work + "/repository"
    try await ours.lfsfetch("hooks", "install", in: repository)
    let own = hooks(ours)
    try await ours.git("lfs", "update", in: repository, environment: path)
    #expect(hooks(ours)[0...1] == own[0...1] && hooks(ours)[3] == own[3])
    #expect(hooks(ours)[2] != nil && own[2] == nil)
    try await ours.git("lfs", "update", "--force", in: repository, environment: path)
    try await reference.git("lfs", "update", in: reference.work + "/repository")
    #expect(hooks(ours) == hooks(reference))
    let preCommit = try #require(bytes(repository + "/.git/hooks/pre-commit"))
    #expect(String(decoding: preCommit, as: UTF8.self).contains("lfsfetch hook pre-commit"))
    // What runs git-lfs's hook is kept and run, as of any other program.
    try await ours.lfsfetch("hooks", "install", in: repository)
    let both = try #require(hooks(ours)[0].map { String(decoding: $0, as: UTF8.self) })
    #expect(both.contains("lfsfetch hook pre-push"))
  }

  @Test func `a hook of somebody else's stays`() async throws {
    let (ours, path, reference) = try await pair()
    for machine in [ours, reference] {
      try machine.sandbox.write("#!/bin/sh\necho mine\n", to: "work/repository/.git/hooks/post-commit")
    }
    for step in [["update"], ["install"], ["update", "--manual"], ["uninstall"], ["update", "--force"]] {
      let expected = try await reference.run("git", ["lfs"] + step, in: reference.work + "/repository")
      let answer = try await ours.run("git", ["lfs"] + step, in: ours.work + "/repository", environment: path)
      #expect(answer.status == expected.status, "\(step)")
      #expect(answer.output == expected.output, "\(step)")
      if step != ["uninstall"] { #expect(answer.errors == expected.errors, "\(step)") }
      #expect(hooks(ours) == hooks(reference), "\(step)")
    }
  }

  @Test func `commands that work with content install them, but not where others use the folder`() async throws {
    let (ours, path, _) = try await pair()
    try await ours.git("lfs", "track", "*.bin", in: ours.work + "/repository", environment: path)
    #expect(!hooks(ours).contains(nil))
    try await ours.git("init", "--quiet", "other")
    let shared = ours.sandbox.folder + "/shared-hooks"
    try await ours.git("config", "--global", "core.hooksPath", shared)
    try await ours.git("lfs", "track", "*.bin", in: ours.work + "/other", environment: path)
    #expect(!FileManager.default.fileExists(atPath: shared))
    #expect(hooks(ours, in: "other/.git/hooks") == [nil, nil, nil, nil])
    try await ours.git("config", "--global", "--unset", "core.hooksPath")
    // Under its own name the program leaves hooks alone, and its own are not taken for somebody else's.
    try await ours.lfsfetch("track", "*.dat", in: ours.work + "/other")
    #expect(hooks(ours, in: "other/.git/hooks") == [nil, nil, nil, nil])
    try await ours.lfsfetch("hooks", "install", "--only", "pre-push", in: ours.work + "/other")
    let own = hooks(ours, in: "other/.git/hooks")[0]
    try await ours.git("lfs", "update", in: ours.work + "/other", environment: path)
    #expect(hooks(ours, in: "other/.git/hooks")[0] == own)
  }

  @Test func `extensions are listed`() async throws {
    let (ours, path, reference) = try await pair()
    for machine in [ours, reference] {
      for (name, priority) in [("late", "9"), ("early", "1")] {
        let folder = machine.work + "/repository"
        try await machine.git("config", "lfs.extension.\(name).clean", "\(name)-clean %f", in: folder)
        try await machine.git("config", "lfs.extension.\(name).smudge", "\(name)-smudge %f", in: folder)
        try await machine.git("config", "lfs.extension.\(name).priority", priority, in: folder)
      }
    }
    for question in [["ext"], ["ext", "list"], ["ext", "list", "late"], ["ext", "list", "late", "early"]] {
      let expected = try await reference.run("git", ["lfs"] + question, in: reference.work + "/repository")
      let answer = try await ours.run("git", ["lfs"] + question, in: ours.work + "/repository", environment: path)
      #expect(answer.output == expected.output)
      #expect(answer.output.contains("late-clean %f"))
    }
  }
}
