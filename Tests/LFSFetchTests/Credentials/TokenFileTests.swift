import Files
import Fixtures
import HTTP
import Testing

@testable import LFSFetch

struct TokenFileTests {
  private let folder: TemporaryFolder
  private let file: TokenFile

  init() throws {
    let folder = try TemporaryFolder()
    self.folder = folder
    file = TokenFile(environment: { $0 == "HOME" ? folder.path : nil })
  }

  @Test func keepsOneTokenForEachHost() throws {
    let (one, two) = (try HTTPURL("https://one.example").origin, try HTTPURL("http://two.example:81").origin)
    #expect(try file.entries() == [])
    try file.keep("first", username: nil, for: one)
    try file.keep("second", username: "alice", for: two)
    try file.keep("third", username: nil, for: one)
    #expect(
      try file.entries() == [
        .init(origin: "http://two.example:81", username: "alice", token: "second"),
        .init(origin: "https://one.example", username: nil, token: "third"),
      ])
    #expect(try file.forget(one))
    #expect(try !file.forget(one))
    #expect(try file.entries().map(\.token) == ["second"])
  }

  @Test func onlyItsOwnerMayReadIt() throws {
    try file.keep("t", username: nil, for: try HTTPURL("https://one.example").origin)
    #expect(file.path == folder(".config/lfsfetch/tokens.json"))
    #expect(try FileStatus.of(file.path)?.permissions == 0o600)
    #expect(try FileStatus.of(folder(".config/lfsfetch"))?.permissions == 0o700)
    #expect(try Directory.list(folder(".config/lfsfetch")) == ["tokens.json"])
  }

  @Test func aDamagedFileIsSaidAndNotItsContent() throws {
    try folder.write("{\"hosts\": {\"https://x\": {\"token\": [\"secret\"]}}}", to: ".config/lfsfetch/tokens.json")
    let error = #expect(throws: FetchError.self) { try file.entries() }
    #expect(error?.causes == ["`\(file.path)` is not as it was written: line 1, column 35"])
  }

  @Test(
    arguments: [
      ("example.com", "https://example.com", nil), ("Example.COM:8443", "https://example.com:8443", nil),
      ("alice@example.com", "https://example.com", "alice"), ("http://example.com/", "http://example.com", nil),
    ] as [(String, String, String?)])
  func aHostIsNamed(text: String, origin: String, user: String?) throws {
    let (found, username) = try TokenFile.host(text)
    #expect(found.description == origin)
    #expect(username == user)
  }

  @Test(arguments: ["", "https://example.com/org", "alice:secret@example.com", "https://u:secret@example.com", "a b"])
  func whatIsNoHostIsRefused(text: String) {
    let error = #expect(throws: FetchError.self) { try TokenFile.host(text) }
    #expect(error?.code == .usage)
    #expect(error.map { !"\($0)".contains("secret") } == true)
  }
}
