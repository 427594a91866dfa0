import Testing

@testable import Git

@Suite struct PktLineTests {
  static let lines: [PktLine] = [
    PktLine("command=fetch\n"), .delimiter, PktLine(""), .data([0, 255, 10]), .flush, .responseEnd,
    .data([UInt8](repeating: 7, count: 300)), .flush,
  ]

  @Test func `lines are written as the specification shows them`() {
    #expect(
      String(decoding: PktLine.encode([PktLine("a\n"), .flush, .delimiter, .responseEnd]), as: UTF8.self)
        == "0006a\n000000010002")
    #expect(PktLine.encode([PktLine("command=ls-refs\n")]) == Array("0014command=ls-refs\n".utf8))
    let longest = PktLine.encode([.data([UInt8](repeating: 1, count: 65516))])
    #expect(longest.prefix(4).elementsEqual("fff0".utf8))
    #expect(longest.count == 65520)
  }

  @Test func `what was written is read, wherever it is split`() throws {
    let bytes = PktLine.encode(PktLineTests.lines)
    #expect(try PktLine.decode(bytes) == PktLineTests.lines)
    for first in 0...bytes.count {
      #expect(try decode([bytes[..<first], bytes[first...]]) == PktLineTests.lines)
    }
    #expect(try decode(bytes.indices.map { bytes[$0...$0] }) == PktLineTests.lines)
  }

  @Test(arguments: ["0003", "000g", "fff1", "ffff", "-001", "PACK", "+123", "<htm"])
  func `a bad length is refused`(_ digits: String) async throws {
    for pieces in [[digits], digits.map(String.init)] {
      let error = try await gitError { _ = try decode(pieces.map { Array($0.utf8)[...] }) }
      #expect(error.code == .protocolViolation)
    }
  }

  @Test(arguments: ["0", "000", "0005", "0008abc"])
  func `a body that ends in a line is refused`(_ body: String) async throws {
    let error = try await gitError { _ = try PktLine.decode(Array(body.utf8)) }
    #expect(error.message == "the answer ends in the middle of a line")
  }

  private func decode(_ pieces: [ArraySlice<UInt8>]) throws -> [PktLine] {
    var decoder = PktLineDecoder()
    var lines: [PktLine] = []
    for piece in pieces {
      try piece.withUnsafeBytes { bytes in
        try decoder.decode(bytes) { packet throws(GitError) in
          switch packet {
          case .data(let payload): lines.append(.data(Array(payload)))
          case .flush: lines.append(.flush)
          case .delimiter: lines.append(.delimiter)
          case .responseEnd: lines.append(.responseEnd)
          }
        }
      }
    }
    return lines
  }
}
