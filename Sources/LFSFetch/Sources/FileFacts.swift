import Git
import HTTP
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a host says of one plain file: asked for with its first byte, because that is what will be asked for in the
/// download as well; signed addresses refuse HEAD.
struct FileFacts: Sendable, Equatable {
  /// nil where the host does not tell.
  let size: Int64?
  /// Another one means another file; nil where nothing would tell.
  let validator: String?

  init(size: Int64?, validator: String?) { (self.size, self.validator) = (size, validator) }

  static func of(
    _ url: HTTPURL, isNamedByUser: Bool, isOneOfSeveral: Bool = false, _ client: HTTPClient
  ) async throws(FetchError) -> FileFacts {
    var request = Location(mirror: url, isNamedByUser: isNamedByUser).request
    request.range = 0...0
    let response: HTTPResponse
    do throws(HTTPError) {
      let isShort = isOneOfSeveral && client.retry.attempts > Retry.standard.attempts
      response = try await client.headers(of: request, retry: isShort ? .standard : nil)
    } catch {
      throw FetchError(http: error, doing: failure(url))
    }
    if let facts = FileFacts(response) { return facts }
    let cause = "\(response.url.origin.name) answered \(response.status)"
    switch response.status {
    case 404, 410: throw FetchError(.notFound, failure(url), causes: [cause], hint: "check the address")
    case _ where response.isTooManyRequests:
      throw FetchError(
        .network, failure(url), causes: [cause, "too much was asked of it"], hint: "wait, and try again")
    case 401, 403:
      throw FetchError(
        .authentication, failure(url), causes: [cause], hint: .credentials(for: response.url.origin.description))
    default: throw FetchError(.network, failure(url), causes: [cause])
    }
  }

  /// nil where the answer is none to a request for the first byte.
  init?(_ response: HTTPResponse) {
    switch response.status {
    case 206:
      guard let range = response.headers["Content-Range"].flatMap(ContentRange.init), range.range == 0...0 else {
        return nil
      }
      size = range.total
    case 200: size = response.headers["Content-Length"].flatMap { Int64($0) }
    // Of an empty file there is no first byte.
    case 416:
      guard let total = response.headers["Content-Range"], total.filter({ $0 != " " }).lowercased() == "bytes*/0" else {
        return nil
      }
      size = 0
    default: return nil
    }
    validator = response.validator
  }

  private static func failure(_ url: HTTPURL) -> String { "cannot ask for `\(url.description.escapingControls)`" }
}

extension HTTPResponse {
  /// What tells one state of a file from another, byte for byte (RFC 9110, 8.8.1): a strong ETag, or the time of its
  /// last change. A weak ETag alone promises only the same meaning.
  var validator: String? {
    if let tag = headers["ETag"], tag.begins(with: "\"") { return tag }
    return headers["Last-Modified"]
  }
}

extension GitConfig {
  /// The address of a plain file, by the user's `url.<base>.insteadOf`.
  func rewriting(file url: HTTPURL) throws(FetchError) -> HTTPURL {
    let rewritten = rewriting(url.string)
    guard rewritten != url.string else { return url }
    do throws(HTTPURLError) { return try HTTPURL(rewritten) } catch {
      throw FetchError(
        .usage, "cannot use the address `\(url.description.escapingControls)`",
        causes: ["git's configuration has another one instead of it", error.description])
    }
  }
}
