import Git
import HTTP
import JSON
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Asks a batch API where objects can be downloaded.
package struct BatchClient: Sendable {
  package let client: HTTPClient

  package init(client: HTTPClient) { self.client = client }

  /// What git-lfs asks for at once; servers are built for it.
  package static let maximumObjects = 100

  /// Twenty kilobytes for each object; honest servers need one or two.
  private static let largestAnswer = 2 << 20

  package typealias Answer = [SHA256Digest: Result<Batch.Action, Batch.ObjectError>]

  /// One answer for each object, or one error for the whole request. A server that finds the request too large is
  /// asked for the halves.
  package func locate(
    _ objects: [Batch.Object], at server: LFSServer
  ) async throws(FetchError) -> Answer {
    let response = try await send(objects, to: server)
    if response.status == 413 && objects.count > 1 {
      let half = objects.count / 2
      var answer = try await locate(Array(objects[..<half]), at: server)
      answer.merge(try await locate(Array(objects[half...]), at: server)) { $1 }
      return answer
    }
    guard (200..<300).contains(response.status) else { throw Self.error(response, endpoint: server.url) }
    do throws(JSONError) {
      var answer = try Batch.answer(response.body, to: objects, now: Int64(time(nil)))
      let silence = Batch.ObjectError(code: 404, message: "the server's answer leaves it out")
      for object in objects where answer[object.oid] == nil { answer[object.oid] = .failure(silence) }
      return answer
    } catch {
      throw FetchError(
        .network, "the LFS server at `\(server.url)` sent an answer that cannot be used", causes: [error.description],
        hint: "check with a browser or curl that this address is an LFS server")
    }
  }

  private func send(_ objects: [Batch.Object], to server: LFSServer) async throws(FetchError) -> HTTPResponse {
    let body = Batch.request(objects, reference: server.reference).text
    var request = HTTPRequest(
      .post, server.url.appending("/objects/batch"),
      headers: ["Accept": Batch.mediaType, "Content-Type": Batch.mediaType], body: Array(body.utf8))
    request.configuredHeaders = server.configuredHeaders
    do throws(HTTPError) {
      return try await client.send(request, limit: Self.largestAnswer)
    } catch {
      throw FetchError(http: error, doing: "cannot ask the LFS server at `\(server.url)`")
    }
  }

  /// What a status of the whole request means.
  /// https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md#response-errors
  static func error(_ response: HTTPResponse, endpoint: HTTPURL) -> FetchError {
    let host = endpoint.origin.name
    let said = (try? JSON.parse(response.body)["message"]?.string()).flatMap { $0 }
    var causes = ["\(host) answered \(response.status)"]
    if let said, !said.isEmpty { causes.append(String(said.escapingControls.prefix(300))) }
    let what = "cannot ask the LFS server at `\(endpoint)`"
    switch response.status {
    case 401, 407:
      return FetchError(.authentication, what, causes: causes, hint: .credentials(for: endpoint.origin.description))
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
    case 429:
      causes.append("too many requests")
      return FetchError(.network, what, causes: causes, hint: .quota)
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
