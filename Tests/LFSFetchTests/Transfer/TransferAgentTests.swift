import Git
import Testing

@testable import LFSFetch

/// Transfer agents as git's configuration has them.
@Suite struct TransferAgentTests {
  private func config(_ text: String) throws -> GitConfig { try GitConfig(parsing: Array(text.utf8), name: "config") }

  private static let agents = """
    [lfs "customtransfer.one"]
      path = /bin/echo
      args = a 'b c'
    [lfs "customtransfer.two"]
      path = /bin/cat
      concurrent = false
      direction = Download
    [lfs "customtransfer.up"]
      path = /bin/cat
      direction = upload
    [lfs "customtransfer.empty"]
      path =
    [lfs "customtransfer.pathless"]
      args = x

    """

  @Test func `those that download`() throws {
    let all = TransferAgent.all(in: try config(Self.agents))
    #expect(all.map(\.name) == ["one", "two"])
    #expect(all.map(\.isConcurrent) == [true, false])
    let offered = TransferAgent.offered(in: try config(Self.agents + "[lfs]\n basictransfersonly = true"))
    #expect(offered == [])
    #expect(TransferAgent.offered(in: try config(Self.agents)) == all)
  }

  @Test func `arguments are for the shell, and the program is the one that was found`() throws {
    let all = TransferAgent.all(in: try config(Self.agents))
    let program = try all[0].program()
    #expect(program.path == "/bin/sh")
    #expect(program.arguments == ["-c", "exec '/bin/echo' a 'b c'"])
    #expect(try all[1].program().path == "/bin/cat")
  }

  @Test(
    arguments: [
      ("standalonetransferagent = one", "one"), ("", nil), ("standalonetransferagent =", nil),
      ("standalonetransferagent = two\n[lfs \"https://h/org\"]\n standalonetransferagent = one", "one"),
      ("standalonetransferagent = two\n[lfs \"https://h/other\"]\n standalonetransferagent = one", "two"),
      ("[lfs \"https://h\"]\n standalonetransferagent = one", "one"),
    ] as [(String, String?)])
  func `the one that needs no server`(_ text: String, _ name: String?) throws {
    let found = try TransferAgent.standalone(
      for: "https://h/org/x.git/info/lfs", in: try config(Self.agents + "[lfs]\n " + text))
    #expect(found?.name == name)
  }

  @Test func `one that is not configured`() throws {
    let config = try config(Self.agents + "[lfs]\n standalonetransferagent = up")
    let error = fetchError { () throws(FetchError) in _ = try TransferAgent.standalone(for: "https://h/x", in: config) }
    #expect(error?.code == .usage)
    #expect(error?.message == "there is no transfer agent `up`")
  }
}
