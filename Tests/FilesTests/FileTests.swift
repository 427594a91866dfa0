import Fixtures
import Foundation
import Testing

@testable import Files

struct FileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func aNewFileHasItsPermissionsAndContent() throws {
    let file = try File.open(folder("new"), .createNew(permissions: 0o600))
    try file.write(Array("hello".utf8), at: 0)
    #expect(try file.status().permissions == 0o600)
    #expect(try readFile(folder("new")) == Array("hello".utf8))
  }

  @Test func aNewFileReplacesNothing() throws {
    try folder.write("old", to: "file")
    try Directory.create(folder("folder"))
    try FileManager.default.createSymbolicLink(atPath: folder("link"), withDestinationPath: folder("target"))
    for name in ["file", "folder", "link"] {
      #expect(throws: FileError("create", folder(name), errno: EEXIST)) {
        _ = try File.open(folder(name), .createNew(permissions: 0o644))
      }
    }
    #expect(try FileStatus.of(folder("target")) == nil)
    #expect(try readFile(folder("file")) == Array("old".utf8))
  }

  @Test func openingWhatIsNotThereNamesIt() throws {
    let error = #expect(throws: FileError.self) { _ = try File.open(folder("gone"), .read) }
    #expect(error?.description == "cannot open `\(folder("gone"))`: No such file or directory")
    #expect(error?.isNotFound == true)
  }

  @Test func aFileForReadingCannotBeWritten() throws {
    try folder.write("x", to: "file")
    let file = try File.open(folder("file"), .read)
    #expect(throws: FileError("write", folder("file"), errno: EBADF)) { try file.write([1], at: 0) }
  }

  @Test func aFileIsMadeOnceAndOpenedAgain() throws {
    try File.open(folder("file"), .readWriteOrCreate).write([1, 2, 3], at: 0)
    try File.open(folder("file"), .readWriteOrCreate).write([9], at: 1)
    #expect(try readFile(folder("file")) == [1, 9, 3])
  }

  @Test func positionsAreIndependent() throws {
    let content = bytes(count: 100_000)
    let file = try File.open(folder("file"), .createNew(permissions: 0o644))
    try file.write(Array(content[60_000...]), at: 60_000)
    try file.write(Array(content[..<60_000]), at: 0)
    var middle = [UInt8](repeating: 0, count: 1000)
    let count = try middle.withUnsafeMutableBytes { try file.read(into: $0, at: 59_500) }
    #expect(count == 1000)
    #expect(middle == Array(content[59_500..<60_500]))
  }

  @Test(arguments: [(0, 10), (95, 5), (100, 0), (200, 0)] as [(Int64, Int)])
  func readingEndsWithTheFile(offset: Int64, count: Int) throws {
    try folder.write(bytes(count: 100), to: "file")
    let file = try File.open(folder("file"), .read)
    var buffer = [UInt8](repeating: 0, count: 10)
    #expect(try buffer.withUnsafeMutableBytes { try file.read(into: $0, at: offset) } == count)
    #expect(Array(buffer[..<count]) == Array(bytes(count: 100).dropFirst(Int(offset)).prefix(count)))
  }

  @Test(arguments: [(100, true), (99, false)])
  func readingAllHasALimit(limit: Int, isAllowed: Bool) throws {
    try folder.write(bytes(count: 100), to: "file")
    if isAllowed {
      #expect(try readFile(folder("file"), limit: limit) == bytes(count: 100))
    } else {
      #expect(throws: FileError("read", folder("file"), errno: EFBIG)) { try readFile(folder("file"), limit: limit) }
    }
  }

  @Test func aFolderIsNoFileToRead() throws {
    #expect(throws: FileError.self) { try readFile(folder.path) }
  }

  @Test func reservedSpaceReadsAsZeros() throws {
    let file = try File.open(folder("file"), .createNew(permissions: 0o644))
    try file.reserve(1 << 20)
    #expect(try file.status().size == 1 << 20)
    #expect(try file.readAll(limit: 1 << 20).allSatisfy { $0 == 0 })
    try file.reserve(0)
    #expect(try file.status().size == 1 << 20)
  }

  @Test func whatIsWrittenSurvivesReserving() throws {
    let file = try File.open(folder("file"), .createNew(permissions: 0o644))
    try file.write([1, 2, 3], at: 0)
    try file.reserve(10)
    #expect(try file.readAll(limit: 10) == [1, 2, 3, 0, 0, 0, 0, 0, 0, 0])
  }

  @Test func aSizeBeyondTheDiskIsADiskFullError() throws {
    let file = try File.open(folder("file"), .createNew(permissions: 0o644))
    let error = #expect(throws: FileError.self) { try file.reserve(1 << 60) }
    #expect(error?.errno == EFBIG || error?.isDiskFull == true)
  }

  @Test func aFileCanShrinkAndChangeItsMode() throws {
    let file = try File.open(folder("file"), .createNew(permissions: 0o644))
    try file.write([1, 2, 3], at: 0)
    try file.truncate(to: 2)
    try file.setPermissions(0o444)
    try file.syncFileSystem()
    let status = try #require(try FileStatus.of(folder("file")))
    #expect(status.size == 2)
    #expect(status.permissions == 0o444)
  }

  @Test func theDescriptorIsClosedWithTheLastReference() throws {
    let descriptor = try File.open(folder("file"), .readWriteOrCreate).descriptor
    // Another thread may have opened something under the same number, but never this very file.
    var raw = stat()
    let inode = try #require(try FileStatus.of(folder("file"))).inode
    #expect(fstat(descriptor, &raw) != 0 || UInt64(raw.st_ino) != inode)
  }
}
