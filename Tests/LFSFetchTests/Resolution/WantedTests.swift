import Git
import HTTP
import Testing

@testable import LFSFetch

/// A request with the registry's facts filled in.
@Suite struct WantedTests {
  private static let commit = String(repeating: "1", count: 40)

  /// One model whose two files are both pinned.
  private func registry(sizes: Bool = true, revision: String? = commit) -> Registry {
    var entry = RegistryEntry(name: "model", source: "https://h/x")
    entry.aliases = ["alias"]
    entry.model.branch = "main"
    entry.model.revision = revision
    entry.model.files = ["a/one.bin", "a/two.bin"]
    entry.model.main = "a/one.bin"
    entry.model.objects = [
      "a/one.bin": PinnedObject(oid: digest("1"), size: 10, mirrors: []),
      "a/two.bin": PinnedObject(oid: digest("2"), size: sizes ? 20 : nil, mirrors: []),
    ]
    return Registry(entries: [entry])
  }

  private func wanted(
    _ text: String, revision: String? = nil, include: [String] = [], exclude: [String] = [], _ registry: Registry
  ) throws -> Wanted {
    var request = try ModelRequest(text)
    if let revision { request.revision = revision }
    request.include = include
    request.exclude = exclude
    return try Wanted(request, registry: registry)
  }

  @Test(arguments: ["model", "alias"]) func `a name stands for its entry`(_ name: String) throws {
    let wanted = try wanted(name, registry())
    #expect(wanted.model == "model")
    #expect(wanted.source == "https://h/x")
    #expect(wanted.revision == Self.commit)
    #expect(wanted.selection == Selection(include: ["a/one.bin", "a/two.bin"], exclude: []))
    #expect(wanted.main == "a/one.bin")
    #expect(wanted.isFromRegistry)
  }

  @Test func `a repository is what was written`() throws {
    let wanted = try wanted("https://me:pw@h/x@v1:f/*.bin", include: ["g"], exclude: ["h"], registry())
    #expect(wanted.model == "https://h/x@v1:f/*.bin")
    #expect(wanted.source == "https://me:pw@h/x")
    #expect(wanted.revision == "v1")
    #expect(wanted.selection == Selection(include: ["f/*.bin", "g"], exclude: ["h"]))
    #expect(wanted.main == nil)
    #expect(wanted.pinned.isEmpty)
    #expect(!wanted.isFromRegistry)
    #expect(try wanted.pinnedResolution == nil)
  }

  @Test func `the only path is the main file`() throws {
    #expect(try wanted("https://h/x:a/b.bin", registry()).main == "a/b.bin")
  }

  // MARK: Nobody need be asked

  @Test func `all files pinned by hash and size`() throws {
    let resolution = try #require(try wanted("model", registry()).pinnedResolution)
    #expect(resolution.commit == Self.commit)
    #expect(resolution.reference == nil)
    #expect(resolution.files.map(\.path.string) == ["a/one.bin", "a/two.bin"])
    #expect(resolution.files.map(\.content) == [.object(digest("1")), .object(digest("2"))])
    #expect(resolution.files.map(\.size) == [10, 20])
    #expect(resolution.files.allSatisfy { $0.mode == .regular })
  }

  @Test func `without a commit the version is that of the content`() throws {
    let one = try #require(try wanted("model", registry(revision: nil)).pinnedResolution)
    #expect(one.commit == nil)
    #expect(one.version.hasPrefix("pinned-") && one.version.utf8.count == 47)
    let part = try #require(try wanted("model", include: ["a/one.bin"], registry(revision: nil)).pinnedResolution)
    #expect(part.version != one.version)
  }

  @Test func `a part of them, or all but some`() throws {
    #expect(try wanted("model", include: ["a/two.bin"], registry()).pinnedResolution?.files.map(\.size) == [20])
    #expect(try wanted("model", exclude: ["a/one*"], registry()).pinnedResolution?.files.map(\.size) == [20])
  }

  @Test(arguments: [
    ["a/*"], ["a/one.bin", "**"], ["a/three.bin"], ["a"], ["one.bin"],
  ])
  func `what only the repository can tell`(_ include: [String]) throws {
    #expect(try wanted("model", include: include, registry()).pinnedResolution == nil)
  }

  @Test func `a size that is not known, or nothing left`() throws {
    #expect(try wanted("model", registry(sizes: false)).pinnedResolution == nil)
    #expect(try wanted("model", exclude: ["a"], registry()).pinnedResolution == nil)
  }

  @Test func `another revision has none of the promises`() throws {
    let wanted = try wanted("model", revision: "main", registry())
    #expect(wanted.revision == "main")
    #expect(wanted.pinned.isEmpty)
    #expect(try wanted.pinnedResolution == nil)
    #expect(try self.wanted("model", revision: Self.commit, registry()).pinned.count == 2)
  }

  /// Though a pattern without `/` could fit files in other folders as well: a registry that pins it means this one.
  @Test func `a file at the top is pinned by its bare name`() throws {
    var entry = RegistryEntry(name: "model", source: "https://h/x")
    entry.model.files = ["one.bin"]
    entry.model.objects = ["one.bin": PinnedObject(oid: digest("1"), size: 10, mirrors: [])]
    let resolution = try wanted("model", Registry(entries: [entry])).pinnedResolution
    #expect(resolution?.files.map(\.path.string) == ["one.bin"])
  }

  @Test func `an unknown name`() throws {
    let request = try ModelRequest("modle")
    let registry = registry()
    let error = fetchError { () throws(FetchError) in try Wanted(request, registry: registry) }
    #expect(error?.code == .notFound)
    #expect(error?.hint == "did you mean `model`?")
  }
}
