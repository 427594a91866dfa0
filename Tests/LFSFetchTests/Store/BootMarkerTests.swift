import Files
import Fixtures
import Foundation
import Testing

@testable import LFSFetch

/// What happens to objects that were made just before a power failure.
@Suite struct BootMarkerTests {
  private let folder: TemporaryFolder
  private let cache: Cache
  private let store: ObjectStore

  init() throws {
    folder = try TemporaryFolder()
    cache = Cache(root: folder.path)
    store = ObjectStore(cache)
  }

  /// An object whose bytes never reached the disk.
  private func addDamaged(_ content: String) throws -> SHA256Digest {
    let oid = try store.add(Array(content.utf8))
    let path = store.path(of: oid)
    chmod(path, 0o644)
    let file = try File.open(path, .readWrite)
    try file.write([0], at: 0)
    try file.setPermissions(0o444)
    return oid
  }

  /// The file system's clock ticks in steps of a few milliseconds.
  private func waitForTheClock() { usleep(30_000) }

  private var markers: [String] { get throws { try Directory.list(folder("unsynced")) } }

  @Test func `damage since the marker of another boot is removed`() throws {
    let old = try addDamaged("old")
    waitForTheClock()
    try BootMarker(cache, boot: "before").place()
    waitForTheClock()
    let new = try addDamaged("new")
    let sound = try store.add([1, 2, 3])
    try BootMarker(cache, boot: "now").recover(store)
    #expect(try !store.contains(new, size: nil))
    #expect(try store.contains(sound, size: nil))
    // What is older was synced by an earlier run, and is not read again.
    #expect(try store.contains(old, size: nil))
    #expect(try markers.isEmpty)
  }

  @Test func `the marker of this boot means nothing`() throws {
    try BootMarker(cache, boot: "now").place()
    waitForTheClock()
    let oid = try addDamaged("x")
    try BootMarker(cache, boot: "now").recover(store)
    #expect(try store.contains(oid, size: nil))
    #expect(try markers == ["now.\(getpid())"])
  }

  @Test func `the oldest marker counts, and only strange ones are removed`() throws {
    try BootMarker(cache, boot: "first").place()
    waitForTheClock()
    let oid = try addDamaged("x")
    waitForTheClock()
    try BootMarker(cache, boot: "second").place()
    try BootMarker(cache, boot: "now").place()
    try BootMarker(cache, boot: "now").recover(store)
    #expect(try !store.contains(oid, size: nil))
    #expect(try markers == ["now.\(getpid())"])
  }

  @Test func `placed and removed`() throws {
    let marker = BootMarker(cache)
    try marker.place()
    #expect(try markers == ["\(BootMarker.currentBoot).\(getpid())"])
    try marker.remove()
    try marker.remove()
    #expect(try markers.isEmpty)
    try marker.recover(store)
  }

  @Test func `a boot has one name`() {
    #expect(!BootMarker.currentBoot.isEmpty)
    #expect(BootMarker.currentBoot == BootMarker.currentBoot)
    #expect(!BootMarker.currentBoot.contains("/"))
  }
}
