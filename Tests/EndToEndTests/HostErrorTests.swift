import Foundation
import Testing

/// What the user reads, and the exit status a script gets, when a host or a repository does not have what is wanted.
@Suite struct HostErrorTests {
  @Test func `a host that does not answer`() async throws {
    let sandbox = try Sandbox()
    let run = try await sandbox.run("get", "http://127.0.0.1:1/org/model.git")
    #expect(run.status == 4)
    #expect(run.output == "")
    #expect(
      run.errors.hasPrefix(
        """
        error: cannot read the repository `http://127.0.0.1:1/org/model.git`
          caused by: cannot connect to 127.0.0.1:1: 
        """), "\(run.errors)")
  }

  @Test func `a host without a name`() async throws {
    let sandbox = try Sandbox()
    let run = try await sandbox.run("get", "http://no-such-host.invalid/org/model.git")
    #expect(run.status == 4)
    #expect(
      run.errors.contains("  caused by: the name `no-such-host.invalid` cannot be resolved\n"), "\(run.errors)")
  }

  @Test func `a repository that wants credentials`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let run = try await sandbox.run("get", model.url("/private"))
    #expect(run.status == 5)
    let host = model.servers.http.dropFirst("http://".count)
    #expect(
      run.errors.hasPrefix(
        """
        error: cannot read the repository `\(model.url("/private"))`
          caused by: \(host) answered 401 Unauthorized for `\(model.url("/private"))`
        hint: give a token for \(host): 
        """), "\(run.errors)")
  }

  @Test func `a repository that is forbidden`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let run = try await sandbox.run("get", model.url("/forbidden"))
    #expect(run.status == 5)
    let host = model.servers.http.dropFirst("http://".count)
    #expect(
      run.errors.hasPrefix(
        """
        error: cannot read the repository `\(model.url("/forbidden"))`
          caused by: \(host) answered 403 Forbidden for `\(model.url("/forbidden"))`
        hint: 
        """), "\(run.errors)")
  }

  @Test func `a repository that does not exist`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let url = model.servers.http + "/git/demo/nosuch.git"
    let run = try await sandbox.run("get", url)
    #expect(run.status == 3)
    #expect(
      run.errors.hasPrefix(
        """
        error: cannot read the repository `\(url)`
          caused by: \(model.servers.http.dropFirst(7)) answered 404 Not Found for `\(url)`
        hint: check the address
        """), "\(run.errors)")
    let folder = try await sandbox.run("get", "./nosuch")
    #expect(folder.status == 3)
    #expect(
      folder.errors.hasPrefix(
        """
        error: cannot read `./nosuch`
          caused by: there is nothing of that name
        hint: check the path
        """), "\(folder.errors)")
  }

  @Test(arguments: ["nosuch", "v3", "1111111", String(repeating: "1", count: 40)])
  func `a revision that does not exist`(_ revision: String) async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    for prefix in ["/git", "/v0nofilter"] {
      let run = try await sandbox.run("get", model.url(prefix) + "@" + revision)
      #expect(run.status == 3)
      #expect(run.errors.hasPrefix("error: cannot read the repository `\(model.url(prefix))`\n  caused by: "))
      let kind = revision.count == 40 ? "commit" : "branch, tag or commit"
      #expect(run.errors.contains("`\(model.url(prefix))` has no \(kind) `\(revision)`"), "\(run.errors)")
    }
  }

  @Test func `a short commit id that two commits share`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    var known: Set<Substring> = []
    var shared: Substring?
    let tree = try await model.git("rev-parse", "main^{tree}")
    // Commits made in bulk, until two share their first four digits.
    let stream = (0..<600).map {
      "commit refs/heads/n\($0)\ncommitter A <a@b> \($0) +0000\ndata 0\nM 040000 \(tree) \n"
    }
    try await model.git("fast-import", "--quiet", input: stream.joined())
    for id in try await model.git("for-each-ref", "--format=%(objectname)").split(separator: "\n") {
      if !known.insert(id.prefix(4)).inserted { shared = id.prefix(4) }
    }
    let id = try #require(shared)
    let run = try await sandbox.run("get", model.url() + "@\(id)")
    #expect(run.status == 2)
    #expect(run.errors.contains("  caused by: the abbreviated commit id `\(id)` is ambiguous\n"), "\(run.errors)")
    #expect(run.errors.contains("  caused by: it may be \(id)"), "\(run.errors)")
  }

  @Test func `a path that the repository does not have is told with the nearest one`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let run = try await sandbox.run("get", model.url() + ":weights/modle.bin")
    #expect(run.status == 3)
    #expect(
      run.errors == """
        error: `weights/modle.bin` fits no file of `\(model.url())`
          caused by: the commit is \(try await model.commitID())
        hint: did you mean `weights/model.bin`?

        """)
    let excluded = try await sandbox.run("get", model.url() + ":weights", "--exclude", "*.bin")
    #expect(excluded.status == 3)
    #expect(excluded.errors.hasPrefix("error: nothing is left to fetch of `\(model.url())`\n"), "\(excluded.errors)")
  }

  @Test func `a pointer that is none`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let run = try await sandbox.run("get", model.url() + "@broken:broken/malformed.bin")
    #expect(run.status == 6)
    #expect(
      run.errors.hasPrefix(
        """
        error: the LFS pointer `broken/malformed.bin` in `\(model.url())` is malformed
          caused by: the oid is not `sha256:` and 64 lowercase hexadecimal digits
        hint: 
        """), "\(run.errors)")
    // Only who selects it is told.
    try await sandbox.path("get", model.url() + "@broken:weights/model.bin")
  }

  @Test func `an object that the server does not have`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let run = try await sandbox.run("get", model.url() + "@broken:broken/missing.bin")
    #expect(run.status == 3)
    #expect(run.output == "")
    #expect(run.errors.hasPrefix("error: cannot download `broken/missing.bin`\n  caused by: "), "\(run.errors)")
    let among = try await sandbox.run("get", model.url() + "@broken", "--exclude", "broken/malformed.bin")
    #expect(among.status == 3)
    #expect(among.errors.hasPrefix("error: cannot download `broken/missing.bin`\n"), "\(among.errors)")
    #expect(among.errors.contains("the server does not have it (404)"), "\(among.errors)")
  }

  @Test func `a repository whose ids are SHA-256`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    for url in [model.servers.http + "/git/demo/sha256.git", model.servers.repositories + "/demo/sha256.git"] {
      let run = try await sandbox.run("get", url)
      #expect(run.status == 2)
      #expect(run.errors.hasPrefix("error: cannot read the repository `\(url)`\n"), "\(run.errors)")
      #expect(run.errors.contains("names its objects by sha256; only SHA-1 repositories can be read"), "\(run.errors)")
    }
  }

  @Test func `offline nothing is asked, and what is there is enough`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let missing = try await sandbox.run("get", "--offline", model.url())
    #expect(missing.status == 4)
    #expect(
      missing.errors.hasPrefix(
        """
        error: cannot read the repository `\(model.url())`
          caused by: `--offline` forbids to ask \(model.servers.http.dropFirst(7))
        """), "\(missing.errors)")
    #expect(try await model.requests().isEmpty)
    let path = try await sandbox.path("get", model.url() + ":weights")
    let asked = try await model.requests().count
    #expect(try await sandbox.path("get", "--offline", model.url() + ":weights") == path)
    #expect(try await model.requests().count == asked)
  }

  @Test(arguments: [("weights/one-byte.bin", 0), ("weights/model.bin", 100_000), ("big.bin", 9_000_000)])
  func `bytes that are wrong on the server are never kept`(_ path: String, _ offset: Int) async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    if path == "big.bin" { try await model.commit([path: model.addObject(noise(12 << 20)).text]) }
    let pointer = try await model.pointer(path)
    let original = model.objects + "/" + pointer.oid
    var damaged = try #require(bytes(original))
    damaged[offset] ^= 1
    // A new file: the old one is linked to the sample's.
    try damaged.write(to: URL(filePath: original), options: .atomic)
    let target = sandbox.work + "/out"
    let run = try await sandbox.run("get", "\(model.url()):\(path)", "--to", target)
    #expect(run.status == 6)
    #expect(run.output == "")
    #expect(run.errors.contains("\nerror: cannot download `\(path)`\n"), "\(run.errors)")
    let server = "\(model.url())/info/lfs"
    #expect(
      run.errors.hasPrefix(
        path == "weights/one-byte.bin"
          ? "warning: the bytes of `\(path)` from \(server) do not have the SHA-256 that they should have; asking again\n"
          : "warning: the bytes of `\(path)` do not have the SHA-256 that they should have; asking \(server) again to "
            + "find the wrong ones\n"), "\(run.errors)")
    #expect(run.errors.contains("the bytes do not have the SHA-256 that they should have"), "\(run.errors)")
    #expect(sandbox.cachedFiles("objects") == [])
    #expect(sandbox.cachedFiles("snapshots") == [])
    #expect(FileTree.paths(in: target) == [])
    #expect(sandbox.partialDownloads == [])
    let short = Data(damaged.dropLast())
    try short.write(to: URL(filePath: original), options: .atomic)
    #expect(try await sandbox.run("get", "\(model.url()):\(path)").status != 0)
    #expect(sandbox.cachedFiles("objects") == [])
  }

  @Test func `an LFS server that answers nonsense`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let address = model.servers.http + "/ready"
    try await model.commit([".lfsconfig": "[lfs]\n  url = \(address)\n"])
    let run = try await sandbox.run("get", model.url() + ":weights/model.bin")
    #expect(run.status == 3)
    #expect(run.errors.hasPrefix("error: cannot download `weights/model.bin`\n"), "\(run.errors)")
    #expect(run.errors.contains("cannot ask the LFS server at `\(address)`"), "\(run.errors)")
  }
}
