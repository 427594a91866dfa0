import Foundation
import Testing

/// `lfs.remote.autodetect` and `lfs.remote.searchall` find the remote that has the content, as with git-lfs.
@Suite struct SeveralRemotesTests {
  /// A repository with two remotes, none of them called `origin`; only `main` has the objects.
  private func repository(_ main: ServedModel, _ fork: ServedModel) async throws -> (GitMachine, String) {
    for object in try FileManager.default.contentsOfDirectory(atPath: fork.objects) {
      try FileManager.default.removeItem(atPath: fork.objects + "/" + object)
    }
    let machine = try await GitMachine()
    try await machine.git("init", "--quiet", "repository")
    let folder = machine.work + "/repository"
    try await machine.git("remote", "add", "fork", fork.url(), in: folder)
    try await machine.git("remote", "add", "main", main.url(), in: folder)
    try await machine.git("config", "lfs.fetchinclude", "nested", in: folder)
    try await machine.git("fetch", "--quiet", "fork", "v1:refs/remotes/fork/old", in: folder)
    try await machine.git("fetch", "--quiet", "main", in: folder)
    return (machine, folder)
  }

  @Test func `the one that has the commit`() async throws {
    let (main, fork) = try (ServedModel(), ServedModel())
    let (machine, folder) = try await repository(main, fork)
    let refused = try await machine.run("git", ["checkout", "--quiet", "main/main"], in: folder)
    #expect(refused.status != 0)
    #expect(refused.errors.contains("error: the repository has no remote `origin` to fetch from"))
    try await machine.git("config", "lfs.remote.autodetect", "true", in: folder)
    try await machine.git("checkout", "--quiet", "--force", "main/main", in: folder)
    let pointer = try await main.pointer("nested/a/b/c/deep.bin")
    #expect(try await sha256(folder + "/nested/a/b/c/deep.bin") == pointer.oid)
    // What both have comes from the first.
    try await machine.git("config", "lfs.fetchinclude", "weights", in: folder)
    let old = try await machine.run("git", ["checkout", "--quiet", "--force", "fork/old"], in: folder)
    #expect(old.status != 0)
    #expect(old.errors.contains("answered 404"), "\(old.errors)")
  }

  @Test func `any that has the content`() async throws {
    let (main, fork) = try (ServedModel(), ServedModel())
    let (machine, folder) = try await repository(main, fork)
    try await machine.git("config", "remote.lfsdefault", "fork", in: folder)
    let refused = try await machine.run("git", ["checkout", "--quiet", "main/main"], in: folder)
    #expect(refused.status != 0)
    try await machine.git("config", "lfs.remote.searchall", "true", in: folder)
    try await machine.git("checkout", "--quiet", "--force", "main/main", in: folder)
    let pointer = try await main.pointer("nested/a/b/c/deep.bin")
    #expect(try await sha256(folder + "/nested/a/b/c/deep.bin") == pointer.oid)
  }
}
