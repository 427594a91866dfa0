import Foundation
import Testing

/// A clone is there whole or not at all.
@Suite struct ClonePlaceTests {
  /// All names in the working directory, hidden ones too.
  private func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  @Test func `a folder with something in it is refused and left alone`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try sandbox.write("mine\n", to: "work/c/file")
    let run = try await sandbox.run("clone", model.url(), "c")
    #expect(run.status == 7)
    #expect(
      run.errors == """
        error: `c` is there already
          caused by: a clone needs a new or an empty folder
        hint: name another folder after the URL, or remove this one

        """)
    #expect(names(in: sandbox.work + "/c") == ["file"])
    try sandbox.write("mine\n", to: "work/f")
    #expect(try await sandbox.run("clone", model.url(), "f").status == 7)
    try FileManager.default.createSymbolicLink(atPath: sandbox.work + "/l", withDestinationPath: "nowhere")
    let link = try await sandbox.run("clone", model.url(), "l")
    #expect(link.status == 7 && link.errors.hasPrefix("error: `l` is there already\n"), "\(link.errors)")
    #expect(try await model.requests().isEmpty)
  }

  @Test func `an empty folder is filled, and stays the folder that it is`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try sandbox.makeFolder(sandbox.work + "/c")
    let inode = fileStatus(sandbox.work + "/c")?.st_ino
    let clone = try await sandbox.path("clone", model.url(), "c")
    #expect(fileStatus(clone)?.st_ino == inode)
    try await CloneTests.check(clone, of: model)
    #expect(names(in: clone).allSatisfy { !$0.hasSuffix(".tmp") })
  }

  struct Failure: Sendable, CustomStringConvertible {
    let description: String
    let arguments: [String]
    let status: Int32
  }

  static let failures = [
    Failure(description: "a missing object", arguments: ["@broken", "--include", "broken/missing.bin"], status: 3),
    Failure(description: "no such branch", arguments: ["@nosuch"], status: 3),
    Failure(description: "no such file", arguments: ["", "--include", "nosuch.bin"], status: 3),
    Failure(description: "nothing left", arguments: ["", "--exclude", "*"], status: 3),
  ]

  @Test func `content that the server lacks can be left out`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let words = [
      "clone", model.url() + "@broken", "c", "--include", "broken/missing.bin", "--include", "weights/tool.bin",
    ]
    let run = try await sandbox.start(words).outcome()
    #expect(run.status == 3)
    #expect(run.errors.contains("hint: `--exclude` leaves the file out, and `--no-lfs` "), "\(run.errors)")
    let without = try await sandbox.start(words + ["--exclude", "broken"]).outcome()
    #expect(without.status == 0, "\(without.errors)")
  }

  @Test(arguments: failures, [false, true])
  func `one that fails leaves nothing behind`(_ failure: Failure, isInside: Bool) async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    if isInside { try sandbox.makeFolder(sandbox.work + "/c") }
    let words = ["clone", model.url() + failure.arguments[0], "c"] + failure.arguments.dropFirst()
    let run = try await sandbox.start(words).outcome()
    #expect(run.status == failure.status, "\(run.errors)")
    #expect(run.output == "")
    #expect(names(in: sandbox.work) == (isInside ? ["c"] : []))
    #expect(names(in: sandbox.work + "/c") == [])
    #expect(names(in: sandbox.cache + "/clones") == [])
  }

  @Test(arguments: [SIGINT, SIGKILL])
  func `one that is stopped leaves no clone, and the same command makes it`(_ signal: Int32) async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let pointer = try await model.addObject(noise(12 << 20))
    try await model.commit(["big.bin": pointer.text])
    let words = ["clone", model.url("/slow"), "c", "--include", "big.bin"]
    let run = try sandbox.stop(words, inTheMiddleOf: pointer.oid, after: 1 << 20)
    let start = ContinuousClock.now
    run.send(signal)
    run.send(SIGCONT)
    #expect(try await run.outcome().status == (signal == SIGINT ? 130 : -signal))
    #expect(fileStatus(sandbox.work + "/c") == nil)
    // After half a second the program ends, tidy or not.
    if signal == SIGINT, ContinuousClock.now - start < .milliseconds(400) { #expect(names(in: sandbox.work) == []) }
    let clone = try await sandbox.path("clone", model.url(), "c", "--include", "big.bin")
    #expect(try await sha256(clone + "/big.bin") == pointer.oid)
    #expect(names(in: sandbox.work) == ["c"])
    #expect(names(in: sandbox.cache + "/clones") == [])
  }

  /// Whenever it is killed, there are no files without git's folder, and the next clone tidies up.
  @Test func `one that is killed while it fills a folder`() async throws {
    let model = try ServedModel()
    let blob = try await model.blob("text\n")
    try await model.branch("wide", withTree: (0..<3000).map { "100644 blob \(blob)\tfile-\($0)" })
    let sandbox = try Sandbox()
    let git = sandbox.work + "/c/.git"
    for round in 0..<3 {
      try? FileManager.default.removeItem(atPath: sandbox.work + "/c")
      try sandbox.makeFolder(sandbox.work + "/c")
      let run = try sandbox.start(["clone", "--no-lfs", model.url() + "@wide", "c"])
      // With the first look the parts have hardly begun to move, if it is not over already.
      while fileStatus(git) == nil, kill(run.id, 0) == 0 { usleep(100) }
      usleep(UInt32(round) * 2000)
      run.send(SIGKILL)
      _ = try await run.outcome()
      let parts = names(in: sandbox.work + "/c").filter { !$0.hasSuffix(".tmp") }
      #expect(parts.isEmpty || parts.contains(".git"))
      _ = try await sandbox.path("clone", "--no-lfs", model.url(), "other\(round)")
      let rest = names(in: sandbox.work + "/c")
      #expect(rest.allSatisfy { !$0.hasSuffix(".tmp") })
      if !rest.isEmpty {
        #expect(try await model.git("status", "--porcelain", in: sandbox.work + "/c") == "")
      }
      #expect(names(in: sandbox.cache + "/clones") == [])
    }
  }

  @Test func `what contradicts itself is refused before anything is asked`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    for options in [["--full", "--depth", "2"], ["--bare", "--recurse-submodules"], ["--depth", "0"], ["a", "b"]] {
      #expect(try await sandbox.start(["clone", model.url()] + options).outcome().status == 2)
    }
    let nameless = try await sandbox.run("clone", model.servers.http)
    #expect(nameless.status == 2)
    #expect(nameless.errors.contains("name a folder after the URL"))
    #expect(try await model.requests().isEmpty)
    #expect(names(in: sandbox.work) == [])
  }
}
