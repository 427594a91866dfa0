import Testing

@testable import HTTP

struct RetryTests {
  private let retry = Retry(attempts: 4, base: .milliseconds(100), cap: .milliseconds(300), patience: .seconds(60))

  @Test(
    arguments: [
      (1, 0, 50), (1, 0.5, 75), (2, 0, 100), (2, 1, 200), (3, 0, 150), (3, 1, 300), (4, 0, nil), (5, 0, nil),
    ] as [(Int, Double, Int?)])
  func thePauseDoublesUpToTheCapAndIsSpread(attempt: Int, random: Double, milliseconds: Int?) {
    let pause = retry.delay(after: attempt, .status(503, retryAfter: nil), random: random)
    #expect(pause == milliseconds.map { .milliseconds($0) })
  }

  @Test(
    arguments: [
      (200, false), (304, false), (400, false), (401, false), (403, false), (404, false), (408, true), (410, false),
      (413, false), (416, false), (422, false), (429, true), (500, true), (501, false), (502, true), (503, true),
      (504, true), (505, false), (507, false), (509, false),
    ])
  func onlyWhatMayPassIsTriedAgain(status: Int, isTriedAgain: Bool) {
    #expect((retry.delay(after: 1, .status(status, retryAfter: nil), random: 0) != nil) == isTriedAgain)
    // Those that count requests send 403, too, and say when to come back.
    let comesBack = isTriedAgain || status == 403
    #expect((retry.delay(after: 1, .status(status, retryAfter: .seconds(1)), random: 0) != nil) == comesBack)
  }

  @Test(
    arguments: [
      (.seconds(0), .seconds(0)), (.seconds(7), .seconds(7)), (.seconds(60), .seconds(60)), (.seconds(61), nil),
      (.seconds(-5), .seconds(0)),
    ] as [(Duration, Duration?)])
  func theServersWordCountsUntilPatienceEnds(retryAfter: Duration, pause: Duration?) {
    #expect(retry.delay(after: 1, .status(429, retryAfter: retryAfter), random: 0.9) == pause)
    #expect(retry.delay(after: 4, .status(429, retryAfter: retryAfter), random: 0.9) == nil)
  }

  @Test(
    arguments: [
      (.cannotResolve, true), (.cannotConnect, true), (.timeout, true), (.connectionLost, true), (.other, true),
      (.badURL, false), (.tls, false), (.bodyTooLarge, false), (.redirectRefused, false), (.proxyRefused, false),
      (.offline, false),
      (.cancelled, false),
    ] as [(HTTPError.Kind, Bool)])
  func failuresThatPassAreTriedAgain(kind: HTTPError.Kind, isTriedAgain: Bool) throws {
    let error = HTTPError(kind, "", url: try HTTPURL("http://host/"))
    #expect((retry.delay(after: 1, .failure(error), random: 0) != nil) == isTriedAgain)
    #expect(Retry.never.delay(after: 1, .failure(error), random: 0) == nil)
  }

  @Test func manyAttemptsDoNotOverflow() {
    let patient = Retry(attempts: .max)
    #expect(patient.delay(after: 10_000, .status(500, retryAfter: nil), random: 1) == .seconds(10))
  }

  @Test func fiveMinutesAreWaitedForByDefaultAndAnHourIsNot() {
    #expect(Retry.standard.delay(after: 1, .status(429, retryAfter: .seconds(300)), random: 0) == .seconds(300))
    #expect(Retry.standard.delay(after: 1, .status(429, retryAfter: .seconds(3600)), random: 0) == nil)
    #expect(Retry.forever.delay(after: 99, .status(429, retryAfter: .seconds(86_400)), random: 0) == .seconds(86_400))
  }
}
