import Testing

@testable import LFSFetch

struct SparsePatternsTests {
  private func patterns(include: [String] = [], exclude: [String] = [], paths: [String] = []) -> [String] {
    SparsePatterns(Selection(include: include, exclude: exclude), paths: Set(paths.map { Array($0.utf8) })).lines
  }

  @Test func `without a selection everything is taken`() {
    #expect(patterns() == ["/*"])
  }

  @Test(arguments: [
    ("a/b", ["/a/b"]), ("/a", ["/a"]), ("a", ["a"]), ("a/", ["a"]), ("*.bin", ["*.bin"]), ("a/**/b", ["/a/**/b"]),
    ("#a", ["\\#a"]), ("!a", ["\\!a"]), ("a ", ["a\\ "]), ("a\nb/c", ["/a?b/c"]),
  ])
  func `globs are written as git's patterns`(_ glob: String, _ lines: [String]) {
    #expect(patterns(include: [glob]) == lines)
  }

  @Test func `a path that looks like a pattern is taken at its word, too`() {
    #expect(patterns(include: ["x[1].bin"], paths: ["x[1].bin"]) == ["/x\\[1].bin", "x[1].bin"])
    #expect(patterns(include: ["x[1].bin"], paths: ["x1.bin"]) == ["x[1].bin"])
  }

  @Test func `what is left out stands last, and for folders with what is in them`() {
    #expect(patterns(include: ["a"], exclude: ["b/c"]) == ["a", "!/b/c", "!/b/c/**"])
    #expect(patterns(exclude: ["b"]) == ["/*", "!b", "!**/b/**"])
  }

  @Test func `what is added comes after what was left out`() {
    var patterns = SparsePatterns(lines: ["/*", "!/a", "!/a/**"])
    patterns.take(Glob("/a/b"), paths: [])
    #expect(patterns.lines == ["/*", "!/a", "!/a/**", "/a/b", "/a/b/**"])
  }
}
