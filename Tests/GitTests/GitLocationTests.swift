import Testing

@testable import Git

@Suite struct GitLocationTests {
  @Test(arguments: [
    ("/srv/x.git", "/srv/x.git"), ("x", "x"), ("./a:b", "./a:b"), ("file:///srv/x", "/srv/x"),
    ("FILE:///srv/a%20b", "/srv/a b"), ("file://localhost/srv/x", "/srv/x"), ("file://LocalHost/srv/x", "/srv/x"),
  ])
  func `paths`(_ text: String, _ path: String) throws {
    #expect(try GitLocation(text) == .local(path))
  }

  @Test(arguments: [
    "git://example.com/x", "ftp://example.com/x", "ext::sh -c touch x",
  ])
  func `other transports are named, and the way out`(_ text: String) async throws {
    let error = try await gitError { _ = try GitLocation(text) }
    #expect(error.code == .unsupportedTransport)
    #expect(error.message.hasSuffix("which is not supported: use the repository's https address"))
  }

  @Test(arguments: [
    "", "https://", "https://a\nb/x", "https://example.com/%0ax", "file:///a%00b", "file:///a%zz", "file://",
    "file://localhost",
  ])
  func `unusable addresses`(_ text: String) async throws {
    let error = try await gitError { _ = try GitLocation(text) }
    #expect(error.code == .invalidURL)
  }

  /// The files of another host, or of the working directory, are not those of this path here.
  @Test(arguments: [
    ("file://models.example.com/srv/x", "models.example.com"), ("file://srv/x", "srv"), ("file://./x", "."),
    ("file://127.0.0.1/x", "127.0.0.1"), ("file://u:secret@h/x", "h"),
  ])
  func `a file address with a host is refused`(text: String, host: String) async throws {
    let error = try await gitError { _ = try GitLocation(text) }
    #expect(error.code == .invalidURL)
    #expect(error.message == "`\(text.replacing("u:secret@", with: ""))` names no file of this machine")
    #expect(
      error.cause
        == "a path from `/` follows the two slashes, as in `file:///srv/model.bin`; `\(host)` would be a host")
  }

  @Test func `one repository has one folder, without its credentials`() throws {
    let names = try [
      "https://example.com/Org/x", "https://u:secret@Example.com:443/Org/x.git", "https://example.com/Org/x.git/",
    ]
    .map { try GitLocation($0).folderName }
    #expect(Set(names).count == 1)
    #expect(names[0].hasPrefix("example.com-Org-x-") && names[0].hasSuffix(".git"))
    #expect(try GitLocation("https://example.com/Org/X").folderName != names[0])
    #expect(try GitLocation("https://example.com/../../etc").folderName.contains("/") == false)
  }

  @Test func `a password or a key of an unsupported address is not repeated`() async throws {
    for address in [
      "git://user:secret@example.com/x", "htps://example.com/x?key=secret", "git://user:a@secret@example.com/x",
      "git://user:secret@\u{301}example.com/x", "htps://example.com/x?\u{301}key=secret",
    ] {
      let error = try await gitError { _ = try GitLocation(address) }
      #expect(!error.message.contains("secret"))
      #expect(error.message.contains("example.com/x"))
    }
  }
}
