import Files
import Fixtures
import HTTP
import Testing

@testable import LFSFetch

struct SourceAddressTests {
  private static let otherHash = "the hash must be the SHA-256 of the file: `#sha256=HEX`"
  private static let hex = String(repeating: "a", count: 64)

  /// No address that means a repository today may come to mean something else.
  @Test(arguments: [
    "https://h/x", "https://h/x.git", "https://h/x%23a", "https://h/model.bin", "git@h:x#unverified",
    "ssh://h/x#unverified", "/nowhere/at/all", "./nowhere",
    "file:///nowhere#unverified", "",
  ]) func `repositories`(source: String) throws {
    #expect(try SourceAddress(source) == .git)
    #expect(SourceAddress.fileName(of: source) == nil)
  }

  @Test(arguments: [
    ("https://h/a/model.bin", "model.bin"), ("http://h/a%20b.bin?x=1", "a b.bin"), ("HTTPS://h/x", "x"),
    ("https://h/", nil), ("https://h", nil), ("https://h/a/", nil), ("https://h/a%2Fb", nil), ("https://h/.git", nil),
    ("https://h/..%5c", "..\\"),
  ]) func `plain files, and what they are called`(url: String, name: String?) throws {
    let digest = try #require(SHA256Digest(hex: Self.hex))
    #expect(try SourceAddress(url + "#sha256=" + Self.hex) == .url(try HTTPURL(url), digest))
    #expect(try SourceAddress(url + "#unverified") == .url(try HTTPURL(url), nil))
    #expect(SourceAddress.fileName(of: url + "#unverified") == name)
  }

  @Test(arguments: [
    ("https://h/x?key=secret#sha256=abc", "`https://h/x#sha256=abc` has a hash that is none"),
    ("https://h/x#sha256=" + hex.uppercased(), "`https://h/x#sha256=\(hex.uppercased())` has a hash that is none"),
    ("https://u:secret@h/%0a#unverified", "cannot use the address `https://h/%0a#unverified`"),
  ]) func `faults`(source: String, message: String) {
    let error = fetchError { () throws(FetchError) in try SourceAddress(source) }
    #expect(error?.code == .usage)
    #expect(error?.message == message)
  }

  /// They would be asked as repositories, or a file be taken without the hash that stands there.
  @Test(
    arguments: [
      ("https://h/x#SHA256=" + hex, "did you mean `#sha256=HEX`?"),
      ("https://h/x#sha265=" + hex, "did you mean `#sha256=HEX`?"),
      ("https://h/x#unverifed", "did you mean `#unverified`?"),
      ("https://h/x#Unverified", "did you mean `#unverified`?"),
      ("HTTPS://h/x#UNVERIFIED", "did you mean `#unverified`?"), ("https://h/x#sha512=00", otherHash),
      ("https://h/x#md5=00", otherHash), ("https://h/x#", nil), ("https://h/x#sha256", nil), ("https://h/x#L10", nil),
      ("https://h/o/r/releases/download/v1/a.bin#sha512=00", otherHash),
      ("https://h/x?key=secret#unverifed", "did you mean `#unverified`?"),
      ("https://u:secret#@h/x", nil),
    ] as [(String, String?)]) func `fragments that mean nothing`(source: String, hint: String?)
  {
    for error in [
      fetchError { () throws(FetchError) in try SourceAddress(source) },
      fetchError { () throws(FetchError) in try SourceAddress.check(source) },
      fetchError { () throws(FetchError) in try ModelRequest(source) },
    ] {
      #expect(error?.code == .usage)
      #expect(error?.message.hasSuffix("` has a `#` with something behind it that means nothing") == true)
      #expect(error?.message.contains("secret") == false)
      #expect(
        error?.causes.first?.hasPrefix("there are `#sha256=` with 64 lowercase hexadecimal digits, and `#unve") == true)
      #expect(error?.hint == hint ?? "the address of a repository has no `#`; write `%23` for it")
    }
  }

  /// Of a repository these may have a `#`, unless it looks like one of the fragments.
  @Test(arguments: [
    ("https://h/x@fix-#12", true), ("https://h/x:docs/c#.md", true), ("https://h/x@v1:a#b", true),
    ("https://h/x:a.bin#sha256=", true), ("https://h/x@b.bin#unverifed", false), ("https://h/x:a.bin#SHA256=00", false),
    ("https://h/x@v1#sha-512:00", false), ("git@h:x#unverifed", true), ("./x#unverifed", true),
  ]) func `revisions and paths`(text: String, isTaken: Bool) {
    #expect((fetchError { () throws(FetchError) in try ModelRequest(text) } == nil) == isTaken)
  }

  @Test func `what is on this machine and is no repository`() throws {
    let folder = try TemporaryFolder()
    try folder.write("x", to: "files/a b.bin")
    for prefix in ["", "file://", "FILE://", "file://localhost"] {
      #expect(try SourceAddress(prefix + folder("files")) == .local(folder("files")))
      #expect(try SourceAddress(prefix + folder("files/a b.bin")) == .local(folder("files/a b.bin")))
    }
    #expect(SourceAddress.fileName(of: folder("files/a b.bin")) == "a b.bin")
    #expect(SourceAddress.fileName(of: folder("files")) == nil)
    // What `repository` means to git where there is only `repository.git`.
    try folder.write("ref: refs/heads/main\n", to: "files.git/HEAD")
    for name in ["objects", "refs"] { try Directory.create(folder("files.git/" + name)) }
    #expect(try SourceAddress(folder("files")) == .git)
    #expect(try SourceAddress(folder("files.git")) == .git)
  }

  @Test func `the folders of a source are named without what is secret in it, and each has its own`() throws {
    let sources = [
      "https://u:secret@h/x?key=secret#unverified", "https://h/x?key=other#unverified", "https://h/x#unverified",
      "https://h/x#sha256=" + Self.hex, "https://h/x",
    ]
    let names = try sources.map { try SourceAddress.folderName(of: $0) }
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0.hasPrefix("h-x-") && !$0.contains("secret") })
  }

  @Test(arguments: [
    ("https://u:p@h/x?key=secret#unverified", "https://h/x#unverified"),
    ("https://h/x?a#sha256=00", "https://h/x#sha256=00"), ("https://h/x#unverified", "https://h/x#unverified"),
    // A `#` that means nothing may be a part of a secret.
    ("https://h/x?token=a#b", "https://h/x"), ("https://h/x?token=a#unverifiedx", "https://h/x"),
    ("https://u:p@\u{301}h/x?\u{301}key=secret#unverified", "https://\u{301}h/x#unverified"),
  ]) func `names without credentials`(text: String, shown: String) {
    #expect(text.withoutCredentials == shown)
  }
}
