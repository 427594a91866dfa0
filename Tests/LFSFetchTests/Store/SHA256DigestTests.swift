import Testing

@testable import LFSFetch

@Suite struct SHA256DigestTests {
  private static let hex = "00ff7f80" + String(repeating: "0123456789abcdef", count: 3) + "deadbeef"
  private static let tail = String(repeating: "a", count: 63)

  @Test func `64 lowercase digits are a digest`() throws {
    let digest = try #require(SHA256Digest(hex: Self.hex))
    #expect(digest.bytes.prefix(4) == [0x00, 0xff, 0x7f, 0x80])
    #expect(digest.bytes.suffix(4) == [0xde, 0xad, 0xbe, 0xef])
    #expect(digest.hex == Self.hex)
    #expect("\(digest)" == digest.hex)
    #expect(SHA256Digest(bytes: digest.bytes) == digest)
  }

  /// CVE-2024-37032: an id becomes a path.
  @Test(arguments: [
    "", tail, tail + "aa", tail + "A", tail + "g", tail + " ", tail + "/", tail + "`", tail + ":", tail + "é",
    "../" + tail.dropFirst(2), "sha256:" + tail + "a", String(repeating: "ａ", count: 64), tail + "\0",
  ])
  func `all else is none`(_ text: String) {
    #expect(SHA256Digest(hex: text) == nil)
  }

  @Test(arguments: [0, 31, 33]) func `only 32 bytes are a digest`(_ count: Int) {
    #expect(SHA256Digest(bytes: [UInt8](repeating: 1, count: count)) == nil)
  }

  @Test func `order is that of the digits`() {
    #expect(
      SHA256Digest(bytes: [UInt8](repeating: 1, count: 32))! < SHA256Digest(bytes: [UInt8](repeating: 2, count: 32))!)
    #expect(!(digest("a") < digest("a")))
  }
}
