import Fixtures
import Foundation
import Testing

/// `lfsfetch fetch`, `pull` and `checkout` do what those of git-lfs do.
@Suite struct PullTests {
  private func media(_ folder: String) -> Set<String> {
    Set(FileTree.paths(in: folder + "/.git/lfs/objects"))
  }

  @Test func `pull makes what git lfs pull makes, and git need not look again`() async throws {
    let model = try ServedModel()
    let (reference, expected) = try await GitMachine.pointers(of: model)
    try await reference.git("lfs", "pull", in: expected)
    let (machine, clone) = try await GitMachine.pointers(of: model)
    // What git has written in the same second as its index, it would read again in any case.
    _ = try await machine.run("touch", ["-d", "1 hour ago"] + FileTree.paths(in: clone), in: clone)
    try await machine.git("status", in: clone)
    try await machine.lfsfetch("pull", in: clone)
    #expect(try await FileTree.of(clone) == FileTree.of(expected))
    #expect(media(clone) == media(expected))
    // With a filter that fails, git would notice that it had to read a file again.
    try await machine.git("config", "filter.lfs.clean", "false", in: clone)
    try await machine.git("config", "filter.lfs.process", "", in: clone)
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
    #expect(try await machine.git("diff-files", "--name-only", in: clone) == "")
    let before = try await model.requests().count
    try await machine.lfsfetch("pull", in: clone)
    #expect(try await model.requests().count == before)
  }

  struct Scope: Sendable, CustomStringConvertible {
    let description: String
    var clone: [String] = []
    let words: [String]
  }

  static let scopes = [
    Scope(description: "HEAD", words: []), Scope(description: "a remote", words: ["origin"]),
    Scope(description: "references", words: ["origin", "v1", "origin/feature/other"]),
    Scope(description: "include", words: ["--include=shards,*.none"]),
    Scope(description: "exclude", words: ["-X", "shards,weights/copy-?.bin"]),
    Scope(description: "both", words: ["-I", "weights", "-X", "model.bin,copy*"]),
    Scope(description: "configured", clone: ["-c", "lfs.fetchinclude=nested"], words: []),
    Scope(description: "configured and cleared", clone: ["-c", "lfs.fetchinclude=nested"], words: ["--include="]),
    Scope(description: "all of some", words: ["--all", "origin", "main", "v2-again"]),
    Scope(
      description: "recent",
      clone: ["-c", "lfs.fetchrecentrefsdays=9000", "-c", "lfs.fetchrecentcommitsdays=9000"],
      words: ["--recent", "origin", "main"]),
    Scope(
      description: "recent, without remote branches",
      clone: ["-c", "lfs.fetchrecentremoterefs=false", "-c", "lfs.fetchrecentcommitsdays=1"],
      words: ["--recent", "origin", "main"]),
    Scope(
      description: "always recent",
      clone: ["-c", "lfs.fetchrecentalways=true", "-c", "lfs.fetchrecentcommitsdays=9000"], words: []),
  ]

  @Test(arguments: scopes) func `fetch brings the objects that git lfs fetch brings`(_ scope: Scope) async throws {
    let model = try ServedModel()
    // The branch with what nobody has would make both fail.
    try await model.git("update-ref", "-d", "refs/heads/broken")
    var found: [Set<String>] = []
    for program in [["git", "lfs"], [Sandbox.program]] {
      let machine = try await GitMachine(.gitLFS)
      let outcome = try await machine.run(
        "git", ["clone", "--quiet"] + scope.clone + [model.url(), "clone"], environment: ["GIT_LFS_SKIP_SMUDGE": "1"])
      try #require(outcome.status == 0)
      let clone = machine.work + "/clone"
      let before = GitMachine.pointers(in: clone)
      let fetch = try await machine.run(program[0], program.dropFirst() + ["fetch"] + scope.words, in: clone)
      #expect(fetch.status == 0, "\(program) \(scope): \(fetch.errors)")
      #expect(GitMachine.pointers(in: clone) == before)
      found.append(media(clone))
    }
    #expect(found[0] == found[1], "\(scope)")
    #expect(!found[0].isEmpty)
  }

  @Test func `all of every reference, and which of it is missing on the server`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    let outcome = try await machine.run(Sandbox.program, ["fetch", "--all"], in: clone)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("error: cannot download `broken/missing.bin`"))
    let (reference, expected) = try await GitMachine.pointers(of: model)
    _ = try await reference.run("git", ["lfs", "fetch", "--all"], in: expected)
    #expect(media(clone) == media(expected))
  }

  @Test(arguments: ["fetch", "pull"])
  func `what cannot be had is a failure, also where the filters pass it over`(_ word: String) async throws {
    let model = try ServedModel()
    let pointer = try await model.pointer("weights/model.bin")
    try FileManager.default.removeItem(atPath: model.objects + "/" + pointer.oid)
    for isDeleted in [false, true] {
      let (reference, expected) = try await GitMachine.pointers(of: model)
      let (machine, clone) = try await GitMachine.pointers(of: model)
      for (machine, folder) in [(reference, expected), (machine, clone)] {
        try await machine.git("config", "lfs.skipdownloaderrors", "true", in: folder)
        if isDeleted { try FileManager.default.removeItem(atPath: folder + "/weights/model.bin") }
      }
      let theirs = try await reference.run("git", ["lfs", word, "--include", "weights"], in: expected)
      #expect(theirs.status == 2)
      let ours = try await machine.run(Sandbox.program, [word, "--include", "weights"], in: clone)
      #expect(ours.status == 1, "\(ours.errors)")
      #expect(ours.errors.contains("weights/model.bin"))
      // A file that the user has deleted does not come back as a pointer.
      let files = FileTree.paths(in: clone)
      #expect(files.contains("weights/model.bin") == !isDeleted)
      if word == "fetch" { #expect(files == FileTree.paths(in: expected)) }
    }
  }

  @Test func `the status is clean after a run that was killed before it told git`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    let index = try #require(bytes(clone + "/.git/index"))
    try await machine.lfsfetch("pull", in: clone)
    // As if the run had ended here: the content is there, and the index has the sizes of the pointers.
    try index.write(to: URL(filePath: clone + "/.git/index"))
    let file = "weights/one-byte.bin"
    try machine.sandbox.write("y", to: "work/clone/" + file)
    let before = try await machine.git("status", "--porcelain", in: clone)
    #expect(before.contains(" M weights/model.bin"))
    try await machine.lfsfetch("pull", in: clone)
    #expect(try await machine.git("status", "--porcelain", in: clone) == " M " + file)
    #expect(bytes(clone + "/" + file) == Data("y".utf8))
  }

  @Test func `a pull that is killed, and the next one`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    let launch = try Launch(Sandbox.program, ["pull"], environment: machine.environment, in: clone)
    let deadline = ContinuousClock.now + .seconds(60)
    while FileTree.paths(in: clone + "/.git/lfs/objects").isEmpty, ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(2))
    }
    launch.send(SIGKILL)
    _ = try await launch.outcome()
    try await machine.lfsfetch("pull", in: clone)
    #expect(GitMachine.pointers(in: clone) == [])
    #expect(try await machine.git("status", "--porcelain", in: clone) == "")
    #expect(try await machine.git("lfs", "fsck", in: clone) == "Git LFS fsck OK")
  }

  @Test func `the addresses of objects are rewritten where git's configuration wants it`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    let nowhere = "http://127.0.0.1:9/"
    try await machine.git("config", "lfs.transfer.maxretries", "1", in: clone)
    try await machine.git("config", "url.\(nowhere).insteadOf", model.servers.objectsHTTP + "/", in: clone)
    try await machine.git("config", "lfs.transfer.enablehrefrewrite", "true", in: clone)
    let refused = try await machine.run(Sandbox.program, ["fetch", "-I", "weights/model.bin"], in: clone)
    #expect(refused.status == 4)
    #expect(refused.errors.contains("127.0.0.1:9"), "\(refused.errors)")
    try await machine.git("config", "lfs.transfer.enablehrefrewrite", "false", in: clone)
    try await machine.lfsfetch("fetch", "-I", "weights/model.bin", in: clone)
  }

  @Test func `a bare repository, a mirror`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.gitLFS)
    try await machine.git("clone", "--quiet", "--mirror", model.url(), "mirror.git")
    let folder = machine.work + "/mirror.git"
    try await machine.lfsfetch("fetch", "origin", "v1", "v2", in: folder)
    for revision in ["v1", "v2"] {
      let oid = try await model.pointer("weights/model.bin", at: revision).oid
      #expect(try await sha256("\(folder)/lfs/objects/\(oid.prefix(2))/\(oid.dropFirst(2).prefix(2))/\(oid)") == oid)
    }
    try await machine.lfsfetch("pull", in: folder)
    try await machine.lfsfetch("fetch", in: machine.work, environment: ["GIT_DIR": folder])
  }

  @Test func `a repository that GIT_DIR and GIT_WORK_TREE name, and another place for objects`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model, "-c", "lfs.storage=elsewhere")
    try FileManager.default.moveItem(atPath: clone + "/.git", toPath: machine.work + "/moved")
    try await machine.lfsfetch(
      "pull", in: machine.work, environment: ["GIT_DIR": machine.work + "/moved", "GIT_WORK_TREE": clone])
    #expect(GitMachine.pointers(in: clone) == [])
    #expect(FileTree.paths(in: machine.work + "/moved/elsewhere/objects").count == 129)
    #expect(fileStatus(machine.work + "/moved/lfs") == nil)
  }

  @Test func `what a sparse checkout leaves out stays out`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    for options in [[], ["--sparse-index"]] {
      let set = try await machine.run("git", ["sparse-checkout", "set", "--cone"] + options + ["nested"], in: clone)
      try #require(set.status == 0, "\(set.errors)")
      try await machine.lfsfetch("pull", in: clone)
      #expect(fileStatus(clone + "/weights") == nil)
      #expect(GitMachine.pointers(in: clone) == [])
      #expect(try await machine.git("status", "--porcelain", in: clone) == "")
    }
  }

  @Test func `a local repository is the remote`() async throws {
    let model = try ServedModel()
    let machine = try await GitMachine(.gitLFS)
    let origin = try await machine.clone(model.url(), name: "origin")
    let outcome = try await machine.run(
      "git", ["clone", "--quiet", origin, "clone"], environment: ["GIT_LFS_SKIP_SMUDGE": "1"])
    try #require(outcome.status == 0)
    let before = try await model.requests().count
    try await machine.lfsfetch("pull", in: machine.work + "/clone")
    #expect(try await FileTree.of(machine.work + "/clone") == FileTree.of(origin))
    #expect(try await model.requests().count == before)
  }

  @Test func `where the server is`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    try await machine.git("remote", "set-url", "origin", "git@127.0.0.1:nothing/there.git", in: clone)
    let unreachable = try await machine.run(
      Sandbox.program, ["fetch"], in: clone, environment: ["LFSFETCH_CACHE": machine.work + "/empty"])
    #expect(unreachable.status == 4)
    #expect(unreachable.errors.contains("https://127.0.0.1/nothing/there.git/info/lfs"))
    try machine.sandbox.write("[lfs]\n  url = \(model.url())/info/lfs\n", to: "work/clone/.lfsconfig")
    try await machine.lfsfetch("fetch", "--include=nested", in: clone)
    try FileManager.default.removeItem(atPath: clone + "/.lfsconfig")
    try await machine.git("config", "remote.origin.lfsurl", model.url() + "/info/lfs", in: clone)
    try await machine.lfsfetch("fetch", "--include=weights/one-byte.bin", in: clone)
    try await machine.git("remote", "add", "real", model.url(), in: clone)
    try await machine.lfsfetch("fetch", "real", in: clone)
    let unknown = try await machine.run(Sandbox.program, ["fetch", "rael"], in: clone)
    #expect(unknown.status == 2)
    #expect(unknown.errors.contains("did you mean `real`?"))
  }

  @Test func `dry runs, lists for programs, and references from standard input`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    let pointer = try await model.pointer("weights/model.bin", at: "v1")
    let references = try machine.sandbox.write("v1\n\n", to: "references")
    let dry = try await machine.run(
      Sandbox.program, ["fetch", "--dry-run", "--stdin", "origin"], in: clone, input: references)
    #expect(dry.output == "fetch \(pointer.oid) => weights/model.bin\n")
    let json = try await machine.lfsfetch("fetch", "--json", "origin", "v1", in: clone)
    let path = GitMachine.media(pointer.oid, in: clone)
    #expect(
      json == "{\"transfers\":[{\"name\":\"weights/model.bin\",\"oid\":\"\(pointer.oid)\",\"size\":\(pointer.size),"
        + "\"path\":\"\(path)\"}]}\n")
    #expect(try await sha256(path) == pointer.oid)
    #expect(try await machine.lfsfetch("fetch", "--dry-run", "origin", "v1", in: clone) == "")
  }

  @Test func `links in the work tree lead nowhere`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    let outside = machine.sandbox.folder + "/outside"
    try machine.sandbox.makeFolder(outside)
    try FileManager.default.removeItem(atPath: clone + "/shards")
    try FileManager.default.createSymbolicLink(atPath: clone + "/shards", withDestinationPath: outside)
    try FileManager.default.removeItem(atPath: clone + "/weights/tool.bin")
    try FileManager.default.createSymbolicLink(
      atPath: clone + "/weights/tool.bin", withDestinationPath: outside + "/tool.bin")
    let outcome = try await machine.run(Sandbox.program, ["pull"], in: clone)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("error: cannot write `shards/part-000.bin`"))
    #expect(FileTree.paths(in: outside) == [])
    #expect(bytes(clone + "/nested/a/b/c/deep.bin")?.count == 2000)
  }

  @Test func `stored bytes that are not the content are not put in its place`() async throws {
    let model = try ServedModel()
    let plain = try await model.pointer("weights/one-byte.bin").text
    let lines = plain.split(separator: "\n", omittingEmptySubsequences: false)
    let text = ([lines[0], "ext-0-case sha256:\(String(repeating: "a", count: 64))"] + lines.dropFirst())
      .joined(separator: "\n")
    try await model.commit(["weights/one-byte.bin": text])
    let (machine, clone) = try await GitMachine.pointers(of: model)
    for word in ["pull", "checkout"] {
      let outcome = try await machine.run(Sandbox.program, [word], in: clone)
      #expect(outcome.status == 1)
      #expect(
        outcome.errors.contains(
          "error: the content of `weights/one-byte.bin` is stored in a transformed form\n"
            + "  caused by: its LFS pointer names the extension `case`\n"), "\(outcome.errors)")
      #expect(bytes(clone + "/weights/one-byte.bin") == Data(text.utf8))
    }
    #expect(GitMachine.pointers(in: clone) == ["weights/one-byte.bin"])
  }

  @Test func `a damaged object is fetched again`() async throws {
    let model = try ServedModel()
    let (machine, clone) = try await GitMachine.pointers(of: model)
    let pointer = try await model.pointer("weights/model.bin")
    let media = GitMachine.media(pointer.oid, in: clone)
    try machine.sandbox.write(
      String(repeating: "x", count: pointer.size), to: String(media.dropFirst(machine.sandbox.folder.count + 1)))
    try await machine.lfsfetch("pull", in: clone)
    #expect(try await sha256(clone + "/weights/model.bin") == pointer.oid)
    #expect(try await sha256(media) == pointer.oid)
  }
}
