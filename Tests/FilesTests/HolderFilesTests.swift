import Fixtures
import Foundation
import Synchronization
import Testing

@testable import Files

/// Who is in, and how many have died in there.
private final class Room: Sendable {
  let people = Atomic(0)
  let deaths = Atomic(0)
}

/// Holders as files: who is dead, and who follows.
struct HolderFilesTests {
  private let folder: TemporaryFolder
  private let key: UInt64 = 0xabc
  private var place: String { folder("holders/0000000000000abc") }

  init() throws { folder = try TemporaryFolder() }

  private func holders(_ timing: HolderFiles.Timing = .init()) throws -> HolderFiles {
    try HolderFiles(folder("holders"), timing: timing)
  }

  private static let dead = ProcessIdentity(machine: ProcessIdentity.own.machine, number: .max, started: 1).text
  private static let reused = ProcessIdentity(machine: ProcessIdentity.own.machine, number: getpid(), started: 1).text
  private static let elsewhere = ProcessIdentity(machine: "elsewhere", number: getpid(), started: 1).text
  private static let unknown = ProcessIdentity(machine: nil, number: getpid(), started: 1).text

  /// The file of a holder that wrote into it so many seconds ago.
  private func leave(_ process: String, _ nonce: String = "x", ago: Int = 0) throws {
    let path = try folder.write([0], to: "holders/0000000000000abc/\(process).\(nonce)")
    try setAge(path, ago)
  }

  private func setAge(_ path: String, _ seconds: Int) throws {
    var times = [timeval](repeating: timeval(tv_sec: time(nil) - seconds, tv_usec: 0), count: 2)
    try #require(utimes(path, &times) == 0)
  }

  private var names: [String] { get throws { try Directory.list(place) } }

  @Test(arguments: [
    (dead, 0, true), (dead, 1000, true), (reused, 0, true),
    (elsewhere, 0, false), (elsewhere, 30, false), (elsewhere, 120, true), (elsewhere, -1000, false),
    (unknown, 30, false), (unknown, 120, true),
  ])
  func aDeadHolderIsFollowed(process: String, ago: Int, isDead: Bool) throws {
    // Made before, so that the folder is not tidied up at the beginning.
    let holders = try holders()
    try leave(process, ago: ago)
    #expect(try holders.tryLock(key) == isDead)
    #expect(holders.stillHolds(key) == isDead)
    try #require(try names.count == 1)
    #expect(try names[0].hasPrefix(isDead ? ProcessIdentity.own.text : process))
    #expect(try !self.holders().tryLock(key) || !isDead)
    holders.unlock(key)
    #expect(try FileStatus.of(place) == nil || !isDead)
  }

  @Test func anEmptyFolderIsNobodys() throws {
    let holders = try holders()
    try Directory.create(place)
    #expect(try holders.tryLock(key))
    #expect(try names.count == 1)
  }

  @Test func aHolderOfAnotherMachineIsSeenToGo() throws {
    let holders = try holders()
    try leave(Self.elsewhere)
    #expect(try !holders.tryLock(key))
    try Directory.remove(place)
    #expect(try holders.tryLock(key))
    holders.unlock(key)
    // Another one of the same key, which is not the one that is remembered.
    try leave(Self.elsewhere, "y", ago: 1000)
    #expect(try holders.tryLock(key))
  }

  @Test func whatTheDeadLeftIsRemoved() throws {
    try leave(Self.dead)
    try folder.write([0], to: "holders/.\(Self.dead).a/\(Self.dead).a")
    try folder.write([0], to: "holders/.\(Self.elsewhere).b/\(Self.elsewhere).b")
    try folder.write([0], to: "holders/0000000000000001/\(Self.elsewhere).c")
    try setAge(try folder.write([0], to: "holders/0000000000000002/\(Self.elsewhere).d"), 1000)
    try Directory.create(folder("holders/0000000000000003"))
    try folder.write("", to: "holders/something")
    do { _ = try holders() }
    #expect(
      try Directory.list(folder("holders")) == [".\(Self.elsewhere).b", "0000000000000001", "something"])
  }

  // MARK: Losing it

  @Test func aHolderThatWasTakenOverNoticesAndLeavesTheOtherAlone() throws {
    let holders = try holders()
    #expect(try holders.tryLock(key))
    try renameFile(place + "/" + names[0], to: "\(place)/\(Self.elsewhere).x")
    #expect(!holders.stillHolds(key))
    #expect(try !holders.tryLock(key))
    holders.unlock(key)
    #expect(try names == ["\(Self.elsewhere).x"])
  }

  @Test func whileItIsHeldTheFileIsWrittenTo() async throws {
    let holders = try holders(.init(refresh: .milliseconds(20)))
    #expect(try holders.tryLock(key))
    let file = place + "/" + (try names[0])
    for _ in 0..<2 {
      try setAge(file, 1000)
      let old = try #require(try FileStatus.of(file)).modified
      try await waitUntil { try FileStatus.of(file)?.modified != old }
    }
    holders.unlock(key)
    try await waitUntil { !holders.state.withLock { $0.isRefreshing } }
    // And again, after it has ended.
    #expect(try holders.tryLock(key))
    #expect(holders.state.withLock { $0.isRefreshing })
  }

  @Test func theLossIsNoticedWithoutBeingAskedFor() async throws {
    let holders = try holders(.init(refresh: .milliseconds(20)))
    #expect(try holders.tryLock(key))
    try Directory.remove(place)
    try await waitUntil { holders.state.withLock { $0.held.isEmpty } }
  }

  private func waitUntil(_ condition: () throws -> Bool) async throws {
    let start = ContinuousClock.now
    while try !condition() {
      try #require(ContinuousClock.now - start < .seconds(30))
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  // MARK: Many at once

  /// Each that gets in either gives the lock back, or leaves a holder's file as a process that died would, or one that
  /// has been silent on another machine; so the others take over from it, all at the same time.
  @Test func neverTwoInsideEvenWhereHoldersDie() async throws {
    let path = folder("holders")
    let room = Room()
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask {
          var entries = 0
          for round in 0..<300 {
            let holders = try HolderFiles(path)
            guard try holders.tryLock(key) else {
              await Task.yield()
              continue
            }
            entries += 1
            #expect(room.people.wrappingAdd(1, ordering: .relaxed).newValue == 1)
            await Task.yield()
            #expect(holders.stillHolds(key))
            room.people.wrappingSubtract(1, ordering: .relaxed)
            guard round % 3 != 0 else { continue }
            let number = room.deaths.wrappingAdd(1, ordering: .relaxed).newValue
            let own = place + "/" + (try names[0])
            if round % 3 == 1 { try setAge(own, 1000) }
            try renameFile(own, to: "\(place)/\(round % 3 == 1 ? Self.elsewhere : Self.dead).\(number)")
          }
          return entries
        }
      }
      let entries = try await group.reduce(0, +)
      #expect(entries > 0)
    }
    #expect(room.deaths.load(ordering: .relaxed) > 0)
    #expect(try holders().tryLock(key), "nobody is left inside")
  }
}
