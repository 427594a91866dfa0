import Files
import Fixtures
import Foundation
import Testing
import Text

@testable import LFSFetch

/// What is cleaned up after runs that came to a bad end.
@Suite struct RunMarkerTests {
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

  /// The marker of a run that died.
  private func leaveMarker(_ name: String) throws {
    try folder.write("", to: "runs/\(name)")
  }

  /// The file system's clock ticks in steps of a few milliseconds.
  private func waitForTheClock() { usleep(30_000) }

  private var markers: [String] { get throws { try Directory.list(folder("runs")) } }

  @Test func `damage since the marker of another boot is removed`() throws {
    let old = try addDamaged("old")
    waitForTheClock()
    try leaveMarker("before.process.1")
    waitForTheClock()
    let new = try addDamaged("new")
    let sound = try store.add([1, 2, 3])
    try RunMarker.recover(store, boot: "now")
    #expect(try !store.contains(new, size: nil))
    #expect(try store.contains(sound, size: nil))
    // What is older was synced by an earlier run, and is not read again.
    #expect(try store.contains(old, size: nil))
    #expect(try markers.isEmpty)
  }

  @Test func `what was put into snapshots since is removed, to be put there again`() throws {
    let old = try folder.write("x", to: "snapshots/s/1/a/old")
    waitForTheClock()
    try leaveMarker("before.process.1")
    waitForTheClock()
    let new = try folder.write("x", to: "snapshots/s/1/a/new")
    try RunMarker.recover(store, boot: "now")
    #expect(try FileStatus.of(old) != nil)
    #expect(try FileStatus.of(new) == nil)
  }

  @Test func `the system still has the bytes of a run of this boot`() throws {
    try leaveMarker("now.process.1")
    waitForTheClock()
    let oid = try addDamaged("x")
    try RunMarker.recover(store, boot: "now")
    #expect(try store.contains(oid, size: nil))
    #expect(try markers.isEmpty)
  }

  @Test func `a run that lives is left alone`() throws {
    let marker = try RunMarker(cache, boot: "before")
    let names = try markers
    waitForTheClock()
    let oid = try addDamaged("x")
    try RunMarker.recover(store, boot: "now")
    #expect(try store.contains(oid, size: nil))
    #expect(try markers == names)
    try marker.remove()
    #expect(try markers.isEmpty)
  }

  @Test func `the temporary files of dead runs are removed, and no others`() throws {
    try leaveMarker("now.dead.1")
    try folder.write("x", to: "objects/ab/.name.dead.123.tmp")
    let other = try folder.write("x", to: "objects/ab/.name.alive.123.tmp")
    try folder.write("x", to: "snapshots/source/1/.x.dead.123.tmp")
    try folder.write("x", to: "snapshots/source/1/file.dead.tmp.txt")
    let oid = try store.add([1])
    try RunMarker.recover(store, boot: "now")
    #expect(try Directory.list(folder("objects/ab")) == [".name.alive.123.tmp"])
    #expect(try Directory.list(folder("snapshots/source/1")) == ["file.dead.tmp.txt"])
    #expect(try readFile(other) == [UInt8(ascii: "x")])
    #expect(try store.contains(oid, size: 1))
  }

  @Test func `several runs of one process do not wait for each other`() throws {
    let one = try RunMarker(cache)
    let two = try RunMarker(cache)
    let names = try markers
    #expect(names.count == 2)
    let boot = try #require(currentBoot)
    #expect(names.allSatisfy { $0.hasPrefix("\(boot).\(processInstance).") })
    try folder.write("x", to: "objects/ab/.name.\(processInstance).123.tmp")
    try RunMarker.recover(store)
    #expect(try markers == names)
    try one.remove()
    try one.remove()
    #expect(try markers.count == 1)
    try two.remove()
    #expect(try markers.isEmpty)
    #expect(try Directory.list(folder("objects/ab")).count == 1)
  }

  @Test func `nothing to clean up, not even a folder`() throws {
    try RunMarker.recover(store)
    #expect(try Directory.list(folder.path).isEmpty)
  }

  // MARK: Syncs that are owed

  /// The debt that a run leaves, and where its marker was.
  private func owe() throws -> RunMarker.Debt {
    let marker = try RunMarker(cache)
    try #require(try marker.owe())
    let debts = try RunMarker.debts(in: cache)
    #expect(debts.count == 1)
    return try #require(debts.first)
  }

  @Test func `a run that owes its sync leaves a mark of it, and no other`() throws {
    let debt = try owe()
    #expect(try markers == [debt.path.lastPathComponent])
    #expect(debt.path.has(".owed."))
    #expect(debt.isYoung)
    // It is for a run that syncs.
    let oid = try addDamaged("x")
    try folder.write("x", to: "objects/ab/.name.owed.123.tmp")
    try RunMarker.recover(store)
    #expect(try markers == [debt.path.lastPathComponent])
    #expect(try store.contains(oid, size: nil))
    #expect(try Directory.list(folder("objects/ab")).count == 1)
  }

  @Test func `a debt is as old as its run`() throws {
    let path = try owe().path
    var times = [timeval](repeating: timeval(tv_sec: time(nil) - 61, tv_usec: 0), count: 2)
    try #require(utimes(path, &times) == 0)
    #expect(try RunMarker.debts(in: cache).map(\.isYoung) == [false])
    #expect(try RunMarker.debts(in: cache, boot: "another").isEmpty)
  }

  @Test func `after another boot what a debt covers is looked at`() throws {
    let old = try addDamaged("old")
    waitForTheClock()
    let marker = try RunMarker(cache, boot: "before")
    waitForTheClock()
    let new = try addDamaged("new")
    waitForTheClock()
    try #require(try marker.owe())
    try RunMarker.recover(store, boot: "now")
    #expect(try store.contains(old, size: nil))
    #expect(try !store.contains(new, size: nil))
    #expect(try markers.isEmpty)
  }

  // MARK: Where the file system has no byte-range locks

  /// The marker of a run whose holder is a file, of this machine or another one.
  private func leaveMarker(_ name: String, holder: String, secondsAgo: Int) throws {
    try leaveMarker(name)
    let path = try folder.write([0], to: "runs/\(name).holders/0000000000000000/\(holder)")
    var times = [timeval](repeating: timeval(tv_sec: time(nil) - secondsAgo, tv_usec: 0), count: 2)
    try #require(utimes(path, &times) == 0)
  }

  @Test(arguments: [(0, true), (30, true), (1000, false)])
  func `a run on another machine lives while it writes`(secondsAgo: Int, lives: Bool) throws {
    try leaveMarker("elsewhere.process.1", holder: "elsewhere.1.1.x", secondsAgo: secondsAgo)
    waitForTheClock()
    let oid = try addDamaged("x")
    try folder.write("x", to: "objects/ab/.name.process.123.tmp")
    try RunMarker.recover(store, boot: "now")
    #expect(try store.contains(oid, size: nil) == lives)
    #expect(try Directory.list(folder("objects/ab")).isEmpty != lives)
    #expect(try markers == (lives ? ["elsewhere.process.1", "elsewhere.process.1.holders"] : []))
  }

  @Test func `a folder of holders without its marker is removed`() throws {
    try leaveMarker("now.process.1", holder: "elsewhere.1.1.x", secondsAgo: 0)
    try removeFile(folder("runs/now.process.1"))
    try RunMarker.recover(store, boot: "now")
    #expect(try markers.isEmpty)
  }

  @Test func `a run that was taken for dead knows it`() throws {
    let marker = try RunMarker(cache)
    #expect(marker.isHeld)
    try Directory.create(folder("runs/" + markers[0] + ".holders"))
    #expect(!marker.isHeld)
    try marker.remove()
    #expect(try markers.isEmpty)
  }
}
