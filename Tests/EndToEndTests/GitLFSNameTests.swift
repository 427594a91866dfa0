import Fixtures
import Foundation
import Testing

/// Called as `git-lfs`, the program answers as git-lfs does.
@Suite struct GitLFSNameTests {
  @Test func `a clone through the filter`() async throws {
    let model = try ServedModel()
    let (machine, path) = try await GitMachine.calledGitLFS()
    #expect(try await machine.git("config", "filter.lfs.process") == "git-lfs filter-process")
    let clone = try await machine.clone(model.url(), environment: path)
    #expect(GitMachine.pointers(in: clone) == [])
    #expect(try await machine.git("status", "--porcelain", in: clone, environment: path) == "")
    let version = try await machine.git("lfs", "version", in: clone, environment: path)
    #expect(version.hasPrefix("git-lfs/3.3.0 (lfsfetch "))
    #expect(try await machine.git("lfs", "--version", in: clone, environment: path) == version)
  }

  @Test func `content that is not here is named, and what cannot be fetched stays a pointer`() async throws {
    let model = try ServedModel()
    let oid = try await model.pointer("weights/model.bin").oid
    var told: [[Substring]] = []
    let (machine, path) = try await GitMachine.calledGitLFS()
    for (machine, environment) in [(try await GitMachine(.gitLFS), [:]), (machine, path)] {
      let clone = try await machine.clone(
        model.url(), environment: environment.merging(["GIT_LFS_SKIP_SMUDGE": "1"]) { $1 })
      let checkout = try await machine.run("git", ["lfs", "checkout", "weights"], in: clone, environment: environment)
      #expect(checkout.status == 0)
      told.append(checkout.errors.split(separator: "\n").sorted())
    }
    #expect(told[1] == told[0])
    try FileManager.default.removeItem(atPath: model.objects + "/" + oid)
    let clone = machine.work + "/clone"
    let pointer = bytes(clone + "/weights/model.bin")
    let smudged = try await machine.run(
      "git", ["lfs", "smudge", "weights/model.bin"], in: clone, environment: path, input: clone + "/weights/model.bin")
    #expect(smudged.status == 2)
    #expect(Data(smudged.output.utf8) == pointer)
    let fetched = try await machine.run(
      "git", ["lfs", "fetch", "-I", "weights/model.bin"], in: clone, environment: path)
    #expect(fetched.status == 2)
    #expect(fetched.errors.contains("error: failed to fetch some objects from '\(model.url())/info/lfs'\n"))
  }

  @Test(arguments: ["objects", "server"])
  func `words of a host that refuses`(_ who: String) async throws {
    let model = try ServedModel()
    let (named, path) = try await GitMachine.calledGitLFS()
    var told: [[String]] = []
    for (machine, environment) in [(try await GitMachine(.gitLFS), [:]), (named, path)] {
      let clone = try await machine.clone(
        model.url(), environment: environment.merging(["GIT_LFS_SKIP_SMUDGE": "1"]) { $1 })
      if who == "objects" {
        let objects = model.servers.objectsHTTP
        try await machine.git("config", "url.\(objects)/nowhere/.insteadOf", objects + "/", in: clone)
        try await machine.git("config", "lfs.transfer.enablehrefrewrite", "true", in: clone)
      } else {
        try await machine.git("config", "lfs.url", model.url("/forbidden") + "/info/lfs", in: clone)
      }
      let outcome = try await machine.run(
        "git", ["lfs", "fetch", "-I", "weights/one-byte.bin"], in: clone, environment: environment)
      #expect(outcome.status == 2)
      // git-lfs also shows what a signed address is signed with.
      told.append(
        outcome.errorLines.filter { $0.hasPrefix("LFS:") || $0.hasPrefix("batch") || $0.hasPrefix("Check") }
          .map { String($0.split(separator: "?")[0]) })
    }
    #expect(told[1] == told[0])
    #expect(told[0].count == 2)
  }

  @Test func `lines on stdout`() async throws {
    let model = try ServedModel()
    let reference = try await GitMachine(.gitLFS)
    let (machine, path) = try await GitMachine.calledGitLFS()
    var told: [[String]] = []
    for (machine, environment) in [(reference, [:]), (machine, path)] {
      let clone = try await machine.clone(
        model.url(), environment: environment.merging(["GIT_LFS_SKIP_SMUDGE": "1"]) { $1 })
      var lines: [String] = []
      func ask(_ words: String...) async throws {
        let outcome = try await machine.run("git", ["lfs"] + words, in: clone, environment: environment)
        #expect(outcome.status == 0)
        lines += outcome.output.split(separator: "\n").map(String.init).filter { $0.contains("LFS") }
      }
      try await ask("fetch", "-I", "shards")
      try await ask("checkout", "shards")
      try await ask("ls-files", "--json", "-I", "weights")
      try await ask("uninstall")
      try await ask("pull")
      try await ask("checkout")
      // How fast it was, nobody knows before.
      told.append(lines.map { line in line.split(separator: "|").map(String.init)[0] } + GitMachine.pointers(in: clone))
    }
    #expect(told[1].contains("weights/model.bin"))
    #expect(told[1].filter { !$0.hasPrefix("Downloading") } == told[0].filter { !$0.hasPrefix("Downloading") })
    #expect(told[1].contains("Downloading LFS objects: 100% (120/120), 60 KB "), "\(told[1])")
  }

  @Test func `files that are to be locked first are read-only after a checkout`() async throws {
    let model = try ServedModel()
    let (machine, path) = try await GitMachine.calledGitLFS()
    let clone = try await machine.clone(model.url(), environment: path)
    try machine.sandbox.write("nested/**/*.bin lockable\n", to: "work/clone/.git/info/attributes")
    func mode() -> mode_t { (fileStatus(clone + "/nested/a/b/c/deep.bin")?.st_mode ?? 0) & 0o222 }
    #expect(mode() != 0)
    try await machine.git("checkout", "--quiet", "v1", in: clone, environment: path)
    try await machine.git("checkout", "--quiet", "main", in: clone, environment: path)
    #expect(mode() == 0)
  }

  @Test(arguments: ["push", "lock", "unlock", "locks", "migrate"])
  func `what uploads or locks is said to be elsewhere`(_ command: String) async throws {
    let (machine, path) = try await GitMachine.calledGitLFS()
    let answer = try await machine.run("git", ["lfs", command, "--whatever"], environment: path)
    #expect(answer.status == 8)
    #expect(answer.errors.hasPrefix("error: `git lfs \(command)` is not part of lfsfetch"))
  }

  @Test func `a push is stopped when it has LFS files without content, and only then`() async throws {
    let model = try ServedModel()
    let (machine, path) = try await GitMachine.calledGitLFS()
    let clone = try await machine.clone(model.url(), environment: path)
    try writeProgram("#!/bin/sh\ngit lfs pre-push \"$@\"\n", to: clone + "/.git/hooks/pre-push")
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
