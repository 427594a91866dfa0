import Fixtures
import Foundation
import Testing

/// What of this machine's files cannot be had: what is left out is told, and what is missed is an error.
@Suite struct LeftOutTests {
  @Test func `what is neither a file nor a folder is not read`() async throws {
    let sandbox = try Sandbox()
    let folder = sandbox.folder + "/shared"
    try sandbox.write("x", to: "shared/model.bin")
    try #require(mkfifo(folder + "/pipe", 0o600) == 0)
    let run = try await sandbox.run("get", folder)
    #expect(run.status == 0)
    #expect(!FileTree.paths(in: run.path).contains("pipe"))
    #expect(
      run.errors.contains("`pipe` of `\(folder)` is left out: it is a pipe, a socket or a device"), "\(run.errors)")
    let pipe = try await sandbox.run("get", folder + "/pipe")
    #expect(pipe.status == 2)
    #expect(
      pipe.errors == """
        error: cannot read `\(folder)/pipe`
          caused by: it is a pipe, a socket or a device
        hint: copy what comes out of it to a file, as with `cat`, and name that

        """, "\(pipe.errors)")
  }

  @Test func `links that lead nowhere do not keep the other files from coming, and are told`() async throws {
    let sandbox = try Sandbox()
    let folder = sandbox.folder + "/shared"
    try sandbox.write("x", to: "shared/model.bin")
    for (name, target) in [("dangling.bin", "nowhere"), ("round.bin", "round.bin")] {
      try FileManager.default.createSymbolicLink(atPath: folder + "/" + name, withDestinationPath: target)
    }
    let run = try await sandbox.run("get", folder)
    #expect(run.status == 0, "\(run.errors)")
    #expect(FileTree.paths(in: run.path) == ["model.bin"])
    #expect(
      run.errors.hasPrefix(
        """
        warning: `dangling.bin` of `\(folder)` is left out: it is a link that leads nowhere
        warning: `round.bin` of `\(folder)` is left out: it is a link that leads back to itself

        """), "\(run.errors)")
    let named = try await sandbox.run("get", folder + ":dangling.bin")
    #expect(named.status == 3)
    #expect(
      named.errors == """
        error: cannot take `dangling.bin` of `\(folder)`
          caused by: it is a link that leads nowhere
        hint: name a file

        """, "\(named.errors)")
  }

  #if os(Linux)
    @Test func `what cannot be had whole is an error`() async throws {
      let sandbox = try Sandbox()
      let run = try await sandbox.run("get", "/proc/version")
      #expect(run.status == 2)
      #expect(run.errors.hasPrefix("error: cannot take `version` of `/proc/version`\n"), "\(run.errors)")
      #expect(
        run.errors.hasSuffix("hint: copy it to a file of its own, as with `cat`, and name that\n"), "\(run.errors)")
      #expect(run.output == "")
    }
  #endif

  @Test func `files and folders that are closed to the user are a matter of the disk`() async throws {
    let sandbox = try Sandbox()
    for name in ["file.bin", "open/file.bin", "closed/file.bin", "fine/a.txt"] {
      try sandbox.write("secret", to: "shared/" + name)
    }
    let command = boundByPermissions([Sandbox.program])
    let shared = sandbox.folder + "/shared"
    for name in ["file.bin", "open/file.bin", "closed"] { chmod(shared + "/" + name, 0) }
    defer { chmod(shared + "/closed", 0o755) }
    let cases = [
      (["get", shared + "/file.bin"], "open", "/file.bin"), (["get", shared + "/open"], "open", "/open/file.bin"),
      (["get", shared + "/closed"], "enter the folder", "/closed"),
      (["get", shared], "enter, without following links, the folder", "/closed"),
      (["get", shared + "/closed/file.bin"], "examine", "/closed/file.bin"),
      (["list", "--registry", shared + "/file.bin"], "open", "/file.bin"),
      (["registry", "remove", "m", "--registry", shared + "/file.bin"], "open", "/file.bin"),
    ]
    for (words, operation, path) in cases {
      let outcome = try await Launch(
        command[0], Array(command.dropFirst()) + words, environment: sandbox.environment, in: sandbox.work
      ).outcome()
      #expect(outcome.status == 7, "\(outcome.errors)")
      #expect(
        outcome.errors.contains("cannot \(operation) `\(shared + path)`: Permission denied\n"), "\(outcome.errors)")
      #expect(outcome.errors.hasSuffix("\nhint: check who may read it, as `ls -l` shows\n"), "\(outcome.errors)")
    }
    // They do not keep from coming what is asked for besides; what a glob might find in a folder is told.
    let told = "warning: `closed` of `\(shared)` is left out: it may not be looked into\n"
    for (words, isTold) in [
      ([shared + ":*.txt"], true), ([shared, "--exclude", "closed", "--exclude", "*.bin"], false),
    ] {
      let outcome = try await Launch(
        command[0], Array(command.dropFirst()) + ["get"] + words, environment: sandbox.environment, in: sandbox.work
      ).outcome()
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains(told) == isTold, "\(outcome.errors)")
    }
  }

  @Test func `a path that is not there, or on another host, is said to be that`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write("x", to: "work/srv/x")
    let cases: [(String, Int32, String)] = [
      ("./no", 3, "there is nothing of that name"), ("file:///no/where", 3, "there is nothing of that name"),
      ("./srv/x#sha256=", 3, "there is nothing of that name"),
      (
        "file://srv/x", 2,
        "a path from `/` follows the two slashes, as in `file:///srv/model.bin`; `srv` would be a host"
      ),
    ]
    for (source, status, cause) in cases {
      let run = try await sandbox.run("get", source)
      #expect(run.status == status)
      #expect(run.errors.contains("  caused by: \(cause)\n"), "\(run.errors)")
      #expect(!run.errors.contains("is not a git repository"), "\(run.errors)")
    }
    let typo = try await sandbox.run("get", "https://127.0.0.1:1/x#unverifed")
    #expect(typo.status == 2)
    #expect(
      typo.errors == """
        error: `https://127.0.0.1:1/x#unverifed` has a `#` with something behind it that means nothing
          caused by: there are `#sha256=` with 64 lowercase hexadecimal digits, and `#unverified`; both are for one plain file
        hint: did you mean `#unverified`?

        """, "\(typo.errors)")
  }
}
