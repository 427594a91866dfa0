import HTTP

/// The conversation with git's `upload-pack` for one repository, which has introduced itself: what it can do, which
/// references it has, and a fetch. `UploadPackLink` is how the bytes travel.
/// https://git-scm.com/docs/protocol-v2
struct UploadPack: Sendable {
  let advertisement: Advertisement
  private let link: any UploadPackLink

  var origin: Origin { link.origin }
  var host: String { link.origin.name }

  /// What a list of references may weigh.
  static let listLimit = 64 << 20

  /// Over HTTP: one GET.
  init(_ url: HTTPURL, client: HTTPClient, isNamedByUser: Bool = true) async throws(GitError) {
    let (link, introduction) = try await HTTPLink.connect(url, client: client, isNamedByUser: isNamedByUser)
    try self.init(link, introduction)
  }

  /// Over ssh, to a process that runs as long as this is needed.
  init(_ address: SSHAddress, ssh: SSHClient) async throws(GitError) {
    let link = SSHLink(address, ssh)
    try self.init(link, try await link.introduce())
  }

  private init(_ link: any UploadPackLink, _ introduction: [UInt8]) throws(GitError) {
    advertisement = try Advertisement(parsing: introduction)
    self.link = link
    if advertisement.version == .v0, !advertisement.references.isEmpty, !advertisement.allows("side-band-64k") {
      throw GitError(.protocolViolation, "\(link.origin.name) does not offer the side-band, which is needed")
    }
  }

  /// References whose names begin with one of `prefixes`, or all: one request in v2, nothing to ask in v0.
  func references(_ prefixes: [String]) async throws(GitError) -> [RemoteReference] {
    guard advertisement.version == .v2 else { return advertisement.references }
    return try RemoteReference.list(
      parsing: try await link.ask(FetchRequest.listReferences(prefixes, advertisement)))
  }

  /// The branch that HEAD names although it is not there; nil where the server does not tell.
  func unbornBranch() async throws(GitError) -> String? {
    guard advertisement.version == .v2, advertisement.allows("ls-refs", "unborn") else { return nil }
    let request = FetchRequest.listReferences(["HEAD"], advertisement, includingUnborn: true)
    return try RemoteReference.unbornBranch(in: try await link.ask(request))
  }

  /// One fetch, whose answer goes into `repository` while it arrives. What is wrong with the answer itself is returned,
  /// because another request may do better. Else it returns the commits whose parents were left out.
  func fetch(
    _ fetch: FetchRequest, into repository: Repository, maximumSize: Int64
  ) async throws(GitError) -> Result<[ObjectID], FetchFailure> {
    let version = advertisement.version
    let result = try await link.fetch(fetch.body(for: advertisement), in: version) { () throws(GitError) in
      FetchReceiver(
        FetchResponse(version: version, shape: fetch.shape),
        try PackIndexer(folder: repository.packFolder, maximumSize: maximumSize))
    }
    switch result {
    case .failure(let failure): return .failure(failure)
    case .success(let receiver):
      try await repository.adopt(receiver.pack, wanted: fetch.wants, isFiltered: fetch.shape.filter != nil)
      return .success(receiver.shallow)
    }
  }
}
