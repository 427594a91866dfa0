import Fixtures
import Foundation
import Testing

/// A clone that is killed while it is moved into the user's folder, and what the next run makes of it: it finishes it
/// where nobody has touched it, and leaves what is the user's alone.
///
/// `strace` (Linux) kills the program at the moment in which it would move the part that is named, so that each step is met.
@Suite(.enabled(if: KilledClone.isPossible, "strace is not here, or may not watch other programs"))
struct CloneRecoveryTests {
  private func names(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  /// The next run.
  private func cloneAnother(_ model: ServedModel, _ sandbox: Sandbox) async throws -> String {
    let run = try await sandbox.run("clone", "--no-lfs", model.url(), "other")
    try #require(run.status == 0, "\(run.errors)")
    #expect(names(sandbox.cache + "/clones") == [])
    return run.errors
  }

  @Test(arguments: 1...7) func `the next run finishes it`(_ step: Int) async throws {
    let killed = try await KilledClone(atMove: step)
    let (model, sandbox) = (killed.model, killed.sandbox)
    // What git does when it is only asked changes nothing.
    if step > 1 { try await model.git("status", "--porcelain", in: killed.clone) }
    let said = try await cloneAnother(model, sandbox)
    #expect(said.contains("which was killed at its last step, is in place now"), "\(said)")
    #expect(names(killed.clone).allSatisfy { !$0.hasSuffix(".tmp") })
    try await CloneTests.check(killed.clone, of: model)
  }

  /// What a user may do in the clone meanwhile.
  struct Change: Sendable, CustomStringConvertible {
    let description: String
    let script: String
  }

  static let changes = [
    Change(description: "a commit", script: "git rm -q --cached README.md && git commit -q -m Mine"),
    Change(description: "a branch", script: "git checkout -q -f feature/other"),
    Change(description: "staged", script: "echo mine >README.md && git add README.md"),
    Change(description: "another repository", script: "rm -rf .git * && git init -q && echo mine >README.md"),
    Change(description: "no repository", script: "rm -rf .git * && echo mine >README.md"),
  ]

  @Test(arguments: changes) func `what the user has gone on with is left alone`(_ change: Change) async throws {
    let killed = try await KilledClone(atMove: 3)
    let (model, sandbox) = (killed.model, killed.sandbox)
    try await Tool.run("sh", ["-ec", change.script], in: killed.clone, environment: killed.git)
    func state() async throws -> [String: String] {
      try await FileTree.of(killed.clone).filter { !$0.key.contains(".tmp/") }
    }
    let before = try await state()
    let said = try await cloneAnother(model, sandbox)
    #expect(try await state() == before)
    #expect(names(killed.clone).allSatisfy { !$0.hasSuffix(".tmp") })
    #expect(said.contains("something was changed there since") == (fileStatus(killed.clone + "/.git/HEAD") != nil))
  }

  @Test func `files of the same names stay, and so do those that were changed where they lay`() async throws {
    let killed = try await KilledClone(atMove: 3)
    let (model, sandbox) = (killed.model, killed.sandbox)
    let staging = try #require(names(killed.clone).first { $0.hasSuffix(".tmp") })
    let left = names(killed.clone + "/" + staging)
    let two = try #require(left.first { fileStatus("\(killed.clone)/\(staging)/\($0)/.")?.st_size != nil })
    let one = try #require(left.first { $0 != two })
    try sandbox.write("mine\n", to: "work/c/\(one)")
    try sandbox.write("mine\n", to: "work/c/\(two)/mine")
    try sandbox.write("mine\n", to: "work/c/\(staging)/\(two)/changed")
    let said = try await cloneAnother(model, sandbox)
    #expect(bytes(killed.clone + "/" + one) == Data("mine\n".utf8))
    #expect(names(killed.clone + "/" + two) == ["mine"])
    #expect(bytes("\(killed.clone)/\(staging)/\(two)/changed") == Data("mine\n".utf8))
    #expect(said.contains("holds files that were changed"), "\(said)")
  }

  @Test func `a folder that went elsewhere is left alone`() async throws {
    let killed = try await KilledClone(atMove: 3)
    try FileManager.default.moveItem(atPath: killed.clone, toPath: killed.sandbox.work + "/moved")
    let before = try await FileTree.of(killed.sandbox.work + "/moved")
    _ = try await cloneAnother(killed.model, killed.sandbox)
    #expect(try await FileTree.of(killed.sandbox.work + "/moved") == before)
  }

  @Test(arguments: [1, 2, 4], [true, false])
  func `one with git's folder elsewhere`(_ step: Int, ofGitFolder: Bool) async throws {
    let killed = try await KilledClone(atMove: step, separate: true, ofGitFolder: ofGitFolder)
    _ = try await cloneAnother(killed.model, killed.sandbox)
    #expect(names(killed.sandbox.work).allSatisfy { !$0.hasSuffix(".tmp") })
    #expect(names(killed.clone).allSatisfy { !$0.hasSuffix(".tmp") })
    let gitFolder = try await killed.model.git("rev-parse", "--absolute-git-dir", in: killed.clone)
    #expect(gitFolder == killed.sandbox.work + "/g")
    try await killed.model.git("lfs", "pull", in: killed.clone)
    #expect(try await killed.model.git("status", "--porcelain", in: killed.clone) == "")
  }
}

/// A clone into an empty folder that was killed when it was about to move its parts there for the so-many-th time.
struct KilledClone {
  let model: ServedModel
  let sandbox: Sandbox
  var clone: String { sandbox.work + "/c" }
  var git: [String: String] { ["HOME": model.home, "GIT_CONFIG_NOSYSTEM": "1"] }

  static let isPossible: Bool = {
    let words = ["-f", "-qq", "-o", "/dev/null", "true"]
    let trace = try? Launch("strace", words, environment: ProcessInfo.processInfo.environment, in: "/")
    return (try? trace?.blockingOutcome().status) == 0
  }()

  /// `ofGitFolder`: git's folder is to be in another folder, `g`, and that is being filled.
  init(atMove step: Int, separate: Bool = false, ofGitFolder: Bool = false) async throws {
    model = try ServedModel()
    sandbox = try Sandbox()
    for name in separate ? ["c", "g"] : ["c"] { try sandbox.makeFolder(sandbox.work + "/" + name) }
    let name = sandbox.folder + "/git-lfs"
    try FileManager.default.createSymbolicLink(atPath: name, withDestinationPath: Sandbox.program)
    let words =
      separate
      ? [name, "clone", "--separate-git-dir", "g", model.url(), "c"] : [Sandbox.program, "clone", model.url(), "c"]
    let watched = sandbox.work + (ofGitFolder ? "/g" : "/c")
    let run = try await Launch(
      "strace",
      [
        "-f", "-qq", "-o", "/dev/null", "-P", watched, "-e", "trace=renameat",
        "-e", "inject=renameat:signal=KILL:when=\(step)",
      ] + words,
      environment: sandbox.environment.merging(["PATH": "/usr/bin:/bin"]) { $1 }, in: sandbox.work
    ).outcome()
    try #require(run.status != 0, "\(run.errors)")
    try #require(((try? FileManager.default.contentsOfDirectory(atPath: sandbox.cache + "/clones")) ?? []).count == 1)
  }
}
