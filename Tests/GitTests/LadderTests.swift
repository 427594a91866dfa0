import HTTP
import Testing

@testable import Git

@Suite struct LadderTests {
  @Test(arguments: [
    ("fetch=shallow filter", nil, [FetchRung.smallBlobs, .noBlobs, .wholeCommit, .everything]),
    ("fetch=shallow filter", FetchRung.noBlobs, [.noBlobs, .wholeCommit, .everything]),
    ("fetch=shallow", nil, [.wholeCommit, .everything]),
    ("fetch=shallow", .smallBlobs, [.wholeCommit, .everything]),
    ("fetch=filter", nil, [.everything]), ("fetch", nil, [.everything]),
    ("fetch=shallow filter", .everything, [.everything]),
  ])
  func `rungs are what the server offers, from where it worked`(
    _ line: String, _ first: FetchRung?, _ rungs: [FetchRung]
  ) throws {
    let body = PktLine.encode([PktLine("version 2\n"), PktLine(line), .flush])
    #expect(try Ladder.rungs(allowedBy: Advertisement(parsing: body), startingAt: first) == rungs)
  }

  @Test(arguments: [
    (401, false, false), (403, false, false), (404, false, false), (503, false, false),
    (400, true, true), (413, true, true), (422, true, true), (500, true, true), (501, true, true),
    (502, true, false), (504, true, false),
  ])
  func `a status steps down unless it means something else`(_ status: Int, _ steps: Bool, _ isTelling: Bool) throws {
    let failure = FetchFailure.status(status, try HTTPURL("https://example.com/x"))
    #expect(Ladder.verdict(on: failure) == (steps ? .stepDown(isTelling: isTelling) : .giveUp))
  }

  @Test func `an empty answer, a cut one and an error line step down`() {
    for failure in [FetchFailure.noAnswer, .noFlush, .server("filter 'blob:limit' not supported")] {
      #expect(Ladder.verdict(on: failure) == .stepDown(isTelling: true))
    }
    let other = GitError(.cancelled, "")
    for failure in [
      FetchFailure.refusedWant("not our ref"), .brokenOff, .malformed(other), .tooManyRequests(other),
    ] {
      #expect(Ladder.verdict(on: failure) == .giveUp)
    }
  }
}
