import Fixtures
import Foundation
import Testing

@testable import Files

struct DirectoryTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: ["a", "a/b/c", "a/b/", "a//b", "./a/../b"])
  func aFolderIsMadeWithThoseAboveIt(name: String) throws {
    try Directory.create(folder(name.hasPrefix("./") ? "b" : "x"))
    try Directory.create(folder("a"))
    try Directory.create(folder(name))
    try Directory.create(folder(name))
    #expect(try FileStatus.of(folder(name.hasSuffix("/") ? String(name.dropLast()) : name))?.kind == .folder)
  }

  @Test func aLinkToAFolderIsAsGoodAsAFolder() throws {
    try Directory.create(folder("real"))
    try FileManager.default.createSymbolicLink(atPath: folder("link"), withDestinationPath: "real")
    try Directory.create(folder("link"))
    try Directory.create(folder("link/below"))
    #expect(try FileStatus.of(folder("real/below"))?.kind == .folder)
  }

  @Test func whatIsNoFolderStaysWhatItIs() throws {
    try folder.write("x", to: "file")
    try FileManager.default.createSymbolicLink(atPath: folder("dangling"), withDestinationPath: "nowhere")
    #expect(throws: FileError("create the folder", folder("file"), errno: EEXIST)) {
      try Directory.create(folder("file"))
    }
    #expect(throws: FileError("create the folder", folder("dangling"), errno: EEXIST)) {
      try Directory.create(folder("dangling"))
    }
    #expect(throws: FileError("create the folder", folder("file/below"), errno: ENOTDIR)) {
      try Directory.create(folder("file/below"))
    }
    #expect(try FileStatus.of(folder("nowhere")) == nil)
  }

  @Test func manyCanMakeTheSameFolderAtOnce() async throws {
    let path = folder("a/b/c/d/e/f/g/h")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<32 { group.addTask { try Directory.create(path) } }
      try await group.waitForAll()
    }
    #expect(try FileStatus.of(path)?.kind == .folder)
  }

  @Test func namesAreListedInOrder() throws {
    for name in ["b", ".hidden", "a", "ü"] { try folder.write("", to: name) }
    #expect(try Directory.list(folder.path) == [".hidden", "a", "b", "ü"])
    #expect(try Directory.list(folder("none")) == [])
    #expect(throws: FileError("list", folder("a"), errno: ENOTDIR)) { try Directory.list(folder("a")) }
  }

  @Test func removingTakesLinksAndNotWhatTheyLeadTo() throws {
    try folder.write("keep", to: "outside/file")
    try folder.write("x", to: "tree/deep/er/file")
    try FileManager.default.createSymbolicLink(atPath: folder("tree/deep/folder"), withDestinationPath: "../../outside")
    try FileManager.default.createSymbolicLink(atPath: folder("tree/dangling"), withDestinationPath: "nowhere")
    try Directory.remove(folder("tree"))
    #expect(try Directory.list(folder.path) == ["outside"])
    #expect(try readFile(folder("outside/file")) == Array("keep".utf8))
    try Directory.remove(folder("tree"))

    try FileManager.default.createSymbolicLink(atPath: folder("link"), withDestinationPath: "outside")
    try Directory.remove(folder("link"))
    try Directory.remove(folder("outside/file"))
    #expect(try Directory.list(folder.path) == ["outside"])
    #expect(try Directory.list(folder("outside")) == [])
  }

  @Test func freeSpaceIsToldForFoldersThatAreYetToCome() throws {
    let here = try #require(Directory.freeSpace(at: folder.path))
    #expect(here > 0)
    let below = try #require(Directory.freeSpace(at: folder("not/yet/there")))
    #expect(abs(here - below) < 1 << 30)
    #expect(try #require(Directory.freeSpace(at: "not-yet-there")) > 0)
  }
}
