import Fixtures
import Foundation
import Testing

@testable import Files

/// How programs are found, and how their command lines are made.
@Suite struct ProgramTests {
  @Test func `a program is looked up in the absolute folders of the PATH alone`() throws {
    let folder = try TemporaryFolder()
    let tool = try folder.write("#!/bin/sh\n", to: "one/tool", permissions: 0o755)
    try folder.write("", to: "two/tool", permissions: 0o644)
    try folder.write("", to: "two/folder/x")
    let path = "relative:.::\(folder("two")):\(folder("one"))"
    #expect(Program.find("tool", in: path) == tool)
    #expect(Program.find(tool, in: nil) == tool)
    for name in ["missing", "folder", "", "./tool", "one/tool", folder("two/tool")] {
      #expect(Program.find(name, in: path) == nil, "\(name)")
    }
    #expect(Program.find("tool", in: ".:" + path.dropLast(folder("one").count)) == nil)
    #expect(Program.find("sh", in: nil) != nil)
  }

  @Test func `what is found wherever one stands stands in front of all relative folders`() throws {
    let folder = try TemporaryFolder()
    let tool = try folder.write("#!/bin/sh\n", to: "one/tool", permissions: 0o755)
    try folder.write("", to: "two/tool", permissions: 0o644)
    let (one, two) = (folder("one"), folder("two"))
    for path in [one, "\(two):\(one)", "\(one):.", "\(one):", "\(one):relative:\(two)"] {
      #expect(Program.findEverywhere("tool", in: path) == tool, "\(path)")
    }
    for path in [nil, "", two, ".:\(one)", ":\(one)", "\(two)::\(one)", "relative:\(one)", "\(two):./:\(one)"] {
      #expect(Program.findEverywhere("tool", in: path) == nil, "\(path ?? "none")")
    }
  }

  @Test(arguments: [
    ("/bin/sh", ["-x"], "/bin/sh", ["-x"]),
    ("/bin/echo a", [], "/bin/sh", ["-c", "/bin/echo a"]),
    ("/bin/echo 'a b'", ["c", "d e"], "/bin/sh", ["-c", "/bin/echo 'a b' \"$@\"", "/bin/echo 'a b'", "c", "d e"]),
    ("A=b /bin/sh", ["c"], "/bin/sh", ["-c", "A=b /bin/sh \"$@\"", "A=b /bin/sh", "c"]),
  ])
  func `a command of git's configuration goes through the shell when it must`(
    _ command: String, _ arguments: [String], _ path: String, _ expected: [String]
  ) throws {
    let program = try Program(command: command, arguments)
    #expect(program.path == path)
    #expect(program.arguments == expected)
  }

  @Test(arguments: [
    ("a", "'a'"), ("it's", "'it'\\''s'"), ("!x", "''\\!'x'"), ("", "''"), ("$(x) `y` \"z\"", "'$(x) `y` \"z\"'"),
    // A quote is one to the shell, too, where a combining mark makes one Character of both.
    ("x'\u{301}; y", "'x'\\''\u{301}; y'"), ("!\u{301}", "''\\!'\u{301}'"),
  ])
  func `quoting`(_ text: String, _ quoted: String) {
    #expect(Array(Program.quoted(text).utf8) == Array(quoted.utf8))
  }

  @Test func `a program that is not there is named`() {
    let error = #expect(throws: FileError.self) { try Program("no-such-program") }
    #expect(error?.description == "cannot find the program `no-such-program`: No such file or directory")
  }
}
