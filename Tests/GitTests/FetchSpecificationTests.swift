import Testing

@testable import Git

struct FetchSpecificationTests {
  private let id = ObjectID(hex: String(repeating: "1", count: 40))!

  private func names(_ text: String) -> [String]? {
    let all = ["HEAD", "refs/heads/main", "refs/heads/a/b", "refs/tags/v1", "refs/pull/7/head"]
    return FetchSpecification(text)?.matches(among: all.map { RemoteReference(name: $0, id: id) }).map {
      $0.reference.name + " " + ($0.name ?? "-")
    }
  }

  static let cases: [(String, [String]?)] = [
    ("+refs/heads/*:refs/remotes/o/*", ["refs/heads/main refs/remotes/o/main", "refs/heads/a/b refs/remotes/o/a/b"]),
    ("refs/pull/*/head:refs/remotes/o/pr/*", ["refs/pull/7/head refs/remotes/o/pr/7"]),
    ("main:mine", ["refs/heads/main refs/heads/mine"]), ("refs/tags/v1", ["refs/tags/v1 -"]),
    ("v1:tags/kept", ["refs/tags/v1 refs/tags/kept"]), ("HEAD:refs/kept", ["HEAD refs/kept"]),
    (":refs/kept", ["HEAD refs/kept"]), ("nosuch:refs/kept", []), ("^refs/heads/a/*", nil), ("", nil),
    ("refs/heads/*:refs/kept", nil), ("refs/*/*:refs/x/*", nil), ("+", nil),
  ]

  @Test(arguments: cases) func `takes what git takes`(_ text: String, _ expected: [String]?) {
    #expect(names(text) == expected)
  }

  @Test(arguments: [
    ("refs/heads/*:refs/x/*", ["refs/heads/"]), ("refs/tags/v1", ["refs/tags/v1"]), ("HEAD", ["HEAD"]),
    ("v1", ["v1", "refs/v1", "refs/tags/v1", "refs/heads/v1", "refs/remotes/v1"]),
  ]) func `asks for what it needs`(_ text: String, _ prefixes: [String]) {
    #expect(FetchSpecification(text)?.prefixes == prefixes)
  }
}
