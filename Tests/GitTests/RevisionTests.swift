import Testing
import Text

@testable import Git

@Suite struct RevisionTests {
  @Test func `what may be written`() throws {
    let hex = String(repeating: "a1", count: 20)
    #expect(try Revision(parsing: nil) == .head)
    #expect(try Revision(parsing: "HEAD") == .head)
    #expect(try Revision(parsing: hex.uppercased()) == .fullID(#require(ObjectID(hex: hex))))
    #expect(try Revision(parsing: "main") == .name("main"))
    #expect(try Revision(parsing: "abc").abbreviatedID == nil)
    #expect(try Revision(parsing: "ABCD").abbreviatedID == "abcd")
    #expect(try Revision(parsing: "abcdx").abbreviatedID == nil)
    #expect(try Revision(parsing: "refs/heads/x").candidates == ["refs/heads/x"])
  }

  @Test(arguments: ["", "a b", "a..b", "a\nb", "/a", "a/", "a.lock", "a~1", "a^", "a:b", "@{1}", "-\u{7f}", ".a"])
  func `what cannot be a name is refused`(_ text: String) async throws {
    let error = try await gitError { _ = try Revision(parsing: text) }
    #expect(
      error
        == GitError(.invalidRevision, "`\(text.escapingControls)` is not the name of a branch, a tag or a commit"))
  }

  @Test func `a SHA-256 id is named as such`() async throws {
    let error = try await gitError { _ = try Revision(parsing: String(repeating: "a", count: 64)) }
    #expect(error.code == .unsupportedObjectFormat)
  }

  @Test func `a branch comes before a tag`() throws {
    let one = try #require(ObjectID(hex: String(repeating: "1", count: 40)))
    let two = try #require(ObjectID(hex: String(repeating: "2", count: 40)))
    let references = [
      RemoteReference(name: "refs/tags/x", id: one), RemoteReference(name: "refs/heads/x", id: two),
    ]
    #expect(try Revision(parsing: "x").resolve(among: references)?.commit == two)
    #expect(try Revision(parsing: "y").resolve(among: references) == nil)
  }

  @Test func `two names that look the same are two`() throws {
    let one = try #require(ObjectID(hex: String(repeating: "1", count: 40)))
    let two = try #require(ObjectID(hex: String(repeating: "2", count: 40)))
    let references = [
      RemoteReference(name: "refs/heads/\u{e9}", id: one), RemoteReference(name: "refs/heads/e\u{301}", id: two),
    ]
    #expect(try Revision(parsing: "\u{e9}").resolve(among: references)?.commit == one)
    #expect(try Revision(parsing: "e\u{301}").resolve(among: references)?.commit == two)
    #expect(try Revision(parsing: "refs/heads/e\u{301}").resolve(among: references)?.commit == two)
    #expect(references[0] != RemoteReference(name: "refs/heads/e\u{301}", id: one))
  }
}
