import Testing

@testable import Git

@Suite struct FetchRequestTests {
  private let want = String(repeating: "a", count: 40)

  private func body(_ shape: FetchShape, _ lines: [PktLine]) throws -> String {
    let advertisement = try Advertisement(parsing: PktLine.encode(lines))
    let id = try #require(ObjectID(hex: want))
    return String(decoding: FetchRequest(wants: [id, id], shape: shape).body(for: advertisement), as: UTF8.self)
  }

  @Test func `version 2, byte for byte`() throws {
    #expect(
      try body(FetchRung.smallBlobs.shape, AdvertisementTests.versionTwo)
        == "0012command=fetch\n0013agent=lfsfetch\n0017object-format=sha1\n0001000ddeepen 1\n001bfilter blob:limit=1024\n"
        + "000eofs-delta\n0010no-progress\n0032want \(want)\n0032want \(want)\n0009done\n0000")
  }

  @Test func `version 0, byte for byte, with what was advertised only`() throws {
    #expect(
      try body(FetchRung.wholeCommit.shape, AdvertisementTests.versionZero)
        == "0057want \(want) side-band-64k shallow agent=lfsfetch\n0032want \(want)\n000ddeepen 1\n00000009done\n")
  }

  @Test func `dates, names that are left out, what is here, and tags`() throws {
    var shape = FetchShape.complete
    shape.take(.recent(since: 1_700_000_000, without: ["v1"]))
    shape.includesTags = true
    let id = try #require(ObjectID(hex: want))
    let request = FetchRequest(wants: [id], haves: [id], shape: shape)
    let two = try Advertisement(parsing: PktLine.encode(AdvertisementTests.versionTwo))
    #expect(
      String(decoding: request.body(for: two), as: UTF8.self)
        == "0012command=fetch\n0013agent=lfsfetch\n0017object-format=sha1\n0001001cdeepen-since 1700000000\n"
        + "0012deepen-not v1\n0010include-tag\n000eofs-delta\n0010no-progress\n0032want \(want)\n0032have \(want)\n"
        + "0009done\n0000")
    let zero = try Advertisement(parsing: PktLine.encode(AdvertisementTests.versionZero))
    #expect(
      String(decoding: request.body(for: zero), as: UTF8.self)
        == "006fwant \(want) side-band-64k shallow deepen-since deepen-not agent=lfsfetch\n001cdeepen-since 1700000000\n"
        + "0012deepen-not v1\n00000032have \(want)\n0009done\n")
    #expect(two.canLimit(.recent(since: 1, without: ["v1"])))
    #expect(!zero.canLimit(.recent(since: 1, without: [])) && zero.canLimit(.commits(1)))
  }

  @Test func `the branch of a HEAD that has no commit`() throws {
    let lines = [PktLine("unborn HEAD symref-target:refs/heads/x\n"), .flush]
    #expect(try RemoteReference.unbornBranch(in: PktLine.encode(lines)) == "refs/heads/x")
    let hostile = [PktLine("unborn HEAD symref-target:refs/heads/../x\n"), .flush]
    #expect(try RemoteReference.unbornBranch(in: PktLine.encode(hostile)) == nil)
  }

  @Test func `a list of references is asked for by prefix`() throws {
    let advertisement = try Advertisement(
      parsing: PktLine.encode([PktLine("version 2\n"), PktLine("ls-refs\n"), .flush]))
    #expect(
      String(decoding: FetchRequest.listReferences(["HEAD"], advertisement), as: UTF8.self)
        == "0014command=ls-refs\n00010009peel\n000csymrefs\n0014ref-prefix HEAD\n0000")
  }

  @Test func `the list of references`() throws {
    let one = String(repeating: "1", count: 40)
    let two = String(repeating: "2", count: 40)
    let body = PktLine.encode([
      PktLine("\(one) HEAD symref-target:refs/heads/main\n"), PktLine("\(two) refs/tags/v1 peeled:\(one)\n"),
      PktLine("\(one) refs/heads/x\u{7}y\n"), PktLine("unborn refs/heads/x symref-target:refs/heads/y\n"), .flush,
    ])
    let references = try RemoteReference.list(parsing: body)
    #expect(references.map(\.name) == ["HEAD", "refs/tags/v1"])
    #expect(references.map(\.commit.hex) == [one, one])
    #expect(references.first?.target == "refs/heads/main")
  }

  @Test(arguments: ["0000junk", "0009ERR \u{1b}0000", "0007abc0000", ""])
  func `what is no list of references is refused`(_ body: String) async throws {
    let error = try await gitError { _ = try RemoteReference.list(parsing: Array(body.utf8)) }
    #expect(error.code == .protocolViolation || error.code == .serverError)
    #expect(!error.description.unicodeScalars.contains("\u{1b}"))
  }
}
