import Fixtures
import Foundation
import Testing

@testable import Files

struct WholeFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func aReplacedFileHasTheNewContentAndLeavesNothingBeside() throws {
    try replaceFile(folder("file"), with: [1])
    try replaceFile(folder("file"), with: [2, 3], permissions: 0o600)
    #expect(try readFile(folder("file")) == [2, 3])
    #expect(try FileStatus.of(folder("file"))?.permissions == 0o600)
    #expect(try Directory.list(folder.path) == ["file"])
  }

  @Test func aLinkIsReplacedAndNotFollowed() throws {
    try folder.write("outside", to: "target")
    try FileManager.default.createSymbolicLink(atPath: folder("link"), withDestinationPath: "target")
    try replaceFile(folder("link"), with: [1])
    #expect(try readFile(folder("target")) == Array("outside".utf8))
    #expect(try FileStatus.of(folder("link"))?.kind == .file)
  }

  @Test func aFailureLeavesTheOldAndNoTemporaryFile() throws {
    try folder.write("inner", to: "folder/file")
    #expect(throws: FileError("rename to", folder("folder"), errno: EISDIR)) {
      try replaceFile(folder("folder"), with: [1])
    }
    #expect(try Directory.list(folder.path) == ["folder"])
    #expect(throws: FileError.self) { try replaceFile(folder("none/file"), with: [1]) }
    #expect(try Directory.list(folder.path) == ["folder"])
  }

  /// A reader during many replacements sees whole contents only.
  @Test func readersSeeTheOldOrTheNew() async throws {
    let path = folder("file")
    let contents = [bytes(count: 30_000, seed: 1), bytes(count: 10_000, seed: 2)]
    try replaceFile(path, with: contents[0])
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { for round in 0..<100 { try replaceFile(path, with: contents[round % 2]) } }
      group.addTask {
        for _ in 0..<200 {
          let content = try readFile(path)
          #expect(contents.contains(content))
        }
      }
      try await group.waitForAll()
    }
  }

  @Test(arguments: ["a", String(repeating: "x", count: 255), String(repeating: "😀", count: 63), "e\u{301}"])
  func anyNameThatAFileCanHaveCanBeReplaced(name: String) throws {
    try replaceFile(folder(name), with: [1])
    #expect(try readFile(folder(name)) == [1])
  }

  @Test func temporaryNamesDifferAndStayInTheFolder() {
    let names = (0..<100).map { _ in temporaryName(beside: "/a/b") }
    #expect(Set(names).count == 100)
    #expect(names.allSatisfy { $0.hasPrefix("/a/.b.\(processInstance).") && $0.hasSuffix(".tmp") })
    #expect(temporaryName(beside: "/b").hasPrefix("/.b."))
    #expect(temporaryName(beside: "b").hasPrefix(".b."))
  }

  @Test func removingAFileThatIsNotThereIsFine() throws {
    try folder.write("x", to: "file")
    try removeFile(folder("file"))
    try removeFile(folder("file"))
    #expect(try Directory.list(folder.path) == [])
    try Directory.create(folder("folder"))
    #expect(throws: FileError.self) { try removeFile(folder("folder")) }
  }

  #if os(Linux)
    @Test func aFileWithoutASizeIsReadAnyway() throws {
      let name = try readPseudoFile("/proc/self/comm")
      #expect(name.last == UInt8(ascii: "\n"))
      #expect(name.count > 1)
    }
  #endif
}
