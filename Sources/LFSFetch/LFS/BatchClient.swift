import Git
import HTTP
import JSON
import Synchronization
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Asks a batch API where objects can be downloaded.
package struct BatchClient: Sendable {
  package let client: HTTPClient
  /// For servers of repositories that are reached over ssh.
  let ssh: SSHAuthentication?
  /// Programs of the user's that servers may choose for the transfer.
  let agents: [TransferAgent]
  /// With `lfs.transfer.enablehrefrewrite`: the configuration by whose `url.<base>.insteadOf` the addresses of objects
  /// are rewritten, too.
  private let rewriting: GitConfig?
  private let config: GitConfig
  /// The servers that wanted credentials and took those that there were.
  private let asking = AskingServers()

  package init(
    client: HTTPClient, ssh: SSHAuthentication? = nil, agents: [TransferAgent] = [], config: GitConfig = .init()
  ) {
    (self.client, self.ssh, self.agents, self.config) = (client, ssh, agents, config)
    let isRewriting = (try? config.bool("lfs.transfer.enablehrefrewrite")).flatMap { $0 } ?? false
    rewriting = isRewriting ? config : nil
  }

  /// What git-lfs asks for at once; servers are built for it.
  package static let maximumObjects = 100

  /// Twenty kilobytes for each object; honest servers need one or two.
  private static let largestAnswer = 2 << 20

  package func hasAskedForCredentials(_ server: LFSServer) -> Bool {
    asking.addresses.withLock { $0.contains(server.url.string) }
  }

  package typealias Answer = [SHA256Digest: Result<Batch.Offer, Batch.ObjectError>]

  /// One answer for each object, or one error for the whole request. A server that finds the request too large is
  /// asked for the halves.
  package func locate(
    _ objects: [Batch.Object], at server: LFSServer
  ) async throws(FetchError) -> Answer {
    var access = try await access(to: server)
    var response = try await send(objects, to: server, access)
    if response.status == 401, access.isGranted {
      // The token was taken back before its time.
      access = try await self.access(to: server, isStale: true)
      response = try await send(objects, to: server, access)
    }
    if response.status == 413 && objects.count > 1 {
      let half = objects.count / 2
      var answer = try await locate(Array(objects[..<half]), at: server)
      answer.merge(try await locate(Array(objects[half...]), at: server)) { $1 }
      return answer
    }
    guard (200..<300).contains(response.status) else {
      let words = Self.saying(response) ?? StatusWords.of(response.status, at: access.url.appending("/objects/batch"))
      throw access.explaining(Self.error(response, endpoint: access.url)).inGitLFS("batch response: " + words)
    }
    do throws(JSONError) {
      var answer = try Batch.answer(
        response.body, to: objects, agents: agents.map(\.name), now: Int64(time(nil)), rewriting: rewriting)
      let silence = Batch.ObjectError(code: 404, message: "the server's answer leaves it out")
      for object in objects where answer[object.oid] == nil { answer[object.oid] = .failure(silence) }
      return answer
    } catch {
      throw FetchError(
        .network, "the LFS server at `\(access.url)` sent an answer that cannot be used", causes: [error.description],
        hint: "check with a browser or curl that this address is an LFS server")
    }
  }

  private func send(
    _ objects: [Batch.Object], to server: LFSServer, _ access: Access
  ) async throws(FetchError) -> HTTPResponse {
    Trace.steps.say("tq: sending batch of size \(objects.count)")
    let body = Batch.request(objects, reference: server.reference, agents: agents.map(\.name)).text
    var request = HTTPRequest(
      .post, access.url.appending("/objects/batch"),
      headers: ["Accept": Batch.mediaType, "Content-Type": Batch.mediaType], boundHeaders: access.header,
      body: Array(body.utf8))
    request.configuredHeaders = access.configuredHeaders
    // What a refused grant needs is a new grant.
    request.isAuthorized = access.header["Authorization"] != nil
    request.needsCredentials = config.needsCredentials(forLFS: access.url)
    do throws(HTTPError) {
      let response = try await client.send(request, limit: Self.largestAnswer)
      if response.hasAskedForCredentials { asking.addresses.withLock { _ = $0.insert(access.url.string) } }
      return response
    } catch {
      throw access.explaining(FetchError(http: error, doing: "cannot ask the LFS server at `\(access.url)`"))
    }
  }

  /// What the server says of it, in a form that can be shown.
  private static func saying(_ response: HTTPResponse) -> String? {
    let message = (try? JSON.parse(response.body)["message"]?.string()).flatMap { $0 }
    guard let message, !message.isEmpty else { return nil }
    return String(message.escapingControls.prefix(300))
  }

  /// What a status of the whole request means.
  /// https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md#response-errors
  static func error(_ response: HTTPResponse, endpoint: HTTPURL) -> FetchError {
    let host = endpoint.origin.name
    var causes = ["\(host) answered \(response.status)"]
    if let said = saying(response) { causes.append(said) }
    let what = "cannot ask the LFS server at `\(endpoint)`"
    switch response.status {
    case 401, 407:
      return FetchError(.authentication, what, causes: causes, hint: .credentials(for: endpoint.origin.description))
    case _ where response.isTooManyRequests:
      causes.append("too many requests")
      return FetchError(.network, what, causes: causes, hint: .quota)
    case 403:
      return FetchError(
        .authentication, what, causes: causes,
        hint: "the credentials do not allow it, or the repository's LFS quota is used up")
    case 404, 410:
      return FetchError(.notFound, what, causes: causes, hint: "the repository may be private, or have no LFS storage")
    case 406: causes.append("it does not speak the LFS batch API")
    case 413:
      causes.append("it finds even a request for one object too large")
      return FetchError(.network, what, causes: causes, hint: .quota)
    case 422: causes.append("it finds the request invalid")
    case 501: causes.append("it has no LFS batch API")
    case 507: causes.append("its storage is full")
    case 509:
      causes.append("its bandwidth limit is used up")
      return FetchError(.network, what, causes: causes, hint: .quota)
    default: break
    }
    return FetchError(.network, what, causes: causes)
  }
}

private final class AskingServers: Sendable {
  let addresses = Mutex<Set<String>>([])
}

/// Where and with what a server is asked: as it was found, or as its host has said over ssh.
private struct Access {
  let url: HTTPURL
  var header: HTTPHeaders = [:]
  let configuredHeaders: HTTPRequest.ConfiguredHeaders
  var isGranted = false
  /// Why there is no grant, where there should have been one.
  var refusal: String?

  func explaining(_ error: FetchError) -> FetchError {
    var error = error
    if let refusal { error.causes.append("`git-lfs-authenticate` over ssh gave no other address: \(refusal)") }
    return error
  }
}

extension BatchClient {
  private func access(to server: LFSServer, isStale: Bool = false) async throws(FetchError) -> Access {
    guard let address = server.ssh, let ssh else {
      return Access(url: server.url, configuredHeaders: server.configuredHeaders)
    }
    switch await ssh.outcome(at: address, isStale: isStale) {
    case .interrupted: throw .interruption
    case .refused(let words):
      return Access(url: server.url, configuredHeaders: server.configuredHeaders, refusal: words)
    case .granted(let grant, _):
      // Another host than the user's own gets no headers but those that are meant for it.
      let isOwn = grant.href.map { $0.origin == server.url.origin } ?? true
      return Access(
        url: grant.href ?? server.url, header: grant.header,
        configuredHeaders: isOwn ? server.configuredHeaders : .scoped, isGranted: true)
    }
  }
}
