import HTTP
import Text

/// Asks an S3 store what a bucket holds.
///
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
struct BucketClient: Sendable {
  let client: HTTPClient
  let place: BucketPlace
  /// As the user wrote it.
  let address: String
  /// How the user's profile would get keys, where that is not gone here.
  var unusedSource: String?

  /// A listing of more is most likely one of a folder too high up.
  private static let mostKeys = 200_000
  private static let questionsAtOnce = 16

  /// All below a prefix, in the order of their keys.
  func list(prefix: String) async throws(FetchError) -> [BucketObject] {
    var objects: [BucketObject] = []
    var token: String?
    repeat {
      let response = try await send(request(to: place.listURL(prefix: prefix, after: token)))
      guard response.status == 200 else { throw refusal(response) }
      let page: BucketPage
      do throws(XMLElement.Fault) { page = try BucketPage(response.body) } catch {
        throw failure("its list cannot be read: \(error.description.escapingControls)")
      }
      objects += page.objects
      guard objects.count <= Self.mostKeys else {
        throw FetchError(
          .usage, "`\(name)` holds more than \(Self.mostKeys) objects", hint: "name a folder further down")
      }
      if page.next != nil, page.next == token || page.objects.isEmpty { throw failure("its list has no end") }
      token = page.next
    } while token != nil
    return objects
  }

  /// One object, with its SHA-256 where the store has it.
  func head(_ key: String) async throws(FetchError) -> BucketObject {
    var question = request(to: place.url(of: key))
    question.method = .head
    question.headers = ["x-amz-checksum-mode": "ENABLED"]
    // As it is stored: the length is that of the bytes that will come.
    question.carriage = .object
    let response = try await send(question)
    guard response.status == 200 else { throw try await reason(for: response, key) }
    guard let size = response.headers["Content-Length"].flatMap({ Int64($0) }), size >= 0 else {
      throw failure("it does not tell the size of `\(key.escapingControls)`")
    }
    return BucketObject(key: key, size: size, etag: response.headers["ETag"], digest: response.fullDigest)
  }

  /// The same objects with their SHA-256, where the store has it. Those of which the list says that it has not are not
  /// asked for.
  func withDigests(_ objects: [BucketObject]) async throws(FetchError) -> [BucketObject] {
    var objects = objects
    var failure: FetchError?
    await withTaskGroup(of: (Int, Result<BucketObject, FetchError>).self) { group in
      var waiting = objects.indices.filter { objects[$0].mayHaveDigest }[...]
      func askNext() {
        guard let index = waiting.popFirst() else { return }
        let key = objects[index].key
        group.addTask {
          do throws(FetchError) { return (index, .success(try await self.head(key))) } catch {
            return (index, .failure(error))
          }
        }
      }
      for _ in 0..<Self.questionsAtOnce { askNext() }
      for await (index, answer) in group {
        switch answer {
        case .success(let object): objects[index] = object
        case .failure(let error):
          failure = failure ?? error
          group.cancelAll()
        }
        if failure == nil { askNext() }
      }
    }
    if let failure { throw failure }
    return objects
  }

  // MARK: Requests and refusals

  private func request(to url: HTTPURL) -> HTTPRequest {
    var request = HTTPRequest(.get, url)
    request.signing = place.signing
    // Nothing that is meant for git.
    request.configuredHeaders = .scoped
    return request
  }

  private func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
    do throws(HTTPError) { return try await client.send(request) } catch {
      throw FetchError(http: error, doing: what)
    }
  }

  /// An answer to HEAD has no body, in which the reason would be.
  private func reason(for response: HTTPResponse, _ key: String) async throws(FetchError) -> FetchError {
    var question = request(to: place.url(of: key))
    question.range = 0...0
    let told = try await send(question)
    return refusal(told.status >= 300 ? told : response)
  }

  private func refusal(_ response: HTTPResponse) -> FetchError {
    BucketRefusal(response).error(what, isSigned: place.signing != nil, unusedSource: unusedSource)
  }

  private func failure(_ reason: String) -> FetchError {
    FetchError(.network, what, causes: ["\(place.host): \(reason)"])
  }

  private var what: String { "cannot read `\(name)`" }

  private var name: String { address.withoutCredentials.escapingControls }
}

/// An object of a bucket.
struct BucketObject: Sendable, Equatable {
  let key: String
  let size: Int64
  /// In quotes, as an answer has it.
  let etag: String?
  let digest: SHA256Digest?
  /// Whether to ask for the SHA-256 may help.
  let mayHaveDigest: Bool

  init(key: String, size: Int64, etag: String? = nil, digest: SHA256Digest? = nil, mayHaveDigest: Bool = false) {
    (self.key, self.size, self.digest, self.mayHaveDigest) = (key, size, digest, mayHaveDigest)
    // Some stores leave them out in lists.
    self.etag = etag.map { $0.has("\"") ? $0 : "\"\($0)\"" }
  }

  /// What ends with a slash stands for a folder in web consoles, and is no file.
  var isFolderMark: Bool { key.ends(with: "/") }
}

/// One page of a list of keys.
struct BucketPage: Sendable, Equatable {
  private(set) var objects: [BucketObject] = []
  /// For the page that follows; nil at the end.
  private(set) var next: String?

  init(_ bytes: [UInt8]) throws(XMLElement.Fault) {
    let root = try XMLElement.parse(bytes)
    guard root.name == "ListBucketResult" else { throw XMLElement.Fault(description: "it is a `\(root.name)`") }
    for element in root.children where element.name == "Contents" {
      guard let key = element.text(of: "Key"), let size = element.text(of: "Size").flatMap({ Int64($0) }), size >= 0
      else { throw XMLElement.Fault(description: "an object has no key or no size") }
      // Stores that do not say anything may have one.
      let algorithms = element.children.filter { $0.name == "ChecksumAlgorithm" }.map(\.text)
      let isOfParts = element.text(of: "ChecksumType") == "COMPOSITE"
      objects.append(
        BucketObject(
          key: key, size: size, etag: element.text(of: "ETag"),
          mayHaveDigest: !isOfParts && (algorithms.isEmpty || algorithms.contains("SHA256"))))
    }
    if root.text(of: "IsTruncated") == "true" {
      guard let token = root.text(of: "NextContinuationToken"), !token.isEmpty else {
        throw XMLElement.Fault(description: "it is cut short and does not tell how to go on")
      }
      next = token
    }
  }
}

extension HTTPResponse {
  /// The SHA-256 of the whole object, where it has one; that of an object of many parts is of the parts' own.
  fileprivate var fullDigest: SHA256Digest? {
    guard headers["x-amz-checksum-type"] != "COMPOSITE", let text = headers["x-amz-checksum-sha256"] else { return nil }
    return bytes(ofBase64: text).flatMap { SHA256Digest(bytes: $0) }
  }
}
