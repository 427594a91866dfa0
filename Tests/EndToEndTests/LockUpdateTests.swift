import Foundation
import Testing

/// `update`: the lock is moved to what models are now.
@Suite struct LockUpdateTests {
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

  @Test func `update moves the lock, and --check tells that it would`() async throws {
    let model = try ServedModel()
    let sandbox = try Sandbox()
    let url = model.url() + "@main"
    let name = url + ":weights/*.bin"
    #expect(try await sandbox.run("lock", name, url + ":texts/3000.txt").status == 0)
    let old = try sandbox.lockText()
    let first = try await model.commitID()
    #expect(try await sandbox.run("update", "--check").status == 0)
    #expect(try await sandbox.run("update").output.contains(": unchanged, \(first.prefix(8))\n"))
    #expect(try sandbox.lockText() == old)

    let pointer = try await model.addObject(noise(9 << 20))
    let second = try await model.commit(["weights/model.bin": pointer.text, "weights/new.bin": "new\n"])
    let check = try await sandbox.run("update", "--check", name)
    #expect(check.status == 9)
    let report = [
      "\(name): \(first.prefix(8)) → \(second.prefix(8)), 11 files, 9.5 MB",
      "  changed: weights/model.bin, 3.1 MB → 9.4 MB", "  new: weights/new.bin, 4 B",
    ]
    #expect(check.outputLines == report)
    #expect(try sandbox.lockText() == old)
    #expect(!sandbox.cachedFiles("objects").contains { $0.hasSuffix(pointer.oid.dropFirst(2)) })
    let update = try await sandbox.run("update", name, "--json")
    #expect(update.status == 0, "\(update.errors)")
    #expect(update.output.contains("\"changed\":true"))
    let new = try sandbox.lockText()
    #expect(new.contains("\"\(pointer.oid)\": {\"size\":4194304,\"sha256\":["))
    // The other model has not been touched.
    #expect(new.contains("\"commit\": \"\(first)\""))
    #expect(new.contains("\"commit\": \"\(second)\""))
    #expect(try await sandbox.run("update", "--check").status == 9)
    #expect(try await sandbox.run("update").status == 0)
    #expect(try await sandbox.run("update", "--check").status == 0)
    let unknown = try await sandbox.run("update", "no-such")
    #expect(unknown.status == 3)
    let other = try sandbox.copyOfLock()
    let path = try await other.path("get", "--locked", name)
    #expect(try await sha256(path + "/weights/model.bin") == pointer.oid)
  }
}
