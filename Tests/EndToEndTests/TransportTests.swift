import Foundation
import Testing

/// Every kind of server and address that a repository can be reached at.
@Suite struct TransportTests {
  @Test(arguments: ["/git", "/nofilter", "/blobnone", "/v0", "/v0nofilter", "/stream", "/shortlived"])
  func `servers of every ability give the same files`(_ prefix: String) async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let path = try await sandbox.path("get", model.url(prefix), "--exclude", "small")
    let weights = try await model.pointer("weights/model.bin")
    #expect(try await sha256(path + "/weights/model.bin") == weights.oid)
    #expect(bytes(path + "/dos/lines.crlf") == Data("one\r\ntwo\r\nthree\r\n".utf8))
    #expect(bytes(path + "/texts/3000.txt")?.count == 3000)
    #expect(FileTree.paths(in: path + "/shards").count == 120)
    let requests = try await model.requests()
    #expect(requests.batches.allSatisfy { $0.status == 200 })
    // More objects than one batch request may have.
    #expect(requests.batches.count == 2)
  }

  /// 24 MiB from a server that knows no ranges; the other large downloads are in ranges.
  @Test(arguments: [("/stream", false), ("/git", true)])
  func `a large object comes in ranges where the server has them`(_ prefix: String, _ hasRanges: Bool) async throws {
    let model = try ServedModel(copyOf: "gudgud96/MR-MT3")
    let sandbox = try Sandbox()
    let checkpoint = try await model.pointer("pretrained/mt3.pth", at: "master")
    let path = try await sandbox.path("get", model.url(prefix) + ":pretrained/mt3.pth")
    #expect(try await sha256(path) == checkpoint.oid)
    let objects = try await model.requests().objects
    let ranges = objects.count { $0.status == 206 }
    #expect(hasRanges ? ranges > 1 : ranges == 0, "\(objects)")
    if hasRanges { #expect(objects.bodyBytes == checkpoint.size) }
  }

  @Test func `a short commit id works where only git's old protocol is spoken`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let unnamed = try await model.commitID("v2~1")
    let path = try await sandbox.path("get", model.url("/v0nofilter") + "@\(unnamed.prefix(9)):weights/model.bin")
    #expect(try await sha256(path) == model.pointer("weights/model.bin", at: unnamed).oid)
  }

  // MARK: https

  @Test(arguments: ["GIT_SSL_CAINFO", "SSL_CERT_FILE", "http.sslCAInfo", "http.https://127.0.0.1.sslCAInfo"])
  func `https with an authority that the user names`(_ way: String) async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    var environment: [String: String] = [:]
    if way.hasPrefix("http.https") {
      try sandbox.setGitConfiguration("[http \"\(model.servers.https)\"]\n  sslCAInfo = \(model.servers.ca)\n")
    } else if way.hasPrefix("http.") {
      try sandbox.setGitConfiguration("[http]\n  sslCAInfo = \(model.servers.ca)\n")
    } else {
      environment[way] = model.servers.ca
    }
    let url = model.url(of: model.servers.https) + ":weights/model.bin"
    if way.hasPrefix("http.https") {
      // The object host is another origin, for which nothing was said.
      let run = try await sandbox.run("get", url, environment: environment)
      #expect(run.status == 4)
      #expect(run.errors.contains("no secure connection to 127.0.0.1:"), "\(run.errors)")
    } else {
      let path = try await sandbox.path("get", url, environment: environment)
      #expect(try await sha256(path) == model.pointer("weights/model.bin").oid)
    }
  }

  @Test func `https with an unknown authority is refused`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let run = try await sandbox.run("get", model.url(of: model.servers.https))
    #expect(run.status == 4)
    #expect(run.output == "")
    #expect(
      run.errors.hasPrefix("error: cannot read the repository `\(model.url(of: model.servers.https))`\n"))
    #expect(run.errors.contains("hint: if the host uses a certificate of its own, "), "\(run.errors)")
    #expect(run.errors.contains("  caused by: no secure connection to 127.0.0.1:"), "\(run.errors)")
    #expect(try await model.requests().isEmpty)
  }

  // MARK: Repositories of this machine

  @Test func `a bare repository with its LFS objects, by path and by URL`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let bare = sandbox.folder + "/bare.git"
    try await model.git("clone", "--quiet", "--bare", model.url(), bare, in: sandbox.folder)
    try await model.git("lfs", "fetch", in: bare)
    let asked = try await model.requests().count
    let weights = try await model.pointer("weights/model.bin")
    for (number, source) in ["file://\(bare)", bare, "../bare.git", "../bare"].enumerated() {
      let target = "\(sandbox.work)/\(number)"
      try await sandbox.path("get", source, "--to", target, environment: ["LFSFETCH_CACHE": "\(target)-cache"])
      #expect(try await sha256(target + "/weights/model.bin") == weights.oid)
      #expect(bytes(target + "/weights/one-byte.bin") == Data("x".utf8))
      #expect(mode(target + "/weights/tool.bin") == 0o755)
      #expect(bytes(target + "/dos/lines.crlf") == Data("one\r\ntwo\r\nthree\r\n".utf8))
    }
    #expect(try await model.requests().count == asked)
  }

  @Test func `a clone with a work tree`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let clone = sandbox.folder + "/clone"
    try await model.git("clone", "--quiet", model.url(), clone, in: sandbox.folder)
    let path = try await sandbox.path("get", clone + "@v2:weights/model.bin")
    #expect(try await sha256(path) == model.pointer("weights/model.bin", at: "v2").oid)
    let other = try await sandbox.run("get", clone + "@remotes/origin/feature/other:weights/other.bin")
    // The clone has fetched the objects of its own branch only.
    #expect(other.status != 0)
    #expect(other.errors.contains("the repository does not hold the object"), "\(other.errors)")
  }

  // MARK: Git's configuration

  @Test func `insteadOf sends the repository and its objects elsewhere`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try sandbox.setGitConfiguration("[url \"\(model.servers.http)/git/\"]\n  insteadOf = https://models.invalid/\n")
    let path = try await sandbox.path("get", "https://models.invalid/\(model.name):weights/model.bin")
    #expect(try await sha256(path) == model.pointer("weights/model.bin").oid)
  }

  @Test func `insteadOf may lead to a folder`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let bare = sandbox.folder + "/org/model.git"
    try await model.git("clone", "--quiet", "--bare", model.url(), bare, in: sandbox.folder)
    try await model.git("lfs", "fetch", in: bare)
    let environment = [
      "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "url.\(sandbox.folder)/.insteadOf",
      "GIT_CONFIG_VALUE_0": "https://models.invalid/",
    ]
    let path = try await sandbox.path(
      "get", "https://models.invalid/org/model:weights/model.bin", environment: environment)
    #expect(try await sha256(path) == model.pointer("weights/model.bin").oid)
  }

  @Test func `a proxy that git's configuration names is used`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    // A closed port: the only sign that it was asked for.
    try sandbox.setGitConfiguration("[http]\n  proxy = http://127.0.0.1:1\n")
    let run = try await sandbox.run("get", model.url() + ":README.md")
    #expect(run.status == 4)
    #expect(run.errors.contains("port 1 "), "\(run.errors)")
    #expect(try await model.requests().isEmpty)
  }

  @Test func `a repository names its LFS server in its own configuration`() async throws {
    let model = try ServedModel()
    let other = try ServedModel()
    let sandbox = try Sandbox()
    try await model.commit([".lfsconfig": "[lfs]\n  url = \(other.url())/info/lfs\n  concurrenttransfers = 1\n"])
    let path = try await sandbox.path("get", model.url() + ":weights/model.bin")
    #expect(try await sha256(path) == model.pointer("weights/model.bin").oid)
    #expect(try await model.requests().batches.isEmpty)
    #expect(try await other.requests().batches.count == 1)
  }
}
