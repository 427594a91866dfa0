import HTTP
import Text

/// Somewhere an object can be had.
package enum Source: Hashable, Sendable {
  /// The batch API of a repository.
  case lfs(LFSServer)
  /// The `lfs/objects` folder of a repository on this machine.
  case folder(String)
  /// A plain address of the bytes. Who named it decides which configured headers go along.
  case url(HTTPURL, isNamedByUser: Bool = false)
  /// An object of an S3 store, with what the request for it is signed.
  case bucket(HTTPURL, RequestSigning?)
  /// A file of this machine.
  case file(String)
  /// A program of the user's that needs no server of ours; and the name or the address of the remote.
  case agent(TransferAgent, remote: String)

  /// Where an object is on this machine; nil where it is behind a network or a program.
  func localPath(of oid: SHA256Digest) -> String? {
    switch self {
    case .folder(let folder):
      let hex = oid.hex
      return "\(folder)/\(hex.prefix(2))/\(hex.dropFirst(2).prefix(2))/\(hex)"
    case .file(let path): return path
    case .lfs, .url, .bucket, .agent: return nil
    }
  }

  /// On this machine.
  var isLocal: Bool {
    switch self {
    case .folder, .file: true
    case .lfs, .url, .bucket, .agent: false
    }
  }

  /// How messages name it; never with credentials.
  package var name: String {
    switch self {
    case .lfs(let server): server.url.description
    case .folder(let path), .file(let path): path.escapingControls
    case .url(let url, _), .bucket(let url, _): url.description
    case .agent(let agent, _): "the transfer agent `\(agent.name.escapingControls)`"
    }
  }
}

/// One object to be fetched.
package struct Transfer: Sendable {
  /// What names it in the store, and until then everywhere.
  package let oid: SHA256Digest
  /// 0 where it is not known.
  package let size: Int64
  /// Set where `oid` is only a stand-in, or the size is not known.
  package let firstUse: FirstUse?
  /// What a person would call it.
  package let name: String
  /// In the order in which they are tried. All give the same bytes, or they are not believed.
  package let sources: [Source]
  /// A copy of it is wanted beside the one in the store.
  package let isCopied: Bool
  /// The hashes of its chunks, where a lock has them.
  package let chunks: ChunkHashes?

  package init(
    oid: SHA256Digest, size: Int64, name: String, sources: [Source], isCopied: Bool = false,
    chunks: ChunkHashes? = nil
  ) {
    self.chunks = chunks
    self.oid = oid
    self.size = size
    firstUse = nil
    self.name = name
    self.sources = sources
    self.isCopied = isCopied
  }
}

extension Transfer {
  package init(_ firstUse: FirstUse, name: String, sources: [Source], isCopied: Bool = false) {
    (oid, size, self.firstUse) = (firstUse.key, firstUse.size ?? 0, firstUse)
    (self.name, self.sources, self.isCopied, chunks) = (name, sources, isCopied, nil)
  }

  /// What the bytes must hash to; nil where that is to be learnt.
  var expected: SHA256Digest? { firstUse.map(\.promised) ?? oid }

  /// nil where it is not known.
  var knownSize: Int64? { firstUse.map(\.size) ?? size }

  /// Whether it comes in parts, which are kept when the program ends.
  var isLarge: Bool { size >= ChunkLayout.threshold && firstUse?.isResumable ?? true }

  /// What the engine that fetches the object locks, so that other processes wait for it instead of fetching it too.
  var lockKey: UInt64 { oid.prefix }
}

/// The address at which a source gives one object, for now.
struct Location: Sendable {
  let request: HTTPRequest
  /// When the source said that the address stops working.
  let expires: ContinuousClock.Instant?
  /// What every answer must be a part of.
  var firstUse: FirstUse?

  init(request: HTTPRequest, expires: ContinuousClock.Instant?) {
    self.request = request
    self.expires = expires
  }

  init(mirror url: HTTPURL, isNamedByUser: Bool = false) {
    var request = HTTPRequest(.get, url)
    request.carriage = .range
    request.configuredHeaders = isNamedByUser ? .all : .scoped
    // GitHub's API gives what it knows of an asset unless it is asked for the asset itself.
    if url.path.has("/releases/assets/") { request.headers["Accept"] = "application/octet-stream" }
    self.request = request
    expires = nil
  }

  init(inBucket url: HTTPURL, _ signing: RequestSigning?) {
    var request = HTTPRequest(.get, url)
    request.carriage = .range
    request.configuredHeaders = .scoped
    request.signing = signing
    self.request = request
    expires = nil
  }

  /// An address in an answer of `endpoint`. Credentials for the endpoint go along only within its own origin, and
  /// not where the server says that the address needs none.
  init(_ action: Batch.Action, from server: LFSServer, now: ContinuousClock.Instant) {
    let isOwn = action.href.origin == server.url.origin
    var request = HTTPRequest(.get, action.href, boundHeaders: action.header)
    request.carriage = .range
    request.configuredHeaders = action.isAuthenticated ? .none : isOwn ? server.configuredHeaders : .scoped
    request.isAuthorized = action.isAuthenticated || request.boundHeaders["Authorization"] != nil
    if isOwn, !action.isAuthenticated, request.boundHeaders["Authorization"] == nil,
      let credentials = HTTPRequest(.get, server.url).boundHeaders["Authorization"]
    {
      request.boundHeaders["Authorization"] = credentials
    }
    self.request = request
    expires = action.expiresIn.map { now + .seconds($0) }
  }

  /// Addresses are renewed a little early, so that a request does not arrive after its time.
  func isUsable(at now: ContinuousClock.Instant) -> Bool {
    expires.map { $0 - .seconds(5) > now } ?? true
  }
}
