import Testing

@testable import Git

@Suite struct FetchResponseTests {
  static let shallow = PktLine("shallow \(String(repeating: "1", count: 40))\n")
  static let pack: [PktLine] = [
    .data([1] + Array("PACK-one".utf8)), .data([2] + Array("progress".utf8)), .data([]), .data([1]),
    .data([1] + Array("-two".utf8)), .flush,
  ]
  static let versionTwo: [PktLine] = [
    PktLine("acknowledgments\n"), PktLine("NAK\n"), .delimiter, PktLine("shallow-info\n"), shallow, .delimiter,
    PktLine("wanted-refs\n"), PktLine("x\n"), .delimiter, PktLine("packfile-uris\n"), PktLine("x\n"), .delimiter,
    PktLine("packfile\n"),
  ]

  struct Case: Sendable {
    var version = Advertisement.Version.v2
    var shape = FetchRung.smallBlobs.shape
    let lines: [PktLine]
  }

  static let good = [
    Case(lines: versionTwo + pack), Case(lines: [PktLine("packfile\n")] + pack),
    Case(lines: versionTwo + pack + [.responseEnd]),
    Case(version: .v0, lines: [shallow, .flush, PktLine("NAK\n")] + pack),
    Case(version: .v0, lines: [.flush, PktLine("NAK\n")] + pack),
    Case(version: .v0, shape: .complete, lines: [PktLine("NAK\n")] + pack),
  ]

  @Test(arguments: good) func `the pack is found, wherever the answer is split`(_ test: Case) throws {
    let bytes = PktLine.encode(test.lines)
    for first in 0...bytes.count {
      #expect(try read(test, [bytes[..<first], bytes[first...]]) == Array("PACK-one-two".utf8))
    }
    #expect(try read(test, bytes.indices.map { bytes[$0...$0] }) == Array("PACK-one-two".utf8))
  }

  @Test func `the edge of the history is told`() throws {
    for test in FetchResponseTests.good where test.lines.contains(FetchResponseTests.shallow) {
      var response = FetchResponse(version: test.version, shape: test.shape)
      try PktLine.encode(test.lines).withUnsafeBytes { bytes in
        for index in bytes.indices {
          try response.consume(UnsafeRawBufferPointer(rebasing: bytes[index...index])) { _ in }
        }
      }
      #expect(response.shallow == [ObjectID(hex: String(repeating: "1", count: 40))])
    }
  }

  @Test(arguments: good) func `an answer that stops early is noticed, wherever it stops`(_ test: Case) throws {
    let bytes = PktLine.encode(test.lines.last == .responseEnd ? test.lines.dropLast() : test.lines)
    for end in 0..<bytes.count {
      let failure = try #require(throws: FetchFailure.self) { _ = try read(test, [bytes[..<end]]) }
      #expect([.noAnswer, .noFlush, .brokenOff].contains(failure))
      #expect((failure == .noAnswer) == (end == 0))
    }
  }

  @Test(arguments: [
    (
      Case(lines: [PktLine("ERR upload-pack: not our ref abc")]),
      FetchFailure.refusedWant("upload-pack: not our ref abc")
    ),
    (Case(lines: [PktLine("ERR want abc not valid\n")]), .refusedWant("want abc not valid")),
    (Case(lines: [PktLine("ERR no\u{1b}[2Jthing\n")]), .server("no\\u{1b}[2Jthing")),
    (Case(version: .v0, lines: [PktLine("ERR go away")]), .server("go away")),
    (
      Case(lines: [PktLine("packfile\n"), .data([1, 80]), .data([3] + Array("out of memory\n".utf8))]),
      .server("out of memory")
    ),
  ])
  func `the server's own words are kept, made harmless`(_ test: Case, _ expected: FetchFailure) throws {
    #expect(throws: expected) { try read(test, [PktLine.encode(test.lines)[...]]) }
  }

  @Test(arguments: [
    Case(lines: [.delimiter]), Case(lines: [PktLine("packfile\n"), .data([9, 9])]),
    Case(lines: [PktLine("packfile\n"), .delimiter]),
    Case(lines: [PktLine("packfile\n")] + pack + [PktLine("more")]), Case(version: .v0, lines: [PktLine("NAK\n")]),
    Case(version: .v0, lines: [.flush, PktLine("PACK")]),
  ])
  func `what is not in git's format is refused`(_ test: Case) throws {
    let failure = try #require(throws: FetchFailure.self) { try read(test, [PktLine.encode(test.lines)[...]]) }
    guard case .malformed(let error) = failure else {
      Issue.record("\(failure)")
      return
    }
    #expect(error.code == .protocolViolation)
  }

  @discardableResult
  private func read(_ test: Case, _ pieces: [ArraySlice<UInt8>]) throws -> [UInt8] {
    var response = FetchResponse(version: test.version, shape: test.shape)
    var pack: [UInt8] = []
    for piece in pieces {
      try piece.withUnsafeBytes { bytes in
        try response.consume(bytes) { pack += $0 }
      }
    }
    try response.finish()
    return pack
  }
}
