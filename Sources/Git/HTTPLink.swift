import HTTP
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Git's smart HTTP protocol: each request is a POST. https://git-scm.com/docs/http-protocol
struct HTTPLink: UploadPackLink {
  private let client: HTTPClient
  /// The repository's address, after the redirects of the first request.
  private let base: HTTPURL
  /// Credentials of the address, for its origin.
  private let credentials: HTTPHeaders
  /// Which configured headers go along: after a redirect to another host, only those that are meant for it.
  private let configuredHeaders: HTTPRequest.ConfiguredHeaders

  var origin: Origin { base.origin }

  private static let resultType = "application/x-git-upload-pack-result"
  private static let suffix = "/info/refs"

  /// Asks the server to introduce itself: one GET. Returns its words, too.
  static func connect(
    _ url: HTTPURL, client: HTTPClient, isNamedByUser: Bool
  ) async throws(GitError) -> (HTTPLink, [UInt8]) {
    var request = HTTPRequest(
      .get, url.appending(suffix).withQuery("service=git-upload-pack"),
      headers: ["Git-Protocol": "version=2", "Accept": "*/*"])
    request.configuredHeaders = isNamedByUser ? .all : .scoped
    let response: HTTPResponse
    do throws(HTTPError) {
      response = try await client.send(request, limit: UploadPack.listLimit)
    } catch {
      throw GitError(error)
    }
    guard response.status == 200 else { throw GitError(response, from: url) }
    guard response.headers["Content-Type"]?.begins(with: "application/x-git-upload-pack-advertisement") == true else {
      throw GitError(
        .repositoryNotFound,
        "`\(url.description.escapingControls)` is not a git repository that speaks the smart HTTP protocol",
        cause: "the answer's type is `\(String(hostile: (response.headers["Content-Type"] ?? "unknown").utf8))`")
    }
    return (try HTTPLink(url, client, request, response), response.body)
  }

  private init(
    _ url: HTTPURL, _ client: HTTPClient, _ request: HTTPRequest, _ response: HTTPResponse
  ) throws(GitError) {
    self.client = client
    // As git does, all else is asked where the first answer came from.
    var base = url
    if response.url.path.ends(with: Self.suffix) {
      let moved = response.url.origin.description + response.url.path.dropLast(Self.suffix.utf8.count)
      do throws(HTTPURLError) {
        base = try HTTPURL(moved)
      } catch {
        throw GitError(.invalidURL, "\(url.origin.name) redirects to an unusable address", cause: error.description)
      }
    }
    self.base = base
    credentials = base.origin == url.origin ? request.boundHeaders : [:]
    configuredHeaders = base.origin == url.origin ? request.configuredHeaders : .scoped
  }

  func ask(_ request: [UInt8]) async throws(GitError) -> [UInt8] {
    let response: HTTPResponse
    do throws(HTTPError) {
      response = try await client.send(post(request, .v2), limit: UploadPack.listLimit)
    } catch {
      throw GitError(error)
    }
    guard response.status == 200 else { throw GitError(response, from: base) }
    return response.body
  }

  /// A connection that breaks is tried again.
  func fetch(
    _ request: [UInt8], in version: Advertisement.Version, into receiver: @Sendable () throws(GitError) -> FetchReceiver
  ) async throws(GitError) -> Result<FetchReceiver, FetchFailure> {
    var attempt = 1
    while true {
      let receiver = try receiver()
      let outcome: Retry.Outcome
      let failure: FetchFailure
      do {
        let response = try await client.stream(post(request, version), to: Self.sink(receiver))
        guard let disappointment = Self.disappointment(response, receiver) else { return .success(receiver) }
        failure = disappointment
        outcome =
          if [408, 503].contains(response.status) || response.isTooManyRequests {
            .status(response.status, retryAfter: response.retryAfter(now: time(nil)))
          } else if disappointment == .brokenOff {
            .brokenOff
          } else {
            .status(200, retryAfter: nil)
          }
      } catch let error as FetchFailure {
        return .failure(error)
      } catch let error as GitError {
        throw error
      } catch {
        let error = HTTPError(wrapping: error, url: base)
        failure = .malformed(GitError(error))
        outcome = .failure(error)
      }
      guard let pause = client.retry.delay(after: attempt, outcome, random: .random(in: 0..<1)) else {
        return .failure(failure)
      }
      attempt += 1
      do { try await Task.sleep(for: pause) } catch { throw GitError(.cancelled, "cancelled") }
    }
  }

  private func post(_ body: [UInt8], _ version: Advertisement.Version) -> HTTPRequest {
    var headers: HTTPHeaders = [
      "Content-Type": "application/x-git-upload-pack-request", "Accept": Self.resultType,
    ]
    if version == .v2 { headers.add("Git-Protocol", "version=2") }
    var request = HTTPRequest(
      .post, base.appending("/git-upload-pack"), headers: headers, boundHeaders: credentials, body: body)
    request.configuredHeaders = configuredHeaders
    return request
  }

  private static func sink(_ receiver: FetchReceiver) -> BodySink {
    BodySink(begin: { isResult($0) ? .deliver : .collect }, write: { try receiver.consume($0) })
  }

  private static func disappointment(_ answer: HTTPResponse, _ receiver: FetchReceiver) -> FetchFailure? {
    if answer.isTooManyRequests { return .tooManyRequests(GitError(answer, from: answer.url)) }
    guard answer.status == 200 else { return .status(answer.status, answer.url) }
    guard isResult(answer) else {
      return .malformed(
        GitError(
          .protocolViolation, "\(answer.url.origin.name) answered a fetch with something else",
          cause: "its type is `\(String(hostile: (answer.headers["Content-Type"] ?? "unknown").utf8))`"))
    }
    return receiver.disappointment
  }

  private static func isResult(_ response: HTTPResponse) -> Bool {
    response.status == 200 && response.headers["Content-Type"]?.begins(with: resultType) == true
  }
}
