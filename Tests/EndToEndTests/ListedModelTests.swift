import Fixtures
import Foundation
import Testing

/// Models of a registry without a source, whose files have addresses of their own.
@Suite struct ListedModelTests {
  @Test func `each file comes from its addresses, and with hashes and sizes nobody else is asked`() async throws {
    let (one, two) = (try ServedFile(noise(3000), name: "a.bin"), try ServedFile(noise(2_000_000), name: "b.bin"))
    let sandbox = try Sandbox()
    let (first, second) = (try await sha256(one.path), try await sha256(two.path))
    let registry = try sandbox.registry(
      """
      "listed": {"main": "weights/b.onnx", "objects": {
        "a.txt": {"sha256": "\(first)", "size": 3000, "mirrors": ["\(one.url("nowhere"))", "\(one.url())"]},
        "weights/b.onnx": {"sha256": "\(second)", "size": 2000000, "mirrors": ["\(two.url())"]}
      }}
      """)
    let path = try await sandbox.path("get", "listed", "--registry", registry, "--retries", "0")
    #expect(path.hasSuffix("/weights/b.onnx"))
    #expect(try await sha256(path) == second)
    #expect(bytes(String(path.dropLast("weights/b.onnx".count)) + "a.txt") == noise(3000))
    #expect(try await two.requests().bodyBytes == 2_000_000)

    // The lock has the addresses: it needs no registry.
    #expect(try await sandbox.run("lock", "listed", "--registry", registry).status == 0)
    let lock = try #require(bytes(sandbox.work + "/lfsfetch.lock"))
    #expect(!String(decoding: lock, as: UTF8.self).contains("\"source\""))
    let other = try Sandbox()
    try lock.write(to: URL(filePath: other.work + "/lfsfetch.lock"))
    #expect(try await sha256(try await other.path("get", "--locked", "--retries", "0")) == second)
    #expect(try await sandbox.path("get", "listed", "--locked", "--registry", registry).hasSuffix("/weights/b.onnx"))
  }

  @Test func `a file without a hash is trusted at first, one without a size is asked for`() async throws {
    let (one, two) = (try ServedFile(noise(3000), name: "a.bin"), try ServedFile(noise(2_000_000), name: "b.bin"))
    let sandbox = try Sandbox()
    let second = try await sha256(two.path)
    let registry = try sandbox.registry(
      """
      "listed": {"objects": {
        "a.bin": {"mirrors": ["\(one.url())"]},
        "b.bin": {"sha256": "\(second)", "mirrors": ["\(two.url("nowhere"))", "\(two.url())"]}
      }}
      """)
    let plan = try await sandbox.run("get", "listed", "--dry-run", "--registry", registry)
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(plan.output.contains("a.bin") && plan.output.contains("b.bin"), "\(plan.output)")
    let run = try await sandbox.run("get", "listed", "--registry", registry)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("nothing tells what `a.bin` should be"))
    #expect(!run.errors.contains("nothing tells what `b.bin` should be"))
    #expect(FileTree.paths(in: run.path) == ["a.bin", "b.bin"])
    let count = try await one.requests().count
    #expect(try await sandbox.path("get", "listed", "--registry", registry) == run.path)
    #expect(try await one.requests().count == count)
    let info = try await sandbox.run("info", "listed", "--registry", registry)
    #expect(info.output.contains("no hash  a.bin"), "\(info.output)")
    #expect(try await sandbox.run("verify", "listed", "--registry", registry).status == 0)
  }

  @Test(arguments: [
    (
      #""a": {"mirrors": ["https://h/a"]}, "b": {"sha256": "\#(String(repeating: "a", count: 64))"}"#,
      "`source` is missing, and not every object has `mirrors`"
    ),
    (#""a": {"size": 5}"#, "`sha256` is missing"),
  ])
  func `a model that cannot be fetched is a fault of the registry`(objects: String, message: String) async throws {
    let sandbox = try Sandbox()
    let registry = try sandbox.registry("\"m\": {\"objects\": {\(objects)}}")
    let run = try await sandbox.run("registry", "validate", registry)
    #expect(run.status == 2)
    #expect((run.output + run.errors).contains(message), "\(run.output)\(run.errors)")
  }

  @Test func `registry add writes a plain file with its hash and size`() async throws {
    let file = try ServedFile(noise(3000))
    let sandbox = try Sandbox()
    let oid = try await sha256(file.path)
    let registry = sandbox.folder + "/mine.json"
    let added = try await sandbox.run("registry", "add", "m", file.url() + "#sha256=" + oid, "--registry", registry)
    #expect(added.status == 0, "\(added.errors)")
    let count = try await file.requests().count
    let path = try await sandbox.path("get", "m", "--registry", registry)
    #expect(try await sha256(path) == oid)
    #expect(try await file.requests().count == count + 1)
    let unverified = try await sandbox.run("registry", "add", "u", file.url() + "#unverified", "--registry", registry)
    #expect(unverified.status == 0, "\(unverified.errors)")
    #expect(try await sha256(try await sandbox.path("get", "u", "--registry", registry)) == oid)
    #expect(try await sandbox.run("registry", "update", "--registry", registry).status == 0)
  }
}
