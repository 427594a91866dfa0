import Testing

@testable import LFSFetch

struct ConeTests {
  private func cone(_ folders: String...) -> Cone { Cone(folders: Set(folders.map { Array($0.utf8) })) }
  private func text(_ cone: Cone) -> String {
    cone.lines.map { String(decoding: $0, as: UTF8.self) + "\n" }.joined()
  }
  private func bytes(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

  /// As git 2.39 writes them.
  @Test func `is written as git writes it, and read again`() {
    let nested = cone("a/b/c", "we[i]rd*", "a/d", #"back\slash"#, "b", "b/inside", "#h")
    #expect(
      text(nested) == #"""
        /*
        !/*/
        /a/
        !/a/*/
        /a/b/
        !/a/b/*/
        /#h/
        /a/b/c/
        /a/d/
        /b/
        /back\\slash/
        /we\[i]rd\*/

        """#)
    #expect(Cone(patterns: Array(text(nested).utf8)) == nested)
    #expect(Cone(patterns: Array("# mine\n\n/*\n!/*/\n".utf8)) == cone())
  }

  @Test(arguments: [
    "", "/*\n", "/*\n!/*/\n/a\n", "/*\n!/*/\n*.bin\n", "/*\n!/*/\n/a/\n!/a/*/\n", "/*\n!/*/\n/a/b/\n",
    "/*\n!/*/\n/a/\n/a/b/\n", "/*\n!/*/\n/a*/\n", "/*\n!/*/\n!/a/\n",
  ])
  func `what git does not write in this mode is none`(_ text: String) {
    #expect(Cone(patterns: Array(text.utf8)) == nil)
  }

  @Test(arguments: [
    ("top", true, false), ("a/x", true, false), ("a/b/x", true, true), ("a/b/c/x", true, true), ("a/d/x", false, false),
    ("ab/x", false, false),
  ])
  func `has folders, and the files above them`(_ path: String, _ isIn: Bool, _ isInWholly: Bool) {
    #expect(cone("a/b").contains(Array(path.utf8)) == isIn)
    #expect(cone("a/b").containsWholly(Array(path.utf8)) == isInWholly)
  }

  @Test func `folders come and go`() {
    var cone = cone("a/b", "z")
    cone.take(Set(bytes(["a", "a/c/d", "z/y"])))
    #expect(cone == self.cone("a", "z"))
    let paths = bytes(["a/1", "a/b/2", "a/b/e/3", "a/c/4", "a/c/d/5", "a/f/g/6", "z/7"])
    cone.leaveOut(Set(bytes(["a/b", "a/c/d", "z/y"])), of: paths)
    // `a/c` is not whole any more, and has no other folder that could stand for it.
    #expect(cone == self.cone("a/f"))
    cone.leaveOut(Set(bytes(["a"])), of: paths)
    #expect(cone == self.cone())
  }
}
