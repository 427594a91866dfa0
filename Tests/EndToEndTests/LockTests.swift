import Foundation
import Testing

/// `lock`, `get --locked` and `update`.
@Suite struct LockTests {
  private func lockText(_ sandbox: Sandbox) throws -> String {
    try String(contentsOfFile: sandbox.work + "/lfsfetch.lock", encoding: .utf8)
  }

  /// Another machine with the same lock file.
  private func copy(_ sandbox: Sandbox) throws -> Sandbox {
    let other = try Sandbox()
    for name in ["lfsfetch.lock", "lfsfetch.json"] {
      let path = sandbox.work + "/" + name
      guard let data = bytes(path) else { continue }
      try data.write(to: URL(filePath: other.work + "/" + name))
    }
    return other
  }

  /// A registry whose models have LFS files, small files of git's, links and executables.
  private func project(_ sandbox: Sandbox, _ model: ServedModel, count: Int) throws {
    let entries = (0..<count).map { number in
      """
      "model-\(number)": {"source": "\(model.url())", "branch": "main", "aliases": ["m\(number)"],
        "files": ["shards/part-00\(number).bin", "small/00\(number).txt", "weights/*.bin", "current.bin", "scripts/run.sh"]}
      """
    }
    try sandbox.write("{\"models\": {\(entries.joined(separator: ",\n"))}}", to: "work/lfsfetch.json")
  }

  @Test func `several processes lock into one file, and no model is lost`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try project(sandbox, model, count: 4)
    let runs = try (0..<4).map { try sandbox.start(["lock", "model-\($0)"]) }
    for run in runs { #expect(try await run.outcome().status == 0) }
    let text = try lockText(sandbox)
    for number in 0..<4 { #expect(text.contains("\"model-\(number)\"")) }
    #expect(try await sandbox.run("get", "--locked").status == 0)
  }

  @Test func `to look whether a file has changed is not to trust it`() async throws {
    let file = try ServedFile(noise(300))
    let first = try await sha256(file.path)
    let sandbox = try Sandbox()
    let url = file.url() + "#unverified"
    #expect(try await sandbox.run("lock", url).status == 0)
    #expect(try await sandbox.run("verify", "--locked").status == 0)
    try file.replace(with: noise(400, seed: 2))
    // The second time its hash is known.
    for _ in 0..<2 { #expect(try await sandbox.run("update", "--check").status == 9) }
    #expect(try await sha256(sandbox.path("get", url)) == first)
    #expect(try await sandbox.run("update").status == 0)
    #expect(try await sha256(sandbox.path("get", url)) == sha256(file.path))
  }

  @Test func `ten locked models are the same elsewhere, without a git request`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try project(sandbox, model, count: 10)
    let names = (0..<10).map { "model-\($0)" }
    let locked = try await sandbox.start(["lock"] + names).outcome()
    #expect(locked.status == 0, "\(locked.errors)")
    let commit = try await model.commitID()
    #expect(locked.outputLines.first == "model-0: \(commit.prefix(8)), 14 files, 3.3 MB")
    let folder = try await sandbox.path("get", "model-3", "--to", "whole")
    // The repository has moved on.
    try await model.commit(["small/003.txt": "other\n", "weights/new.bin": "new"])

    let other = try copy(sandbox)
    let before = try await model.requests()
    let again = try await other.run("get", "--locked")
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.outputLines.count == 10)
    let requests = try await model.requests().dropFirst(before.count)
    #expect(Array(requests).git.isEmpty, "\(Array(requests).git)")
    #expect(Array(requests).batches.count >= 1)
    let whole = try await other.path("get", "--locked", "model-3", "--to", "whole", "--offline")
    #expect(try await FileTree.of(whole) == FileTree.of(folder))
    // Nobody is asked any more.
    let count = try await model.requests().count
    #expect(try await other.run("get", "--locked", "--offline", "m4").status == 0)
    #expect(try await model.requests().count == count)
  }

  @Test func `--to, --dry-run and --json work with a lock`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let url = model.url() + "@main:weights/*.bin"
    #expect(try await sandbox.run("lock", url).status == 0)
    let other = try copy(sandbox)
    let plan = try await other.run("get", "--locked", "--dry-run")
    #expect(plan.output.contains("weights/model.bin"), "\(plan.errors)")
    #expect(plan.output.contains("3.2 MB to download"))
    let outcome = try await other.run("get", "--locked", url, "--to", "out", "--json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try await sha256(other.work + "/out/weights/model.bin") == model.pointer("weights/model.bin").oid)
    #expect(outcome.outputLines.last?.contains(try await model.commitID()) == true)
  }

  @Test func `what is not in the lock, or is another thing now, is refused`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try project(sandbox, model, count: 2)
    let none = try await sandbox.run("get", "--locked")
    #expect(none.status == 3)
    #expect(
      none.errors == "error: there is no lock file `\(sandbox.work)/lfsfetch.lock`\n"
        + "hint: `lfsfetch lock NAME…` writes one\n")
    #expect(try await sandbox.run("lock", "m0").status == 0)
    let missing = try await sandbox.run("get", "--locked", "model-1")
    #expect(missing.status == 3)
    #expect(missing.errors.hasPrefix("error: `model-1` is not in `\(sandbox.work)/lfsfetch.lock`\n"))
    // By its other name.
    #expect(try await sandbox.run("get", "--locked", "model-0").status == 0)
    let json = sandbox.work + "/lfsfetch.json"
    let text = try String(contentsOfFile: json, encoding: .utf8)
    try sandbox.write(text.replacing("\"branch\": \"main\"", with: "\"branch\": \"v1\""), to: "work/lfsfetch.json")
    let moved = try await sandbox.run("get", "--locked")
    #expect(moved.status == 6)
    #expect(moved.errors.contains("caused by: the revision is `v1` now, and `main` in the lock\n"), "\(moved.errors)")
    #expect(moved.errors.contains("hint: `lfsfetch update m0` takes what it is now into the lock\n"))
    for options in [["--all"], ["--refresh", "m0"], ["--revision", "v1", "m0"], ["--include", "x", "m0"]] {
      #expect(try await sandbox.start(["get", "--locked"] + options).outcome().status == 2)
    }
    // A machine without the project's registry has the lock alone.
    try FileManager.default.removeItem(atPath: json)
    #expect(try await sandbox.run("get", "--locked", "m0").status == 0)
    try sandbox.write("{\n  \"version\": 1,\n<<<<<<< HEAD\n", to: "work/lfsfetch.lock")
    let fault = try await sandbox.run("get", "--locked")
    #expect(fault.status == 2)
    #expect(fault.errors.contains("lfsfetch.lock:3:1: "), "\(fault.errors)")
  }

  @Test func `a lock cannot pass other bytes off as those of a commit`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let url = model.url() + ":texts/1023.txt"
    #expect(try await sandbox.run("lock", url).status == 0)
    let text = try lockText(sandbox)
    let good = try #require(bytes(try await sandbox.path("get", "--locked")))
    #expect(good.count == 1023)
    // As many other bytes, with the hash that they have.
    let lie = String(repeating: "z", count: 1023)
    try Data(lie.utf8).write(to: URL(filePath: sandbox.folder + "/lie"))
    let line = try #require(text.split(separator: "\n").first { $0.contains("\"text\"") })
    let hash = try await sha256(sandbox.folder + "/lie")
    let forged =
      "        {\"path\":\"texts/1023.txt\",\"size\":1023,\"sha256\":\"\(hash)\",\"text\":\"\(lie)\"}"
    let other = try Sandbox()
    try other.write(text.replacing(line, with: forged), to: "work/lfsfetch.lock")
    #expect(bytes(try await other.path("get", "--locked")) == Data(lie.utf8))
    #expect(bytes(try await other.path("get", url)) == good)
  }

  @Test func `a large file of git's is told, and comes from git with its hash checked`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try await model.commit(["vocabulary.txt": String(repeating: "word\n", count: 20_000)])
    let locked = try await sandbox.run("lock", model.url() + ":vocabulary.txt")
    #expect(locked.status == 0)
    #expect(locked.errors.contains("warning: git itself keeps `vocabulary.txt`, 100000 bytes: "), "\(locked.errors)")
    let other = try copy(sandbox)
    #expect(bytes(try await other.path("get", "--locked"))?.count == 100_000)
    let text = try lockText(sandbox)
    let hash = try #require(text.split(separator: "\"sha256\":\"").dropFirst().first?.prefix(64))
    let third = try Sandbox()
    try third.write(text.replacing(hash, with: String(repeating: "0", count: 64)), to: "work/lfsfetch.lock")
    let refused = try await third.run("get", "--locked")
    #expect(refused.status == 6)
    #expect(refused.errors.contains("has other bytes than expected"), "\(refused.errors)")
  }

  @Test func `update moves the lock, and --check tells that it would`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let url = model.url() + "@main"
    let name = url + ":weights/*.bin"
    #expect(try await sandbox.run("lock", name, url + ":texts/3000.txt").status == 0)
    let old = try lockText(sandbox)
    let first = try await model.commitID()
    #expect(try await sandbox.run("update", "--check").status == 0)
    #expect(try await sandbox.run("update").output.contains(": unchanged, \(first.prefix(8))\n"))
    #expect(try lockText(sandbox) == old)

    let pointer = try await model.addObject(noise(9 << 20))
    let second = try await model.commit(["weights/model.bin": pointer.text, "weights/new.bin": "new\n"])
    let check = try await sandbox.run("update", "--check", name)
    #expect(check.status == 9)
    let report = [
      "\(name): \(first.prefix(8)) → \(second.prefix(8)), 11 files, 9.5 MB",
      "  changed: weights/model.bin, 3.1 MB → 9.4 MB", "  new: weights/new.bin, 4 B",
    ]
    #expect(check.outputLines == report)
    #expect(try lockText(sandbox) == old)
    #expect(!sandbox.cachedFiles("objects").contains { $0.hasSuffix(pointer.oid.dropFirst(2)) })
    let update = try await sandbox.run("update", name, "--json")
    #expect(update.status == 0, "\(update.errors)")
    #expect(update.output.contains("\"changed\":true"))
    let new = try lockText(sandbox)
    #expect(new.contains("\"\(pointer.oid)\": {\"size\":4194304,\"sha256\":["))
    // The other model has not been touched.
    #expect(new.contains("\"commit\": \"\(first)\""))
    #expect(new.contains("\"commit\": \"\(second)\""))
    #expect(try await sandbox.run("update", "--check").status == 9)
    #expect(try await sandbox.run("update").status == 0)
    #expect(try await sandbox.run("update", "--check").status == 0)
    let unknown = try await sandbox.run("update", "no-such")
    #expect(unknown.status == 3)
    let other = try copy(sandbox)
    let path = try await other.path("get", "--locked", name)
    #expect(try await sha256(path + "/weights/model.bin") == pointer.oid)
  }

  @Test func `a lock names no credentials`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let url = model.url("/private").replacing(
      "http://", with: "http://\(model.servers.username):\(model.servers.password)@")
    let outcome = try await sandbox.run("lock", url + ":weights/one-byte.bin")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(!(try lockText(sandbox).contains(model.servers.password)))
    let other = try copy(sandbox)
    #expect(try await other.run("get", "--locked").status == 5)
    #expect(try await other.run("get", "--locked", url + ":weights/one-byte.bin").status == 0)
  }

  @Test func `a model that fails leaves the lock as it was`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    #expect(try await sandbox.run("lock", model.url() + ":nothing").status == 3)
    #expect(bytes(sandbox.work + "/lfsfetch.lock") == nil)
    #expect(try await sandbox.run("lock", model.url() + ":nothing", model.url() + ":README.md").status == 1)
    #expect(try lockText(sandbox).contains("README.md"))
    let before = try lockText(sandbox)
    #expect(try await sandbox.run("lock", model.url() + ":README.md").output.contains(": unchanged, "))
    #expect(try lockText(sandbox) == before)
  }

  @Test func `verify --locked tells which bytes are damaged, and --repair fetches just those`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let pointer = try await model.addObject(noise(14 << 20))
    try await model.commit(["big.bin": pointer.text])
    let url = model.url() + ":big.bin"
    #expect(try await sandbox.run("lock", url).status == 0)
    let early = try await sandbox.run("verify", "--locked")
    #expect(early.status == 0)
    #expect(early.errorLines.last == "checked 1 file, 14.7 MB: all sound")
    let other = try await copy(sandbox).run("verify", "--locked")
    #expect(other.status == 3)
    #expect(other.errors.contains("is not in the cache"), "\(other.errors)")
    let path = try await sandbox.path("get", "--locked")
    let sound = try await sandbox.run("verify", "--locked")
    #expect(sound.status == 0)
    #expect(sound.errorLines.last == "checked 1 file, 14.7 MB: all sound")
    // Nothing tells of the chunks but the lock.
    try FileManager.default.removeItem(atPath: sandbox.cache + "/checksums/" + pointer.oid)
    let object = sandbox.cache + "/objects/\(pointer.oid.prefix(2))/\(pointer.oid.dropFirst(2))"
    chmod(object, 0o600)
    let file = try FileHandle(forUpdating: URL(filePath: object))
    for offset in [5 << 20, 13 << 20] {
      try file.seek(toOffset: UInt64(offset))
      try file.write(contentsOf: Data(repeating: 0, count: 10))
    }
    try file.close()
    let damaged = try await sandbox.run("verify", "--locked", url)
    #expect(damaged.status == 6)
    #expect(
      damaged.output.contains(
        "bytes 4194304 to 8388607, 12582912 to 14680063 do not have the hashes that the lock has"),
      "\(damaged.output)")
    let before = try await model.requests().objects.bodyBytes
    let repair = try await sandbox.run("verify", "--locked", "--repair")
    #expect(repair.status == 0, "\(repair.errors)")
    #expect(try await model.requests().objects.bodyBytes - before == 6 << 20)
    #expect(try await sha256(try await sandbox.path("get", "--locked", "--offline")) == pointer.oid)
    #expect(try await sha256(path) == pointer.oid)
  }

  /// By a validator of other people's.
  @Test func `the schema fits what is written`() async throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let environment = try await Tool.run(root.appending(path: "Tests/Setup/python-environment.sh").path, [])
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let pointer = try await model.addObject(noise(9 << 20))
    try await model.commit(["big.bin": pointer.text])
    try project(sandbox, model, count: 1)
    #expect(try await sandbox.run("lock", "model-0", model.url() + ":big.bin").status == 0)
    let schema = root.appending(path: "registry/lock-schema.json").path
    let lock = sandbox.work + "/lfsfetch.lock"
    let faulty = try sandbox.write(try lockText(sandbox).replacing("\"source\"", with: "\"sauce\""), to: "faulty")
    for (path, isGood) in [(lock, true), (faulty, false)] {
      let validator = try Launch(
        environment.trimmingCharacters(in: .newlines) + "/bin/python",
        [
          "-W", "ignore", "-c",
          "import json, sys, jsonschema; jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))",
          path, schema,
        ], environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"], in: sandbox.work)
      let verdict = try await validator.outcome()
      #expect((verdict.status == 0) == isGood, "\(verdict.errors)")
    }
  }
}
