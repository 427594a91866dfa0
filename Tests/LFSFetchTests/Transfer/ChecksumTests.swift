import Fixtures
import Testing

@testable import LFSFetch

@Suite struct ChecksumTests {
  private func checksum(_ content: [UInt8], cuts: [Int] = []) -> UInt64 {
    var checksum = Checksum()
    var start = 0
    for end in cuts + [content.count] {
      content[start..<end].withUnsafeBytes { checksum.update($0) }
      start = end
    }
    return checksum.value
  }

  /// https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md and the tests of its ports, with seed 0.
  @Test(
    arguments: [
      ("", 0xef46_db37_51d8_e999), ("a", 0xd24e_c4f1_a98c_6e5b), ("abc", 0x44bc_2cf5_ad77_0999),
      ("message digest", 0x066e_d728_fcee_b3be), ("abcdefghijklmnopqrstuvwxyz", 0xcfe1_f278_fa89_835c),
      ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 0xaaa4_6907_d304_7814),
      ("12345678901234567890123456789012345678901234567890123456789012345678901234567890", 0xe04a_477f_19ee_145d),
    ] as [(String, UInt64)])
  func `published values`(text: String, value: UInt64) {
    #expect(checksum(Array(text.utf8)) == value)
  }

  @Test func `however it is cut`() {
    var random = SystemRandomNumberGenerator()
    for size in [0, 1, 31, 32, 33, 63, 64, 65, 1000, 4096] {
      let content = bytes(count: size)
      let whole = checksum(content)
      for _ in 0..<20 {
        let cuts = (0..<5).map { _ in Int.random(in: 0...size, using: &random) }.sorted()
        #expect(checksum(content, cuts: cuts) == whole, "\(size) bytes cut at \(cuts)")
      }
      #expect(checksum(content, cuts: Array(0..<min(size, 200))) == whole)
    }
  }

  @Test func `one bit makes another value`() {
    var content = bytes(count: 100)
    let value = checksum(content)
    for index in content.indices {
      content[index] ^= 1
      #expect(checksum(content) != value)
      content[index] ^= 1
    }
  }
}
