import Fixtures
import Foundation
import Testing

/// `lock` and `get --locked`.
@Suite struct LockTests {
  @Test func `several processes lock into one file, and no model is lost`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try sandbox.writeProject(of: model, count: 4)
    let runs = try (0..<4).map { try sandbox.start(["lock", "model-\($0)"]) }
    for run in runs { #expect(try await run.outcome().status == 0) }
    let text = try sandbox.lockText()
    for number in 0..<4 { #expect(text.contains("\"model-\(number)\"")) }
    #expect(try await sandbox.run("get", "--locked").status == 0)
  }

  @Test func `ten locked models are the same elsewhere, without a git request`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    try sandbox.writeProject(of: model, count: 10)
    let names = (0..<10).map { "model-\($0)" }
    let locked = try await sandbox.start(["lock"] + names).outcome()
    #expect(locked.status == 0, "\(locked.errors)")
    let commit = try await model.commitID()
    #expect(locked.outputLines.first == "model-0: \(commit.prefix(8)), 14 files, 3.3 MB")
    let folder = try await sandbox.path("get", "model-3", "--to", "whole")
    // The repository has moved on.
    try await model.commit(["small/003.txt": "other\n", "weights/new.bin": "new"])

    let other = try sandbox.copyOfLock()
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

  /// In a name, `@` begins a revision and `:` a path.
  @Test func `a folder may have any name`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write("{\"models\": {}}", to: "work/lfsfetch.json")
    let folder = sandbox.work + "/me@home: a%40"
    try sandbox.write("weights", to: "work/me@home: a%40/model/a.bin")
    try sandbox.write("other", to: "work/me@home: a%40/model/b.bin")
    func run(_ words: String..., in folder: String) async throws -> Launch.Outcome {
      try await Launch(Sandbox.program, words, environment: sandbox.environment, in: folder).outcome()
    }
    for name in ["./model", "./model:a.bin"] {
      let locked = try await run("lock", name, in: folder)
      #expect(locked.status == 0, "\(locked.errors)")
      let got = try await run("get", "--locked", name, in: folder)
      #expect(got.status == 0, "\(got.errors)")
    }
    let text = try sandbox.lockText()
    #expect(text.contains("\"file://\(sandbox.work)/me%40home%3A%20a%2540/model:a.bin\""), "\(text)")
    let all = try await run("get", "--locked", in: sandbox.work)
    #expect(all.status == 0 && all.outputLines.count == 2, "\(all.errors)")
    let update = try await run("update", "--check", in: sandbox.work)
    #expect(update.status == 0, "\(update.errors)")
  }

  @Test func `--to, --dry-run and --json work with a lock`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let url = model.url() + "@main:weights/*.bin"
    #expect(try await sandbox.run("lock", url).status == 0)
    let other = try sandbox.copyOfLock()
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
    try sandbox.writeProject(of: model, count: 2)
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
    let text = try sandbox.lockText()
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
    let other = try sandbox.copyOfLock()
    #expect(bytes(try await other.path("get", "--locked"))?.count == 100_000)
    let text = try sandbox.lockText()
    let hash = try #require(text.split(separator: "\"sha256\":\"").dropFirst().first?.prefix(64))
    let third = try Sandbox()
    try third.write(text.replacing(hash, with: String(repeating: "0", count: 64)), to: "work/lfsfetch.lock")
    let refused = try await third.run("get", "--locked")
    #expect(refused.status == 6)
    #expect(refused.errors.contains("has other bytes than expected"), "\(refused.errors)")
  }

  @Test func `a lock names no credentials`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let url = model.url("/private").replacing(
      "http://", with: "http://\(model.servers.username):\(model.servers.password)@")
    let outcome = try await sandbox.run("lock", url + ":weights/one-byte.bin")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(!(try sandbox.lockText().contains(model.servers.password)))
    let other = try sandbox.copyOfLock()
    #expect(try await other.run("get", "--locked").status == 5)
    #expect(try await other.run("get", "--locked", url + ":weights/one-byte.bin").status == 0)
  }

  @Test func `a model that fails leaves the lock as it was`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    #expect(try await sandbox.run("lock", model.url() + ":nothing").status == 3)
    #expect(bytes(sandbox.work + "/lfsfetch.lock") == nil)
    #expect(try await sandbox.run("lock", model.url() + ":nothing", model.url() + ":README.md").status == 1)
    #expect(try sandbox.lockText().contains("README.md"))
    let before = try sandbox.lockText()
    #expect(try await sandbox.run("lock", model.url() + ":README.md").output.contains(": unchanged, "))
    #expect(try sandbox.lockText() == before)
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
    try sandbox.writeProject(of: model, count: 1)
    #expect(try await sandbox.run("lock", "model-0", model.url() + ":big.bin").status == 0)
    let schema = root.appending(path: "registry/lock-schema.json").path
    let lock = sandbox.work + "/lfsfetch.lock"
    let faulty = try sandbox.write(try sandbox.lockText().replacing("\"source\"", with: "\"sauce\""), to: "faulty")
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
