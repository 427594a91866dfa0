import Fixtures
import Foundation
import Testing

/// Wherever a repository and its parts lie, the program called as `git-lfs` does and says what git-lfs does and says:
/// the same lines on stdout, in whatever order, the same exit statuses, the same files and the same objects.
@Suite struct RepositoryPlaceTests {
  enum Place: String, CaseIterable {
    case workTree = "a further work tree"
    case workTreeOfBare = "a work tree of a bare repository"
    case folder = "a folder of a further work tree"
    case variables = "named by GIT_DIR and GIT_WORK_TREE"
    case gitDirectory = "named by GIT_DIR"
    case separate = "with git's folder elsewhere"
    case borrowing = "borrowing objects of another"
    case shared = "a clone that shares all objects"
    case bare = "bare"
    case mirror = "a mirror"
    case storage = "with objects elsewhere"
    case sparseIndex = "with a sparse index"

    var borrows: Bool { self == .borrowing || self == .shared }
  }

  /// A repository with pointers in the place of content, and where and how commands run in it.
  private struct Site {
    let machine: GitMachine
    var folder: String
    var environment: [String: String]
    /// nil in a bare one.
    var files: String?
    var gitFolder: String
    /// Where LFS keeps what is its.
    var storage: String

    init(_ place: Place, _ model: ServedModel, _ machine: GitMachine, _ path: [String: String]) async throws {
      self.machine = machine
      environment = path
      let skipping = path.merging(["GIT_LFS_SKIP_SMUDGE": "1"]) { $1 }
      let work = machine.work
      func clone(_ words: String...) async throws {
        let run = try await machine.run("git", ["clone", "--quiet"] + words, environment: skipping)
        try #require(run.status == 0, "\(run.errors)")
      }
      (folder, files, gitFolder) = (work + "/clone", work + "/clone", work + "/clone/.git")
      switch place {
      case .workTree, .folder, .workTreeOfBare:
        if place == .workTreeOfBare {
          try await clone("--bare", model.url(), "clone")
          gitFolder = work + "/clone"
        } else {
          try await clone(model.url(), "clone")
        }
        try await machine.git(
          "worktree", "add", "--quiet", "-b", "own", work + "/tree", "main", in: work + "/clone", environment: skipping)
        (folder, files) = (work + "/tree" + (place == .folder ? "/weights" : ""), work + "/tree")
      case .variables:
        try await clone(model.url(), "clone")
        gitFolder = work + "/moved"
        try FileManager.default.moveItem(atPath: work + "/clone/.git", toPath: gitFolder)
        environment.merge(["GIT_DIR": gitFolder, "GIT_WORK_TREE": work + "/clone"]) { $1 }
      case .gitDirectory:
        try await clone("--separate-git-dir", work + "/moved", model.url(), "clone")
        gitFolder = work + "/moved"
        try FileManager.default.removeItem(atPath: work + "/clone/.git")
        environment["GIT_DIR"] = gitFolder
      case .separate:
        try await clone("--separate-git-dir", work + "/moved", model.url(), "clone")
        gitFolder = work + "/moved"
      case .borrowing, .shared:
        try await clone(model.url(), "lender")
        try await machine.git(
          "lfs", "fetch", "--include=shards", in: work + "/lender", environment: path)
        if place == .borrowing {
          try await clone("--reference", work + "/lender", model.url(), "clone")
        } else {
          try await clone("--shared", work + "/lender", "clone")
          try await machine.git("remote", "set-url", "origin", model.url(), in: folder)
        }
      case .bare, .mirror:
        try await clone(place == .bare ? "--bare" : "--mirror", model.url(), "clone")
        (files, gitFolder) = (nil, work + "/clone")
      case .storage:
        try await clone("-c", "lfs.storage=../../elsewhere", model.url(), "clone")
      case .sparseIndex:
        try await clone(model.url(), "clone")
        try await machine.git(
          "sparse-checkout", "set", "--cone", "--sparse-index", "weights", "nested", "shards", "small", "texts", "dos",
          in: folder, environment: skipping)
      }
      storage = place == .storage ? work + "/elsewhere" : gitFolder + "/lfs"
    }

    func run(_ words: [String]) async throws -> Launch.Outcome {
      try await machine.run("git", ["lfs"] + words, in: folder, environment: environment)
    }

    func git(_ words: String...) async throws -> String {
      let outcome = try await machine.run("git", words, in: files ?? folder, environment: environment)
      return "\(outcome.status) \(outcome.output)"
    }

    var media: [String] { FileTree.paths(in: storage + "/objects") }

    /// What is said of a machine's own folders is the same everywhere.
    func told(_ text: String) -> [String] {
      text.replacingOccurrences(of: machine.sandbox.folder, with: "MACHINE").split(separator: "\n").map(String.init)
        .filter { line in !RepositoryPlaceTests.own.contains { line.hasPrefix($0) } && !line.hasSuffix("found, done.") }
        .map { $0.hasSuffix(", done.") ? String($0.dropLast(7)) : $0 }
        .sorted()
    }
  }

  /// What depends on the versions of programs, on time, or on whether there is a terminal.
  private static let own = [
    "git-lfs/", "git version ", "DownloadTransfers=", "UploadTransfers=", "GIT_", "Downloading LFS objects",
    "Checking out LFS objects", "prune: ",
  ]

  private static func steps(in place: Place) -> [[String]] {
    var steps = [
      ["env"], ["ls-files"], ["ls-files", "--long", "--size", "v1"], ["ls-files", "--all", "--name-only"],
      ["status"], ["status", "--porcelain"], ["status", "--json"], ["fetch", "--include=nested"],
      ["fetch", "origin", "v1"], ["checkout", "nested"], ["checkout"], ["fsck", "--objects", "v1"], ["pull"],
      ["ls-files"], ["status", "--porcelain"], ["fsck"], ["fetch", "origin", "v2", "main"],
      ["prune", "--dry-run", "--verbose"], ["prune", "--verbose"], ["fsck"], ["ls-files"],
    ]
    if place == .bare || place == .mirror { steps.append(["fetch", "--all"]) }
    return steps
  }

  @Test(arguments: Place.allCases) func `as git-lfs does it`(_ place: Place) async throws {
    let model = try ServedModel()
    // The branch with what nobody has would make all of `--all` fail.
    try await model.git("update-ref", "-d", "refs/heads/broken")
    let (own, path) = try await GitMachine.calledGitLFS()
    let theirs = try await Site(place, model, GitMachine(.gitLFS), [:])
    let ours = try await Site(place, model, own, path)
    var isPulled = false
    for step in Self.steps(in: place) {
      let (expected, answer) = (try await theirs.run(step), try await ours.run(step))
      #expect(answer.status == expected.status, "\(step): \(answer.errors) instead of \(expected.errors)")
      var told = [ours.told(answer.output), theirs.told(expected.output)]
      // In a folder git-lfs says of all files that their content is not there.
      if place == .folder, step[0] == "ls-files" { told = told.map { $0.map { $0.replacing(" - ", with: " * ") } } }
      #expect(told[0] == told[1], "\(step)")
      // git-lfs takes over what the lender has as soon as it sees it, lfsfetch when it is needed.
      isPulled = isPulled || step == ["pull"]
      if isPulled || !place.borrows { #expect(ours.media == theirs.media, "\(step)") }
      if let (own, other) = ours.files.flatMap({ own in theirs.files.map { (own, $0) } }) {
        #expect(try await FileTree.of(own) == FileTree.of(other), "\(step)")
        #expect(try await ours.git("status", "--porcelain") == theirs.git("status", "--porcelain"), "\(step)")
      }
    }
    if let files = ours.files { #expect(GitMachine.pointers(in: files) == []) }
    #expect(!ours.media.isEmpty)
  }
}
