import Foundation
import Testing

/// `verify --locked`: the chunks of a lock tell where damage is.
@Suite struct LockVerifyTests {
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
    let other = try await sandbox.copyOfLock().run("verify", "--locked")
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
}
