import Foundation
import Testing

/// What filters leave in the folder of LFS objects: who may use it, what is cleared away, what is not touched.
@Suite struct StorageTests {
  @Test(arguments: ["umask", "group", "0660", "640", "0600", "everybody"], ["022", "077"])
  func `who may use what is added`(_ sharing: String, umask: String) async throws {
    let (machine, reference) = try await (GitMachine(.none), GitMachine(.none))
    var modes: [[String]] = []
    for (machine, program) in [(machine, Sandbox.program), (reference, "git-lfs")] {
      try await machine.git("init", "--quiet", "repository")
      let folder = machine.work + "/repository"
      try await machine.git("config", "core.sharedRepository", sharing, in: folder)
      let clean = try await machine.run("sh", ["-c", "umask \(umask); echo x | '\(program)' clean"], in: folder)
      #expect(clean.status == 0, "\(clean.errors)")
      let found = try await machine.run("find", [".git/lfs/objects", "-printf", "%P %m\n"], in: folder)
      // Folders also belong to the group of the one above, as git itself has it.
      modes.append(found.output.split(separator: "\n").map { $0.replacingOccurrences(of: " 2", with: " ") }.sorted())
    }
    #expect(modes[0].count == 4)
    #expect(modes[0] == modes[1])
  }

  @Test func `what runs have left over goes after an hour`() async throws {
    let machine = try await GitMachine(.none)
    try await machine.git("init", "--quiet", "repository")
    let folder = machine.work + "/repository"
    let id = String(repeating: "a", count: 64)
    for name in ["old", "young", "young-folder/old", "old-folder/old", "old-folder/\(id)-1", "young-folder/\(id)-2"] {
      try machine.sandbox.write("x", to: "work/repository/.git/lfs/tmp/" + name)
      if name.hasSuffix("old") {
        _ = try await machine.run("touch", ["-d", "2 hours ago", ".git/lfs/tmp/" + name], in: folder)
      }
    }
    _ = try await machine.run("touch", ["-d", "2 hours ago", ".git/lfs/tmp/old-folder"], in: folder)
    try machine.sandbox.write("x", to: "work/repository/.git/lfs/objects/aa/aa/" + id)
    try await machine.lfsfetch("ls-files", in: folder)
    #expect(FileTree.paths(in: folder + "/.git/lfs/tmp") == ["young", "young-folder/old"])
  }

  @Test func `a repository of another format is not touched`() async throws {
    let machine = try await GitMachine(.none)
    try await machine.git("init", "--quiet", "repository")
    try await machine.git("config", "--global", "lfs.repositoryformatversion", "7")
    try await machine.lfsfetch("track", "*.a", in: machine.work + "/repository")
    try await machine.git("config", "lfs.repositoryformatversion", "1", in: machine.work + "/repository")
    let outcome = try await machine.run(Sandbox.program, ["track", "*.b"], in: machine.work + "/repository")
    #expect(outcome.status == 2)
    #expect(outcome.errors.hasPrefix("error: the repository keeps LFS files in the format 1, which is not known\n"))
  }
}
