import Files
import Fixtures
import Testing

@testable import LFSFetch

@Suite struct ModelRequestTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let repository: String
    var revision: String?
    var path: String?

    init(_ text: String, _ repository: String, _ revision: String? = nil, _ path: String? = nil) {
      self.text = text
      self.repository = repository
      self.revision = revision
      self.path = path
    }

    var testDescription: String { text }
  }

  @Test(arguments: [
    Case("https://h/org/name", "https://h/org/name"),
    Case("https://h/org/name@v1", "https://h/org/name", "v1"),
    Case("https://h/org/name:a/b.bin", "https://h/org/name", nil, "a/b.bin"),
    Case("https://h/org/name@v1:a/b.bin", "https://h/org/name", "v1", "a/b.bin"),
    Case("https://h/org/name.git@main:**/*.bin", "https://h/org/name.git", "main", "**/*.bin"),
    // Users, passwords, ports.
    Case("https://user@h/x", "https://user@h/x"),
    Case("https://user:pass@h:8443/x@v1:f", "https://user:pass@h:8443/x", "v1", "f"),
    Case("https://us@er:p@ss@h/x@v", "https://us@er:p@ss@h/x", "v"),
    Case("http://127.0.0.1:3000/x:y", "http://127.0.0.1:3000/x", nil, "y"),
    Case("http://[::1]:3000/x@v:y", "http://[::1]:3000/x", "v", "y"),
    Case("http://[fe80::1%25eth0]/x", "http://[fe80::1%25eth0]/x"),
    Case("http://user@h", "http://user@h"), Case("http://h:80", "http://h:80"),
    // Revisions and paths with their own separators.
    Case("https://h/x@feature/a:f", "https://h/x", "feature/a", "f"),
    Case("https://h/x@refs/tags/v1", "https://h/x", "refs/tags/v1"),
    Case("https://h/x@y@v1", "https://h/x", "y@v1"), Case("https://h/x@a/b@c:f@g", "https://h/x", "a/b@c", "f@g"),
    Case("https://h/x@bot/@types/node", "https://h/x", "bot/@types/node"),
    Case("https://h/@scope/x@v1", "https://h/@scope/x", "v1"), Case("https://h/x/@v1", "https://h/x/", "v1"),
    Case("https://h/o@p/x.git@v@1", "https://h/o@p/x.git", "v@1"), Case("git@h:x@a@b:f", "git@h:x", "a@b", "f"),
    Case("https://h/x:a:b@c", "https://h/x", nil, "a:b@c"), Case("https://h/x@\u{301}v", "https://h/x", "\u{301}v"),
    Case("https://h/x@v:a@b", "https://h/x", "v", "a@b"),
    Case("https://h/x%40y%3Az@v", "https://h/x%40y%3Az", "v"),
    Case("https://h/x:[a-z]/f?.bin", "https://h/x", nil, "[a-z]/f?.bin"),
    // Plain files.
    Case("https://h/a@b:c#unverified", "https://h/a@b:c#unverified"),
    Case("https://u:p@h/x?a=@b:c#sha256=00", "https://u:p@h/x?a=@b:c#sha256=00"),
    Case("https://h/x@v#readme", "https://h/x", "v#readme"),
    Case("file:///x#unverified:a", "file:///x#unverified", nil, "a"),
    // On this machine.
    Case("/srv/x", "/srv/x"), Case("./x@v1:f", "./x", "v1", "f"), Case("../x", "../x"), Case(".", "."),
    Case("..", ".."), Case("/srv/x@v:a/b", "/srv/x", "v", "a/b"), Case("file:///srv/x@v", "file:///srv/x", "v"),
    // Behind ssh.
    Case("git@h:org/name@v:a/*.bin", "git@h:org/name", "v", "a/*.bin"), Case("git@h:name@v", "git@h:name", "v"),
    Case("[h:22]:name:f", "[h:22]:name", nil, "f"), Case("me@[::1]:org/name", "me@[::1]:org/name"),
    Case("git@h:org/name", "git@h:org/name"), Case("git@h:org/name.git", "git@h:org/name.git"),
    Case("ssh://git@h:22/x@v", "ssh://git@h:22/x", "v"), Case("h:org/name", "h:org/name"),
  ])
  func `repositories`(_ example: Case) throws {
    let request = try ModelRequest(example.text)
    #expect(request.target == .repository(example.repository))
    #expect(request.revision == example.revision)
    #expect(request.path == example.path)
    #expect(request.text == example.text.withoutCredentials)
    #expect(request.include.isEmpty && request.exclude.isEmpty)
  }

  @Test func `of a path of this machine, what is there tells where it ends`() throws {
    let folder = try TemporaryFolder()
    let place = folder.path + "/me@home/x"
    try Directory.create(place + "@y")
    try Directory.create(place)
    for (behind, end, revision) in [
      ("", "", nil), ("@v1", "", "v1"), ("@a@b", "", "a@b"), ("@y", "@y", nil), ("@y@v", "@y", "v"), ("/@v", "/", "v"),
    ] as [(String, String, String?)] {
      for scheme in ["", "file://"] {
        let request = try ModelRequest(scheme + place + behind)
        #expect(request.target == .repository(scheme + place + end), "\(behind)")
        #expect(request.revision == revision, "\(behind)")
      }
    }
  }

  @Test(arguments: ["fast", "mr_mt3", "a.b-c_1", "1x", "_x", "modèle"]) func `names`(_ text: String) throws {
    let request = try ModelRequest(text)
    #expect(request.target == .name(text))
    #expect(request.revision == nil)
    #expect(request.path == nil)
  }

  @Test func `variants`() throws {
    let request = try ModelRequest("fast:q4_K-m.x")
    #expect(request.target == .name("fast"))
    #expect(request.variant == "q4_K-m.x")
    #expect(try ModelRequest("fast:auto").variant == "auto")
    #expect(try ModelRequest("fast").variant == nil)
    // What has a slash, or a user, is an address.
    #expect(try ModelRequest("https://h/x:q4").variant == nil)
    #expect(try ModelRequest("git@h:q4").target == .repository("git@h:q4"))
  }

  @Test(arguments: [
    "", "a b", "-x", ".x", "a/b", "fast@main", "fast:", "fast:f:g", "fast:a b", "a\u{1b}b", "*", "a%b",
    String(repeating: "a", count: 101),
  ])
  func `neither a name nor a URL`(_ text: String) {
    let error = fetchError { () throws(FetchError) in try ModelRequest(text) }
    #expect(error?.code == .usage)
    #expect(error?.message == "`\(text.escaped)` is neither a model's name nor a repository's URL")
    #expect(
      error?.hint
        == "a repository is given as URL[@REVISION][:PATH-OR-GLOB], or as a path that begins with `/` or `./`")
  }

  @Test(arguments: [
    ("https://h/x@", "revision"), ("https://h/x:", "path"), ("https://h/x@:f", "revision"), ("https://h/x@v:", "path"),
    ("./x@", "revision"),
  ])
  func `an empty part is a slip of the hand`(text: String, part: String) {
    let error = fetchError { () throws(FetchError) in try ModelRequest(text) }
    #expect(error == FetchError(.usage, "`\(text)` has an empty \(part)"))
  }

  @Test(arguments: [
    ("S3://b/k", "s3://b/k"), ("HF://o/n", "https://huggingface.co/o/n"), ("FILE:///srv/x", "file:///srv/x"),
    ("HTTPS://h/x", "https://h/x"), ("Http://h/X", "http://h/X"),
    ("HTTPS://h/o/r/releases/tag/V1", "https://h/o/r/releases/tag/V1"),
  ])
  func `schemes mean the same in upper case`(text: String, repository: String) throws {
    #expect(try ModelRequest(text).target == .repository(repository))
    let registry = try Registry.parse(#"{"models": {"x": {"source": "\#(text)"}}}"#)
    #expect(registry.entries.first?.model.source == repository)
    // A model and its variant.
    #expect(try ModelRequest("HF:auto").target == .name("HF"))
  }

  @Test(arguments: ["s3:/b/k", "hf:/a/b", "hf:a/b", "file:d/a.txt", "https:/h/x"])
  func `a slash too few is no host`(text: String) {
    let error = fetchError { () throws(FetchError) in try ModelRequest(text) }
    #expect(error?.message == "`\(text)` is no address")
  }
}

extension String {
  fileprivate var escaped: String { replacing("\u{1b}", with: "\\u{1b}") }
}
