import Fixtures
import Foundation
import Synchronization
import Testing

@testable import Files

/// What a lock lets one in at a time.
private final class Room: Sendable {
  let people = Atomic(0)
}

struct LockFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [0, 1 << 20, 0x1234_5678_9abc_def0, .max] as [UInt64])
  func oneHolderAtATimeForEachKey(key: UInt64) throws {
    let first = try LockFile(folder("locks"))
    let second = try LockFile(folder("locks"))
    #expect(try first.tryLock(key))
    #expect(try !second.tryLock(key))
    #expect(try second.tryLock(key ^ 0x100))
    #expect(try !first.tryLock(key ^ 0x100))
    first.unlock(key)
    #expect(try second.tryLock(key))
    #expect(try !first.tryLock(key))
  }

  @Test func locksGoWithTheirHolder() throws {
    let second = try LockFile(folder("locks"))
    do {
      let first = try LockFile(folder("locks"))
      #expect(try first.tryLock(8))
      #expect(try !second.tryLock(8))
      withExtendedLifetime(first) {}
    }
    #expect(try second.tryLock(8))
  }

  @Test func aHolderGetsItsOwnLockAgain() throws {
    let holder = try LockFile(folder("locks"))
    #expect(try holder.tryLock(8))
    #expect(try holder.tryLock(8))
  }

  @Test func theFileStaysEmpty() throws {
    let holder = try LockFile(folder("locks"))
    #expect(try holder.tryLock(.max))
    #expect(try FileStatus.of(folder("locks"))?.size == 0)
  }

  @Test func neverTwoInside() async throws {
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
      import fcntl,sys
      f=open(sys.argv[1],'w')
      fcntl.lockf(f,fcntl.LOCK_EX,1,42>>1)
      print(1,flush=True)
      sys.stdin.read()
      """
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script, folder("locks")]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    #expect(try output.fileHandleForReading.read(upToCount: 2) == Data("1\n".utf8))
    let holder = try LockFile(folder("locks"))
    #expect(try !holder.tryLock(42))
    #expect(try holder.tryLock(4242))
    if isKilled { kill(process.processIdentifier, SIGKILL) } else { try input.fileHandleForWriting.close() }
    process.waitUntilExit()
    #expect(try holder.tryLock(42))
  }

  @Test func aFileThatCannotBeMadeIsNamed() throws {
    #expect(throws: FileError("open", folder("none/locks"), errno: ENOENT)) { _ = try LockFile(folder("none/locks")) }
  }
}
