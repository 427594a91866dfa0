import Testing

@testable import Git

/// Addresses of repositories behind ssh, in both forms.
@Suite struct SSHAddressTests {
  struct Case: Sendable, CustomStringConvertible {
    let text: String
    let destination: String
    let port: Int?
    let path: String
    let https: String

    init(_ text: String, _ destination: String, port: Int? = nil, _ path: String, _ https: String) {
      (self.text, self.destination, self.port, self.path, self.https) = (text, destination, port, path, https)
    }

    var description: String { text }
  }

  static let addresses = [
    Case("ssh://git@host.example/org/x.git", "git@host.example", "/org/x.git", "https://host.example/org/x.git"),
    Case("ssh://git@host:2222/org/x", "git@host", port: 2222, "/org/x", "https://host/org/x"),
    Case("git+ssh://host/x", "host", "/x", "https://host/x"), Case("ssh+git://host/x", "host", "/x", "https://host/x"),
    Case("SSH://host//x", "host", "/x", "https://host/x"),
    Case("ssh://host/~me/x", "host", "~me/x", "https://host/~me/x"),
    Case("ssh://host/a%20b", "host", "/a b", "https://host/a b"),
    Case("ssh://me@[::1]:22/x", "me@::1", port: 22, "/x", "https://[::1]/x"),
    Case("git@host.example:org/x.git", "git@host.example", "org/x.git", "https://host.example/org/x.git"),
    Case("host:/x", "host", "/x", "https://host/x"), Case("host:~me/x", "host", "~me/x", "https://host/~me/x"),
    Case("host:a%20b", "host", "a%20b", "https://host/a%20b"), Case("host:a:b", "host", "a:b", "https://host/a:b"),
    Case("[host:2222]:x", "host", port: 2222, "x", "https://host/x"),
    Case("git@[host:2222]:x", "git@host", port: 2222, "x", "https://host/x"),
    Case("[::1]:x", "::1", "x", "https://[::1]/x"),
  ]

  @Test(arguments: addresses) func `git's forms`(_ test: Case) throws {
    let address = try #require(try SSHAddress(test.text))
    #expect(address.destination == test.destination)
    #expect(address.port == test.port)
    #expect(address.pathForGit == test.path)
    #expect(address.httpsAddress == test.https)
    #expect(try GitLocation(test.text) == .ssh(address))
  }

  @Test(arguments: [
    ("ssh://-oProxyCommand=x/y", "neither host nor path can begin with `-`"),
    ("ssh://me@-oProxyCommand=x/y", "neither host nor path can begin with `-`"),
    ("-oProxyCommand=x:y", "neither host nor path can begin with `-`"),
    ("ssh://%2doProxyCommand=x/y", "neither host nor path can begin with `-`"),
    ("host:-y", "neither host nor path can begin with `-`"), ("ssh://host/%0ax", "it contains a control character"),
    ("ssh://ho%0dst/x", "it contains a control character"), ("ssh://m%00e@host/x", "it contains a control character"),
    ("ssh://host/%zz", "it has an escape that is none"),
    ("ssh://me:secret@host/x", "ssh takes no password in an address"),
    ("ssh://host", "it names no path"), ("ssh://host/", "it names no path"), ("ssh:///x", "it names no host"),
    (":x", "it names no host"), ("host:", "it names no path"),
    ("ssh://host:x/y", "its port is not a number from 1 to 65535"),
    ("ssh://host:70000/y", "its port is not a number from 1 to 65535"),
    ("ssh://a b/y", "its host contains a space"),
    // With a combining mark behind it, each of these is another Character.
    ("ssh://-\u{301}oProxyCommand=x/y", "neither host nor path can begin with `-`"),
    ("host:-\u{301}y", "neither host nor path can begin with `-`"),
    ("ssh://a \u{301}b/y", "its host contains a space"),
    ("ssh://me:\u{301}secret@host/x", "ssh takes no password in an address"),
    ("ssh://me:secret@\u{301}host/x", "ssh takes no password in an address"),
  ])
  func `addresses that are refused`(_ text: String, _ reason: String) async throws {
    let error = try await gitError { _ = try GitLocation(text) }
    #expect(error.code == .invalidURL)
    #expect(error.cause == reason)
    #expect(!error.description.contains("secret"))
  }

  @Test func `what is one repository has one name in the cache, and what is two has two`() throws {
    let same = ["ssh://git@host/org/x", "ssh://git@host/org/x.git", "git@host:/org/x.git/"]
    #expect(Set(try same.map { try GitLocation($0).folderName }).count == 1)
    let others =
      ["git@host:org/x", "me@host:/org/x", "ssh://git@host:2222/org/x", "https://host/org/x"] + same.prefix(1)
    #expect(Set(try others.map { try GitLocation($0).folderName }).count == others.count)
    #expect(try GitLocation("ssh://git@host:2222/org/x").name == "ssh://host:2222/org/x")
  }
}
