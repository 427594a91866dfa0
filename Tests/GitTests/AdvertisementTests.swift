import Testing

@testable import Git

@Suite struct AdvertisementTests {
  static let one = String(repeating: "1", count: 40)
  static let two = String(repeating: "2", count: 40)
  static let banner: [PktLine] = [PktLine("# service=git-upload-pack\n"), .flush]
  static let versionTwo: [PktLine] = [
    PktLine("version 2\n"), PktLine("agent=git/2.39.5\n"), PktLine("ls-refs=unborn\n"),
    PktLine("fetch=shallow wait-for-done filter\n"), PktLine("object-format=sha1\n"), .flush,
  ]
  static let versionZero: [PktLine] = [
    PktLine(
      "\(one) HEAD\0side-band-64k shallow allow-reachable-sha1-in-want symref=HEAD:refs/heads/main agent=x\n"),
    PktLine("\(one) refs/heads/main\n"), PktLine("\(two) refs/tags/v1\n"), PktLine("\(one) refs/tags/v1^{}\n"),
    .flush,
  ]

  @Test(arguments: [versionTwo, banner + versionTwo]) func `version 2, with and without the banner`(
    _ lines: [PktLine]
  ) throws {
    let advertisement = try Advertisement(parsing: PktLine.encode(lines))
    #expect(advertisement.version == .v2)
    #expect(
      advertisement.canFilter && advertisement.canDeepen && advertisement.allowsAnyWant && advertisement.isStockGit)
    #expect(advertisement.allows("fetch", "wait-for-done"))
    #expect(!advertisement.allows("fetch", "wait"))
    #expect(advertisement.references == [])
  }

  @Test(arguments: [versionZero, banner + versionZero, banner + [PktLine("version 1\n")] + versionZero])
  func `version 0 and 1 list the references`(_ lines: [PktLine]) throws {
    let advertisement = try Advertisement(parsing: PktLine.encode(lines))
    let one = try #require(ObjectID(hex: AdvertisementTests.one))
    let two = try #require(ObjectID(hex: AdvertisementTests.two))
    #expect(advertisement.version == .v0)
    #expect(
      !advertisement.canFilter && advertisement.canDeepen && advertisement.allowsAnyWant
        && !advertisement.isStockGit)
    #expect(
      advertisement.references == [
        RemoteReference(name: "HEAD", id: one, target: "refs/heads/main"),
        RemoteReference(name: "refs/heads/main", id: one),
        RemoteReference(name: "refs/tags/v1", id: two, peeled: one),
      ])
  }

  @Test func `where only references are given out, a tag is asked for its commit`() throws {
    let three = String(repeating: "3", count: 40)
    let lines = [
      PktLine("\(AdvertisementTests.two) refs/tags/v1\0side-band-64k\n"), PktLine("\(three) refs/tags/v1^{}\n"),
      .flush,
    ]
    let advertisement = try Advertisement(parsing: PktLine.encode(lines))
    #expect(advertisement.want(for: try #require(ObjectID(hex: three)))?.hex == AdvertisementTests.two)
    #expect(advertisement.want(for: try #require(ObjectID(hex: AdvertisementTests.one))) == nil)
  }

  @Test func `an empty repository has no references`() throws {
    let zero = String(repeating: "0", count: 40)
    let body = PktLine.encode([PktLine("\(zero) capabilities^{}\0side-band-64k\n"), .flush])
    #expect(try Advertisement(parsing: body).references == [])
  }

  @Test func `references whose names could do harm are not looked at`() throws {
    let lines = [
      PktLine("\(AdvertisementTests.one) refs/heads/a\u{1b}[2Jb\0side-band-64k\n"),
      PktLine("\(AdvertisementTests.one) refs/heads/../x\n"),
      PktLine("\(AdvertisementTests.one) refs/heads/fine\n"), .flush,
    ]
    #expect(try Advertisement(parsing: PktLine.encode(lines)).references.map(\.name) == ["refs/heads/fine"])
  }

  @Test(arguments: [
    (Array("<html>".utf8), GitError.Code.protocolViolation),
    ([], .protocolViolation),
    (PktLine.encode([PktLine("version 2\n")]), .protocolViolation),
    (PktLine.encode([PktLine("nonsense\n"), .flush]), .protocolViolation),
    (PktLine.encode([PktLine("ERR access\u{1b}[31m denied\n"), .flush]), .serverError),
    (
      PktLine.encode([PktLine("version 2\n"), PktLine("object-format=sha256\n"), .flush]), .unsupportedObjectFormat
    ),
    (
      PktLine.encode([PktLine(String(repeating: "1", count: 64) + " HEAD\0a\n"), .flush]), .unsupportedObjectFormat
    ),
  ])
  func `what is no advertisement is refused`(_ body: [UInt8], _ code: GitError.Code) async throws {
    let error = try await gitError { _ = try Advertisement(parsing: body) }
    #expect(error.code == code)
    #expect(!error.description.unicodeScalars.contains("\u{1b}"))
  }
}
