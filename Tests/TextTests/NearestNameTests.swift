import Testing

@testable import Text

struct NearestNameTests {
  @Test(arguments: [
    ("get", "get", 0), ("gte", "get", 1), ("gt", "get", 1), ("geet", "get", 1), ("git", "get", 1),
    ("", "get", 3), ("get", "", 3), ("verfiy", "verify", 1), ("list", "path", 4),
  ])
  func distanceCountsEditsAndSwaps(first: String, second: String, distance: Int) {
    #expect(NearestName.distance(first, second) == distance)
    #expect(NearestName.distance(second, first) == distance)
  }

  @Test func aFarWordIsNoGuess() {
    #expect(NearestName.hint(for: "download", among: ["get", "list"]) == nil)
  }
}
