import HTTP
import Testing

@testable import LFSFetch

struct CredentialAttributesTests {
  private func asked() throws -> CredentialAttributes {
    CredentialAttributes(
      for: try HTTPURL("https://example.com:8443/org/model.git/info/refs"), path: "org/model.git", username: "alice",
      challenges: ["Basic realm=\"x\""])
  }

  @Test func aQuestionHasAllThatIsKnown() throws {
    #expect(
      String(decoding: try asked().lines(for: .get), as: UTF8.self) == """
        capability[]=authtype
        protocol=https
        host=example.com:8443
        path=org/model.git
        username=alice
        wwwauth[]=Basic realm="x"

        """)
  }

  @Test func anAnswerIsGivenBackToBeKept() throws {
    var attributes = try asked()
    try attributes.take(
      answer: Array("username=bob\npassword=s=1\npassword_expiry_utc=99\noauth_refresh_token=r\nunknown=x\n".utf8),
      now: 1)
    #expect(attributes.found == Credential(.password("s=1", of: "bob")))
    #expect(
      String(decoding: try attributes.lines(for: .store), as: UTF8.self) == """
        protocol=https
        host=example.com:8443
        path=org/model.git
        username=bob
        password=s=1
        password_expiry_utc=99
        oauth_refresh_token=r

        """)
  }

  @Test func anotherHostInTheAnswerIsNotListenedTo() throws {
    var attributes = try asked()
    try attributes.take(answer: Array("protocol=http\nhost=evil.example\npassword=p\n".utf8), now: 1)
    #expect(attributes.host == "example.com:8443")
    #expect(attributes.protocol == "https")
  }

  @Test func aMarkBehindTheEqualsSignBelongsToTheValue() throws {
    var attributes = try asked()
    try attributes.take(answer: Array("password=\u{301}p=\u{301}\n".utf8), now: 1)
    #expect(attributes.password.map { Array($0.utf8) } == Array("\u{301}p=\u{301}".utf8))
  }

  @Test func anExpiredPasswordIsNone() throws {
    var attributes = try asked()
    try attributes.take(answer: Array("password=p\npassword_expiry_utc=99\n".utf8), now: 100)
    #expect(attributes.found == nil)
    #expect(attributes.username == "alice")
  }

  @Test(
    arguments: [
      ("capability[]=authtype\nauthtype=Bearer\ncredential=t\n", Credential(.value("t", scheme: "Bearer"))),
      ("authtype=Bearer\ncredential=t\n", nil), ("password=\n", Credential(.password("", of: "alice"))),
    ] as [(String, Credential?)]) func otherSchemesAreForThoseWhoKnowThem(answer: String, found: Credential?) throws
  {
    var attributes = try asked()
    try attributes.take(answer: Array(answer.utf8), now: 1)
    #expect(attributes.found == found)
  }

  @Test(arguments: ["quit=1\n", "quit=true\n"]) func aHelperMayEndIt(answer: String) throws {
    var attributes = try asked()
    try attributes.take(answer: Array(answer.utf8), now: 1)
    #expect(attributes.quits)
  }

  /// CVE-2020-5260, CVE-2024-52006: what follows the break would be a line of its own, for another host.
  @Test(arguments: ["a\nhost=github.com", "a\rb", "a\0b"]) func aLineBreakIsNeverWritten(text: String) throws {
    for change: (inout CredentialAttributes) -> Void in [
      { $0.username = text }, { $0.path = text }, { $0.host = text }, { $0.password = text },
      { $0.challenges = [text] },
    ] {
      var attributes = try asked()
      change(&attributes)
      #expect(throws: CredentialAttributes.Unsafe.self) { try attributes.lines(for: .get) }
    }
  }

  @Test(arguments: ["password=a\rb\n", "username=a\0b\n"]) func aLineBreakInAnAnswerIsRefused(answer: String) throws {
    var attributes = try asked()
    #expect(throws: CredentialAttributes.Unsafe.self) { try attributes.take(answer: Array(answer.utf8), now: 1) }
  }
}
