import HTTP
import Testing

@testable import Git

/// `credential.*` as git reads it: https://git-scm.com/docs/gitcredentials#_configuration_options
struct GitConfigCredentialsTests {
  private func settings(_ text: String, _ url: String = "https://example.com/org/model.git") throws
    -> CredentialSettings
  {
    try GitConfig(parsing: Array(text.utf8), name: "test").credentialSettings(for: HTTPURL(url))
  }

  @Test func helpersAddUpInTheOrderInWhichTheyStand() throws {
    let text = """
      [credential "https://example.com"]
        helper = first
      [credential]
        helper = second
      [credential "https://other.example.com"]
        helper = other
      """
    #expect(try settings(text).helpers == ["first", "second"])
  }

  @Test func anEmptyHelperForgetsThoseBeforeIt() throws {
    let text = "[credential]\n helper = a\n[credential \"https://example.com\"]\n helper =\n helper = b\n"
    #expect(try settings(text).helpers == ["b"])
    #expect(try settings(text, "https://other.example.com/").helpers == ["a"])
  }

  @Test(arguments: [
    ("https://example.com", true), ("https://example.com/", true), ("https://example.com/org", true),
    ("https://example.com/org/model.git", true), ("https://example.com/other", false), ("http://example.com", false),
    ("https://example.com:8443", false), ("https://*.com", true), ("https://example.co", false),
    ("https://alice@example.com", false), ("example.com", true), ("example.org", false), ("example.com/org", true),
    ("https://", true), ("http://", false),
  ]) func aScopeFits(scope: String, fits: Bool) throws {
    #expect(try settings("[credential \"\(scope)\"]\n helper = x\n").helpers == (fits ? ["x"] : []))
  }

  @Test func aScopeMayNameTheUserOfTheAddress() throws {
    let text = "[credential \"https://alice@example.com\"]\n helper = x\n"
    #expect(try settings(text, "https://alice@example.com/org").helpers == ["x"])
    #expect(try settings(text, "https://bob@example.com/org").helpers == [])
  }

  @Test func theOtherKeysAreRead() throws {
    let text = """
      [credential]
        username = alice
        useHttpPath = true
        interactive = false
      [credential "https://other.example.com"]
        username = bob
        useHttpPath = false
        interactive
      """
    var expected = CredentialSettings()
    expected.username = "alice"
    expected.usesHTTPPath = true
    expected.isInteractive = false
    #expect(try settings(text) == expected)
    expected.username = "bob"
    expected.usesHTTPPath = false
    expected.isInteractive = true
    #expect(try settings(text, "https://other.example.com/x") == expected)
    #expect(try settings("[credential]\n interactive = never\n").isInteractive == false)
  }
}
