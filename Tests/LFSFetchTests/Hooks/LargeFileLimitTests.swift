import Git
import Testing

@testable import LFSFetch

@Suite struct LargeFileLimitTests {
  @Test(arguments: [
    ("0", 0), ("1000", 1000), ("2k", 2048), ("10M", 10 << 20), ("1g", 1 << 30), ("8589934591g", 8_589_934_591 << 30),
  ])
  func `sizes are git's`(text: String, bytes: Int64) {
    #expect(LargeFileLimit(text)?.bytes == bytes)
  }

  @Test(arguments: ["", "k", "-1", "+1", "1.5m", "1t", "10 m", "99999999999999999999", "8589934592g", "١"])
  func `what is no size`(text: String) {
    #expect(LargeFileLimit(text) == nil)
    let settings = LFSSettings(GitConfig(entries: [.init("lfsfetch.largefilesize", text)]))
    #expect(throws: FetchError.self) { try settings.largeFileLimit() }
  }

  @Test func `zero is no limit`() throws {
    #expect(try #require(LargeFileLimit("0")).allows(.max))
    let limit = try #require(LargeFileLimit("1k"))
    #expect(limit.allows(1024) && !limit.allows(1025))
  }

  @Test func `a repository cannot set the user's variable`() throws {
    let settings = LFSSettings(GitConfig(), lfsconfig: GitConfig(entries: [.init("lfsfetch.largefilesize", "1")]))
    #expect(try settings.largeFileLimit() == nil)
  }
}
