import Fixtures
import Foundation
import Testing

@testable import Files

struct FileStatusTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func aNameIsToldAsItIs() throws {
    let path = try folder.write(bytes(count: 321), to: "file", permissions: 0o600)
    #expect(link(path, folder("second")) == 0)
    #expect(mkfifo(folder("pipe"), 0o600) == 0)
    try FileManager.default.createSymbolicLink(atPath: folder("link"), withDestinationPath: "file")

    let file = try #require(try FileStatus.of(path))
    #expect(file.kind == .file)
    #expect(file.size == 321)
    #expect(file.permissions == 0o600)
    #expect(file.links == 2)
    #expect(try FileStatus.of(folder("second")) == file)
    #expect(try FileStatus.of(folder("link"))?.kind == .symlink)
    #expect(try FileStatus.of(folder("pipe"))?.kind == .other)
    #expect(try FileStatus.of(folder.path)?.kind == .folder)
    #expect(try File.open(path, .read).status() == file)
  }

  @Test func aChangeShowsInTheTimes() throws {
    let path = try folder.write("x", to: "file")
    let before = try #require(try FileStatus.of(path))
    #expect(abs(Double(before.modified) / 1e9 - Date().timeIntervalSince1970) < 60)
    usleep(20_000)
    try File.open(path, .readWrite).setPermissions(0o600)
    let after = try #require(try FileStatus.of(path))
    #expect(after.modified == before.modified)
    #expect(after.changed > before.changed)
  }

  @Test func nothingIsNilAndADeadEndIsToo() throws {
    try folder.write("x", to: "file")
    #expect(try FileStatus.of(folder("gone")) == nil)
    #expect(try FileStatus.of(folder("file/below")) == nil)
    let tooLong = folder(String(repeating: "x", count: 300))
    #expect(throws: FileError("examine", tooLong, errno: ENAMETOOLONG)) { try FileStatus.of(tooLong) }
  }

  @Test(
    arguments: [
      (ENOSPC, true, false, false), (EDQUOT, true, false, false), (EACCES, false, true, false),
      (EPERM, false, true, false), (EROFS, false, true, false), (ENOENT, false, false, true),
      (ENOTDIR, false, false, true), (EIO, false, false, false),
    ])
  func errorsKnowTheirSort(errno: Int32, isDiskFull: Bool, isNotPermitted: Bool, isNotFound: Bool) {
    let error = FileError("open", "x", errno: errno)
    #expect(error.isDiskFull == isDiskFull)
    #expect(error.isNotPermitted == isNotPermitted)
    #expect(error.isNotFound == isNotFound)
  }
}
