import LFSFetch
import Testing

@testable import CLI

struct ExitStatusTests {
  @Test(
    arguments: [
      (.usage, 2), (.notFound, 3), (.network, 4), (.authentication, 5), (.integrity, 6), (.disk, 7),
      (.interrupted, 130),
    ] as [(FetchError.Code, Int32)])
  func everyCodeHasItsStatus(code: FetchError.Code, status: Int32) {
    #expect(ExitStatus(code).rawValue == status)
  }

  /// nil is a success.
  @Test(
    arguments: [
      ([], 0),
      ([nil, nil], 0),
      ([.network], 4),
      ([.network, .network], 4),
      ([.network, .disk], 1),
      ([nil, .network], 1),
      ([.interrupted, nil], 130),
      ([.interrupted, .network], 130),
    ] as [([FetchError.Code?], Int32)])
  func severalOutcomesMakeOneStatus(codes: [FetchError.Code?], status: Int32) {
    let results = codes.map { code -> Result<Int, FetchError> in
      code.map { .failure(FetchError($0, "no")) } ?? .success(1)
    }
    #expect(ExitStatus(of: results).rawValue == status)
  }
}
