import Files
import HTTP
import Testing

@testable import LFSFetch

/// What is done about each fault.
@Suite struct RemedyTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let fault: TransferFault
    var attempt = 1
    var relocations = 0
    var isSigned = true
    let remedy: Remedy
    var testDescription: String {
      "\(fault.reason), attempt \(attempt), relocations \(relocations), signed \(isSigned)"
    }
  }

  private static func network(_ kind: HTTPError.Kind) throws -> TransferFault {
    .network(HTTPError(kind, kind.rawValue, url: try HTTPURL("http://h/")))
  }

  private static func status(_ status: Int) -> TransferFault { .status(status, host: "h") }

  /// With `random` 0 the pause is half of 1 s, doubled at each attempt, never more than half of 3 s.
  private static let retry = Retry(attempts: 4, base: .seconds(1), cap: .seconds(3))

  @Test(arguments: [
    Case(fault: .noRanges, attempt: 9, remedy: .again(after: .zero)),
    Case(fault: .disk(FileError("write", "/x", errno: 28)), remedy: .waitForRoom),
    Case(fault: .disk(FileError("write", "/x", errno: 5)), remedy: .giveUp),
    Case(fault: .cancelled, remedy: .giveUp),
    Case(fault: .unusable("x"), remedy: .nextSource), Case(fault: .endless(host: "h"), remedy: .nextSource),
    Case(fault: .unreadable(FileError("open", "/x", errno: 13)), remedy: .nextSource),
    Case(fault: .corrupt, remedy: .again(after: .zero)),
    Case(fault: .corrupt, attempt: 2, remedy: .nextSource),
    // Signed addresses expire.
    Case(fault: status(403), remedy: .relocate), Case(fault: status(401), relocations: 2, remedy: .relocate),
    Case(fault: status(400), remedy: .relocate), Case(fault: status(403), relocations: 3, remedy: .nextSource),
    Case(fault: status(403), isSigned: false, remedy: .nextSource),
    Case(fault: status(401), isSigned: false, remedy: .nextSource),
    Case(fault: status(400), isSigned: false, remedy: .nextSource),
    // For good.
    Case(fault: status(404), remedy: .nextSource), Case(fault: status(410), remedy: .nextSource),
    Case(fault: status(501), remedy: .nextSource), Case(fault: status(204), remedy: .nextSource),
    // For now.
    Case(fault: status(500), remedy: .again(after: .milliseconds(500))),
    Case(fault: status(502), attempt: 2, remedy: .again(after: .seconds(1))),
    Case(fault: status(503), attempt: 3, remedy: .again(after: .milliseconds(1500))),
    Case(fault: status(503), attempt: 4, remedy: .nextSource),
    Case(fault: status(429), remedy: .again(after: .milliseconds(500))),
    // Those that count requests send 403, too, and say when to come back.
    Case(fault: .status(403, host: "h", retryAfter: .seconds(7)), remedy: .again(after: .seconds(7))),
    Case(fault: .status(403, host: "h", retryAfter: .seconds(3600)), remedy: .nextSource),
    Case(fault: status(408), remedy: .again(after: .milliseconds(500))),
  ])
  func `statuses and bytes`(_ example: Case) {
    #expect(remedy(example.fault, example) == example.remedy)
  }

  @Test(
    arguments: [
      (.timeout, true), (.connectionLost, true), (.cannotConnect, true), (.cannotResolve, true), (.other, true),
      (.tls, false), (.badURL, false), (.redirectRefused, false), (.offline, false), (.bodyTooLarge, false),
    ] as [(HTTPError.Kind, Bool)])
  func `the network`(kind: HTTPError.Kind, passes: Bool) throws {
    let fault = try Self.network(kind)
    let first = Case(fault: fault, remedy: passes ? .again(after: .milliseconds(500)) : .nextSource)
    #expect(remedy(fault, first) == first.remedy)
    #expect(remedy(fault, Case(fault: fault, attempt: 4, remedy: .nextSource)) == .nextSource)
  }

  private func remedy(_ fault: TransferFault, _ example: Case) -> Remedy {
    Remedy.against(
      fault, attempt: example.attempt, relocations: example.relocations, isSigned: example.isSigned,
      retry: Self.retry, random: 0)
  }
}
