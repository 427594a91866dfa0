import HTTP
import Testing

@testable import LFSFetch

@Suite struct RunTests {
  private func run(_ chunks: Range<Int>) throws -> Run {
    Run(chunks: chunks, location: Location(mirror: try HTTPURL("http://h/x")), source: 0)
  }

  @Test func `what has not been begun can be taken away, the later half at a time`() throws {
    let run = try run(10..<20)
    #expect(run.begin(10) && run.begin(11))
    #expect(run.ahead == 8)
    #expect(run.cut() == 16..<20)
    #expect(run.cut() == 14..<16)
    #expect(run.currentChunks == 10..<14)
    #expect(run.begin(12) && run.begin(13))
    #expect(run.cut() == nil)
    #expect(!run.begin(14))
    #expect(run.currentChunks == 10..<14)
  }

  @Test func `the first chunk is never taken`() throws {
    let run = try run(3..<5)
    #expect(run.cut() == 4..<5)
    #expect(run.cut() == nil)
    #expect(run.begin(3))
    #expect(!run.begin(4))
  }

  @Test(
    arguments: [
      // Nothing is known of the host: little at first.
      (1 << 30, 8, nil, 1 << 20),
      // Two seconds' worth, within limits.
      (1 << 30, 8, 1e6, 2_000_000), (1 << 30, 8, 1e3, 2000), (1 << 30, 8, 1e9, 8 << 20),
      // Towards the end shorter, so that all end together.
      (16 << 20, 8, 1e9, 1 << 20), (1 << 20, 8, 1e5, 1 << 16), (3, 8, nil, 1),
      // But not so short that most of the time is waiting.
      (1 << 20, 8, 1e9, 1 << 20), (1 << 20, 8, 5e6, 500_000),
    ] as [(Int64, Int, Double?, Int64)])
  func `how much one request asks for`(left: Int64, connections: Int, speed: Double?, bytes: Int64) {
    #expect(RunLength.bytes(left: left, connections: connections, speed: speed) == bytes)
  }

  @Test(
    arguments: [
      ([], nil), ([100, 100, 100, 1], 3), ([100, 1, 100, 100], 1), ([100, 100, 100, 13], nil),
      ([100, 100, 100, 12], 3),
      // Too few to say, or all are slow.
      ([100, 100, 1], nil), ([0, 0, 0, 0, 0], nil), ([nil, 100, 100, nil, 1], nil), ([nil, 900, 0, 800, 700], 2),
    ] as [([Int64?], Int?)])
  func `which connection lags`(received: [Int64?], laggard: Int?) {
    #expect(RunInWork.laggard(received) == laggard)
  }
}
