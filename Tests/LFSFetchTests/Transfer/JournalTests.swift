import Testing

@testable import LFSFetch

@Suite struct JournalTests {
  private static let layout = ChunkLayout(size: 20 << 20, chunkSize: 4 << 20)!
  private static let header = "lfsfetch journal 1 20971520 4194304\n"
  private static let line = "3 100 00000000000000ff\n"
  private static let claim = Journal.Claim(length: 100, checksum: 255)

  @Test func `what is written`() {
    #expect(Journal(layout: Self.layout).header == Self.header)
    #expect(Journal.line(chunk: 3, Self.claim) == Self.line)
    let greatest = Journal.Claim(length: 4 << 20, checksum: .max)
    #expect(Journal.line(chunk: 0, greatest) == "0 4194304 ffffffffffffffff\n")
  }

  private func claims(_ text: String) -> [Int: Journal.Claim]? {
    Journal(parsing: Array(text.utf8), size: Self.layout.size)?.claims
  }

  @Test(
    arguments: [
      ("", [:]), (line, [3: claim]),
      (line + "0 1 0000000000000001\n", [3: claim, 0: Journal.Claim(length: 1, checksum: 1)]),
      // Cut short by a crash.
      (line + "0 5 000000000000", [3: claim]), (line + "0 5 0000000000000001", [3: claim]), (line + "0", [3: claim]),
      (line + "0 5 0000000000000\0\0\0\0\n", [3: claim]), (line + "\n", [3: claim]),
      // Written again as more came: the last one counts.
      (line + "3 200 0000000000000001\n", [3: Journal.Claim(length: 200, checksum: 1)]),
      ("3 200 0000000000000001\n" + line, [3: claim]), (line + line, [3: claim]),
      // No chunks of this object.
      ("5 1 0000000000000001\n-1 1 0000000000000001\n99999999999999999999 1 0000000000000001\n" + line, [3: claim]),
      // More than a chunk has, or nothing.
      ("0 4194305 0000000000000001\n1 0 0000000000000001\n2 -1 0000000000000001\n" + line, [3: claim]),
      // No checksums.
      (
        "0 1 1\n1 1 00000000000000001\n2 1 000000000000000g\n4 1 0000000000000001 x\n0 0000000000000001\n" + line,
        [3: claim]
      ),
      ("x\n \n\u{7f}\u{0}\n" + line, [3: claim]),
    ] as [(String, [Int: Journal.Claim])])
  func `what is read`(lines: String, expected: [Int: Journal.Claim]) {
    #expect(claims(Self.header + lines) == expected)
  }

  @Test(arguments: [
    "", "\n", String(header.dropLast()), line, "lfsfetch journal 2 20971520 4194304\n" + line,
    "lfsfetch journal 1 20971521 4194304\n" + line, "lfsfetch journal 1 20971520 4194305\n" + line,
    "lfsfetch journal 1 20971520 0\n" + line, "lfsfetch journal 1 20971520 -4194304\n" + line,
    "lfsfetch journal 1 20971520 64\n" + line, "lfsfetch journal 1 20971520 04194304\n" + line,
    " " + header + line, header.replacing("\n", with: "\r\n") + line, "\0\0\0\0\n" + header + line,
  ])
  func `a journal of something else is none`(_ text: String) {
    #expect(claims(text) == nil)
  }

  @Test func `bytes that are no text`() {
    #expect(
      Journal(parsing: Array(Self.header.utf8) + [0xff, 0x20, 0xfe, 0x0a], size: Self.layout.size)?.claims == [:])
  }

  /// Another version of the program may cut otherwise: what it left is of use all the same.
  @Test(arguments: [64 << 10, 256 << 10, 1 << 20, 9 << 20] as [Int64])
  func `chunks of another size`(chunkSize: Int64) throws {
    let text = "lfsfetch journal 1 20971520 \(chunkSize)\n1 100 00000000000000ff\n"
    let journal = try #require(Journal(parsing: Array(text.utf8), size: 20 << 20))
    #expect(journal.layout == ChunkLayout(size: 20 << 20, chunkSize: chunkSize))
    #expect(journal.claims == [1: Self.claim])
    #expect(journal.header + Journal.line(chunk: 1, Self.claim) == text)
  }
}
