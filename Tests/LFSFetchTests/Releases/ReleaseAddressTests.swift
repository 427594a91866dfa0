import HTTP
import JSON
import Testing

@testable import LFSFetch

struct ReleaseAddressTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let forge: ReleaseAddress.Forge
    let project: String
    let tag: String?
    let asset: String?
    let api: String

    init(
      _ text: String, _ forge: ReleaseAddress.Forge, _ project: String, _ tag: String?, _ asset: String?, _ api: String
    ) {
      (self.text, self.forge, self.project, self.tag, self.asset, self.api) = (text, forge, project, tag, asset, api)
    }

    var testDescription: String { text }
  }

  @Test(arguments: [
    Case(
      "https://github.com/o/r/releases/tag/v1.0", .gitHub, "o/r", "v1.0", nil,
      "https://api.github.com/repos/o/r/releases/tags/v1.0"),
    Case(
      "https://github.com/o/r/releases/latest", .gitHub, "o/r", nil, nil,
      "https://api.github.com/repos/o/r/releases/latest"),
    Case(
      "https://github.com/o/r/releases/tag/pkg@1/x", .gitHub, "o/r", "pkg@1/x", nil,
      "https://api.github.com/repos/o/r/releases/tags/pkg%401%2Fx"),
    Case(
      "https://github.com/o/r/releases/tag/pkg%401%2Fx", .gitHub, "o/r", "pkg@1/x", nil,
      "https://api.github.com/repos/o/r/releases/tags/pkg%401%2Fx"),
    Case(
      "https://github.com/o/r/releases/download/v1/a%20b.bin", .gitHub, "o/r", "v1", "a b.bin",
      "https://api.github.com/repos/o/r/releases/tags/v1"),
    Case(
      "https://github.com/o/r/releases/latest/download/a.bin", .gitHub, "o/r", nil, "a.bin",
      "https://api.github.com/repos/o/r/releases/latest"),
    Case(
      "https://git.example:8443/o/r/releases/tag/v1", .gitHub, "o/r", "v1", nil,
      "https://git.example:8443/api/v3/repos/o/r/releases/tags/v1"),
    Case(
      "https://gitlab.com/g/sub/p/-/releases/v1", .gitLab, "g/sub/p", "v1", nil,
      "https://gitlab.com/api/v4/projects/g%2Fsub%2Fp/releases/v1"),
    Case(
      "https://gitlab.example/g/p/-/releases/permalink/latest", .gitLab, "g/p", nil, nil,
      "https://gitlab.example/api/v4/projects/g%2Fp/releases/permalink/latest"),
  ])
  func pagesAreUnderstood(_ example: Case) throws {
    let address = try #require(ReleaseAddress(example.text))
    #expect(address.forge == example.forge)
    #expect(address.project == example.project)
    #expect(address.tag == example.tag)
    #expect(address.asset == example.asset)
    #expect(try address.projectAPI { _ in nil }.string + address.releasePath == example.api)
    let request = try ModelRequest(example.text + ":*.bin")
    #expect(request.target == .repository(example.text))
    #expect(request.path == "*.bin")
    #expect(request.revision == nil)
    guard case .release = try SourceAddress(example.text) else {
      Issue.record("no release")
      return
    }
  }

  @Test(arguments: [
    "https://github.com/o/r", "https://github.com/o/releases", "https://github.com/o/r/releases",
    "https://github.com/o/r/releases/tag", "https://github.com/o/r/releases/download/v1",
    "https://gitlab.com/g/p/-/releases", "https://gitlab.com/releases/tag/x", "ssh://h/o/r/releases/tag/x",
    "/srv/o/r/releases/tag/x",
  ])
  func allElseIsARepository(text: String) throws {
    #expect(ReleaseAddress(text) == nil)
    #expect(try ModelRequest(text).target == .repository(text))
  }

  @Test(
    arguments: [
      ("https://github.com", nil, "https://api.example/x/", "https://api.example/x/repos/o/r"),
      ("https://github.com", "https://git.example", "https://api.example", "https://api.github.com/repos/o/r"),
      ("https://git.example", "https://git.example", "https://api.example", "https://api.example/repos/o/r"),
      ("https://git.example", nil, "https://api.example", "https://git.example/api/v3/repos/o/r"),
    ] as [(String, String?, String, String)])
  func gitHubsVariablesAreObeyed(host: String, server: String?, variable: String, api: String) throws {
    let address = try #require(ReleaseAddress(host + "/o/r/releases/latest"))
    let variables = ["GITHUB_API_URL": variable, "GITHUB_SERVER_URL": server]
    #expect(try address.projectAPI { variables[$0] ?? nil }.string == api)
  }

  @Test(
    arguments: [
      ("\"sha256:\(String(repeating: "a", count: 64))\"", true), ("null", false), ("\"sha512:abc\"", false),
      ("\"sha256:ABC\"", false),
    ])
  func theDigestIsTakenWhereItIsOne(digest: String, isThere: Bool) throws {
    let json = try JSON.parse(
      Array(
        """
        {"name": "a", "size": 5, "digest": \(digest), "url": "https://api.github.com/repos/o/r/releases/assets/1",
         "browser_download_url": "https://github.com/o/r/releases/download/v1/a"}
        """.utf8))
    let asset = try ReleaseAsset(gitHub: json, isPrivate: false)
    #expect((asset.digest != nil) == isThere)
    #expect(asset.url.string == "https://github.com/o/r/releases/download/v1/a")
    #expect(
      try ReleaseAsset(gitHub: json, isPrivate: true).url.string
        == "https://api.github.com/repos/o/r/releases/assets/1")
  }

  @Test(
    arguments: [("model.bin", "model.bin"), ("Linux (amd64)", "Linux (amd64)"), ("a/b", "f.bin"), ("..", "f.bin")])
  func whatCannotBeAFileTakesItsNameFromTheAddress(title: String, name: String) throws {
    let json = try JSON.parse(Array(#"{"name": "\#(title)", "url": "https://h/x/f.bin"}"#.utf8))
    #expect(try ReleaseAsset(gitLab: json).name == name)
  }
}
