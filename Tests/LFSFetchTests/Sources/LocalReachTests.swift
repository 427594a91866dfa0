import Files
import Fixtures
import Foundation
import Testing

@testable import LFSFetch

@Suite struct LocalReachTests {
  @Test(arguments: [
    ("/a/b/c.bin", "./c.bin"), ("/a/b", "."), ("/a/bc", "/a/bc"), ("/x", "/x"), ("/a/b/../b/c", "./c"),
    ("https://h/x", "https://h/x"), ("git@h:x", "git@h:x"), ("s3://b/k", "s3://b/k"), (".hidden:x", ".hidden:x"),
  ])
  func `a path beneath the folder of a file is written as seen from there`(path: String, written: String) {
    #expect(path.written(in: "/a/b") == written)
  }

  @Test func `a relative path is the same place after it was written and read`() {
    let folder = "/nowhere/else"
    for path in ["./x", "../x", ".", "../../x/y"] {
      let written = path.written(in: folder)
      #expect(written.utf8.first == UInt8(ascii: "."), "\(written)")
      #expect(written.read(in: folder) == path.absolutePath)
    }
    #expect("./x".read(in: "/a") == "/a/x")
    #expect("../x".read(in: "/a/b") == "/a/x")
    #expect("/x".read(in: "/a") == "/x")
    #expect("hf://o/n".read(in: "/a") == "hf://o/n")
  }

  @Test(arguments: [
    ("in.bin", true), ("deep/in.bin", true), ("link.bin", true), ("out.bin", false), (".git/config", false),
    ("../secret", false),
  ])
  func `what is beneath the folder may be named, and what links lead out of it to may not`(
    path: String, isAllowed: Bool
  ) throws {
    let folder = try TemporaryFolder()
    for name in ["project/in.bin", "project/deep/in.bin", "project/.git/config", "secret"] {
      try folder.write("x", to: name)
    }
    for (name, target) in [("link.bin", "deep/in.bin"), ("out.bin", "../secret")] {
      try FileManager.default.createSymbolicLink(
        atPath: folder("project/" + name), withDestinationPath: target)
    }
    let reach = LocalReach(folder: folder("project"), digests: [], renewal: "")
    #expect(reach.isInFolder(folder("project/" + path)) == isAllowed)
  }
}
