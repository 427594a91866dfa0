import Files
import Fixtures
import Testing

@testable import LFSFetch

@Suite struct CacheTests {
  @Test(arguments: [
    (["LFSFETCH_CACHE": "/c", "XDG_CACHE_HOME": "/x", "HOME": "/h"], "/c"),
    (["LFSFETCH_CACHE": "", "XDG_CACHE_HOME": "/x", "HOME": "/h"], "/x/lfsfetch"),
    (["XDG_CACHE_HOME": "/x/", "HOME": "/h"], "/x/lfsfetch"),
    (["XDG_CACHE_HOME": "relative", "HOME": "/h"], "/h/.cache/lfsfetch"),
    (["XDG_CACHE_HOME": "", "HOME": "/h"], "/h/.cache/lfsfetch"), (["HOME": "/h/"], "/h/.cache/lfsfetch"),
    (["LFSFETCH_CACHE": "/a/./b/../c/"], "/a/c"),
  ])
  func `where it is`(environment: [String: String], root: String) {
    #expect(Cache.standard(environment).root == root)
  }

  @Test func `without HOME the user's own folder is asked for`() {
    #expect(Cache.standard([:]).root.hasSuffix("/.cache/lfsfetch"))
    #expect(Cache.standard(["HOME": ""]) == Cache.standard([:]))
  }

  @Test func `backup programs are told to leave it alone`() throws {
    let folder = try TemporaryFolder()
    let cache = Cache(root: folder("a/b"))
    try cache.create()
    try cache.create()
    let tag = String(decoding: try readFile(folder("a/b/CACHEDIR.TAG")), as: UTF8.self)
    #expect(tag.hasPrefix("Signature: 8a477f597d28d172789f06886806bc55\n"))
  }
}
