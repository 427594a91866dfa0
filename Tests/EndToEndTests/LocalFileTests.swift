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
      #expect(
        run.errors.hasPrefix(
          "warning: `loop` of `\(source)` is left out: it is a link to a folder, and those are not fo"),
        "\(run.errors)")
      #expect(run.errors.components(separatedBy: "warning").count == 2, "\(run.errors)")
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
    #expect(
      changed.errors.hasSuffix("`lfsfetch update \(source)` takes what it is now into the lock; else do not use it\n"))
    // The lock may be somebody else's; a name that is typed is not.
    let all = try await sandbox.run("update", "--check")
    #expect(all.status == 2)
    #expect(
      all.errors.hasSuffix("hint: `lfsfetch update \(source)`, with its name, takes what it is now\n"), "\(all.errors)")
    #expect(try await sandbox.run("update", "--check", source).status == 9)
    #expect(try await sandbox.run("update", source).status == 0)
    #expect(bytes(try await sandbox.path("get", "--locked")) == noise(5000, seed: 2))
  }

  @Test func `a relative path in a lock is seen from the lock's folder`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(#"{"models": {}}"#, to: "work/lfsfetch.json")
    try sandbox.makeFolder(sandbox.work + "/sub/parts")
    try noise(5000).write(to: URL(filePath: sandbox.work + "/sub/f.bin"))
    try noise(100).write(to: URL(filePath: sandbox.work + "/sub/parts/a.bin"))
    func run(_ words: String..., in folder: String) async throws -> Launch.Outcome {
      try await Launch(
        Sandbox.program, words, environment: sandbox.environment, in: sandbox.folder + "/" + folder
      ).outcome()
    }
    let locked = try await run("lock", "./f.bin", "./parts:*.bin", in: "work/sub")
    #expect(locked.status == 0, "\(locked.errors)")
    let lock = try sandbox.lockText()
    #expect(lock.contains(#""./sub/f.bin": {"#) && lock.contains(#""source": "./sub/f.bin""#), "\(lock)")
    #expect(lock.contains(#""./sub/parts:*.bin": {"#) && lock.contains(#""source": "./sub/parts""#), "\(lock)")
    for (folder, name) in [("work", "./sub/f.bin"), ("work/sub", "./f.bin"), ("work/sub/parts", "../f.bin")] {
      let got = try await run("get", "--locked", name, "--cache", sandbox.folder + "/other", in: folder)
      #expect(bytes(got.path) == noise(5000), "\(got.errors)")
      for words in [["--check"], [], ["--check", name], [name]] {
        let update = try await Launch(
          Sandbox.program, ["update"] + words, environment: sandbox.environment, in: sandbox.folder + "/" + folder
        ).outcome()
        #expect(update.status == 0, "\(words): \(update.errors)")
        #expect(update.output.contains("./sub/f.bin: unchanged"), "\(update.output)")
      }
    }
    try noise(6000).write(to: URL(filePath: sandbox.work + "/sub/f.bin"))
    #expect(try await run("update", "--check", in: "work/sub").status == 9)
    let update = try await run("update", in: "work/sub/parts")
    #expect(update.output.contains("changed: f.bin, 5.0 kB → 6.0 kB"), "\(update.errors)")
    #expect(try await run("get", "--locked", in: "work").status == 0)
    // A lock of somebody else's gets nothing by a link out of its folder, or of `.git`.
    let secret = try sandbox.write("secret", to: "home/secret")
    try FileManager.default.createSymbolicLink(atPath: sandbox.work + "/sub/link.bin", withDestinationPath: secret)
    try sandbox.write("token", to: "work/.git/config")
    for name in ["link.bin", "../.git/config"] {
      let forged = lock.replacing("./sub/f.bin", with: name == "link.bin" ? "./sub/link.bin" : "./.git/config")
      try sandbox.write(forged, to: "work/lfsfetch.lock")
      let refused = try await run("update", in: "work")
      #expect(
        refused.errors.contains("is a file of this machine that only somebody else's file names"), "\(refused.errors)")
    }
  }

  @Test func `files are not put into the folder that they come from`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write("1", to: "work/d/a")
    try FileManager.default.createSymbolicLink(atPath: sandbox.work + "/link", withDestinationPath: "d")
    for target in ["d/inside", "d", "link/in/deep"] {
      let run = try await sandbox.run("get", "./d", "--to", target)
      #expect(run.status == 2)
      #expect(
        run.errors == """
          error: `\(target)` is inside of `./d`, from which the files come
            caused by: the next time they would be among the files themselves
          hint: put them into a folder elsewhere: `--to DIR`

          """, "\(run.errors)")
    }
    #expect(FileTree.paths(in: sandbox.work + "/d") == ["a"])
    #expect(try await sandbox.run("get", "./d", "--to", "d2").status == 0)
    #expect(try await sandbox.run("get", "./d/a", "--to", "d/inside").status == 0)
    // One file is not put over itself, of which a link would be left.
    for target in ["d", "link"] {
      let run = try await sandbox.run("get", "./d/a", "--to", target, "--link", "symlink")
      #expect(run.status == 2)
      #expect(run.errors.hasPrefix("error: `./d/a` is in `\(target)` already\n"), "\(run.errors)")
    }
    #expect(fileStatus(sandbox.work + "/d/a")?.st_mode == (S_IFREG | 0o644))
  }

  @Test func `the repositories of this machine are not for a project's file to name`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    for source in [model.folder, "file://" + model.folder, "FILE://localhost" + model.folder] {
      try sandbox.write(#"{"models": {"m": {"source": "\#(source)"}}}"#, to: "work/lfsfetch.json")
      let run = try await sandbox.run("get", "m", "--to", "out")
      #expect(run.status == 2)
      #expect(
        run.errors.contains("is a repository of this machine that only somebody else's file names\n"), "\(run.errors)")
      #expect(
        run.errors.hasSuffix("hint: name the path yourself, or in a registry file of your own\n"), "\(run.errors)")
      #expect(!FileManager.default.fileExists(atPath: sandbox.work + "/out"))
    }
    // A lock that came with a project moves nothing of them into itself.
    try sandbox.write(#"{"models": {}}"#, to: "work/lfsfetch.json")
    let name = model.folder + ":README.md"
    #expect(try await sandbox.run("lock", name).status == 0)
    let lock = try sandbox.lockText()
    let update = try await sandbox.run("update")
    #expect(update.status == 2)
    #expect(update.errors.contains("hint: `lfsfetch update \(name)`, with its name, takes"), "\(update.errors)")
    #expect(try sandbox.lockText() == lock)
    #expect(try await sandbox.run("update", name).status == 0)
  }

  @Test func `what is locked of the folder itself can be read again`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write("1", to: "work/models/a.bin")
    #expect(try await sandbox.run("lock", "./:models/*").status == 0)
    #expect(try sandbox.lockText().contains(#""./:models/*": {"#))
    #expect(try await sandbox.run("get", "--locked").status == 0)
    #expect(try await sandbox.run("update", "--check").status == 0)
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
        hint: name the path yourself, or in a registry file of your own; `lfsfetch registry update m` writes the SHA-256 \
        into a project's

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
}
