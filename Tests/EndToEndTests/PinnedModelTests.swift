import Foundation
import Testing

/// Registry entries that promise hashes and sizes.
@Suite struct PinnedModelTests {
  private func entry(_ model: ServedModel, files: [String], objects: String, revision: String? = nil) -> String {
    let revision = revision.map { "\"revision\": \"\($0)\"," } ?? ""
    let list = files.map { "\"\($0)\"" }.joined(separator: ", ")
    return """
      "pinned": {
        "source": "\(model.url())", "branch": "main", \(revision) "files": [\(list)], "main": "\(files[0])",
        "objects": {\(objects)}
      }
      """
  }

  private func promise(_ path: String, _ pointer: ServedModel.Pointer) -> String {
    "\"\(path)\": {\"sha256\": \"\(pointer.oid)\", \"size\": \(pointer.size)}"
  }

  @Test(arguments: [false, true])
  func `what was fetched before does not stand above what a registry promises`(hasSize: Bool) async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let size = hasSize ? ", \"size\": 1" : ""
    let wrong = "\"weights/*\": {\"sha256\": \"\(String(repeating: "d", count: 64))\"}"
    let objects =
      "\"weights/model.bin\": {\"sha256\": \"\(String(repeating: "d", count: 64))\"\(size)}, \(wrong)"
    let registry = try sandbox.registry(entry(model, files: ["weights/model.bin", "README.md"], objects: objects))
    // Everything that is wanted is in the cache.
    let words = ["get", model.url() + "@main", "--include", "weights/model.bin", "--include", "README.md"]
    #expect(try await sandbox.start(words).outcome().status == 0)
    for words in [["get", "pinned"], ["get", "pinned", "--refresh"], ["lock", "pinned"]] {
      let run = try await sandbox.start(words + ["--registry", registry]).outcome()
      #expect(run.status == 6, "\(words)")
      #expect(run.errors.contains("is not what the registry promises"), "\(run.errors)")
    }
  }

  @Test func `what a registry promises of a plain file is no fact for others`() async throws {
    let file = try ServedFile(noise(300))
    let sandbox = try Sandbox()
    func registry(_ digest: String, size: Int) throws -> String {
      try sandbox.registry(
        """
        "pinned": {"source": "\(file.url())#unverified", "objects": {"model.bin": {"sha256": "\(digest)", "size": \(size)}}}
        """)
    }
    let wrong = try registry(String(repeating: "d", count: 64), size: 99)
    #expect(try await sandbox.run("get", "pinned", "--registry", wrong, "--retries", "0").status == 6)
    let path = try await sandbox.path("get", file.url() + "#unverified")
    #expect(try await sha256(path) == sha256(file.path))
    #expect(try await sandbox.run("get", "pinned", "--registry", wrong, "--retries", "0").status == 6)
    let right = try registry(try await sha256(file.path), size: 300)
    #expect(try await sandbox.run("get", "pinned", "--registry", right).status == 0)
  }

  @Test func `a model whose files are all pinned by hash and size costs no git request`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let weights = try await model.pointer("weights/model.bin")
    let deep = try await model.pointer("nested/a/b/c/deep.bin")
    let objects = promise("weights/model.bin", weights) + "," + promise("nested/a/b/c/deep.bin", deep)
    let files = ["weights/model.bin", "nested/a/b/c/deep.bin"]
    let registry = try sandbox.registry(entry(model, files: files, objects: objects))

    let path = try await sandbox.path("get", "pinned", "--registry", registry)
    #expect(try await sha256(path) == weights.oid)
    let folder = String(path.dropLast("/weights/model.bin".count))
    #expect(FileTree.paths(in: folder) == files.sorted())
    let requests = try await model.requests()
    #expect(requests.git.isEmpty, "\(requests.git)")
    #expect(requests.batches.count == 1)
    #expect(requests.objects.bodyBytes == weights.size + deep.size)
    #expect(try await sandbox.path("get", "pinned", "--registry", registry) == path)
    #expect(try await model.requests().count == requests.count)
  }

  @Test func `a model that is pinned in part asks git once for the rest`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let weights = try await model.pointer("weights/model.bin")
    let commit = try await model.commitID()
    let files = ["weights/model.bin", "weights/one-byte.bin"]
    let objects = promise("weights/model.bin", weights)
    let registry = try sandbox.registry(entry(model, files: files, objects: objects, revision: commit))

    let path = try await sandbox.path("get", "pinned", "--registry", registry)
    #expect(path.hasSuffix("/\(commit)/weights/model.bin"))
    #expect(try await sha256(path) == weights.oid)
    let requests = try await model.requests()
    // The revision is a full commit id: there is no reference to ask for.
    #expect(requests.git.count == 2, "\(requests.git)")
    #expect(requests.batches.count == 1)
  }

  @Test func `a hash alone is enough to check what the repository says`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let weights = try await model.pointer("weights/model.bin")
    let objects = "\"weights/model.bin\": {\"sha256\": \"\(weights.oid)\"}"
    let registry = try sandbox.registry(entry(model, files: ["weights/model.bin"], objects: objects))
    let path = try await sandbox.path("get", "pinned", "--registry", registry)
    #expect(try await sha256(path) == weights.oid)
  }

  @Test func `a repository that does not have what is promised is refused, both objects named`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let weights = try await model.pointer("weights/model.bin")
    let other = try await model.pointer("nested/a/b/c/deep.bin")
    let files = ["weights/model.bin", "README.md"]
    let registry = try sandbox.registry(
      entry(model, files: files, objects: promise("weights/model.bin", other)))
    let run = try await sandbox.run("get", "pinned", "--registry", registry)
    #expect(run.status == 6)
    #expect(run.output == "")
    #expect(
      run.errors == """
        error: `weights/model.bin` in `\(model.url())` is not what the registry promises
          caused by: the registry promises the object \(other.oid)
          caused by: the commit \(try await model.commitID()) has the object \(weights.oid)
        hint: if it was changed on purpose, the entry of `pinned` must be updated: `lfsfetch registry update pinned` where \
        the registry file is yours; else do not use the file

        """)
    #expect(sandbox.cachedFiles("objects") == [])
  }

  @Test func `an object that the server never had is not downloaded under another's name`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let wrong = ServedModel.Pointer(oid: String(repeating: "a", count: 64), size: 300)
    let registry = try sandbox.registry(
      entry(model, files: ["weights/model.bin"], objects: promise("weights/model.bin", wrong)))
    let run = try await sandbox.run("get", "pinned", "--registry", registry)
    #expect(run.status == 3)
    #expect(run.errors.hasPrefix("error: cannot download `weights/model.bin`\n"))
    #expect(sandbox.cachedFiles("objects") == [])
  }

  @Test func `a mirror gives what the repository's own server has lost`() async throws {
    let model = try ServedModel()
    let mirror = try ServedModel()
    let sandbox = try Sandbox()
    let weights = try await model.pointer("weights/model.bin")
    let copy = mirror.folder + "/mirrored.bin"
    try FileManager.default.moveItem(atPath: model.objects + "/" + weights.oid, toPath: copy)
    // Git's own server serves any file of the repository's objects, so a loose "object" makes a plain mirror.
    let name = String(repeating: "0", count: 38)
    try FileManager.default.createDirectory(atPath: mirror.folder + "/objects/00", withIntermediateDirectories: true)
    try FileManager.default.moveItem(atPath: copy, toPath: mirror.folder + "/objects/00/" + name)
    let address = mirror.url() + "/objects/00/" + name
    let registry = try sandbox.registry(
      entry(
        model, files: ["weights/model.bin"],
        objects: """
          "weights/model.bin": {"sha256": "\(weights.oid)", "size": \(weights.size), "mirrors": ["\(address)"]}
          """))
    let path = try await sandbox.path("get", "pinned", "--registry", registry)
    #expect(try await sha256(path) == weights.oid)
    #expect(try await mirror.requests().bodyBytes == weights.size)
  }
}
