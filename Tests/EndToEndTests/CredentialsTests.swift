import Foundation
import Testing

/// Credentials reach the server that they are for, and nothing else: no message, no file, no other host.
@Suite struct CredentialsTests {
  private func basic(_ model: ServedModel) -> String {
    let pair = "\(model.servers.username):\(model.servers.password)"
    return "Authorization: Basic " + Data(pair.utf8).base64EncodedString()
  }

  private func withCredentials(_ model: ServedModel, password: String) -> String {
    let base = "http://\(model.servers.username):\(password)@" + model.servers.http.dropFirst("http://".count)
    return model.url("/private", of: base)
  }

  @Test func `an extra header opens a private repository`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try sandbox.setGitConfiguration("[http \"\(model.servers.http)/\"]\n  extraHeader = \(basic(model))\n")
    let path = try await sandbox.path("get", model.url("/private") + ":weights/model.bin")
    #expect(try await sha256(path) == model.pointer("weights/model.bin").oid)
    let requests = try await model.requests()
    #expect(requests.git.allSatisfy { $0.authorization == "Basic" && $0.status == 200 }, "\(requests.git)")
    #expect(requests.batches.allSatisfy { $0.authorization == "Basic" && $0.status == 200 })
    #expect(requests.objects.allSatisfy { $0.authorization == "-" && $0.status < 300 }, "\(requests.objects)")
  }

  @Test func `an extra header for all hosts goes to the repository's host only`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try sandbox.setGitConfiguration("[http]\n  extraHeader = \(basic(model))\n")
    let path = try await sandbox.path("get", model.url("/private") + ":weights/model.bin")
    #expect(try await sha256(path) == model.pointer("weights/model.bin").oid)
    let objects = try await model.requests().objects
    #expect(!objects.isEmpty)
    #expect(objects.allSatisfy { $0.authorization == "-" }, "\(objects)")
  }

  @Test func `credentials in the URL open a private repository and are kept nowhere`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let url = withCredentials(model, password: model.servers.password)
    let commands = [
      ["get", url + ":weights/model.bin"], ["get", "--json", url], ["get", "--dry-run", url + "@v1"],
      ["get", "--dry-run", "--json", url + "@v2"], ["get", url + ":weights", "--to", "out"],
      ["path", url], ["verify", url], ["verify", "--json"], ["get", "--offline", url + "@v1:nothing"],
      ["get", "--json", url + "@nosuch"], ["get", url + ":nosuch"], ["get", url + ":"], ["get", url + "@:x"],
      ["path", url + "@v9"], ["verify", url + "@v9"],
    ]
    for words in commands {
      let run = try await sandbox.start(words).outcome()
      #expect(!run.output.contains("secret"), "\(words): \(run.output)")
      #expect(!run.errors.contains("secret"), "\(words): \(run.errors)")
    }
    #expect(
      try await sha256(sandbox.path("path", url + ":weights/model.bin")) == model.pointer("weights/model.bin").oid)
    for name in FileTree.paths(in: sandbox.folder) {
      #expect(!name.contains("secret"))
      #expect(bytes(sandbox.folder + "/" + name)?.range(of: Data("secret".utf8)) == nil, "\(name)")
    }
    let requests = try await model.requests()
    #expect(requests.objects.allSatisfy { $0.authorization == "-" })
  }

  @Test func `wrong credentials are refused without being repeated`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let run = try await sandbox.run("get", withCredentials(model, password: "mistaken"))
    #expect(run.status == 5)
    #expect(run.output == "")
    #expect(run.errors.hasPrefix("error: cannot read the repository `\(model.url("/private"))`\n"))
    #expect(run.errors.contains("answered 401 Unauthorized"))
    #expect(!run.errors.contains("mistaken"))
  }

  @Test func `a repository cannot send the user's credentials to another LFS server`() async throws {
    let model = try ServedModel()
    let other = try ServedModel()
    let sandbox = try Sandbox()
    // The object host is another origin, and logs what it is sent.
    try await model.commit([".lfsconfig": "[lfs]\n  url = \(model.servers.objectsHTTP)/\(other.name)\n"])
    let run = try await sandbox.run(
      "get", withCredentials(model, password: model.servers.password) + ":weights/model.bin")
    #expect(run.status == 3)
    let requests = try await other.requests()
    #expect(requests.count == 1)
    #expect(requests.allSatisfy { $0.authorization == "-" })
  }

  /// A header for all hosts is for those that the user names; a repository's `.lfsconfig` is not the user.
  @Test func `an extra header for all hosts does not follow a repository's lfs.url`() async throws {
    let model = try ServedModel()
    let other = try ServedModel()
    let sandbox = try Sandbox()
    try sandbox.setGitConfiguration("[http]\n  extraHeader = \(basic(model))\n")
    try await model.commit([".lfsconfig": "[lfs]\n  url = \(model.servers.objectsHTTP)/\(other.name)\n"])
    let run = try await sandbox.run("get", model.url("/private") + ":weights/model.bin")
    #expect(run.status == 3)
    #expect(try await model.requests().git.allSatisfy { $0.authorization == "Basic" })
    let requests = try await other.requests()
    #expect(requests.count == 1)
    #expect(requests.allSatisfy { $0.authorization == "-" }, "\(requests)")
  }
}
