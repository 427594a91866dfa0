import Testing

@testable import LFSFetch

@Suite struct GlobTests {
  @Test(arguments: [
    // A name, anywhere.
    ("config.json", "config.json"), ("config.json", "a/b/config.json"), ("*.bin", "x.bin"), ("*.bin", "a/x.bin"),
    ("*.bin", ".bin"), ("?.bin", "a/x.bin"), ("*", "a/b/c"),
    // A path.
    ("a/b", "a/b"), ("/a", "a"), ("/a/b", "a/b"), ("a/*.bin", "a/x.bin"), ("a/*/c", "a/b/c"), ("*/b", "a/b"),
    // A folder and all in it.
    ("a", "a/b"), ("a/", "a/b/c"), ("a/b/", "a/b/c/d"), ("b", "a/b/c"), ("a*", "abc/d/e"), ("/a", "a/x"),
    // Across folders.
    ("**", "a/b/c"), ("**/c", "c"), ("**/c", "a/b/c"), ("**/b/c", "a/b/c"), ("a/**", "a/b"), ("a/**", "a/b/c"),
    ("a/**/d", "a/d"), ("a/**/d", "a/b/c/d"), ("**/*.bin", "x.bin"), ("**/*.bin", "a/b/x.bin"),
    ("a/**/*.bin", "a/x.bin"), ("a/**/b/**/c", "a/b/c"), ("a/**/b/**/c", "a/x/b/y/z/c"), ("**/a/**", "x/a/y"),
    ("a/**/**/c", "a/c"), ("a**/c", "ab/x/c"), ("**/b/*.bin", "b/a/b/x.bin"), ("**/a*b", "x/ab/acb"),
    // One of some characters.
    ("[abc].bin", "b.bin"), ("[a-z]", "q"), ("[a-cx-z]", "y"), ("[!a]", "b"), ("[^a]", "b"), ("[]]", "]"),
    ("[]a]", "a"),
    ("[!]a]", "b"), ("[a-]", "-"), ("[-a]", "-"), ("x[0-9][0-9]", "x42"), ("a/[b-d]/e", "a/c/e"), ("[!a-c]", "d"),
    ("[*]", "*"), ("[\\]]", "]"), ("[\\\\]", "\\"),
    // As they are.
    ("\\*", "*"), ("\\[a]", "[a]"), ("a\\?b", "a?b"), ("\\\\", "\\"), ("a[1].bin", "a[1].bin"), ("[", "["),
    ("[a", "[a"),
    ("a\\", "a\\"), ("dir[x]/f?.bin", "dir[x]/f?.bin"), ("é", "é"),
  ])
  func `fits`(pattern: String, path: String) {
    #expect(Glob(pattern).matches(path))
  }

  @Test(arguments: [
    ("config.json", "myconfig.json"), ("config.json", "config.json5"), ("*.bin", "x.bin2"), ("?", ""), ("?", "ab"),
    ("*.bin", "x.txt"), ("a/b", "x/a/b"), ("/a", "b/a"), ("a/*.bin", "a/b/x.bin"), ("a/*", "b/x"), ("a/b", "a/bc"),
    ("a?b", "a/b"), ("a*b/c", "a/b/c"), ("a[/]b", "a/b"), ("a[!x]b", "a/b"),
    ("**/c", "xc"), ("**/c", "a/xc"), ("**/config.json", "a/myconfig.json"), ("a/**/d", "a/xd"), ("a/**/d", "ad"),
    ("a/**/d", "a/b/xd"), ("a/**", "a"), ("a/**", "b/a/c"), ("a/**/b/**/c", "a/b/xc"), ("**/b/c", "ab/c"),
    ("[abc]", "d"), ("[a-z]", "Q"), ("[!a]", "a"), ("[!]a]", "]"), ("[!]a]", "a"), ("[a-]", "b"), ("\\*", "x"),
    ("\\[a]", "a"),
    ("[z-a]", "b"), ("", "a"), ("A", "a"), ("é", "e"),
  ])
  func `does not fit`(pattern: String, path: String) {
    #expect(!Glob(pattern).matches(path))
  }

  @Test func `bytes that are no text`() {
    #expect(Glob("*.bin").matches([0xff, 0xfe] + Array(".bin".utf8)))
    #expect(Glob("?.bin").matches([0xff] + Array(".bin".utf8)))
  }

  @Test(arguments: [
    String(repeating: "a*", count: 200) + "b", String(repeating: "*a", count: 200) + "b",
    "**/" + String(repeating: "a*", count: 30) + "b", String(repeating: "**/", count: 100) + "b",
    "x/" + String(repeating: "**/a*", count: 20) + "b", String(repeating: "[a", count: 500),
  ])
  func `a hostile pattern ends at once`(_ pattern: String) {
    let start = ContinuousClock.now
    #expect(!Glob(pattern).matches(String(repeating: "a", count: 1000)))
    #expect(!Glob(pattern).matches(String(repeating: "a/", count: 500)))
    #expect(ContinuousClock.now - start < .seconds(30))
  }
}
