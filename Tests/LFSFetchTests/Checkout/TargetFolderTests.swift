import Files
import Fixtures
import Foundation
import Git
import Synchronization
import Testing

@testable import LFSFetch

/// Nothing is ever written outside the folder, and nothing is ever half there.
@Suite struct TargetFolderTests {
  private let base: TemporaryFolder
  private let target: TargetFolder
  private let source: String

  init() throws {
    base = try TemporaryFolder()
    target = try TargetFolder(making: base("target"))
    source = try base.write("content", to: "source", permissions: 0o444)
    try Directory.create(base("outside"))
  }

  private func path(_ text: String) throws -> RepositoryPath { try RepositoryPath(validating: text) }

  private func text(_ name: String) throws -> String { String(decoding: try readFile(base(name)), as: UTF8.self) }

  private func put(_ content: TargetFolder.Content, _ name: String, permissions: UInt16 = 0o644) throws {
    try target.put(content, at: try path(name), permissions: permissions)
  }

  @Test(arguments: [0o644, 0o755, 0o444] as [UInt16]) func `bytes, with their mode and the folders above them`(
    _ mode: UInt16
  ) throws {
    try put(.bytes(Array("x".utf8)), "a/b/c", permissions: mode)
    #expect(try text("target/a/b/c") == "x")
    #expect(try FileStatus.of(base("target/a/b/c"))?.permissions == mode)
    #expect(try Directory.list(base("target/a/b")) == ["c"])
  }

  @Test func `a copy is a file of its own`() throws {
    for content in [TargetFolder.Content.file(source, .copy), .reflinkOrCopy(source)] {
      try put(content, "x", permissions: 0o755)
      #expect(try text("target/x") == "content")
      let status = try #require(try FileStatus.of(base("target/x")))
      #expect(status.permissions == 0o755)
      #expect(status.links == 1)
      #expect(try status.inode != FileStatus.of(source)?.inode)
    }
  }

  @Test func `a hard link is the very file`() throws {
    try put(.file(source, .hardlink), "a/x")
    #expect(try FileStatus.of(base("target/a/x"))?.inode == FileStatus.of(source)?.inode)
    // Once more over itself, which renaming alone would leave two names of.
    try put(.file(source, .hardlink), "a/x")
    #expect(try Directory.list(base("target/a")) == ["x"])
    #expect(try FileStatus.of(source)?.links == 2)
    // Over another file.
    try put(.bytes([1]), "a/y")
    try put(.file(source, .hardlink), "a/y")
    #expect(try text("target/a/y") == "content")
    #expect(try Directory.list(base("target/a")) == ["x", "y"])
  }

  @Test func `symbolic links`() throws {
    try put(.symlink(Array("../z".utf8)), "a/link")
    #expect(try target.linkTarget(of: path("a/link")) == Array("../z".utf8))
    try put(.file("/store/object", .symlink), "a/link")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: base("target/a/link")) == "/store/object")
  }

  @Test func `what is there is replaced in one step`() throws {
    try put(.bytes([1]), "x")
    let old = try File.open(base("target/x"), .read)
    try put(.bytes([2]), "x")
    #expect(try old.readAll(limit: 10) == [1])
    #expect(try readFile(base("target/x")) == [2])
  }

  // MARK: Links in the way

  @Test func `a link in the file's place is replaced, not followed`() throws {
    try base.write("precious", to: "outside/file")
    for content in [
      TargetFolder.Content.bytes([1]), .file(source, .copy), .file(source, .hardlink), .reflinkOrCopy(source),
    ] {
      unlink(base("target/x"))
      #expect(symlinkFile(base("outside/file"), base("target/x")))
      try put(content, "x")
      #expect(try FileStatus.of(base("target/x"))?.kind == .file)
      #expect(try text("outside/file") == "precious")
    }
  }

  @Test(arguments: ["link/x", "link/a/x", "a/link/x"]) func `a link in a folder's place is refused`(_ name: String)
    throws
  {
    try Directory.create(base("target/a"))
    try Directory.create(base("outside/a"))
    #expect(symlinkFile(base("outside"), base("target/link")))
    #expect(symlinkFile("../../outside", base("target/a/link")))
    let error = #expect(throws: FileError.self) { try put(.bytes([1]), name) }
    #expect(error?.operation == "enter, without following links, the folder")
    #expect(error?.path.hasSuffix("/link") == true)
    #expect(throws: FileError.self) { try target.status(of: path(name)) }
    #expect(throws: FileError.self) { try target.open(path(name)) }
    #expect(try Directory.list(base("outside")) == ["a"])
    #expect(try Directory.list(base("outside/a")).isEmpty)
  }

  @Test func `a file in a folder's place, and a folder in a file's`() throws {
    try put(.bytes([1]), "file")
    #expect(throws: FileError.self) { try put(.bytes([1]), "file/x") }
    try Directory.create(base("target/folder/y"))
    #expect(throws: FileError.self) { try put(.bytes([1]), "folder") }
    #expect(try Directory.list(base("target")) == ["file", "folder"])
  }

  @Test func `a source that is not there leaves nothing`() throws {
    for kind in [LinkKind.copy, .hardlink, .reflink] {
      #expect(throws: FileError.self) { try put(.file(base("none"), kind), "a/x") }
    }
    #expect(throws: FileError.self) { try put(.reflinkOrCopy(base("none")), "a/x") }
    #expect(try Directory.list(base("target/a")).isEmpty)
  }

  @Test func `looking makes nothing`() throws {
    #expect(try target.status(of: path("a/b")) == nil)
    #expect(try target.open(path("a/b")) == nil)
    #expect(try target.linkTarget(of: path("a/b")) == nil)
    #expect(try Directory.list(base("target")).isEmpty)
  }

  /// Somebody swaps the folder for a link again and again while files are put into it.
  @Test func `a race is not won`() throws {
    try Directory.create(base("target/a"))
    let (place, aside, link) = (base("target/a"), base("aside"), base("link"))
    #expect(symlinkFile(base("outside"), link))
    let swapper = Swapper()
    let thread = Thread {
      while !swapper.isOver.load(ordering: .relaxed) {
        rename(place, aside)
        rename(link, place)
        rename(place, link)
        rename(aside, place)
        swapper.swaps.add(1, ordering: .relaxed)
      }
    }
    thread.start()
    let start = ContinuousClock.now
    var made = 0
    while ContinuousClock.now - start < .milliseconds(500) {
      // A folder that was entered before stays the one it was, so each time begins from above.
      let target = try TargetFolder(base("target"))
      if (try? target.put(.bytes([1]), at: path("a/x\(made % 10)"), permissions: 0o644)) != nil { made += 1 }
    }
    swapper.isOver.store(true, ordering: .relaxed)
    while !thread.isFinished { usleep(1000) }
    #expect(swapper.swaps.load(ordering: .relaxed) > 100)
    #expect(made > 0)
    #expect(try Directory.list(base("outside")).isEmpty)
  }

  private final class Swapper: Sendable {
    let isOver = Atomic(false)
    let swaps = Atomic(0)
  }
}
