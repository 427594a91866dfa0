import Testing

@testable import HTTP

struct HTTPURLTests {
  @Test(
    arguments: [
      ("http://host", "http", "host", 80, "/", nil),
      ("HTTPS://Host.Example/A", "https", "host.example", 443, "/A", nil),
      ("http://host:8080/a/b?c=d", "http", "host", 8080, "/a/b", "c=d"),
      ("https://host:443/", "https", "host", 443, "/", nil),
      ("http://[::1]:81/x", "http", "[::1]", 81, "/x", nil), ("http://host?q", "http", "host", 80, "/", "q"),
      ("http://host/a b", "http", "host", 80, "/a%20b", nil),
      ("http://host/a%20b%2Fc", "http", "host", 80, "/a%20b%2Fc", nil),
      ("http://host/é", "http", "host", 80, "/%c3%a9", nil), ("http://host/a#fragment", "http", "host", 80, "/a", nil),
      ("http://host/a/../b/./c", "http", "host", 80, "/b/c", nil), ("http://host/a?b#c", "http", "host", 80, "/a", "b"),
      ("http://host/a.git?service=git-upload-pack", "http", "host", 80, "/a.git", "service=git-upload-pack"),
    ] as [(String, String, String, Int, String, String?)])
  func aURLIsTakenApart(
    text: String, scheme: String, host: String, port: Int, path: String, query: String?
  ) throws {
    let url = try HTTPURL(text)
    #expect(url.scheme == scheme)
    #expect(url.host == host)
    #expect(url.port == port)
    #expect(url.path.lowercased() == path.lowercased())
    #expect(url.query == query)
    #expect(url.user == nil)
    #expect(url.password == nil)
  }

  @Test(
    arguments: [
      ("http://user@host/", "user", nil), ("http://user:@host/", "user", ""), ("http://u:p:q@host/", "u", "p:q"),
      ("http://a%40b:c%3Ad%2F@host/", "a@b", "c:d/"), ("http://%C3%A9@host/", "é", nil), ("http://:p@host/", "", "p"),
    ] as [(String, String, String?)])
  func credentialsAreDecodedAndKeptOutOfSight(text: String, user: String, password: String?) throws {
    let url = try HTTPURL(text + "x?signature=secret")
    #expect(url.user == user)
    #expect((url.password ?? "") == (password ?? ""))
    #expect(url.string == "http://host/x?signature=secret")
    #expect(url.description == "http://host/x")
    #expect("\(url)" == "http://host/x")
  }

  @Test(
    arguments: [
      ("", "the address is not a valid http or https URL"),
      ("host/path", "the address is not a valid http or https URL"),
      ("/path", "the address is not a valid http or https URL"),
      ("http://", "the address is not a valid http or https URL"),
      ("http://host:99999/", "the address is not a valid http or https URL"),
      ("http://host:port/", "the address is not a valid http or https URL"),
      ("http://ho st/", "the address is not a valid http or https URL"),
      ("http://[::1/", "the address is not a valid http or https URL"),
      ("http://%2565xample.org/", "the address is not a valid http or https URL"),
      ("ftp://host/", "only http and https addresses can be fetched"),
      ("file:///etc/passwd", "only http and https addresses can be fetched"),
      ("javascript:alert(1)", "the address is not a valid http or https URL"),
      ("http://host/\n", "a URL must not contain control characters"),
      ("http://host/a\rb", "a URL must not contain control characters"),
      ("http://ho\0st/", "a URL must not contain control characters"),
      ("http://host/\u{1b}[31m", "a URL must not contain control characters"),
      ("http://host/\u{7f}", "a URL must not contain control characters"),
      ("http://host/a%0Ab", "a URL must not contain the control character %0a"),
      ("http://host/a%0db", "a URL must not contain the control character %0d"),
      ("http://host/%00", "a URL must not contain the control character %00"),
      ("http://us%1ber@host/", "a URL must not contain control characters"),
      ("http://user:p%01@host/", "a URL must not contain control characters"),
      ("http://us%0aer@host/", "a URL must not contain the control character %0a"),
      ("http://user:pass%0Aword@host/", "a URL must not contain the control character %0a"),
      ("http://user:p%00@host/", "a URL must not contain the control character %00"),
    ])
  func whatCannotBeFetchedIsRefused(text: String, message: String) {
    let error = #expect(throws: HTTPURLError.self) { _ = try HTTPURL(text) }
    #expect(error?.description == message)
  }

  /// curl decodes the host itself, and refuses what is no host name.
  @Test(arguments: ["http://ho%0ast/", "http://ho%00st/", "http://ho%2fst/", "http://ho%0d%0aX:/"])
  func nothingIsHiddenByEncoding(text: String) {
    #expect(throws: HTTPURLError.self) { _ = try HTTPURL(text) }
  }

  @Test(
    arguments: [
      ("https://other/x", "https://other/x"), ("//other/x", "http://other/x"), ("/x?y", "http://host:81/x?y"),
      ("x", "http://host:81/a/x"), ("../x", "http://host:81/x"), ("?z", "http://host:81/a/b?z"),
      ("http://host:81/same", "http://host:81/same"), ("/a b", "http://host:81/a%20b"),
      ("//other:82", "http://other:82/"),
      ("x#f", "http://host:81/a/x"),
    ])
  func aReferenceIsResolvedWithoutTheBasesCredentials(reference: String, result: String) throws {
    let base = try HTTPURL("http://user:secret@host:81/a/b?q")
    let url = try base.resolving(reference)
    #expect(url.string == result)
    #expect(url.user == nil)
    #expect(url.password == nil)
  }

  @Test(arguments: ["ftp://host/", "file:///etc/passwd", "http://h/%0a", "/\u{1}", "http://[bad/", "http://host:0x50/"])
  func aReferenceToNowhereIsRefused(reference: String) throws {
    let base = try HTTPURL("http://host/a/b")
    #expect(throws: HTTPURLError.self) { _ = try base.resolving(reference) }
  }

  @Test func pathsCanBeAppendedAndReplaced() throws {
    let url = try HTTPURL("https://u:p@host/a.git?q")
    #expect(url.appending("/info/refs").string == "https://host/a.git/info/refs")
    #expect(url.appending("/info/refs").user == "u")
    #expect(try HTTPURL("https://host/a/").appending("/b").string == "https://host/a/b")
    #expect(try HTTPURL("https://host").appending("/b").string == "https://host/b")
    #expect(url.replacingPath(with: "/x").string == "https://host/x")
    #expect(url.withQuery("r=1").string == "https://host/a.git?r=1")
  }

  @Test(
    arguments: [
      ("http://host:80/", "http://host", "host"), ("https://host/", "https://host", "host"),
      ("https://host:80/", "https://host:80", "host:80"), ("http://[::1]:8080/", "http://[::1]:8080", "[::1]:8080"),
    ])
  func anOriginNamesThePortWhereItIsUnusual(text: String, description: String, name: String) throws {
    let origin = try HTTPURL(text).origin
    #expect(origin.description == description)
    #expect(origin.name == name)
  }
}
