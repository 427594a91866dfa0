import Fixtures
import Foundation
import HTTP
import Testing

@testable import LFSFetch

/// Against the real store of `Tests/Servers/bucket-store`.
struct BucketClientTests {
  private let store: BucketStore
  private let folder = UUID().uuidString + "/"
  private let content = Fixtures.bytes(count: 3000, seed: 7)

  init() throws { store = try BucketStore.running() }

  private func client(
    _ address: String, keys: AWSKeys? = nil, isAnonymous: Bool = false, endpoint: String? = nil, isVirtual: Bool = false
  ) throws -> BucketClient {
    var settings = AWSSettings()
    settings.keys = isAnonymous ? nil : keys ?? AWSKeys(id: store.keyID, secret: store.secret)
    settings.endpoint = endpoint ?? store.http
    if isVirtual { settings.addressingStyle = "virtual" }
    let place = try BucketPlace(try BucketAddress(address), settings, isNamedByUser: true)
    var transport = TransportSettings()
    transport.caFile = store.ca
    return BucketClient(
      client: HTTPClient(retry: .never, settings: { [transport] _ in transport }), place: place, address: address)
  }

  // MARK: Signatures

  /// What libcurl signs must be what the store finds signed, whatever the key.
  @Test(
    arguments: [
      ("plain.bin", "plain.bin"), ("a+b.bin", "a%2Bb.bin"), ("a b.bin", "a%20b.bin"), ("k=v/x.bin", "k%3Dv/x.bin"),
      ("ä€.bin", "%C3%A4%E2%82%AC.bin"), ("at@x:y*z.bin", "at%40x%3Ay%2Az.bin"), ("50%.bin", "50%25.bin"),
      ("a&b?c#d.bin", "a%26b%3Fc%23d.bin"), ("(1)!~'.bin", "%281%29%21~%27.bin"),
    ])
  func keysWithAnyCharacterAreSignedRightly(key: String, path: String) async throws {
    try store.put(content, at: folder + path, hasDigest: true)
    for (endpoint, isVirtual) in [(store.http, false), (store.https, false), (store.virtual, true)] {
      let client = try client("s3://private/", endpoint: endpoint, isVirtual: isVirtual)
      let object = try await client.head(folder + key)
      #expect(object.size == 3000)
      #expect(object.digest == SHA256.hash(content))
      #expect(object.etag?.isEmpty == false)
      var request = HTTPRequest(.get, client.place.url(of: folder + key))
      (request.signing, request.range, request.carriage) = (client.place.signing, 10...19, .range)
      let part = try await client.client.send(request)
      #expect(part.status == 206)
      #expect(part.body == Array(content[10...19]))
    }
  }

  // MARK: Lists

  @Test func aFolderIsListed() async throws {
    for name in ["a.bin", "d%20e/b%2B.bin", "%C3%A4.bin"] { try store.put(content, at: folder + name) }
    try store.put([], at: folder + "d%20e/")
    try store.put([], at: folder.dropLast() + "-other/c.bin")
    let objects = try await client("s3://private/").list(prefix: folder)
    let files = objects.filter { !$0.isFolderMark }
    #expect(files.map(\.key) == [folder + "a.bin", folder + "d e/b+.bin", folder + "ä.bin"])
    #expect(files.map(\.size) == [3000, 3000, 3000])
  }

  private static func page(of key: String, next: String?) -> FaultServer.Response {
    let end = next.map { "<IsTruncated>true</IsTruncated><NextContinuationToken>\($0)</NextContinuationToken>" } ?? ""
    let text = "<ListBucketResult><Contents><Key>\(key)</Key><Size>1</Size></Contents>\(end)</ListBucketResult>"
    return FaultServer.Response(200, body: Array(text.utf8))
  }

  @Test func moreThanAPageIsListed() async throws {
    // As the store answers them, one key a page: a thousand objects would take a minute to put there.
    let server = try FaultServer()
    server["/b/"] = FaultServer.Route { request in
      let query = request.query ?? ""
      if query.contains("continuation-token=t%2F2%2B") { return Self.page(of: "c", next: nil) }
      return Self.page(
        of: query.contains("continuation-token=t1") ? "b" : "a",
        next: query.contains("continuation-token=t1") ? "t/2+" : "t1")
    }
    let objects = try await client("s3://b/", endpoint: server.address).list(prefix: "")
    #expect(objects.map(\.key) == ["a", "b", "c"])
    server["/b/"] = FaultServer.Route { _ in Self.page(of: "a", next: "same") }
    let again = try client("s3://b/", endpoint: server.address)
    let error = await asyncFetchError { () async throws(FetchError) in
      try await again.list(prefix: "")
    }
    #expect(error?.causes == ["127.0.0.1:\(server.port): its list has no end"])
  }

  @Test(
    arguments: [
      ("<x/>", "it is a `x`"), ("nonsense", "it does not begin with an element"),
      ("<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>", "an object has no key or no size"),
      (
        "<ListBucketResult><Contents><Key>a</Key><Size>-1</Size></Contents></ListBucketResult>",
        "an object has no key or no size"
      ),
      (
        "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
        "it is cut short and does not tell how to go on"
      ),
    ])
  func whatIsNoListIsToldWhy(text: String, reason: String) {
    #expect(throws: XMLElement.Fault(description: reason)) { try BucketPage(Array(text.utf8)) }
  }

  @Test(
    arguments: [
      ("", true), ("<ChecksumAlgorithm>SHA256</ChecksumAlgorithm>", true),
      ("<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm>", false),
      ("<ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumAlgorithm>SHA256</ChecksumAlgorithm>", true),
      ("<ChecksumAlgorithm>SHA256</ChecksumAlgorithm><ChecksumType>COMPOSITE</ChecksumType>", false),
    ])
  func theListTellsWhereAskingForTheHashIsOfNoUse(text: String, mayHaveDigest: Bool) throws {
    let page = try BucketPage(
      Array("<ListBucketResult><Contents><Key>a</Key><Size>1</Size>\(text)</Contents></ListBucketResult>".utf8))
    #expect(page.objects.map(\.mayHaveDigest) == [mayHaveDigest])
  }

  // MARK: Hashes

  @Test func theHashOfEachObjectIsAskedFor() async throws {
    for index in 0..<20 { try store.put([UInt8(index)], at: folder + "\(index + 10)", hasDigest: index % 2 == 0) }
    let client = try client("s3://private/")
    let objects = try await client.withDigests(try await client.list(prefix: folder))
    let expected: [SHA256Digest?] = (0..<20).map { (index: Int) in index % 2 == 0 ? SHA256.hash([UInt8(index)]) : nil }
    #expect(objects.map(\.digest) == expected)
  }

  @Test(
    arguments: [
      (["x-amz-checksum-sha256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="], true),
      (["x-amz-checksum-sha256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=-3"], false),
      (["x-amz-checksum-sha256": "abc"], false), ([:], false),
      (
        [
          "x-amz-checksum-sha256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "x-amz-checksum-type": "COMPOSITE",
        ], false
      ),
    ] as [([String: String], Bool)])
  func onlyTheHashOfTheWholeCounts(headers: [String: String], isUsed: Bool) async throws {
    let server = try FaultServer()
    server["/b/k"] = FaultServer.Route { _ in
      var all: HTTPHeaders = [:]
      for (name, value) in headers { all.add(name, value) }
      return FaultServer.Response(200, headers: all)
    }
    let object = try await client("s3://b/k", endpoint: server.address).head("k")
    #expect((object.digest == SHA256.hash([])) == isUsed)
    #expect((object.digest == nil) == !isUsed)
  }

  // MARK: Refusals

  private func refusal(
    _ address: String, keys: AWSKeys? = nil, isAnonymous: Bool = false, unusedSource: String? = nil, lists: Bool = false
  ) async throws -> FetchError? {
    var client = try client(address, keys: keys, isAnonymous: isAnonymous)
    client.unusedSource = unusedSource
    let key = try BucketAddress(address).key
    return await asyncFetchError { [client] () async throws(FetchError) in
      _ = lists ? try await client.list(prefix: key).count : try await client.head(key).size == 0 ? 0 : 1
    }
  }

  @Test func theStoresOwnWordsAreTold() async throws {
    let host = String(store.http.dropFirst(7))
    let missing = try await refusal("s3://private/no.bin")
    #expect(missing?.code == .notFound)
    #expect(missing?.message == "cannot read `s3://private/no.bin`")
    #expect(missing?.causes == ["\(host) answered 404 NoSuchKey: The specified key does not exist."])
    #expect(missing?.hint == "check the key; a folder is written with `/` at its end")

    let bucket = try await refusal("s3://nobody/x/", lists: true)
    #expect(bucket?.code == .notFound)
    #expect(bucket?.causes == ["\(host) answered 404 NoSuchBucket: The specified bucket does not exist"])
    #expect(bucket?.hint?.contains("AWS_ENDPOINT_URL_S3") == true)

    let wrong = try await refusal("s3://private/no.bin", keys: AWSKeys(id: store.keyID, secret: "wrong"))
    #expect(wrong?.code == .authentication)
    #expect(wrong?.causes.first?.contains("403 SignatureDoesNotMatch") == true)
    #expect(wrong?.hint?.hasPrefix("check `AWS_ACCESS_KEY_ID`") == true)

    let unknown = try await refusal("s3://private/", keys: AWSKeys(id: "AKIDNOBODY", secret: "x"), lists: true)
    #expect(unknown?.code == .authentication)
    #expect(unknown?.causes.first?.contains("InvalidAccessKeyId") == true)

    let limited = try await refusal("s3://private/x", keys: AWSKeys(id: "AKIDLIMITED", secret: store.secret))
    #expect(limited?.code == .authentication)
    #expect(limited?.causes == ["\(host) answered 403 AccessDenied: Access Denied."])
    #expect(limited?.hint?.hasPrefix("the keys do not allow it") == true)

    let anonymous = try await refusal("s3://private/x", isAnonymous: true)
    #expect(anonymous?.code == .authentication)
    #expect(anonymous?.hint?.hasPrefix("set `AWS_ACCESS_KEY_ID`") == true)
    let sso = try await refusal("s3://private/x", isAnonymous: true, unusedSource: "sso_session")
    #expect(sso?.hint?.hasPrefix("the AWS profile gets its keys by `sso_session`") == true)
  }

  @Test func whatEverybodyMayReadNeedsNoKeys() async throws {
    try store.put(content, at: folder + "x.bin", in: "public", hasDigest: true)
    let client = try client("s3://public/", isAnonymous: true)
    #expect(try await client.list(prefix: folder).map(\.key) == [folder + "x.bin"])
    #expect(try await client.head(folder + "x.bin").digest == SHA256.hash(content))
  }

  @Test(
    arguments: [
      (
        400, "<Error><Code>ExpiredToken</Code><Message>m</Message></Error>", FetchError.Code.authentication,
        "get new keys"
      ),
      (403, "<Error><Code>RequestTimeTooSkewed</Code></Error>", .network, "set the clock"),
      (403, "no XML", .authentication, "the keys do not allow it"), (404, "", .notFound, "check the bucket"),
      (500, "<Error><Code>InternalError</Code></Error>", .network, ""), (301, "", .network, ""),
    ])
  func eachRefusalHasItsHint(status: Int, body: String, code: FetchError.Code, hint: String) throws {
    let response = HTTPResponse(status: status, body: Array(body.utf8), url: try HTTPURL("http://h/"))
    let error = BucketRefusal(response).error("w", isSigned: true)
    #expect(error.code == code)
    #expect((error.hint ?? "").hasPrefix(hint))
    #expect(error.causes.first?.hasPrefix("h answered \(status)") == true)
  }
}
