import Fixtures
import Foundation
import Testing

@testable import LFSFetch

private let hex = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393"
private let version = "version https://git-lfs.github.com/spec/v1\n"
private let canonical = version + "oid sha256:\(hex)\nsize 12345\n"

/// Pointers, each text also shown to the real git-lfs.
@Suite struct PointerTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    /// The size of the pointer that it is, and the names of its extensions.
    var size: Int64?
    var extensions: [String] = []
    /// Why it is a bad one.
    var fault: String?
    /// The one thing in which we are stricter than git-lfs.
    var isTakenByGitLFS: Bool?

    var testDescription: String { name }
  }

  static let pointers: [Case] = [
    Case(name: "canonical", text: canonical, size: 12345),
    Case(name: "hawser", text: canonical.replacing("git-lfs", with: "hawser"), size: 12345),
    Case(name: "git-media", text: "version http://git-media.io/v/2\noid sha256:\(hex)\nsize 1\n", size: 1),
    Case(name: "CRLF", text: canonical.replacing("\n", with: "\r\n"), size: 12345),
    Case(name: "no line end", text: String(canonical.dropLast()), size: 12345),
    Case(name: "a space at the end", text: canonical.replacing("5\n", with: "5 \n"), size: 12345),
    Case(name: "space before and after", text: "\n \t\(canonical)\n \r\n", size: 12345),
    Case(name: "an empty line", text: canonical.replacing("oid", with: "\noid"), size: 12345),
    Case(name: "size 0", text: version + "oid sha256:\(hex)\nsize 0\n", size: 0),
    Case(name: "leading zeros", text: version + "oid sha256:\(hex)\nsize 007\n", size: 7),
    Case(name: "greatest size", text: version + "oid sha256:\(hex)\nsize 17592186044416\n", size: 1 << 44),
    Case(
      name: "extension", text: version + "ext-0-foo sha256:\(hex)\noid sha256:\(hex)\nsize 5\n", size: 5,
      extensions: ["foo"]),
    Case(
      name: "extensions",
      text: version + "ext-1-a sha256:\(hex)\next-9-b-c.d sha256:\(hex)\noid sha256:\(hex)\nsize 5\n",
      size: 5, extensions: ["a", "b-c.d"]),
  ]

  @Test(arguments: pointers) func `a pointer is read`(_ example: Case) throws {
    let pointer = try #require(try Pointer.parse(Array(example.text.utf8)))
    #expect(pointer.oid.hex == hex)
    #expect(pointer.size == example.size)
    #expect(pointer.extensions.map(\.name) == example.extensions)
  }

  static let malformed: [Case] = [
    Case(name: "nothing else", text: version, fault: "it has no valid `oid` line"),
    Case(name: "no size", text: version + "oid sha256:\(hex)\n", fault: "it has no valid `size` line"),
    Case(name: "no oid", text: version + "size 1\n", fault: "it has no valid `oid` line"),
    Case(
      name: "unsorted", text: version + "size 1\noid sha256:\(hex)\n",
      fault: "the keys are not sorted, or `oid` stands twice"),
    Case(name: "twice", text: canonical + "size 12345\n", fault: "the keys are not sorted, or `size` stands twice"),
    Case(
      name: "unknown key first", text: version + "a b\noid sha256:\(hex)\nsize 1\n", fault: "the key `a` is unknown"),
    Case(name: "unknown key last", text: canonical + "zoo\u{1b}[m x\n", fault: "the key `zoo\\u{1b}[m` is unknown"),
    Case(name: "no space", text: version + "oid\tsha256:\(hex)\nsize 1\n", fault: "a line is not `key value`"),
    Case(name: "two spaces", text: version + "oid  sha256:\(hex)\nsize 1\n", fault: .oid),
    Case(name: "upper case", text: version + "oid sha256:\(hex.uppercased())\nsize 1\n", fault: .oid),
    Case(name: "63 digits", text: version + "oid sha256:\(hex.dropLast())\nsize 1\n", fault: .oid),
    Case(name: "65 digits", text: version + "oid sha256:\(hex)0\nsize 1\n", fault: .oid),
    Case(name: "another hash", text: version + "oid sha512:\(hex)\nsize 1\n", fault: .oid),
    Case(name: "no hash", text: version + "oid \(hex)\nsize 1\n", fault: .oid),
    Case(name: "a space after the oid", text: version + "oid sha256:\(hex) \nsize 1\n", fault: .oid),
    Case(name: "negative size", text: version + "oid sha256:\(hex)\nsize -1\n", fault: .size),
    Case(name: "plus sign", text: version + "oid sha256:\(hex)\nsize +1\n", fault: .size, isTakenByGitLFS: true),
    Case(name: "huge size", text: version + "oid sha256:\(hex)\nsize 9223372036854775808\n", fault: .size),
    Case(
      name: "a size over 16 TiB", text: version + "oid sha256:\(hex)\nsize 17592186044417\n",
      fault: "the size is larger than files can be", isTakenByGitLFS: true),
    Case(name: "hexadecimal size", text: version + "oid sha256:\(hex)\nsize 0x10\n", fault: .size),
    Case(name: "fraction", text: version + "oid sha256:\(hex)\nsize 1.5\n", fault: .size),
    Case(name: "empty size", text: version + "oid sha256:\(hex)\nsize \n", fault: "a line is not `key value`"),
    Case(
      name: "extension without a name", text: version + "ext-0- sha256:\(hex)\noid sha256:\(hex)\nsize 1\n",
      fault: "the key `ext-0-` is unknown"),
    Case(
      name: "extension 10", text: version + "ext-10-a sha256:\(hex)\noid sha256:\(hex)\nsize 1\n",
      fault: "the key `ext-10-a` is unknown"),
    Case(
      name: "extension with a bad oid", text: version + "ext-0-a sha256:00\noid sha256:\(hex)\nsize 1\n", fault: .oid),
    Case(
      name: "extension last", text: canonical + "ext-0-a sha256:\(hex)\n",
      fault: "the keys are not sorted, or `ext-0-a` stands twice"),
    Case(
      name: "extensions out of order",
      text: version + "ext-1-a sha256:\(hex)\next-0-b sha256:\(hex)\noid sha256:\(hex)\nsize 1\n",
      fault: "the keys are not sorted, or `ext-0-b` stands twice", isTakenByGitLFS: true),
    // With the blank before it, a combining mark is one Character.
    Case(name: "a mark before the size", text: version + "oid sha256:\(hex)\nsize \u{301}1\n", fault: .size),
    Case(name: "a mark before the oid", text: version + "oid \u{301}sha256:\(hex)\nsize 1\n", fault: .oid),
  ]

  @Test(arguments: malformed) func `what claims to be a pointer and breaks a rule is an error`(_ example: Case) throws {
    let fault = try #require(example.fault)
    #expect(throws: PointerError(description: fault)) { try Pointer.parse(Array(example.text.utf8)) }
  }

  static let content: [Case] = [
    Case(name: "text", text: "hello\n"),
    Case(name: "a later version", text: canonical.replacing("spec/v1", with: "spec/v2")),
    Case(name: "the version of something else", text: "version 3 of the text\n"),
    Case(name: "a space after the version", text: canonical.replacing("v1\n", with: "v1 \n")),
    Case(name: "a mark before the version", text: canonical.replacing("n https", with: "n \u{301}https")),
    Case(name: "no version", text: "oid sha256:\(hex)\nsize 12345\n"),
    Case(name: "another key first", text: "oid sha256:\(hex)\n" + canonical),
    Case(name: "old line ends", text: canonical.replacing("\n", with: "\r")),
    Case(name: "only space", text: " \n"),
  ]

  @Test(arguments: content) func `all else is content`(_ example: Case) throws {
    #expect(try Pointer.parse(Array(example.text.utf8)) == nil)
  }

  @Test func `bytes that are no text are content`() throws {
    #expect(try Pointer.parse(Array(canonical.utf8) + [0xff, 0xfe]) == nil)
  }

  @Test(arguments: [(1023, true), (1024, false), (1025, false)])
  func `a blob of 1024 bytes is never a pointer`(length: Int, isPointer: Bool) throws {
    let text = canonical + String(repeating: "\n", count: length - canonical.utf8.count)
    #expect(try (Pointer.parse(Array(text.utf8)) != nil) == isPointer)
  }

  @Test func `an empty blob is the pointer of an empty file`() throws {
    let pointer = try #require(try Pointer.parse([]))
    #expect(pointer.size == 0)
    #expect(pointer.oid.hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(pointer.text == "")
  }

  @Test(arguments: pointers) func `what is written is canonical`(_ example: Case) throws {
    let pointer = try #require(try Pointer.parse(Array(example.text.utf8)))
    #expect(try Pointer.parse(Array(pointer.text.utf8)) == pointer)
    #expect(pointer.text.hasPrefix(version))
    // git-lfs itself writes an empty file's pointer for any size of 0, whatever the oid is.
    if example.size != 0 { #expect(try gitLFS(["--check", "--strict"], pointer.text) == 0) }
  }

  @Test func `the canonical text`() throws {
    let oid = try #require(SHA256Digest(hex: hex))
    #expect(Pointer(oid: oid, size: 12345).text == canonical)
    let extensions = [
      Pointer.Extension(priority: 2, name: "z", oid: oid), Pointer.Extension(priority: 1, name: "a", oid: oid),
    ]
    #expect(
      Pointer(oid: oid, size: 1, extensions: extensions).text
        == version + "ext-1-a sha256:\(hex)\next-2-z sha256:\(hex)\noid sha256:\(hex)\nsize 1\n")
  }

  @Test(arguments: pointers + malformed + content) func `git-lfs is of the same opinion`(_ example: Case) throws {
    let isTaken = try gitLFS(["--check"], example.text) == 0
    #expect(isTaken == (example.isTakenByGitLFS ?? (example.size != nil)))
  }

  /// The exit status of `git lfs pointer`.
  private func gitLFS(_ options: [String], _ text: String) throws -> Int32 {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "blob")
    let words = ["lfs", "pointer"] + options + ["--file=blob"]
    return try Launch("git", words, environment: ProcessInfo.processInfo.environment, in: folder.path)
      .blockingOutcome().status
  }
}

extension String {
  fileprivate static let oid = "the oid is not `sha256:` and 64 lowercase hexadecimal digits"
  fileprivate static let size = "the size is not a number"
}
