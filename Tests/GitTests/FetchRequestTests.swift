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
