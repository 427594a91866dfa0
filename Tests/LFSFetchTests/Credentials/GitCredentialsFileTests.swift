import HTTP
import Testing

@testable import LFSFetch

struct GitCredentialsFileTests {
  private static let text = """
    https://alice:p%40ss@one.example
    https://bob:b@one.example
    https://carol:c@one.example/org/model.git
    http://dora:d@two.example:8080
    nonsense
    https://eve:%0anewline@three.example
    """ + "\r\nhttps://fay:f@four.example\r\nhttps://gus:g\u{2028}h@five.example\r\n"

  @Test(
    arguments: [
      ("https://one.example", nil, nil, "p@ss"), ("https://one.example", "bob", nil, "b"),
      ("https://one.example", nil, "org/model.git", "c"), ("https://one.example", nil, "org/other.git", nil),
      ("http://one.example", nil, nil, nil), ("https://one.example:8443", nil, nil, nil),
      ("http://two.example:8080", nil, nil, "d"), ("http://two.example", nil, nil, nil),
      ("https://three.example", nil, nil, nil), ("https://four.example", nil, nil, "f"),
      ("https://five.example", nil, nil, "g\u{2028}h"),
    ] as [(String, String?, String?, String?)])
  func aLineIsForItsOrigin(url: String, user: String?, path: String?, password: String?) throws {
    let file = GitCredentialsFile(parsing: Array(Self.text.utf8))
    #expect(try file.entry(for: HTTPURL(url).origin, user: user, path: path)?.password == password)
  }
}
