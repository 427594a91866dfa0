import Foundation
import Testing

/// `lfsfetch track` and `untrack` leave the `.gitattributes` that those of git-lfs leave.
@Suite struct TrackTests {
  static let steps: [[String]] = [
    ["track", "*.bin"], ["track", "*.bin"], ["track", "a b.dat", "--lockable"], ["track", "sub/dir/", "--lockable"],
    ["track", "--filename", "x [1]*.psd"], ["track", "--not-lockable", "sub/dir/"],
    ["track", "--lockable", "*.bin"], ["track", "*.bin"], ["track"], ["track", "--no-excluded"], ["track", "--json"],
    ["untrack", "a b.dat"], ["untrack", "nothing"], ["track", "--no-modify-attrs", "*.dat"], ["untrack", "*.bin"],
    ["track", "#hash"], ["track"], ["track", "deep/sub/*.png"], ["track", "*.macro"], ["track", "--json"],
    // git-lfs lists these without their slash.
    ["track", "/anchored.bin"], ["track", "/anchored.bin"], ["track", "-v", "/known.txt"],
  ]

  @Test(arguments: ["\n", "\r\n"]) func `step by step`(_ ending: String) async throws {
    let (machine, reference) = try await (GitMachine(.none), GitMachine(.gitLFS))
    for machine in [machine, reference] {
      try await machine.git("init", "--quiet", "repository")
      try machine.sandbox.write(
        "# By hand\(ending)*.txt text\(ending)*.x -filter\(ending)[attr]large filter=lfs\(ending)*.macro large\(ending)",
        to: "work/repository/.gitattributes")
      try machine.sandbox.write(
        "*.png filter=lfs diff=lfs merge=lfs -text\n*.y !filter\n", to: "work/repository/deep/sub/.gitattributes")
      try machine.sandbox.write("text\n", to: "work/repository/known.txt")
      try await machine.git("add", ".gitattributes", "known.txt", in: machine.work + "/repository")
    }
    for step in Self.steps {
      let expected = try await reference.run("git", ["lfs"] + step, in: reference.work + "/repository")
      let answer = try await machine.run(Sandbox.program, step, in: machine.work + "/repository")
      #expect(answer.status == expected.status, "\(step): \(answer.errors)")
      if !step.contains("--filename") {
        #expect(answer.output == expected.output, "\(step)")
      }
      func lines(_ machine: GitMachine) -> String? {
        bytes(machine.work + "/repository/.gitattributes").map { String(decoding: $0, as: UTF8.self) }
      }
      let written = try #require(lines(machine))
      // git-lfs changes the ends of all lines when it takes one away.
      #expect(
        written.replacingOccurrences(of: ending, with: "\n")
          == lines(reference)?.replacingOccurrences(of: "\r\n", with: "\n"))
      #expect(written.contains("\r\n") == (ending == "\r\n"))
    }
  }

  @Test func `lines in another encoding stay as they are`() async throws {
    let (machine, reference) = try await (GitMachine(.none), GitMachine(.gitLFS))
    var written: [Data?] = []
    for machine in [machine, reference] {
      try await machine.git("init", "--quiet", "repository")
      let path = machine.work + "/repository/.gitattributes"
      try Data([0xe9] + Array(".txt eol=lf\n*.old filter=lfs # ".utf8) + [0xff, 0x0a]).write(to: URL(filePath: path))
      for step in [["track", "*.bin"], ["track", "*.dat"], ["untrack", "*.dat"]] {
        let isReference = machine.sandbox.folder == reference.sandbox.folder
        let outcome = try await machine.run(
          isReference ? "git" : Sandbox.program, (isReference ? ["lfs"] : []) + step, in: machine.work + "/repository")
        #expect(outcome.status == 0, "\(outcome.errors)")
      }
      written.append(bytes(path))
    }
    #expect(written[0] == written[1])
    #expect(written[0]?.first == 0xe9)
  }

  @Test func `git looks again at files whose filter has changed`() async throws {
    let machine = try await GitMachine()
    try await machine.git("init", "--quiet", "repository")
    let folder = machine.work + "/repository"
    try machine.sandbox.write("content", to: "work/repository/sub/a.bin")
    try await machine.git("add", ".", in: folder)
    try await machine.git("commit", "--quiet", "--message", "One", in: folder)
    _ = try await machine.run("touch", ["-d", "1 hour ago", "sub/a.bin"], in: folder)
    try await machine.git("status", in: folder)
    #expect(try await machine.lfsfetch("track", "*.bin", in: folder + "/sub") == "Tracking \"*.bin\"\n")
    #expect(bytes(folder + "/sub/.gitattributes") == Data("*.bin filter=lfs diff=lfs merge=lfs -text\n".utf8))
    try await machine.git("add", ".", in: folder)
    #expect(try await machine.git("show", ":sub/a.bin", in: folder).hasPrefix("version https://git-lfs"))
  }

  @Test func `files that are to be locked first are read-only`() async throws {
    let (machine, reference) = try await (GitMachine(.none), GitMachine(.gitLFS))
    for machine in [machine, reference] {
      try await machine.git("init", "--quiet", "repository")
      for name in ["a.bin", "sub/a.bin", "sub/a.dat"] { try machine.sandbox.write("x", to: "work/repository/" + name) }
      try await machine.git("add", ".", in: machine.work + "/repository")
    }
    func modes(_ machine: GitMachine) throws -> [NSNumber?] {
      try ["a.bin", "sub/a.bin", "sub/a.dat"].map {
        try FileManager.default.attributesOfItem(atPath: machine.work + "/repository/" + $0)[.posixPermissions]
          as? NSNumber
      }
    }
    for step in [["--lockable", "*.bin"], ["*.bin"], ["--lockable", "/sub/*.dat"], ["--not-lockable", "*.bin"]] {
      _ = try await reference.run("git", ["lfs", "track"] + step, in: reference.work + "/repository")
      _ = try await machine.run(Sandbox.program, ["track"] + step, in: machine.work + "/repository")
      #expect(try modes(machine) == modes(reference), "\(step)")
    }
    try await machine.git("config", "lfs.setlockablereadonly", "false", in: machine.work + "/repository")
    let before = try modes(machine)
    _ = try await machine.run(Sandbox.program, ["track", "--lockable", "*.bin"], in: machine.work + "/repository")
    #expect(try modes(machine) == before)
  }

  @Test func `patterns of the repository's and of the user's own files`() async throws {
    let machine = try await GitMachine(.none)
    try await machine.git("init", "--quiet", "repository")
    let folder = machine.work + "/repository"
    try machine.sandbox.write("[attr]large filter=lfs\n*.user large\n", to: "user-attributes")
    try machine.sandbox.write("*.info large lockable\n", to: "work/repository/.git/info/attributes")
    try machine.sandbox.write("*.none large\n*.deep -large\n", to: "work/repository/deep/.gitattributes")
    try await machine.git("config", "core.attributesFile", machine.sandbox.folder + "/user-attributes", in: folder)
    let listing = try await machine.lfsfetch("track", in: folder)
    #expect(
      listing == """
        Listing tracked patterns
            deep/*.none (deep/.gitattributes)
            *.info [lockable] (.git/info/attributes)
            *.user (\(machine.sandbox.folder)/user-attributes)
        Listing excluded patterns

        """)
    #expect(try await machine.lfsfetch("track", "*.info", in: folder) == "\"*.info\" already supported\n")
    // What holds for the user alone does not hold for others.
    #expect(try await machine.lfsfetch("track", "*.user", in: folder) == "Tracking \"*.user\"\n")
  }

  @Test func `what configures git or git-lfs is not given to LFS`() async throws {
    let machine = try await GitMachine(.none)
    try await machine.git("init", "--quiet", "repository")
    let folder = machine.work + "/repository"
    try machine.sandbox.write("*.a text\n", to: "work/repository/.gitattributes")
    try await machine.git("add", ".", in: folder)
    for pattern in [".gitattributes", ".git*"] {
      let answer = try await machine.lfsfetch("track", pattern, in: folder)
      #expect(answer.hasPrefix("Pattern '\(pattern)' matches forbidden file '.gitattributes'."))
    }
    #expect(bytes(folder + "/.gitattributes") == Data("*.a text\n".utf8))
  }

  @Test func `outside of the work tree its top is meant`() async throws {
    let machine = try await GitMachine(.none)
    try await machine.git("init", "--quiet", "repository")
    let place = ["GIT_DIR": machine.work + "/repository/.git", "GIT_WORK_TREE": machine.work + "/repository"]
    try await machine.lfsfetch("track", "*.bin", environment: place)
    #expect(
      bytes(machine.work + "/repository/.gitattributes") == Data("*.bin filter=lfs diff=lfs merge=lfs -text\n".utf8))
    let inside = try await machine.run(Sandbox.program, ["track", "*.x"], in: machine.work + "/repository/.git")
    #expect(inside.status == 2)
    #expect(inside.errors == "error: this command needs a work tree, but the working directory is in `.git`\n")
  }

  @Test func `a dry run changes nothing, and empty lines stay`() async throws {
    let machine = try await GitMachine(.none)
    try await machine.git("init", "--quiet", "repository")
    let file = try machine.sandbox.write("*.a text\n\n*.b text\n", to: "work/repository/.gitattributes")
    try await machine.lfsfetch("track", "--dry-run", "*.bin", in: machine.work + "/repository")
    #expect(bytes(file) == Data("*.a text\n\n*.b text\n".utf8))
    try await machine.lfsfetch("track", "*.bin", in: machine.work + "/repository")
    #expect(bytes(file) == Data("*.a text\n\n*.b text\n*.bin filter=lfs diff=lfs merge=lfs -text\n".utf8))
  }

  @Test func `a link is not written through`() async throws {
    let machine = try await GitMachine(.none)
    try await machine.git("init", "--quiet", "repository")
    let target = try machine.sandbox.write("mine", to: "target")
    try FileManager.default.createSymbolicLink(
      atPath: machine.work + "/repository/.gitattributes", withDestinationPath: target)
    let outcome = try await machine.run(Sandbox.program, ["track", "*.bin"], in: machine.work + "/repository")
    #expect(outcome.status == 7)
    #expect(bytes(target) == Data("mine".utf8))
  }
}
