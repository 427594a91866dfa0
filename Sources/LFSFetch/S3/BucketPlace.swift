import HTTP
import Text

/// A bucket as it is asked: the address of its store, how its name stands there, and with what requests are signed.
///
/// A value, made of an address and of the user's AWS settings. The user's keys sign requests to AWS, to the endpoint of
/// the user's settings, and to one that the user has typed; never those to an endpoint that a stranger's file names.
struct BucketPlace: Sendable, Hashable {
  let bucket: String
  /// Ends with `/`; the key follows.
  private let base: String
  private let endpoint: HTTPURL
  /// nil where nobody is to be told who asks.
  let signing: RequestSigning?

  private static let standardRegion = "us-east-1"

  init(_ address: BucketAddress, _ settings: AWSSettings, isNamedByUser: Bool) throws(FetchError) {
    bucket = address.bucket
    let configured = try settings.endpoint.map { text throws(FetchError) in try BucketAddress.endpoint(text) }
    let region = address.region ?? settings.region
    if let region, !BucketAddress.isRegion(region) {
      throw FetchError(
        .usage, "cannot use the region `\(region.escapingControls)` of your AWS settings",
        causes: ["a region has letters, digits and `-`"],
        hint: "check `AWS_REGION`, `AWS_DEFAULT_REGION`, and `region` in `~/.aws/config`")
    }
    let signingRegion = region ?? Self.standardRegion
    let isPathStyle: Bool
    let store: HTTPURL
    if let own = address.endpoint ?? configured {
      store = own
      isPathStyle = settings.addressingStyle != "virtual"
    } else {
      let suffix = signingRegion.begins(with: "cn-") ? "amazonaws.com.cn" : "amazonaws.com"
      store = try BucketAddress.endpoint("https://s3.\(signingRegion).\(suffix)")
      // A certificate for `*.s3…` does not hold for a name with more dots.
      isPathStyle = settings.addressingStyle == "path" || address.bucket.contains { !Self.isLabelCharacter($0) }
    }
    let folder = store.path.ends(with: "/") ? store.path : store.path + "/"
    if isPathStyle {
      endpoint = store
      base = folder + address.bucket.percentEncoded() + "/"
    } else {
      let port = store.origin.description.ends(with: ":\(store.port)") ? ":\(store.port)" : ""
      endpoint = try BucketAddress.endpoint("\(store.scheme)://\(address.bucket).\(store.host)\(port)")
      base = folder
    }
    let isTrusted = isNamedByUser || address.endpoint == nil || address.endpoint?.origin == configured?.origin
    signing = settings.keys.flatMap { keys in
      isTrusted
        ? RequestSigning(keyID: keys.id, secret: keys.secret, sessionToken: keys.sessionToken, region: signingRegion)
        : nil
    }
  }

  /// Of AWS, names of buckets are in lower case.
  private static func isLabelCharacter(_ character: Character) -> Bool {
    character == "-" || ("a"..."z").contains(character) || ("0"..."9").contains(character)
  }

  func url(of key: String) -> HTTPURL {
    endpoint.replacingPath(with: base + key.percentEncoded(keepingSlashes: true))
  }

  /// Of a page of the list of keys. The parameters are in the order of their names, as the signature wants them.
  func listURL(prefix: String, after token: String?) -> HTTPURL {
    let continuation = token.map { "continuation-token=\($0.percentEncoded())&" } ?? ""
    return endpoint.replacingPath(with: base).withQuery(continuation + "list-type=2&prefix=\(prefix.percentEncoded())")
  }

  /// The store as messages name it.
  var host: String { endpoint.origin.name }
}
