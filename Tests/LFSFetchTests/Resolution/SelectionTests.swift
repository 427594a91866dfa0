import Testing

@testable import LFSFetch

@Suite struct SelectionTests {
  @Test(
    arguments: [
      ([], [], "a/b", true), (["a/*"], [], "a/b", true), (["a/*"], [], "b", false), (["x", "a"], [], "a/b", true),
      ([], ["a"], "a/b", false), ([], ["a"], "b", true), (["a"], ["*.bin"], "a/x.bin", false),
      (["a"], ["a"], "a", false),
    ] as [([String], [String], String, Bool)])
  func `what is included and not excluded`(include: [String], exclude: [String], path: String, isIn: Bool) {
    #expect(Selection(include: include, exclude: exclude).contains(Array(path.utf8)) == isIn)
  }

  @Test func `one text for one selection`() {
    let text = Selection(include: ["b", "a"], exclude: ["c"]).canonical
    #expect(text == #"{"include":["a","b"],"exclude":["c"]}"#)
    #expect(text == Selection(include: ["a", "b"], exclude: ["c"]).canonical)
    #expect(text != Selection(include: ["a", "b", "c"], exclude: []).canonical)
    #expect(
      Selection(include: [#"a","b"#], exclude: []).canonical != Selection(include: ["a", "b"], exclude: []).canonical)
  }
}
