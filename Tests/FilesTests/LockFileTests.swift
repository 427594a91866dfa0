import Fixtures
import Foundation
import Synchronization
import Testing

@testable import Files

/// What a lock lets one in at a time.
private final class Room: Sendable {
  let people = Atomic(0)
}

/// What keeps one out when the other is in.
enum LockKind: CaseIterable {
  case byteRanges
  case holderFiles
}

struct LockFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Files are used where the folder for them is.
  private func lockFile(_ kind: LockKind) throws -> LockFile {
    if kind == .holderFiles { try Directory.create(folder("locks.holders")) }
    return try LockFile(folder("locks"))
  }

  @Test(arguments: LockKind.allCases, [0, 1 << 20, 0x1234_5678_9abc_def0, .max] as [UInt64])
  func oneHolderAtATimeForEachKey(kind: LockKind, key: UInt64) throws {
    let first = try lockFile(kind)
    let second = try lockFile(kind)
    #expect(try first.tryLock(key))
    #expect(try !second.tryLock(key))
    #expect(try second.tryLock(key ^ 0x100))
    #expect(try !first.tryLock(key ^ 0x100))
    first.unlock(key)
    #expect(try second.tryLock(key))
    #expect(try !first.tryLock(key))
  }

  @Test(arguments: LockKind.allCases) func locksGoWithTheirHolder(kind: LockKind) throws {
    let second = try lockFile(kind)
    do {
      let first = try lockFile(kind)
      #expect(try first.tryLock(8))
      #expect(try !second.tryLock(8))
      withExtendedLifetime(first) {}
    }
    #expect(try second.tryLock(8))
  }

  @Test(arguments: LockKind.allCases) func aHolderGetsItsOwnLockAgain(kind: LockKind) throws {
    let holder = try lockFile(kind)
    #expect(!holder.stillHolds(8))
    #expect(try holder.tryLock(8))
    #expect(try holder.tryLock(8))
    #expect(holder.stillHolds(8))
  }

  @Test(arguments: LockKind.allCases) func theFileStaysEmptyAndNothingIsLeft(kind: LockKind) throws {
    do {
      let holder = try lockFile(kind)
      #expect(try holder.tryLock(.max))
      #expect(try FileStatus.of(folder("locks"))?.size == 0)
      #expect(try holder.tryLock(1))
      holder.unlock(1)
    }
    #expect(try Directory.list(folder.path) == (kind == .byteRanges ? ["locks"] : ["locks", "locks.holders"]))
    #expect(try Directory.list(folder("locks.holders")).isEmpty)
  }

  @Test(arguments: LockKind.allCases) func neverTwoInside(kind: LockKind) async throws {
    _ = try lockFile(kind)
    let path = folder("locks")
    let room = Room()
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask {
          var entries = 0
          for _ in 0..<200 {
            let holder = try LockFile(path)
            guard try holder.tryLock(42) else {
              await Task.yield()
              continue
            }
            entries += 1
            #expect(room.people.wrappingAdd(1, ordering: .relaxed).newValue == 1)
            await Task.yield()
            room.people.wrappingSubtract(1, ordering: .relaxed)
            withExtendedLifetime(holder) {}
          }
          return entries
        }
      }
      let entries = try await group.reduce(0, +)
      #expect(entries > 0)
    }
  }

  /// Byte ranges are what the system itself locks, so any program can be the other one.
  @Test(arguments: [true, false])
  func anotherProcessIsKeptOutUntilItEnds(isKilled: Bool) throws {
    let script = """
      import fcntl,os,sys,time
      f=open(sys.argv[1],'w')
      fcntl.lockf(f,fcntl.LOCK_EX,1,42>>1)
      print(1,flush=True)
      while not os.path.exists(sys.argv[2]): time.sleep(0.01)
      """
    let environment = ProcessInfo.processInfo.environment
    let other = try Launch(
      "python3", ["-c", script, folder("locks"), folder("end")], environment: environment, in: folder.path)
    let start = ContinuousClock.now
    while other.outputSoFar != "1\n" {
      try #require(ContinuousClock.now - start < .seconds(60), "\(other.errorsSoFar)")
      usleep(1_000)
    }
    let holder = try LockFile(folder("locks"))
    #expect(try !holder.tryLock(42))
    #expect(try holder.tryLock(4242))
    if isKilled { other.send(SIGKILL) } else { try folder.write("", to: "end") }
    #expect(try other.blockingOutcome().status == (isKilled ? -SIGKILL : 0))
    #expect(try holder.tryLock(42))
  }

  // MARK: From one kind to the other

  @Test func whoComesAfterTheFolderWasMadeGoesOverToFiles() throws {
    let first = try lockFile(.byteRanges)
    #expect(try first.tryLock(8))
    #expect(try first.tryLock(16))
    first.unlock(16)
    // Somebody is refused, and makes the folder.
    let second = try lockFile(.holderFiles)
    #expect(!first.stillHolds(8), "the other cannot see it")
    #expect(try second.tryLock(16))
    #expect(try !first.tryLock(16))
    second.unlock(16)
    #expect(try first.tryLock(16))
    #expect(try !second.tryLock(16))
    #expect(first.stillHolds(16))
  }

  @Test func whoHoldsAByteKeepsOutThoseThatSeeIt() throws {
    let first = try lockFile(.byteRanges)
    #expect(try first.tryLock(8))
    let second = try lockFile(.holderFiles)
    #expect(try !second.tryLock(8))
    first.unlock(8)
    #expect(try second.tryLock(8))
    #expect(second.stillHolds(8))
  }

  @Test(arguments: [
    (ENOLCK, true), (ENOSYS, true), (EOPNOTSUPP, true), (ENOTSUP, true), (EINVAL, true), (EBADF, false),
  ])
  func whatCountsAsARefusal(reason: Int32, isRefusal: Bool) {
    #expect(LockFile.isRefusal(reason) == isRefusal)
  }

  @Test func anotherFaultIsNotTakenForARefusal() throws {
    try folder.write("", to: "locks")
    let holder = LockFile(try File.open(folder("locks"), .read), isOwn: true)
    #expect(throws: FileError("lock", folder("locks"), errno: EBADF)) { _ = try holder.tryLock(8) }
    #expect(try Directory.list(folder.path) == ["locks"])
  }

  // MARK: Files of single runs

  @Test(arguments: LockKind.allCases) func theFileOfAnotherRunIsLockedWhenThatIsDead(kind: LockKind) throws {
    #expect(try LockFile.ofAnother(folder("locks")) == nil)
    #expect(try Directory.list(folder.path).isEmpty)
    do {
      let holder = try lockFile(kind)
      #expect(try holder.tryLock(0))
      #expect(try LockFile.ofAnother(folder("locks"))?.tryLock(0) == false)
      withExtendedLifetime(holder) {}
    }
    let lock = try #require(try LockFile.ofAnother(folder("locks")))
    #expect(try lock.tryLock(0))
    try lock.remove()
    #expect(try Directory.list(folder.path).isEmpty)
  }

  @Test func aFolderOfHoldersGoesOnlyWithoutItsFile() throws {
    _ = try lockFile(.holderFiles)
    try folder.write("", to: "other")
    for name in try Directory.list(folder.path) { try LockFile.removeOrphan(folder(name)) }
    #expect(try Directory.list(folder.path) == ["locks", "locks.holders", "other"])
    try removeFile(folder("locks"))
    for name in try Directory.list(folder.path) { try LockFile.removeOrphan(folder(name)) }
    #expect(try Directory.list(folder.path) == ["other"])
  }

  @Test func aFileThatCannotBeMadeIsNamed() throws {
    #expect(throws: FileError("open", folder("none/locks"), errno: ENOENT)) { _ = try LockFile(folder("none/locks")) }
  }
}
