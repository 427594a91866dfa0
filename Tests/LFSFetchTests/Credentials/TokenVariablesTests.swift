import HTTP
import Testing

@testable import LFSFetch

struct TokenVariablesTests {
  private func origin(_ url: String) throws -> Origin { try HTTPURL(url).origin }

  @Test(arguments: [
    ("https://example.com", "LFSFETCH_TOKEN_EXAMPLE_COM"),
    ("https://git-lfs.example.com", "LFSFETCH_TOKEN_GIT__LFS_EXAMPLE_COM"),
    ("https://example.com:8443", "LFSFETCH_TOKEN_EXAMPLE_COM_8443"),
    ("http://example.com", "LFSFETCH_TOKEN_EXAMPLE_COM"), ("http://example.com:443", "LFSFETCH_TOKEN_EXAMPLE_COM_443"),
    ("http://127.0.0.1:8080", "LFSFETCH_TOKEN_127_0_0_1_8080"), ("https://[::1]", nil),
    ("https://my_host.example.com", nil),
  ]) func aHostHasAVariable(url: String, name: String?) throws {
    #expect(TokenVariables.name(for: try origin(url)) == name)
  }

  /// Whoever registers the other name must not get the token.
  @Test func noTwoHostsHaveTheSame() throws {
    let hosts = ["models.example.com", "models-example.com", "models.example-com", "models--example.com"]
    #expect(Set(try hosts.map { TokenVariables.name(for: try origin("https://" + $0)) }).count == hosts.count)
  }

  struct Row: Sendable {
    let variables: [String: String]
    let host: String
    let name: String?
  }

  static let rows = [
    Row(variables: ["HF_TOKEN": "t"], host: "https://huggingface.co", name: "HF_TOKEN"),
    Row(variables: ["HF_TOKEN": "t"], host: "http://huggingface.co", name: nil),
    Row(variables: ["HF_TOKEN": "t"], host: "https://huggingface.co:8443", name: nil),
    Row(variables: ["HF_TOKEN": "t"], host: "https://cdn-lfs.huggingface.co", name: nil),
    Row(variables: ["HF_TOKEN": "t", "HF_ENDPOINT": "http://h:1/"], host: "http://h:1", name: "HF_TOKEN"),
    Row(variables: ["GITHUB_TOKEN": "t"], host: "https://github.com", name: "GITHUB_TOKEN"),
    Row(variables: ["GITHUB_TOKEN": "t", "GH_TOKEN": "t"], host: "https://github.com", name: "GH_TOKEN"),
    Row(variables: ["GITHUB_TOKEN": "t"], host: "https://api.github.com", name: "GITHUB_TOKEN"),
    Row(variables: ["GITHUB_TOKEN": "t"], host: "https://github.com.evil.example", name: nil),
    Row(
      variables: ["GITHUB_TOKEN": "t", "GITHUB_SERVER_URL": "https://github.com"], host: "https://github.com",
      name: "GITHUB_TOKEN"),
    Row(
      variables: ["GITHUB_TOKEN": "t", "GITHUB_SERVER_URL": "https://own.example"], host: "https://own.example",
      name: "GITHUB_TOKEN"),
    Row(
      variables: ["GITHUB_TOKEN": "t", "GITHUB_SERVER_URL": "https://own.example"], host: "https://github.com",
      name: nil),
    Row(variables: ["GITLAB_TOKEN": "t"], host: "https://gitlab.com", name: "GITLAB_TOKEN"),
    Row(variables: ["GITLAB_TOKEN": "t", "GITLAB_HOST": "own.example"], host: "https://gitlab.com", name: nil),
    Row(
      variables: ["GITLAB_TOKEN": "t", "GITLAB_HOST": "own.example"], host: "https://own.example", name: "GITLAB_TOKEN"),
    Row(
      variables: ["LFSFETCH_TOKEN_GITHUB_COM": "t", "GITHUB_TOKEN": "t"], host: "https://github.com",
      name: "LFSFETCH_TOKEN_GITHUB_COM"),
    Row(variables: ["HF_TOKEN": " \n"], host: "https://huggingface.co", name: nil),
    Row(variables: ["HF_TOKEN": "a\nb"], host: "https://huggingface.co", name: nil),
  ]

  @Test(arguments: rows) func aTokenIsForItsHosts(_ row: Row) throws {
    #expect(TokenVariables(variable: { row.variables[$0] }).token(for: try origin(row.host))?.name == row.name)
  }

  @Test func theUserMayStandBeforeTheToken() throws {
    let variables = TokenVariables(variable: { _ in "alice:se:cret\n" })
    #expect(
      try variables.token(for: origin("https://example.com"))?.credential
        == Credential(.password("se:cret", of: "alice")))
  }
}
