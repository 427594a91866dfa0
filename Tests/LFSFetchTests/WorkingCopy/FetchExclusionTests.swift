import Testing

@testable import LFSFetch

struct FetchExclusionTests {
  private func patterns(_ paths: [String], selected: Set<String>) -> [String] {
    FetchExclusion(paths: paths.map { (Array($0.utf8), selected.contains($0)) }).patterns
  }

  @Test func `folders of which nothing is selected are named whole`() {
    let paths = ["a/b/1", "a/b/2", "a/c", "d/1", "d/2", "e"]
    #expect(patterns(paths, selected: ["a/c"]) == ["/a/b", "/d", "/e"])
    #expect(patterns(paths, selected: ["a/b/1"]) == ["/a/b/2", "/a/c", "/d", "/e"])
    #expect(patterns(paths, selected: Set(paths)) == [])
  }

  @Test func `a folder is not taken for one whose name begins alike`() {
    #expect(patterns(["a-b/1", "a/1"], selected: ["a/1"]) == ["/a-b"])
  }

  @Test(arguments: [
    ("x,y", "/x?y"), ("x y", "/x?y"), ("x ", "/x?"), ("[x]*", "/\\[x]\\*"), ("a\nb", "/a?b"),
    ("a,\u{301}b \u{301}", "/a?\u{301}b?\u{301}"),
  ])
  func `what would end a pattern is any character`(_ path: String, _ pattern: String) {
    #expect(patterns([path], selected: []) == [pattern])
  }
}
