import Fixtures
import Foundation
import Testing

/// Plain files and folders of this machine as sources.
@Suite struct LocalFileTests {
  private func folder(in sandbox: Sandbox) throws -> String {
    let folder = sandbox.folder + "/shared"
    try sandbox.makeFolder(folder + "/parts/.git")
    try noise(3000).write(to: URL(filePath: folder + "/model.bin"))
    try noise(2_000_000, seed: 2).write(to: URL(filePath: folder + "/parts/a.bin"))
    try Data().write(to: URL(filePath: folder + "/parts/empty"))
    try Data("x".utf8).write(to: URL(filePath: folder + "/parts/.git/config"))
    try FileManager.default.createSymbolicLink(atPath: folder + "/link.bin", withDestinationPath: "model.bin")
    try FileManager.default.createSymbolicLink(atPath: folder + "/loop", withDestinationPath: ".")
    chmod(folder + "/model.bin", 0o755)
    return folder
  }

  @Test func `a folder is fetched with all its files, links to files as what they lead to`() async throws {
    let sandbox = try Sandbox()
    let folder = try folder(in: sandbox)
    for source in [folder, "file://" + folder] {
      let run = try await sandbox.run("get", source, "--offline")
      #expect(run.status == 0, "\(run.errors)")
      #expect(FileTree.paths(in: run.path) == ["link.bin", "model.bin", "parts/a.bin", "parts/empty"])
      for name in ["link.bin", "model.bin", "parts/a.bin"] {
        #expect(bytes(run.path + "/" + name) == bytes(folder + "/" + name))
      }
      #expect(mode(run.path + "/model.bin") == 0o755)
      #expect(!run.errors.contains("warning"), "\(run.errors)")
    }
    let part = try await sandbox.path("get", folder + ":parts/*.bin", "--to", "out")
    #expect(FileTree.paths(in: sandbox.work + "/out") == ["parts/a.bin"], "\(part)")
  }

  @Test func `a file is found changed when it is, and then is another object`() async throws {
    let sandbox = try Sandbox()
    let source = sandbox.folder + "/model.bin"
    try noise(5000).write(to: URL(filePath: source))
    let path = try await sandbox.path("get", source)
    #expect(path.hasSuffix("/model.bin"))
    #expect(bytes(path) == noise(5000))
    #expect(try await sandbox.path("path", source) == path)
    // As large as before.
    try noise(5000, seed: 2).write(to: URL(filePath: source))
    let other = try await sandbox.path("get", source)
    #expect(other != path)
    #expect(bytes(other) == noise(5000, seed: 2))
    #expect(bytes(path) == noise(5000))
    try FileManager.default.removeItem(atPath: source)
    let gone = try await sandbox.run("get", source)
    #expect(gone.status == 3)
  }

  @Test func `a lock of a file proves it`() async throws {
    let sandbox = try Sandbox()
    let source = sandbox.folder + "/model.bin"
    try noise(5000).write(to: URL(filePath: source))
    #expect(try await sandbox.run("lock", source).status == 0)
    let lock = String(decoding: try #require(bytes(sandbox.work + "/lfsfetch.lock")), as: UTF8.self)
    #expect(!lock.contains("learned"))
    let other = ["--cache", sandbox.folder + "/other"]
    let run = try await sandbox.start(["get", "--locked"] + other).outcome()
    #expect(bytes(run.path) == noise(5000), "\(run.errors)")
    try noise(5000, seed: 2).write(to: URL(filePath: source))
    let changed = try await sandbox.start(["get", "--locked", "--cache", sandbox.folder + "/third"]).outcome()
    #expect(changed.status == 6)
    #expect(changed.errors.contains("do not have the SHA-256 that they should have"), "\(changed.errors)")
    // The lock may be somebody else's; a name that is typed is not.
    #expect(try await sandbox.run("update", "--check").status == 2)
    #expect(try await sandbox.run("update", "--check", source).status == 9)
    #expect(try await sandbox.run("update", source).status == 0)
    #expect(bytes(try await sandbox.path("get", "--locked")) == noise(5000, seed: 2))
  }

  @Test func `a project's file gets no file of this machine without knowing its hash`() async throws {
    let sandbox = try Sandbox()
    let secret = try sandbox.write("secret", to: "home/secret")
    let oid = try await sha256(secret)
    try sandbox.write(#"{"models": {"m": {"source": "file://\#(secret)"}}}"#, to: "work/lfsfetch.json")
    let run = try await sandbox.run("get", "m", "--to", "out")
    #expect(run.status == 2)
    #expect(
      run.errors == """
        error: `secret` of `file://\(secret)` is a file of this machine that only somebody else's file names
          caused by: the registry of a project, or a lock, may name such files only with their SHA-256
        hint: name the path yourself, or in a registry file of your own

        """, "\(run.errors)")
    #expect(sandbox.cachedFiles("objects") == [])
    #expect(!FileManager.default.fileExists(atPath: sandbox.work + "/out"))
    // Not even after the user has fetched it himself.
    try await sandbox.path("get", secret)
    #expect(try await sandbox.run("get", "m").status == 2)
    try sandbox.write(
      #"{"models": {"m": {"source": "file://\#(secret)", "objects": {"secret": {"sha256": "\#(oid)"}}}}}"#,
      to: "work/lfsfetch.json")
    #expect(bytes(try await sandbox.path("get", "m")) == Data("secret".utf8))
    // The user's own may name what it likes.
    let registry = try sandbox.registry(#""m": {"source": "\#(secret)"}"#)
    #expect(bytes(try await sandbox.path("get", "m", "--registry", registry)) == Data("secret".utf8))
  }

  @Test func `a repository of this machine stays one`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let path = try await sandbox.path("get", model.folder + "@main:README.md")
    #expect(path.hasSuffix("/\(try await model.commitID())/README.md"), "\(path)")
  }

  @Test func `what is neither a file nor a folder is not read`() async throws {
    let sandbox = try Sandbox()
    let folder = try folder(in: sandbox)
    try #require(mkfifo(folder + "/pipe", 0o600) == 0)
    let path = try await sandbox.path("get", folder)
    #expect(!FileTree.paths(in: path).contains("pipe"))
  }
}
