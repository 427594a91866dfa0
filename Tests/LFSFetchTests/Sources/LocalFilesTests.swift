import Files
import Fixtures
import Foundation
import Git
import Testing

@testable import LFSFetch

/// Files of this machine: what is listed of a folder, and what is not, with its reason.
@Suite struct LocalFilesTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("x", to: "a/one.bin")
    try folder.write("", to: "a/empty")
    try folder.write("x", to: "a/.git/config")
  }

  private func wanted(_ text: String) throws -> Wanted {
    try Wanted(try ModelRequest(text), registry: Registry(entries: []))
  }

  private func names(_ listing: Listing) -> [String] { listing.files.map(\.path.string) }

  @Test(
    arguments: [
      ("nowhere", LeftOut.Reason.leadsNowhere), ("itself", .leadsInCircles), (".", .leadsToFolder), ("one.bin", nil),
      ("/dev/null", .special),
    ] as [(String, LeftOut.Reason?)])
  func `links`(target: String, reason: LeftOut.Reason?) throws {
    let name = target == "itself" ? "itself" : "link"
    try #require(symlinkFile(target, folder("a/" + name)))
    let listing = try LocalFiles.listing(of: folder("a"))
    #expect(names(listing) == ["empty"] + (reason == nil ? ["link"] : []) + ["one.bin"])
    #expect(listing.leftOut == (reason.map { [LeftOut(path: Array(name.utf8), reason: $0)] } ?? []))
    // All else comes, and it is told; what is named by itself is missed.
    let all = try wanted(folder("a"))
    #expect(try all.resolution(of: listing).files.count == listing.files.count)
    #expect(
      all.warnings(of: listing)
        == listing.leftOut.map { "`\(name)` of `\(folder("a"))` is left out: \($0.cause)" })
    let one = try wanted(folder("a") + ":" + name)
    let error = fetchError { () throws(FetchError) in try one.resolution(of: listing) }
    #expect(error?.code == (reason == nil ? nil : .notFound))
    if let left = listing.leftOut.first { #expect(error?.causes == [left.cause]) }
    // What nobody wants is not spoken of.
    #expect(try wanted(folder("a") + ":*.bin").warnings(of: listing) == [])
  }

  @Test(arguments: [
    (Array("caf\u{e9}.bin".unicodeScalars.map { UInt8($0.value) }), "its name is not UTF-8"),
    (Array("a\\.git".utf8), "no file in a model can be called so: it reaches into a `.git` folder"),
    (Array("git~1".utf8), "no file in a model can be called so: it reaches into a `.git` folder"),
  ]) func `a file that cannot be called so is missed, unless it is left out`(name: [UInt8], cause: String) throws {
    let opened = try Folder(folder("a"))
    _ = try opened.create(name, permissions: 0o644)
    let listing = try LocalFiles.listing(of: folder("a"))
    #expect(names(listing) == ["empty", "one.bin"])
    let all = try wanted(folder("a"))
    let error = fetchError { () throws(FetchError) in try all.resolution(of: listing) }
    #expect(error?.code == .usage)
    #expect(error?.causes == [cause])
    #expect(error?.hint == "rename it, or leave it out with `--exclude`")
    var request = try ModelRequest(folder("a"))
    request.exclude = ["caf*", "a*.git", "git*"]
    let others = try Wanted(request, registry: Registry(entries: []))
    #expect(try others.resolution(of: listing).files.count == 2)
    #expect(others.warnings(of: listing) == [])
  }

  @Test func `files in a folder whose name is not UTF-8 are missed, too`() throws {
    let opened = try Folder(folder("a"))
    try opened.makeFolder([0xe9])
    #expect(try LocalFiles.listing(of: folder("a")).leftOut == [])
    _ = try opened.enter([0xe9])?.create(Array("x".utf8), permissions: 0o644)
    #expect(
      try LocalFiles.listing(of: folder("a")).leftOut == [LeftOut(path: [0xe9] + Array("/x".utf8), reason: .notUTF8)])
  }

  @Test func `of many that are left out the first are told`() throws {
    for index in 0..<30 { try #require(symlinkFile("nowhere", folder("a/\(100 + index)"))) }
    let warnings = try wanted(folder("a")).warnings(of: LocalFiles.listing(of: folder("a")))
    #expect(warnings.count == 11)
    #expect(warnings.first == "`100` of `\(folder("a"))` is left out: it is a link that leads nowhere")
    #expect(warnings.last == "20 more of `\(folder("a"))` are left out for such reasons")
  }

  #if os(Linux)
    @Test func `a file without a size is not taken for an empty one`() throws {
      let listing = try LocalFiles.listing(of: "/proc/version")
      #expect(listing.leftOut == [LeftOut(path: Array("version".utf8), reason: .unknownSize)])
      let all = try wanted("/proc/version")
      let error = fetchError { () throws(FetchError) in try all.resolution(of: listing) }
      #expect(error?.code == .usage)
      #expect(error?.message == "cannot take `version` of `/proc/version`")
      #expect(error?.hint == "copy it to a file of its own, as with `cat`, and name that")
    }
  #endif

  // MARK: What is no source at all

  @Test func `a path that leads to nothing that can be had is told as what it is`() throws {
    let (pipe, dangling, loop) = (folder("pipe"), folder("dangling"), folder("loop"))
    try #require(mkfifo(pipe, 0o600) == 0 && symlinkFile("nowhere", dangling) && symlinkFile("loop", loop))
    let fragments =
      "`#sha256=HEX` and `#unverified` are for http and https addresses; a file of this machine is named without"
    let cases: [(String, FetchError.Code, String, String?)] = [
      (folder("no"), .notFound, "there is nothing of that name", "check the path"),
      ("file://" + folder("no"), .notFound, "there is nothing of that name", "check the path"),
      (folder("a/one.bin/x"), .notFound, "there is nothing of that name", "check the path"),
      (folder("a/one.bin") + "#sha256=", .notFound, "there is nothing of that name", fragments),
      (folder("a/one.bin") + "#unverified", .notFound, "there is nothing of that name", fragments),
      (dangling, .notFound, "it is a link that leads nowhere", "check the path"),
      (loop, .notFound, "it is a link that leads back to itself", "check the path"),
      (
        pipe, .usage, "it is a pipe, a socket or a device",
        "copy what comes out of it to a file, as with `cat`, and name that"
      ),
      (
        "/dev/zero", .usage, "it is a pipe, a socket or a device",
        "copy what comes out of it to a file, as with `cat`, and name that"
      ),
    ]
    for (source, code, cause, hint) in cases {
      #expect(try SourceAddress(source) == .git)
      let error = fetchError { () throws(FetchError) in
        try reading(source) { () throws(GitError) in try GitLocation(source).lfsObjectsFolder }
      }
      #expect(error == FetchError(code, "cannot read `\(source)`", causes: [cause], hint: hint))
    }
    // What is there and could be one is said to be none.
    #expect(LocalFiles.fault(of: folder("a")) == nil)
    #expect(LocalFiles.fault(of: "https://h/x") == nil)
  }
}
