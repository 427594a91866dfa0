import Fixtures
import Foundation
import Testing

/// `lfsfetch registry add` and `update` of sources that are no repositories.
@Suite struct RegistrySourcesTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private func project(_ models: String = "") throws {
    try sandbox.write("{\"models\": {\(models)}}", to: "work/lfsfetch.json")
  }

  private func entry(_ name: String) throws -> [String: Any] {
    let models = try json(text())["models"] as? [String: [String: Any]]
    return try #require(models?[name])
  }

  private func text() throws -> String { try String(contentsOfFile: sandbox.work + "/lfsfetch.json", encoding: .utf8) }

  private func promised(_ name: String, _ path: String) throws -> String? {
    (try entry(name)["objects"] as? [String: [String: Any]])?[path]?["sha256"] as? String
  }

  // MARK: Files of this machine

  @Test func `a file of this machine is added to a project with its hash, seen from the project`() async throws {
    try project()
    try sandbox.makeFolder(sandbox.work + "/deep/parts")
    try noise(3000).write(to: URL(filePath: sandbox.work + "/deep/model.bin"))
    try noise(2000).write(to: URL(filePath: sandbox.work + "/deep/parts/a.bin"))
    let added = try await sandbox.run("registry", "add", "one", "./deep/model.bin")
    #expect(added.status == 0)
    #expect(added.errors == "added `one` to `\(sandbox.work)/lfsfetch.json`: 1 file, 3.0 kB\n", "\(added.errors)")
    #expect(try entry("one")["source"] as? String == "./deep/model.bin")
    #expect(try promised("one", "model.bin") == objectName(of: Array(noise(3000))))
    #expect(try await sandbox.run("registry", "add", "all", "./deep").status == 0)
    #expect(try promised("all", "parts/a.bin") == objectName(of: Array(noise(2000))))
    // From another folder, and of a checkout elsewhere.
    let run = try await Launch(
      Sandbox.program, ["get", "one", "all"], environment: sandbox.environment, in: sandbox.work + "/deep"
    ).outcome()
    #expect(run.status == 0, "\(run.errors)")
    #expect(bytes(run.outputLines[0]) == noise(3000))
    try FileManager.default.copyItem(atPath: sandbox.work, toPath: sandbox.folder + "/other")
    try FileManager.default.removeItem(atPath: sandbox.work + "/deep")
    let other = try await Launch(
      Sandbox.program, ["get", "one", "--cache", "c"], environment: sandbox.environment, in: sandbox.folder + "/other"
    ).outcome()
    #expect(bytes(other.path) == noise(3000), "\(other.errors)")
  }

  @Test func `a path outside of the project is said to be of this machine`() async throws {
    try project()
    let outside = try sandbox.write("data", to: "outside/data.bin")
    let added = try await sandbox.run("registry", "add", "far", outside)
    #expect(added.status == 0)
    #expect(
      added.errors.hasPrefix(
        "warning: `\(outside)` is a path of this machine outside of the project; others who have "),
      "\(added.errors)")
    #expect(bytes(try await sandbox.path("get", "far")) == Data("data".utf8))
    // What changes is taken when it is named, and not before.
    try sandbox.write("other data", to: "outside/data.bin")
    #expect(try await sandbox.run("get", "far", "--cache", "new").status == 6)
    let all = try await sandbox.run("registry", "update")
    #expect(all.status == 2)
    #expect(all.errors.contains("is a file of this machine that only somebody else's file names"), "\(all.errors)")
    let update = try await sandbox.run("registry", "update", "far")
    #expect(update.output == "far: 1 file, 10 B\n  changed: data.bin\n", "\(update.errors)")
    #expect(bytes(try await sandbox.path("get", "far")) == Data("other data".utf8))
    #expect(try await sandbox.run("registry", "update").errors == "1 model is up to date\n")
  }

  // MARK: Places that tell no hash

  @Test func `what is added without a hash, or with one that is only trusted, is said`() async throws {
    try project()
    let file = try ServedFile(noise(3000))
    let url = file.url() + "#unverified"
    let added = try await sandbox.run("registry", "add", "u", url)
    #expect(
      added.errors == """
        warning: nothing tells what `model.bin` should be, so that no hash of it is written: what comes at the first \
        `lfsfetch get u` is trusted; `lfsfetch lock u` writes its SHA-256 down
        added `u` to `\(sandbox.work)/lfsfetch.json`: 1 file, 3.0 kB

        """, "\(added.errors)")
    #expect(try entry("u")["objects"] == nil)
    let oid = try await sha256(try await sandbox.path("get", url))
    let known = try await sandbox.run("registry", "add", "k", url)
    #expect(
      known.errors.hasPrefix(
        "warning: the SHA-256 of `model.bin` that is pinned, \(oid), is that of the bytes which came here; nothing else "
          + "confirms it\n"), "\(known.errors)")
    #expect(try promised("k", "model.bin") == oid)
  }

  @Test func `update looks again at plain files, moves their pins and tells`() async throws {
    let file = try ServedFile(noise(3000))
    let first = try await sha256(file.path)
    let url = file.url()
    try project(
      """
      "pinned": {"source": "\(url)#unverified", "objects": {"model.bin": {"sha256": "\(first)", "size": 3000}}},
      "loose": {"source": "\(url)#unverified"},
      "fixed": {"source": "\(url)#sha256=\(first)"}
      """)
    try file.replace(with: noise(4000, seed: 2))
    let second = try await sha256(file.path)
    let update = try await sandbox.run("registry", "update")
    #expect(update.status == 0, "\(update.errors)")
    #expect(update.output == "pinned: 1 file, 4.0 kB\n  changed: model.bin\n")
    #expect(
      update.errors.contains("warning: the SHA-256 of `model.bin` that is pinned, \(second), is that of the bytes"))
    #expect(update.errors.hasSuffix("1 model is up to date\n"), "\(update.errors)")
    #expect(try promised("pinned", "model.bin") == second)
    #expect(try entry("loose")["objects"] == nil)
    #expect(try await sha256(try await sandbox.path("get", "pinned")) == second)
    let again = try await sandbox.run("registry", "update", "pinned")
    #expect(again.output == "")
    let fixed = try await sandbox.run("registry", "update", "fixed")
    #expect(fixed.status == 2)
    #expect(
      fixed.errors == """
        error: the model `fixed` follows nothing: the hash of its file stands in its source
        hint: where the file was changed on purpose, change the `#sha256=…` by hand

        """)
  }

  @Test func `update looks again at buckets`() async throws {
    let store = try BucketStore.running()
    let folder = UUID().uuidString.lowercased()
    try store.put([1, 2, 3], at: folder + "/hashed.bin", in: "private", hasDigest: true)
    try store.put([4, 5, 6], at: folder + "/plain.bin", in: "private")
    try project()
    func run(_ words: String...) async throws -> Launch.Outcome {
      try await sandbox.start(["registry"] + words, environment: store.environment).outcome()
    }
    let added = try await run("add", "b", "s3://private/\(folder)/")
    #expect(added.status == 0, "\(added.errors)")
    #expect(added.errors.contains("warning: nothing tells what `plain.bin` should be"))
    #expect(!added.errors.contains("`hashed.bin`"))
    try store.put([7, 8], at: folder + "/hashed.bin", in: "private", hasDigest: true)
    try store.put([9], at: folder + "/new.bin", in: "private", hasDigest: true)
    let update = try await run("update", "b")
    #expect(update.output == "b: 3 files, 6 B\n  new: new.bin\n  changed: hashed.bin\n", "\(update.errors)")
    #expect(try promised("b", "hashed.bin") == objectName(of: [7, 8]))
    #expect(try promised("b", "plain.bin") == nil)
  }

  @Test func `what a registry promises must be what the store says`() async throws {
    let store = try BucketStore.running()
    let key = UUID().uuidString.lowercased() + "/k.bin"
    try store.put([1, 2, 3], at: key, in: "private", hasDigest: true)
    let other = String(repeating: "b", count: 64)
    let source = "s3://private/\(key)"
    try project(#""m": {"source": "\#(source)", "objects": {"k.bin": {"sha256": "\#(other)"}}}"#)
    let run = try await sandbox.run("get", "m", environment: store.environment)
    #expect(run.status == 6)
    #expect(
      run.errors == """
        error: `k.bin` of `\(source)` is not what the registry promises
          caused by: the registry promises the SHA-256 \(other)
          caused by: its address says \(objectName(of: [1, 2, 3]))
        hint: if it was changed on purpose, the entry of `m` must be updated: `lfsfetch registry update m` where the \
        registry file is yours; else do not use the file

        """, "\(run.errors)")
  }

  @Test func `update looks again at releases, and at variants in other places`() async throws {
    let forge = try FaultServer()
    func publish(_ bytes: [UInt8]) {
      forge["/api/v3/repos/o/r/releases/tags/v1"] = .json(
        """
        {"tag_name": "v1", "assets": [{"name": "a.bin", "size": \(bytes.count),
         "digest": "sha256:\(objectName(of: bytes))", "url": "\(forge.address)/1",
         "browser_download_url": "\(forge.address)/a.bin"}]}
        """)
    }
    publish([1, 2, 3])
    try project()
    let page = forge.address + "/o/r/releases/tag/v1"
    #expect(try await sandbox.run("registry", "add", "r", page).status == 0)
    #expect(try promised("r", "a.bin") == objectName(of: [1, 2, 3]))
    publish([4, 5])
    let update = try await sandbox.run("registry", "update")
    #expect(update.output == "r: 1 file, 2 B\n  changed: a.bin\n", "\(update.errors)")
    #expect(try promised("r", "a.bin") == objectName(of: [4, 5]))
    #expect(try entry("r")["branch"] == nil)
    // The model itself names no files, and its place has no commits.
    try project(#""v": {"source": "\#(page)", "variants": {"one": {"files": ["a.bin"]}}}"#)
    let variants = try await sandbox.run("registry", "update", "v")
    #expect(variants.output == "v: 1 file, 2 B\n  new: one: a.bin\n", "\(variants.errors)")
    #expect(try await sandbox.run("registry", "validate").status == 0)
  }
}
