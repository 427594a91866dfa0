import Fixtures
import Testing

@testable import LFSFetch

@Suite struct SHA256Tests {
  /// The examples of NIST and of RFC 6234.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
  ])
  func `published values`(text: String, hex: String) {
    #expect(SHA256.hash(Array(text.utf8)).hex == hex)
  }

  @Test func `however it is cut, and again after the end`() {
    let content = bytes(count: 100_000)
    let hash = SHA256()
    for cut in [1, 63, 64, 65, 99_999] {
      content[..<cut].withUnsafeBytes { hash.update($0) }
      content[cut...].withUnsafeBytes { hash.update($0) }
      #expect(hash.finish() == SHA256.hash(content))
    }
  }
}
