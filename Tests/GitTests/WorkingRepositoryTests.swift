import Foundation
import Testing

@testable import Git

/// The user's repository, found and read as git does it.
@Suite struct WorkingRepositoryTests {
  private func open(_ git: LocalGit, _ variables: [String: String] = [:]) throws -> WorkingRepository {
    let all = ["GIT_DIR": git.path + "/.git", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": git.folder("gitconfig")]
      .merging(variables) { $1 }
    return try WorkingRepository { all[$0] }
  }

  @Test func `objects in a folder with a colon, and beside it`() async throws {
    let git = try committed()
    let id = try #require(ObjectID(hex: git("rev-parse", "HEAD:folder/a.txt")))
    try FileManager.default.moveItem(atPath: git.path + "/.git/objects", toPath: git.folder("a:\"b"))
    try FileManager.default.createDirectory(atPath: git.path + "/.git/objects", withIntermediateDirectories: true)
    let quoted = "\"" + git.folder("a:\\\"b") + "\""
    for list in [quoted, "/nowhere:" + quoted, quoted + ":" + git.folder("none")] {
      let repository = try open(git, ["GIT_ALTERNATE_OBJECT_DIRECTORIES": list])
      #expect(try await repository.sizes(of: [id]) == [id: 4])
    }
    #expect(try await open(git).sizes(of: [id]) == [:])
  }

  private func committed() throws -> LocalGit {
    let git = try LocalGit()
    try git.write("one\n", to: "folder/a.txt")
    try git("add", ".")
    try git("commit", "--quiet", "--message", "One")
    return git
  }

  @Test func `where its parts are`() throws {
    let git = try committed()
    try git("worktree", "add", "--quiet", "../tree")
    let main = try open(git, ["GIT_WORK_TREE": git.path]).layout
    #expect(main.workTree == git.path)
    #expect(main.indexFile == git.path + "/.git/index")
    let tree = try open(git, ["GIT_DIR": git.path + "/.git/worktrees/tree"]).layout
    #expect(tree.commonFolder == git.path + "/.git")
    #expect(tree.gitFolder == git.path + "/.git/worktrees/tree")
    #expect(tree.indexFile == git.path + "/.git/worktrees/tree/index")
    try git("clone", "--quiet", "--bare", ".", "../bare.git")
    #expect(try open(git, ["GIT_DIR": git.folder("bare.git")]).layout.workTree == nil)
    try git("clone", "--quiet", "--reference", git.path, "file://" + git.path, "../borrowing")
    #expect(
      try open(git, ["GIT_DIR": git.folder("borrowing/.git")]).layout.alternates == [git.path + "/.git/objects"])
  }

  @Test func `what is no repository is refused`() throws {
    let git = try LocalGit()
    let error = #expect(throws: GitError.self) { _ = try open(git, ["GIT_DIR": git.folder("nothing")]) }
    #expect(error?.code == .repositoryNotFound)
    #expect(error?.message == "this folder is in no git repository")
  }

  @Test func `HEAD, revisions and files`() async throws {
    let git = try committed()
    let repository = try open(git)
    let head = try await repository.head()
    #expect(head.branch == "refs/heads/main")
    #expect(try head.commit?.hex == git("rev-parse", "HEAD"))
    #expect(try await repository.commit(named: "HEAD^0") == head.commit)
    let commit = try #require(head.commit)
    #expect(try await repository.files(of: commit).map(\.displayPath) == ["folder/a.txt"])
    let id = try #require(try await repository.blob(at: "folder/a.txt", of: commit))
    #expect(try await repository.content(of: [id], below: 5)[id] == Array("one\n".utf8))
    #expect(try await repository.content(of: [id], below: 4).isEmpty)
    // What git has packed meanwhile is found, and what is nowhere is left out.
    try git("repack", "-a", "-d", "--quiet")
    let nowhere = try #require(ObjectID(hex: String(repeating: "1", count: 40)))
    #expect(try await repository.content(of: [nowhere, id], below: 5).keys.elementsEqual([id]))
    await #expect(throws: GitError.self) { _ = try await repository.commit(named: "nothing") }
    try git("checkout", "--quiet", "--detach")
    #expect(try await open(git).head().branch == nil)
  }

  @Test func `a repository without a commit`() async throws {
    let git = try LocalGit()
    let head = try await open(git).head()
    #expect(head == .init(branch: "refs/heads/main", commit: nil))
  }

  @Test func `all blobs of a history, each once`() async throws {
    let git = try committed()
    try git.write("two\n", to: "folder/a.txt")
    try git.write("one\n", to: "same.txt")
    try git("add", ".")
    try git("commit", "--quiet", "--message", "Two")
    let repository = try open(git)
    let tip = try await repository.commit(named: "main")
    let commits = try await repository.commits(from: [tip])
    #expect(commits.count == 2)
    let blobs = try await repository.blobs(ofAny: commits)
    let expected = try git("rev-list", "--objects", "--filter=object:type=blob", "--all").split(separator: "\n")
    #expect(
      Set(blobs.map(\.id.hex))
        == Set(expected.map { String($0.prefix(40)) }.filter { !commits.map(\.hex).contains($0) }))
    let older = try await repository.commit(named: "main^")
    #expect(try await repository.commits(from: [tip], excluding: [older]) == [tip])
  }

  @Test func `the attribute filter=lfs`() async throws {
    let git = try committed()
    try git.write(
      "*.bin filter=lfs\nnot.bin -filter\n[attr]model filter=lfs -text\n*.model model\n", to: ".gitattributes")
    try git.write("*.bin !filter\n*.dat filter=lfs\n", to: "folder/.gitattributes")
    let paths = ["a.bin", "not.bin", "a.model", "folder/a.bin", "folder/a.dat", "a.txt", "folder/deep/x.model"]
    let repository = try open(git, ["GIT_WORK_TREE": git.path])
    let answers = try await repository.filtered(paths.map { Array($0.utf8) })
    let expected = try paths.map { try git("check-attr", "filter", "--", $0).hasSuffix(": lfs") }
    #expect(answers == expected)
    #expect(answers == [true, false, true, false, true, false, true])
  }

  @Test(arguments: [nil, "*.direct filter=lfs\n"])
  func `macros that are taken away again, as git has them`(_ direct: String?) async throws {
    let git = try LocalGit()
    try git.write(
      "[attr]large filter=lfs diff=lfs\n*.bin large\nb.bin !large\nc.bin -large\nd.bin !filter\n" + (direct ?? ""),
      to: ".gitattributes")
    try git.write("*.bin !large\nkept.bin large\n", to: "folder/.gitattributes")
    let paths = ["a.bin", "b.bin", "c.bin", "d.bin", "e.direct", "folder/a.bin", "folder/kept.bin", "other/a.bin"]
    for path in paths { try git.write("x", to: path) }
    try git("add", ".")
    try git("commit", "--quiet", "--message", "One")
    let repository = try open(git, ["GIT_WORK_TREE": git.path])
    let commit = try await repository.commit(named: "HEAD")
    let expected = try paths.map { try git("check-attr", "filter", "--", $0).hasSuffix(": lfs") }
    for source in [nil, commit] {
      let found = try await repository.filtered(paths.map { Array($0.utf8) }, at: source)
      // Where a pattern has the filter without a macro, nobody can tell any more by which it came.
      let certain = direct == nil ? Array(paths.indices) : [0, 3, 4, 6, 7]
      #expect(certain.map { found[$0] } == certain.map { expected[$0] })
    }
  }

  @Test func `configuration of the repository, its work tree and the command line`() throws {
    let git = try committed()
    try git("config", "--global", "lfs.url", "global")
    try git("config", "user.local", "yes")
    try git("config", "extensions.worktreeConfig", "true")
    try git("config", "--worktree", "user.worktree", "yes")
    try git.folder.write("[user]\n  conditional = yes\n", to: "conditional")
    try git("config", "--global", "includeIf.gitdir:\(git.path)/.path", git.folder("conditional"))
    let config = try open(git).config
    #expect(config.string("lfs.url") == "global")
    for key in ["local", "worktree", "conditional"] { #expect(config.string("user." + key) == "yes", "\(key)") }
    // What `git -c` hands down to the programs that it runs, made by git itself.
    let parameters = try git(
      "-c", "alias.tell=!printf %s \"$GIT_CONFIG_PARAMETERS\"", "-c", "lfs.url=it's a \"value\"", "-c", "Core.Flag",
      "-c", "core.empty=",
      "-c", "http.https://a.b/.proxy=x=y", "tell")
    let set = try open(git, ["GIT_CONFIG_PARAMETERS": parameters]).config
    #expect(set.string("lfs.url") == "it's a \"value\"")
    #expect(try set.bool("core.flag") == true)
    #expect(try set.bool("core.empty") == false)
    #expect(set.string("http.https://a.b/.proxy") == "x=y")
  }
}
