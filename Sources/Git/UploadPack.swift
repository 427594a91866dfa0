import HTTP
import Text

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Git's smart HTTP protocol with one repository whose server has introduced itself.
/// https://git-scm.com/docs/http-protocol
struct UploadPack: Sendable {
  let advertisement: Advertisement
  private let client: HTTPClient
  /// The repository's address, after the redirects of the first request.
  private let base: HTTPURL
  /// Credentials of the address, for its origin.
  private let credentials: HTTPHeaders
  /// Which configured headers go along: after a redirect to another host, only those that are meant for it.
  private let configuredHeaders: HTTPRequest.ConfiguredHeaders

  var origin: Origin { base.origin }
  var host: String { base.origin.name }

  /// What a list of references may weigh.
  private static let listLimit = 64 << 20

  /// Asks the server what it can do: one GET.
  init(_ url: HTTPURL, client: HTTPClient, isNamedByUser: Bool = true) async throws(GitError) {
    let suffix = "/info/refs"
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
    guard response.status == 200 else { throw GitError(status: response.status, from: url) }
    guard response.headers["Content-Type"]?.hasPrefix("application/x-git-upload-pack-advertisement") == true else {
      throw GitError(
        .repositoryNotFound,
        "`\(url.description.escapingControls)` is not a git repository that speaks the smart HTTP protocol",
        cause: "the answer's type is `\(String(hostile: (response.headers["Content-Type"] ?? "unknown").utf8))`")
    }
    advertisement = try Advertisement(parsing: response.body)
    if advertisement.version == .v0, !advertisement.references.isEmpty, !advertisement.allows("side-band-64k") {
      throw GitError(.protocolViolation, "\(url.origin.name) does not offer the side-band, which is needed")
    }
    self.client = client
    // As git does, all else is asked where the first answer came from.
    var base = url
    if response.url.path.hasSuffix(suffix) {
      let moved = response.url.origin.description + response.url.path.dropLast(suffix.utf8.count)
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

  /// References whose names begin with one of `prefixes`, or all: one POST in v2, nothing to ask in v0.
  func references(_ prefixes: [String]) async throws(GitError) -> [RemoteReference] {
    guard advertisement.version == .v2 else { return advertisement.references }
    let response: HTTPResponse
    do throws(HTTPError) {
      response = try await client.send(
        request(FetchRequest.listReferences(prefixes, advertisement)), limit: UploadPack.listLimit)
    } catch {
      throw GitError(error)
    }
    guard response.status == 200 else { throw GitError(status: response.status, from: base) }
    return try RemoteReference.list(parsing: response.body)
  }

  /// One fetch: a POST whose answer goes into `repository` while it arrives. A connection that breaks is tried
  /// again; what is wrong with the answer itself is returned, because another request may do better. Else it returns
  /// the commits whose parents were left out.
  func fetch(
    _ fetch: FetchRequest, into repository: Repository, maximumSize: Int64
  ) async throws(GitError) -> Result<[ObjectID], FetchFailure> {
    let request = request(fetch.body(for: advertisement))
    var attempt = 1
    while true {
      let pack = try PackIndexer(folder: repository.packFolder, maximumSize: maximumSize)
      let receiver = FetchReceiver(FetchResponse(version: advertisement.version, shape: fetch.shape), pack)
      let outcome: Retry.Outcome
      let failure: FetchFailure
      do {
        let response = try await client.stream(request, to: receiver.sink)
        if let disappointment = receiver.disappointment(response) {
          failure = disappointment
          outcome =
            if case .status(let status, _) = disappointment, [408, 429, 503].contains(status) {
              .status(status, retryAfter: response.retryAfter(now: time(nil)))
            } else if disappointment == .brokenOff {
              .failure(HTTPError(.connectionLost, "", url: base))
            } else {
              .status(200, retryAfter: nil)
            }
        } else {
          try await repository.adopt(pack, wanted: fetch.wants, isFiltered: fetch.shape.filter != nil)
          return .success(receiver.shallow)
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

  private func request(_ body: [UInt8]) -> HTTPRequest {
    var headers: HTTPHeaders = [
      "Content-Type": "application/x-git-upload-pack-request", "Accept": FetchReceiver.contentType,
    ]
    if advertisement.version == .v2 { headers.add("Git-Protocol", "version=2") }
    var request = HTTPRequest(
      .post, base.appending("/git-upload-pack"), headers: headers, boundHeaders: credentials, body: body)
    request.configuredHeaders = configuredHeaders
    return request
  }
}

/// Feeds the body of one answer through `FetchResponse` into a `PackIndexer`.
///
/// Unchecked Sendable for the same reason as `PackIndexer`: first the curl thread has it, then the caller.
private final class FetchReceiver: @unchecked Sendable {
  static let contentType = "application/x-git-upload-pack-result"

  private var response: FetchResponse
  private let pack: PackIndexer

  init(_ response: FetchResponse, _ pack: PackIndexer) {
    self.response = response
    self.pack = pack
  }

  var sink: BodySink {
    BodySink(
      begin: { FetchReceiver.isResult($0) ? .deliver : .collect },
      write: { bytes in
        try self.response.consume(bytes) { try self.pack.append($0) }
      })
  }

  var shallow: [ObjectID] { response.shallow }

  /// What is wrong with an answer that came to its end.
  func disappointment(_ answer: HTTPResponse) -> FetchFailure? {
    guard answer.status == 200 else { return .status(answer.status, answer.url) }
    guard FetchReceiver.isResult(answer) else {
      return .malformed(
        GitError(
          .protocolViolation, "\(answer.url.origin.name) answered a fetch with something else",
          cause: "its type is `\(String(hostile: (answer.headers["Content-Type"] ?? "unknown").utf8))`"))
    }
    do throws(FetchFailure) {
      try response.finish()
      return nil
    } catch {
      return error
    }
  }

  private static func isResult(_ response: HTTPResponse) -> Bool {
    response.status == 200 && response.headers["Content-Type"]?.hasPrefix(contentType) == true
  }
}
