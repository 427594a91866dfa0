import HTTP
import Testing

@testable import LFSFetch

struct CredentialTests {
  struct Form: Sendable {
    let content: Credential.Content
    var path = "/org/model.git/info/refs"
    var challenges: [String] = []
    let authorization: String?
  }

  static let forms = [
    Form(content: .password("p", of: "u"), authorization: "Basic dTpw"),
    Form(content: .password("p", of: "u"), challenges: ["negotiate", "basic"], authorization: "Basic dTpw"),
    Form(content: .password("p", of: "u"), challenges: ["bearer"], authorization: nil),
    Form(content: .token("t", user: "u"), authorization: "Basic dTp0"),
    Form(content: .token("t", user: "u"), path: "/org/model.git/git-upload-pack", authorization: "Basic dTp0"),
    Form(content: .token("t", user: "u"), path: "/org/model.git/info/lfs/objects/batch", authorization: "Basic dTp0"),
    Form(content: .token("t", user: "u"), path: "/org/model/resolve/main/x", authorization: "Bearer t"),
    Form(content: .token("t", user: "u"), path: "/info/refsother", authorization: "Bearer t"),
    Form(content: .token("t", user: "u"), challenges: ["bearer"], authorization: "Bearer t"),
    Form(
      content: .token("t", user: "u"), path: "/org/model/resolve/main/x", challenges: ["basic"],
      authorization: "Basic dTp0"),
    Form(content: .token("t", user: "u"), challenges: ["negotiate"], authorization: nil),
    Form(content: .value("v", scheme: "Special"), challenges: ["negotiate"], authorization: "Special v"),
  ]

  @Test(arguments: forms) func takesTheFormThatTheHostUnderstands(_ form: Form) throws {
    let url = try HTTPURL("https://example.com" + form.path)
    #expect(Credential(form.content).authorization(for: url, challenges: form.challenges) == form.authorization)
  }

  @Test func isNotShown() {
    let credential = Credential(.token("secret", user: "u"))
    #expect(!"\(credential) \(String(reflecting: credential))".contains("secret"))
  }

  @Test(arguments: [
    ("/org/model.git/info/refs", "org/model.git"), ("/org/model/git-upload-pack", "org/model"),
    ("/org/model.git/info/lfs/objects/batch", "org/model.git"), ("/org/model/", "org/model"),
  ]) func theRepositoryIsTheWayToItsServices(path: String, repository: String) throws {
    #expect(try HTTPURL("https://example.com" + path).repositoryPath == repository)
  }
}
