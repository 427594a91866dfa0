import Foundation
import Testing

/// `git lfs clone` of repositories of every kind, beside the real one: HEADs that lead nowhere, repositories in which
/// there is nothing, those of this machine.
@Suite struct GitLFSCloneSourcesTests {
  /// Clones with the real git-lfs and with the program under test, compares, and returns what each said.
  @discardableResult
  private func compare(
    _ options: [String], _ url: String, from model: ServedModel, defaultBranch: String? = nil
  ) async throws -> [String] {
    if !url.hasPrefix("http") { try model.keepObjectsInRepository() }
    let reference = try await GitMachine(.gitLFS)
    let (machine, path) = try await GitMachine.calledGitLFS()
    var found: [CloneDescription] = []
    var said: [String] = []
    for (machine, environment) in [(reference, [:]), (machine, path)] {
      if let defaultBranch { try await machine.git("config", "--global", "init.defaultBranch", defaultBranch) }
      let outcome = try await machine.run(
        "git", ["lfs", "clone"] + options + [url, "c"], environment: environment)
      try #require(outcome.status == 0, "\(outcome.errors)")
      found.append(try await CloneDescription(of: machine.work + "/c", by: reference))
      said.append(outcome.errors)
      try await reference.git("fsck", "--strict", in: machine.work + "/c")
    }
    #expect(found[1] == found[0])
    return said
  }

  static let places: [(options: [String], place: String)] =
    [[], ["--bare"], ["--mirror"], ["-n"], ["--depth", "1"], ["-o", "up"]].map { ($0, "/git") }
    + ["/v0", ""].flatMap { place in [[], ["--depth", "1"]].map { ($0, place) } }

  @Test(arguments: places) func `a HEAD that names no branch`(_ options: [String], _ place: String) async throws {
    let model = try ServedModel()
    try await model.git("symbolic-ref", "HEAD", "refs/heads/nowhere")
    let said = try await compare(options, place.isEmpty ? "file://" + model.folder : model.url(place), from: model)
    for words in ["remote HEAD refers to nonexistent ref, unable to checkout", "cloned an empty repository"] {
      #expect(said[0].contains(words) == said[1].contains(words), "\(said)")
    }
  }

  @Test(arguments: ["/git", "/v0", ""]) func `a HEAD that names no branch, where the user's own is there`(
    _ place: String
  ) async throws {
    let model = try ServedModel()
    try await model.git("update-ref", "refs/heads/other", "v1^{commit}")
    try await model.git("symbolic-ref", "HEAD", "refs/heads/nowhere")
    try await compare([], place.isEmpty ? model.folder : model.url(place), from: model, defaultBranch: "other")
  }

  @Test(arguments: ["/git", "/v0", ""]) func `a HEAD that names a commit`(_ place: String) async throws {
    let model = try ServedModel()
    let url = place.isEmpty ? "file://" + model.folder : model.url(place)
    try await model.git("update-ref", "--no-deref", "HEAD", "refs/heads/feature/other")
    try await compare([], url, from: model)
  }

  @Test(arguments: ["/git", "/v0", ""]) func `a HEAD that names a commit at which no branch stands`(
    _ place: String
  ) async throws {
    let model = try ServedModel()
    try await model.git("update-ref", "--no-deref", "HEAD", "v2~1^{commit}")
    try await compare([], place.isEmpty ? "file://" + model.folder : model.url(place), from: model)
  }

  @Test(arguments: ["/git", "/v0", ""], [[], ["--bare"]])
  func `an empty repository tells its branch where it can`(_ place: String, _ options: [String]) async throws {
    let model = try ServedModel()
    try await Tool.run("rm", ["-rf", model.folder])
    try await model.git("init", "--quiet", "--bare", "--initial-branch=roots", model.folder, in: "/")
    let said = try await compare(options, place.isEmpty ? model.folder : model.url(place), from: model)
    #expect(said[1].contains("warning: You appear to have cloned an empty repository.\n"), "\(said[1])")
  }

  static let shallow: [[String]] = [
    [], ["--depth", "1"], ["--depth=2", "--no-single-branch"], ["--single-branch", "-b", "feature/other"],
    ["--depth", "1", "-b", "v1"], ["--shallow-since=2000-01-01"], ["--shallow-exclude=v1"], ["--bare", "--depth=1"],
    ["--shared"], ["--no-hardlinks"],
  ]

  @Test(arguments: shallow, [false, true])
  func `a repository of this machine`(_ options: [String], isPath: Bool) async throws {
    let model = try ServedModel()
    let said = try await compare(options, (isPath ? "" : "file://") + model.folder, from: model)
    for name in ["--depth", "--shallow-since", "--shallow-exclude"] {
      let isIgnored = isPath && options.contains { $0.hasPrefix(name) }
      #expect(said[1].contains("warning: \(name) is ignored in local clones; use file:// instead.\n") == isIgnored)
      #expect(said[0].contains("warning: \(name) is ignored in local clones; use file:// instead.\n") == isIgnored)
    }
  }

  @Test func `a part of the history is all that such a clone has`() async throws {
    let model = try ServedModel()
    try model.keepObjectsInRepository()
    let (machine, path) = try await GitMachine.calledGitLFS()
    for (options, name) in [(["--depth", "1"], "part"), ([], "whole"), (["--shared"], "shared")] {
      let url = (name == "part" ? "file://" : "") + model.folder
      let outcome = try await machine.run("git", ["lfs", "clone"] + options + [url, name], environment: path)
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    func objects(_ name: String) async throws -> Int {
      let folder = machine.work + "/" + name
      return try await machine.git("cat-file", "--batch-all-objects", "--batch-check", in: folder)
        .split(separator: "\n").count
    }
    #expect(try await objects("part") < objects("whole"))
    #expect(FileTree.paths(in: machine.work + "/shared/.git/objects") == ["info/alternates"])
    #expect(try await machine.git("status", "--porcelain", in: machine.work + "/shared") == "")
  }

  @Test func `dates and names for which there is no commit`() async throws {
    let model = try ServedModel()
    let (machine, path) = try await GitMachine.calledGitLFS()
    for url in [model.url(), "file://" + model.folder] {
      for option in ["--shallow-since=2090-01-01", "--shallow-exclude=nosuch"] {
        let outcome = try await machine.run("git", ["lfs", "clone", option, url, "c"], environment: path)
        #expect(outcome.status == 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: machine.work) == [])
      }
    }
  }
}
