import Foundation
import Testing

/// `git lfs clone` with what other repositories and the user's template have.
@Suite struct GitLFSCloneBorrowingTests {
  @Test(arguments: ["/git", "/v0", ""], [false, true])
  func `objects of a reference are not fetched`(_ place: String, dissociates: Bool) async throws {
    let model = try ServedModel()
    try model.keepObjectsInRepository()
    let (machine, path) = try await GitMachine.calledGitLFS()
    try await machine.git("clone", "--quiet", "--bare", model.folder, "lender.git")
    let commit = try await model.commit(["added.txt": "added\n"])
    let options = ["--reference", "lender.git"] + (dissociates ? ["--dissociate"] : [])
    let url = place.isEmpty ? model.folder : model.url(place)
    let outcome = try await machine.run("git", ["lfs", "clone"] + options + [url, "c"], environment: path)
    try #require(outcome.status == 0, "\(outcome.errors)")
    let clone = machine.work + "/c"
    #expect(try await machine.git("rev-parse", "HEAD", in: clone) == commit)
    let alternates = bytes(clone + "/.git/objects/info/alternates")
    #expect(alternates == (dissociates ? nil : Data("\(machine.work)/lender.git/objects\n".utf8)))
    if !place.isEmpty, !dissociates {
      // The commit, its tree and the file.
      let count = try await machine.git("count-objects", "-v", in: clone)
      #expect(count.contains("in-pack: 3\n"), "\(count)")
    }
    if dissociates { try FileManager.default.removeItem(atPath: machine.work + "/lender.git") }
    #expect(try await machine.git("fsck", "--no-progress", "--no-dangling", in: clone) == "")
    #expect(try await machine.git("status", "--porcelain", in: clone, environment: path) == "")
    #expect(GitMachine.pointers(in: clone) == [])
  }

  @Test func `a reference that has all of it`() async throws {
    let model = try ServedModel()
    let (machine, path) = try await GitMachine.calledGitLFS()
    try await machine.git("clone", "--quiet", "--bare", model.folder, "lender.git")
    let outcome = try await machine.run(
      "git", ["lfs", "clone", "--reference", "lender.git", model.url(), "c"], environment: path)
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(try await machine.git("count-objects", "-v", in: machine.work + "/c").contains("in-pack: 0\n"))
    #expect(try await machine.git("status", "--porcelain", in: machine.work + "/c", environment: path) == "")
  }

  @Test func `a reference that is none`() async throws {
    let model = try ServedModel()
    let (machine, path) = try await GitMachine.calledGitLFS()
    try await machine.git("clone", "--quiet", "--bare", "--depth=1", "file://" + model.folder, "shallow.git")
    for lender in ["nowhere", "shallow.git"] {
      let refused = try await machine.run(
        "git", ["lfs", "clone", "--reference", lender, model.url(), "c"], environment: path)
      #expect(refused.status == 2)
      #expect(refused.errors.contains("reference repository '\(lender)'"), "\(refused.errors)")
      #expect(fileStatus(machine.work + "/c") == nil)
    }
    let outcome = try await machine.run(
      "git", ["lfs", "clone", "--reference-if-able", "nowhere", model.url(), "c"], environment: path)
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("warning: `nowhere` is not borrowed from: "), "\(outcome.errors)")
  }

  @Test(arguments: ["option", "variable", "setting"]) func `the user's template`(_ way: String) async throws {
    let model = try ServedModel()
    let (machine, path) = try await GitMachine.calledGitLFS()
    let template = machine.sandbox.folder + "/template"
    try machine.sandbox.write("#!/bin/sh\n", to: "template/hooks/post-commit-mine")
    try machine.sandbox.write("secret\n", to: "template/info/exclude")
    try machine.sandbox.write("hidden\n", to: "template/.hidden")
    try machine.sandbox.write("[user]\n  name = Template", to: "template/config")
    try await Tool.run("chmod", ["755", template + "/hooks/post-commit-mine"])
    var environment = path
    if way == "variable" { environment["GIT_TEMPLATE_DIR"] = template }
    if way == "setting" { try await machine.git("config", "--global", "init.templateDir", template) }
    let options = way == "option" ? ["--template", template] : []
    var found: [[String]] = []
    for (name, environment) in [("real", environment.filter { $0.key != "PATH" }), ("own", environment)] {
      let outcome = try await machine.run(
        "git", ["lfs", "clone"] + options + [model.url(), name], environment: environment)
      try #require(outcome.status == 0, "\(outcome.errors)")
      let git = machine.work + "/\(name)/.git"
      found.append(
        FileTree.paths(in: git).filter { $0.hasPrefix("hooks/") || $0.hasPrefix("info/") || $0.hasPrefix(".") }
          .map { "\($0) \(String(mode(git + "/" + $0) ?? 0, radix: 8))" })
      #expect(try await machine.git("config", "user.name", in: machine.work + "/" + name) == "Template")
      #expect(try await machine.git("symbolic-ref", "HEAD", in: machine.work + "/" + name) == "refs/heads/main")
    }
    #expect(found[0] == found[1])
    let none = try await machine.run(
      "git", ["lfs", "clone", "--template=", model.url(), "none"], environment: environment)
    #expect(none.status == 0 && fileStatus(machine.work + "/none/.git/hooks/post-commit-mine") == nil)
  }

  /// Names that a user may give to a folder, and forms of an address.
  @Test(arguments: ["with space", "ünï", "../work/up", String(repeating: "l", count: 255), "a/b/c", "-dash"])
  func `folders of all names`(_ name: String) async throws {
    let model = try ServedModel()
    let (machine, path) = try await GitMachine.calledGitLFS()
    for slash in ["", "/"] {
      try await Tool.run("rm", ["-rf", "--", machine.work + "/" + name])
      let outcome = try await machine.run(
        "git", ["lfs", "clone", "--", model.url() + slash, name], environment: path)
      try #require(outcome.status == 0, "\(outcome.errors)")
      #expect(try await machine.git("status", "--porcelain", in: machine.work + "/" + name, environment: path) == "")
      #expect(
        try await machine.git("config", "remote.origin.url", in: machine.work + "/" + name) == model.url() + slash)
    }
  }
}
