import Testing

@testable import LFSFetch

struct NetrcTests {
  private static let text = """
    # machine comment.example login x password y
    machine one.example login alice password secret
    machine two.example
    \tlogin bob
    \tpassword "two words \\"and\\" a \\\\ quote"
    machine two.example login carol password third account none
    macdef init
    machine macro.example login x password y

    machine NOPASSWORD.example login dora
    machine mixed.EXAMPLE password only
    default login anonymous password guest
    """

  @Test(
    arguments: [
      ("one.example", nil, "alice", "secret"), ("two.example", nil, "bob", "two words \"and\" a \\ quote"),
      ("two.example", "carol", "carol", "third"), ("mixed.example", nil, nil, "only"),
      ("comment.example", nil, "anonymous", "guest"), ("macro.example", nil, "anonymous", "guest"),
      ("nopassword.example", nil, "anonymous", "guest"), ("one.example", "anonymous", "anonymous", "guest"),
      ("sub.one.example", "else", nil, nil),
    ] as [(String, String?, String?, String?)])
  func theFirstEntryThatFitsCounts(host: String, user: String?, login: String?, password: String?) {
    let entry = Netrc(parsing: Array(Self.text.utf8)).entry(for: host, user: user)
    #expect(entry?.login == login)
    #expect(entry?.password == password)
  }

  @Test(arguments: ["", "machine", "machine x login", "login a password b", "machine x password \"open", "macdef x\n"])
  func whatIsCutOffIsNoEntryOfAnotherHost(text: String) {
    #expect(Netrc(parsing: Array(text.utf8)).entry(for: "y", user: nil) == nil)
  }
}
