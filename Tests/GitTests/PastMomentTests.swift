import Testing

@testable import Git

struct PastMomentTests {
  static let now: Int64 = 1_700_000_000

  static let moments: [(String, Int64?)] = [
    ("@1600000000", 1_600_000_000), ("1600000000 +0200", 1_600_000_000), ("2023-11-14T22:13:20Z", now),
    ("2023-11-14 23:13:20 +0100", now), ("2023-11-14 23:13:20+01:00", now), ("2023/11/14 22:13:20 UTC", now),
    ("2023.11.14 14:13:20 -08", now), ("now", now), ("yesterday", now - 86_400), ("2 weeks ago", now - 1_209_600),
    ("3.hours.20.minutes.ago", now - 12_000), ("1 day ago", now - 86_400), ("whenever", nil), ("", nil),
    ("2023-13-01", nil), ("2023-11-14 25:00", nil), ("2023-11-14 10:00 +1", nil), ("2 fortnights ago", nil),
    ("two weeks ago", nil), ("ago", nil), ("weeks ago", nil), ("@", nil), ("12", nil),
  ]

  @Test(arguments: moments) func `dates as git takes them`(_ text: String, _ expected: Int64?) {
    #expect(PastMoment(text, now: Self.now)?.seconds == expected)
  }

  /// In the time zone of whoever runs the tests; `ShallowDateTests` goes through others.
  @Test(arguments: [
    "2023-05-17", "2023-12-24", "6 months ago", "1 year ago", "1.year.2.months.ago", "2020-02-29 10:11",
  ])
  func `what depends on the time zone is what git makes of it`(_ text: String) throws {
    let words = try LocalGit()("rev-parse", "--since=" + text, environment: ["GIT_TEST_DATE_NOW": "\(Self.now)"])
    let expected = try #require(Int64(words.split(separator: "=").last ?? ""))
    #expect(PastMoment(text, now: Self.now)?.seconds == expected)
  }
}
