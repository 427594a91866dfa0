import Testing
import Text

@testable import Git

@Suite struct RepositoryPathTests {
  @Test(arguments: [
    "a", "a/b.txt", ".gitattributes", "x/.gitignore", "git", "a.git/b", ".gitx", "größe", "a b", "..a/b..", "git~2",
    ".git1", "back\\slash.bin", "..\\a",
  ])
  func `ordinary paths are taken`(_ text: String) throws {
    let path = try RepositoryPath(validating: text)
    #expect(path.string == text)
    #expect(
      path.components.map { String(decoding: $0, as: UTF8.self) } == text.split(separator: "/").map(String.init))
  }

  @Test(arguments: [
    ("", "it is empty"), ("/a", "it is absolute"), ("a//b", "it has an empty component"),
    ("a/", "it has an empty component"),
    (".", "it contains `.`"), ("a/../b", "it contains `..`"), ("a\\.git", "it reaches into a `.git` folder"),
    (".GIT\\config", "it reaches into a `.git` folder"), ("a\\git~1", "it reaches into a `.git` folder"),
    ("a\0b", "it contains a NUL byte"),
    (".git", "it reaches into a `.git` folder"), ("a/.GIT/config", "it reaches into a `.git` folder"),
    (".Git/x", "it reaches into a `.git` folder"), ("git~1/x", "it reaches into a `.git` folder"),
    ("GIT~1", "it reaches into a `.git` folder"),
    (".git ", "it reaches into a `.git` folder"), (".git. ./x", "it reaches into a `.git` folder"),
    (".git::$INDEX_ALLOCATION/x", "it reaches into a `.git` folder"),
    (".g\u{200c}it/x", "it reaches into a `.git` folder"),
    ("\u{feff}.git", "it reaches into a `.git` folder"), (".gi\u{206a}T", "it reaches into a `.git` folder"),
    (String(repeating: "a", count: 4097), "it is longer than 4096 bytes"),
  ])
  func `unsafe paths are refused and named`(_ text: String, _ reason: String) async throws {
    let error = try await gitError { _ = try RepositoryPath(validating: text) }
    #expect(error.code == .unsafePath)
    #expect(
      error.message == "the repository holds the path `\(text.escapingControls)`, which is not safe: \(reason)")
  }

  @Test(arguments: [
    (".gitmodules", true), ("a/.GitModules", true), (".gitmodules. ", true), (".gitmodules:x", true),
    ("gitmod~4", true),
    ("gitmod~5", false), ("GI7EBA~1", true), ("gi7eb~10", true), ("gi7eb~1", false), ("gi7eba~0", false),
    (".git\u{200c}modules", true), (".gitattributes", false), ("gitmodules", false), (".gitmodules.txt", false),
  ])
  func `no link may stand for the list of submodules`(_ text: String, isRefused: Bool) throws {
    let id = try #require(ObjectID(hex: String(repeating: "a", count: 40)))
    let link = TreeEntry(rawPath: Array(text.utf8), mode: .symlink, id: id)
    if isRefused {
      #expect(throws: GitError.self) { _ = try link.path }
    } else {
      #expect(try link.path.string == text)
    }
    #expect(try TreeEntry(rawPath: Array(text.utf8), mode: .regular, id: id).path.string == text)
  }

  @Test func `bytes that are not UTF-8 are kept`() throws {
    let bytes: [UInt8] = [0x66, 0xff, 0x2f, 0xfe]
    #expect(try RepositoryPath(validating: bytes).bytes == bytes)
  }

  @Test func `control characters are escaped for people`() throws {
    #expect(
      try RepositoryPath(validating: "a\u{1b}[2J\n\u{9b}\u{202e}b").description == "a\\u{1b}[2J\\n\\u{9b}\\u{202e}b"
    )
    #expect("plain größe 日本".escapingControls == "plain größe 日本")
  }

  @Test func `paths sort by bytes`() throws {
    let paths = try ["b", "a/b", "a.b", "ä"].map { try RepositoryPath(validating: $0) }
    #expect(paths.sorted().map(\.string) == ["a.b", "a/b", "b", "ä"])
  }
}
