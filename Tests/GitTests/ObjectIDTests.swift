import Testing

@testable import Git

@Suite struct ObjectIDTests {
  @Test func `hexadecimal there and back`() throws {
    let hex = "0123456789abcdef0123456789abcdeffedcba98"
    let id = try #require(ObjectID(hex: hex))
    #expect(id.hex == hex)
    #expect(id.bytes.count == 20)
    #expect(ObjectID(id.gitOID) == id)
  }

  @Test(arguments: [
    "", "0123", "0123456789ABCDEF0123456789abcdeffedcba98", "g123456789abcdef0123456789abcdeffedcba98",
    "0123456789abcdef0123456789abcdeffedcba980", " 123456789abcdef0123456789abcdeffedcba98",
  ])
  func `anything but forty lower-case digits is refused`(_ text: String) {
    #expect(ObjectID(hex: text) == nil)
  }

  @Test func `ids sort as their digits do`() throws {
    let texts = [
      "00000000000000000000000000000000000000ff", "0000000000000000ffff00000000000000000000",
      "ff00000000000000000000000000000000000000",
    ]
    let ids = try texts.map { try #require(ObjectID(hex: $0)) }
    #expect(ids.reversed().sorted().map(\.hex) == texts)
  }

  @Test func `the digest is git's for a blob`() {
    #expect(ObjectID.digest(of: Array("hello\n".utf8)).hex == "ce013625030ba8dba906f756967f9e9ca394464a")
  }
}
