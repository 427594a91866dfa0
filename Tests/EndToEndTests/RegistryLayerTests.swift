import Fixtures
import Foundation
import Testing

/// Where registries come from: files of this machine, and layers that other hosts have.
@Suite struct RegistryLayerTests {
  private func entry(_ source: String) -> String { "{\"models\": {\"m\": {\"source\": \"\(source)\"}}}" }

  private func source(_ sandbox: Sandbox, _ arguments: String...) async throws -> String? {
    let run = try await sandbox.start(["info", "m", "--json"] + arguments).outcome()
    return run.status == 0 ? try json(run.output)["source"] as? String : "status \(run.status): \(run.errors)"
  }

  // MARK: Files

  @Test func `system, user, project and option, each over the one before`() async throws {
    let sandbox = try Sandbox()
    #expect(try await source(sandbox)?.hasPrefix("status 3: error: no model is called `m`") == true)
    let system = try sandbox.write(entry("/system"), to: "etc/registry.json")
    let variables = ["LFSFETCH_SYSTEM_REGISTRY": system]
    let whole = try await sandbox.run("registry", "show", "m", "--origin", environment: variables)
    #expect(whole.output == "\(system):1:13 (system)\n", "\(whole.errors)")
    #expect(try await sandbox.run("get", "m", environment: variables).errors.contains("`/system`"))
    #expect(
      try await sandbox.run("registry", "validate", environment: variables).errors.contains("\(system): no fault"))
    // An empty one is none.
    #expect(try await sandbox.run("info", "m", environment: ["LFSFETCH_SYSTEM_REGISTRY": ""]).status == 3)
    try sandbox.write(entry("/user"), to: "home/.config/lfsfetch/registry.json")
    #expect(try await source(sandbox) == "/user")
    let both = try await sandbox.run("registry", "show", "m", "--origin", environment: variables)
    #expect(both.outputLines.map { $0.split(separator: " ").last } == ["(user)", "(system)"])
    try sandbox.write(entry("/project"), to: "lfsfetch.json")
    #expect(try await source(sandbox) == "/project")
    try sandbox.write(entry("/nearer"), to: "work/lfsfetch.json")
    #expect(try await source(sandbox) == "/nearer")
    let option = try sandbox.write(entry("/option"), to: "option.json")
    let last = try sandbox.write(entry("/last"), to: "last.json")
    #expect(try await source(sandbox, "--registry", option, "--registry", last) == "/last")
  }

  @Test func `a fault in a project's file does not break the filters of git`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write("{", to: "work/lfsfetch.json")
    try await Tool.run("git", ["init", "-q"], in: sandbox.work, environment: ["HOME": sandbox.home])
    #expect(try await sandbox.run("list").status == 2)
    #expect(try await sandbox.run("ls-files").status == 0)
  }

  /// `http.extraHeader` without a URL is for hosts that the user names.
  @Test func `a header for no host in particular does not go to a project's repositories`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try sandbox.setGitConfiguration("[http]\n  extraHeader = Authorization: Basic c2VjcmV0\n")
    let text = "{\"models\": {\"m\": {\"source\": \"\(model.url())\", \"files\": [\"weights/model.bin\"]}}}"
    try sandbox.write(text, to: "work/lfsfetch.json")
    try await sandbox.path("get", "m")
    let strange = try await model.requests()
    #expect(strange.count >= 4)
    #expect(strange.allSatisfy { $0.authorization == "-" || $0.uri.hasPrefix("/objects/") }, "\(strange)")
    // The same entry in the user's own file is the user's word.
    try sandbox.write(text, to: "home/.config/lfsfetch/registry.json")
    try FileManager.default.removeItem(atPath: sandbox.cache)
    try await sandbox.path("get", "m")
    let own = try await model.requests().dropFirst(strange.count)
    #expect(own.contains { $0.isGit && $0.authorization == "Basic" }, "\(own)")
  }

  // MARK: Web servers

  @Test func `a layer of a web server is fetched once, and anew only by refresh`() async throws {
    let server = try FaultServer(["/models.json": .text(entry("/first"))])
    let sandbox = try Sandbox()
    let url = server.address + "/models.json"
    let run = try await sandbox.run("info", "m", "--registry", url)
    #expect(run.status == 0)
    let digest = try await sha256(sandbox.write(entry("/first"), to: "first.json"))
    #expect(run.errors == "note: fetched the registry `\(url)`, sha256=\(digest)\n")
    server["/models.json"] = .text(entry("/second"))
    #expect(try await source(sandbox, "--registry", url) == "/first")
    let path = try await sandbox.run("path", "m", "--registry", url)
    #expect(path.status == 3)
    #expect(server.requests("/models.json").count == 1)
    // `get` fails, since there is no such repository; the layer is renewed before.
    _ = try await sandbox.run("get", "m", "--refresh", "--registry", url)
    #expect(try await source(sandbox, "--registry", url) == "/second")
    #expect(server.requests("/models.json").count == 2)
    server.stop()
    #expect(try await source(sandbox, "--registry", url) == "/second")
  }

  @Test func `a layer of another host names no file of this machine`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write("private", to: "home/notes/private.txt")
    let server = try FaultServer(["/models.json": .text(entry(sandbox.home + "/notes"))])
    let run = try await sandbox.run("get", "m", "--registry", server.address + "/models.json", "--to", "out")
    #expect(run.status == 2)
    #expect(run.errors.contains("is a file of this machine that only somebody else's file names"), "\(run.errors)")
    #expect(FileTree.paths(in: sandbox.work) == [])
    // The user's own may.
    let own = try sandbox.write(entry(sandbox.home + "/notes"), to: "own.json")
    #expect(try await sandbox.run("get", "m", "--registry", own, "--to", "out").status == 0)
  }

  @Test func `a pinned layer is proven by its hash`() async throws {
    let text = entry("/first")
    let server = try FaultServer(["/models.json": .text(text)])
    let sandbox = try Sandbox()
    let digest = try await sha256(sandbox.write(text, to: "first.json"))
    let url = server.address + "/models.json#sha256=" + digest
    // In a file a layer must be pinned; its entries lie beneath the file's own.
    try sandbox.write("{\"layers\": [\"\(url)\"], \"models\": {\"n\": {\"source\": \"/n\"}}}", to: "work/lfsfetch.json")
    #expect(try await source(sandbox) == "/first")
    server["/models.json"] = .text(entry("/second"))
    #expect(try await source(sandbox) == "/first")
    #expect(server.requests("/models.json").count == 1)
    try FileManager.default.removeItem(atPath: sandbox.cache)
    let wrong = try await sandbox.run("info", "m")
    #expect(wrong.status == 6)
    #expect(
      wrong.errors.hasPrefix(
        "error: the registry `\(server.address)/models.json` is not the one that it is pinned to\n"))
    #expect(wrong.errors.contains("  caused by: the pin says \(digest)\n"))
  }

  @Test func `a layer comes over https, with the certificates and headers of git's configuration`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    // Git's own server serves any file of the repository's objects.
    let folder = model.folder + "/objects/00"
    let name = String(repeating: "0", count: 38)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(entry("/far").utf8).write(to: URL(filePath: folder + "/" + name))
    let url = model.url(of: model.servers.https) + "/objects/00/" + name
    let stranger = try await sandbox.run("info", "m", "--registry", url)
    #expect(stranger.status == 4)
    #expect(stranger.errors.contains("http.sslCAInfo"), "\(stranger.errors)")
    try sandbox.setGitConfiguration(
      "[http]\n  sslCAInfo = \(model.servers.ca)\n  extraHeader = Authorization: Basic c2VjcmV0\n")
    #expect(try await source(sandbox, "--registry", url) == "/far")
    #expect(try await model.requests().last?.authorization == "Basic")
    // Named by a project, the host is not the user's choice.
    let digest = try await sha256(folder + "/" + name)
    try sandbox.write("{\"layers\": [\"\(url)#sha256=\(digest)\"]}", to: "work/lfsfetch.json")
    #expect(try await source(sandbox) == "/far")
    #expect(try await model.requests().last?.authorization == "-")
  }

  @Test(arguments: [
    ("http://example.com/m.json", "cannot fetch the registry", "http is not protected against changes on the way"),
    ("ftp://example.com/m.json", "cannot use the registry", "is no layer"),
    ("https://example.com/m.json#md5=1", "cannot use the registry", "expected `#sha256=`"),
    ("MISSING", "cannot fetch the registry", "answered 404"),
    ("FAULTY", "the registry", "1:2: `model` is unknown here (did you mean `models`?)"),
  ])
  func `what cannot be a layer`(address: String, message: String, cause: String) async throws {
    let server = try FaultServer(["/faulty.json": .text("{\"model\": {}}")])
    let sandbox = try Sandbox()
    var address = address.replacing("MISSING", with: server.address + "/none.json")
    address = address.replacing("FAULTY", with: server.address + "/faulty.json")
    let run = try await sandbox.run("info", "m", "--registry", address)
    #expect(run.status == 2 || run.status == 3)
    #expect(run.errors.hasPrefix("error: \(message)"), "\(run.errors)")
    #expect(run.errors.contains(cause), "\(run.errors)")
    // A fault is not kept in the cache.
    #expect(sandbox.cachedFiles("registries") == [])
  }

  /// 403 is also what hosts answer who were asked too much; then no credentials would help.
  @Test func `a host that wants to be asked later is asked later, and at last named`() async throws {
    let busy = FaultServer.Fault.status(403, headers: ["Retry-After": "0"])
    let server = try FaultServer([
      "/models.json": .text(entry("/first"), busy.first(2)), "/busy.json": .text(entry("/first"), busy),
    ])
    let sandbox = try Sandbox()
    #expect(try await source(sandbox, "--registry", server.address + "/models.json") == "/first")
    #expect(server.requests("/models.json").count == 3)
    let run = try await sandbox.run("info", "m", "--registry", server.address + "/busy.json")
    #expect(run.status == 4)
    #expect(
      run.errors.contains("answered 403\n  caused by: too many requests\nhint: wait, and try again\n"), "\(run.errors)")
  }

  @Test func `offline a layer must be in the cache`() async throws {
    let server = try FaultServer(["/models.json": .text(entry("/first"))])
    let sandbox = try Sandbox()
    let url = server.address + "/models.json"
    let before = try await sandbox.run("get", "m", "--offline", "--registry", url)
    #expect(before.status == 4)
    #expect(before.errors.contains("`--offline` forbids to ask"))
    #expect(server.requests().isEmpty)
    #expect(try await source(sandbox, "--registry", url) == "/first")
    let after = try await sandbox.run("get", "m", "--offline", "--registry", url)
    #expect(!after.errors.contains("cannot fetch the registry"))
    #expect(server.requests().count == 1)
  }

  // MARK: Git repositories

  @Test func `a layer of a git repository, by branch and by commit`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let text = "{\"models\": {\"m\": {\"source\": \"\(model.url())\", \"files\": [\"weights/one-byte.bin\"]}}}"
    let commit = try await model.commit(["team/models.json": text])
    let address = model.url() + "@main:team/models.json"
    let first = try await sandbox.run("get", "m", "--registry", address)
    #expect(first.status == 0)
    #expect(first.errors.hasPrefix("note: fetched the registry `\(address)`, \(commit)\n"))
    let asked = try await model.requests().count
    #expect(try await sandbox.run("info", "m", "--registry", address).errors == "")
    #expect(try await model.requests().count == asked)
    // In a file it is pinned by its commit.
    try await model.commit(["team/models.json": entry("/later")])
    try sandbox.write("{\"layers\": [\"\(model.url())@\(commit):team/models.json\"]}", to: "work/lfsfetch.json")
    #expect(try await source(sandbox) == model.url())
    try sandbox.write("{\"layers\": [\"\(address)\"]}", to: "work/lfsfetch.json")
    let loose = try await sandbox.run("info", "m")
    #expect(loose.status == 2)
    #expect(loose.errors.contains("lfsfetch.json:1:13: a layer of another host is pinned here"))
    let missing = try await sandbox.run("list", "--registry", model.url() + ":none.json")
    #expect(missing.status == 2 || missing.status == 3)
    #expect(missing.errors.contains("has no file `none.json`") || missing.errors.contains("pinned"))
  }
}
