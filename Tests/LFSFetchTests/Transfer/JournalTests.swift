import Testing

@testable import LFSFetch

@Suite struct JournalTests {
  private static let layout = ChunkLayout(size: 20 << 20)
  private static let header = "lfsfetch journal 1 20971520 4194304\n"
  private static let line = "3 00000000000000ff\n"

  @Test func `what is written`() {
    #expect(Journal(layout: Self.layout).header == Self.header)
    #expect(Journal.line(chunk: 3, checksum: 255) == Self.line)
    #expect(Journal.line(chunk: 0, checksum: .max) == "0 ffffffffffffffff\n")
  }

  private func chunks(_ text: String) -> [Int: UInt64]? {
    Journal(parsing: Array(text.utf8), layout: Self.layout)?.chunks
  }

  @Test(arguments: [
    ("", [:]), (line, [3: 255]), (line + "0 0000000000000001\n", [3: 255, 0: 1]),
    // Cut short by a crash.
    (line + "0 000000000000", [3: 255]), (line + "0 0000000000000001", [3: 255]), (line + "0", [3: 255]),
    (line + "\n", [3: 255]), (line + "0 0000000000000\0\0\0\0\n", [3: 255]),
    // Written again: the later one counts.
    (line + "3 0000000000000001\n", [3: 1]), (line + line, [3: 255]),
    // No chunks of this object.
    ("5 0000000000000001\n-1 0000000000000001\n99999999999999999999 0000000000000001\n" + line, [3: 255]),
    // No checksums.
    ("0 1\n1 00000000000000001\n2 000000000000000g\n4 0000000000000001 x\n" + line, [3: 255]),
    ("x\n \n\u{7f}\u{0}\n" + line, [3: 255]),
  ] as [(String, [Int: UInt64])])
  func `what is read`(lines: String, expected: [Int: UInt64]) {
    #expect(chunks(Self.header + lines) == expected)
  }

  @Test(arguments: [
    "", "\n", String(header.dropLast()), line, "lfsfetch journal 2 20971520 4194304\n" + line,
    "lfsfetch journal 1 20971521 4194304\n" + line, "lfsfetch journal 1 20971520 8388608\n" + line,
    " " + header + line, header.replacing("\n", with: "\r\n") + line, "\0\0\0\0\n" + header + line,
  ])
  func `a journal of something else is none`(_ text: String) {
    #expect(chunks(text) == nil)
  }

  @Test func `bytes that are no text`() {
    #expect(Journal(parsing: Array(Self.header.utf8) + [0xff, 0x20, 0xfe, 0x0a], layout: Self.layout)?.chunks == [:])
  }
}
