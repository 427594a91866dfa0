import Foundation
import Testing

@testable import Files

struct PathTests {
  @Test(
    arguments: [
      ("/a/b", "/a"), ("/a", "/"), ("/", nil), ("", nil), ("a", "."), ("a/b", "a"), ("a/b/", "a"), ("/a/", "/"),
      ("a/", "."), ("/a/b//", "/a"), ("//", nil), ("/a/\u{301}b", "/a"),
      ("/\u{301}a", "/"),
    ] as [(String, String?)])
  func theParentFolder(path: String, parent: String?) {
    #expect(path.parentFolder == parent)
  }

  @Test(arguments: [("/a/b", "b"), ("b", "b"), ("a/b/", "b"), ("/", "/"), ("/a/.b", ".b"), ("a/\u{301}b", "\u{301}b")])
  func theLastComponent(path: String, name: String) {
    #expect(path.lastPathComponent == name)
  }

  @Test(
    arguments: [
      ("/a/b", "/a/b"), ("/a/./b/", "/a/b"), ("/a/../b", "/b"), ("/../..", "/"), ("//a///b", "/a/b"), ("/", "/"),
      ("/\u{301}a/../b", "/b"),
    ])
  func anAbsolutePathHasNoDots(path: String, absolute: String) {
    #expect(path.absolutePath == absolute)
  }

  @Test func aRelativePathIsSeenFromTheWorkingFolder() {
    let working = FileManager.default.currentDirectoryPath
    #expect("a/../b".absolutePath == (working == "/" ? "" : working) + "/b")
    #expect(".".absolutePath == working)
  }
}
